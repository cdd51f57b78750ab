//! What is looked up to name a department, and kept for a while: its names, its hospital, that hospital's departments.

use daiban_core::Text;
use daiban_providers::hospital::places::DepartmentRef;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::Web;
use crate::app::{
    AppError, DepartmentNames, DepartmentsFound, HospitalFind, HospitalSeen, HospitalsFound,
    json_of,
};

/// Names hardly ever change.
const NAMES_S: i64 = 86_400;
/// What people type is asked for once while they type.
const FOUND_S: i64 = 600;

/// A typed value out of what was kept, or why it cannot be had.
pub(super) type Known<T> = Result<T, Text>;

fn read<T: DeserializeOwned>(answer: Result<Value, Text>) -> Known<T> {
    let value = answer?;
    serde_json::from_value(value).map_err(|error| Text::quoted(&error.to_string()))
}

/// Hospitals whose names contain a text.
pub(super) async fn hospitals(web: &Web, text: &str) -> Known<HospitalsFound> {
    let asked = HospitalFind {
        q: text.to_owned(),
        ..HospitalFind::default()
    };
    let ask = async { json_of(&web.app.hospital_find(&asked).await?) };
    let key = format!("hospital/find/{text}");
    read(web.kept.or_ask(web.app.now(), key, FOUND_S, ask).await)
}

/// What a hospital's page says.
pub(super) async fn hospital(web: &Web, hos: &str) -> Known<HospitalSeen> {
    let ask = async { json_of(&web.app.hospital(hos).await?) };
    let key = format!("hospital/page/{hos}");
    read(web.kept.or_ask(web.app.now(), key, FOUND_S, ask).await)
}

/// All departments of a hospital.
pub(super) async fn departments(web: &Web, hos: &str) -> Known<DepartmentsFound> {
    let ask = async { json_of(&web.app.hospital_departments(hos, None).await?) };
    let key = format!("hospital/departments/{hos}");
    read(web.kept.or_ask(web.app.now(), key, FOUND_S, ask).await)
}

/// What a department is called; with codes for names where that cannot be had.
pub(super) async fn names(web: &Web, department: &DepartmentRef) -> (DepartmentNames, bool) {
    let ask = async { json_of(&web.app.hospital_department(department).await?) };
    let key = format!("hospital/names/{department}");
    let known = web.kept.or_ask(web.app.now(), key, NAMES_S, ask).await;
    match read(known) {
        Ok(names) => (names, true),
        Err(_) => (codes(department), false),
    }
}

fn codes(department: &DepartmentRef) -> DepartmentNames {
    let named = |code: &str| daiban_providers::hospital::places::Named {
        code: code.to_owned(),
        name: code.to_owned(),
    };
    DepartmentNames {
        hospital: named(&department.hos),
        first: named(&department.first),
        second: named(&department.second),
    }
}

/// An error that is told on the page; what is wrong inside is not.
pub(super) fn told<T>(asked: Result<T, AppError>) -> Result<Result<T, AppError>, AppError> {
    match asked {
        Err(error @ (AppError::Store(_) | AppError::Internal(_))) => Err(error),
        other => Ok(other),
    }
}
