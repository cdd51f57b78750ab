//! 京通, the form that the service's mini-program pages speak: reading only, experimental.
//!
//! The service wants a session of its official page here and shows a page of its own where it doubts the client; that page
//! is for a person, and nothing here answers it. Its page sends the question for a day's places in a body that is no plain
//! JSON, so that call may not be answered at all.
//!
//! *Source*: a public client of 2026 and its tests. Paths, bodies and fields *seen* there, none of them by us.

pub mod error;
mod read;

use daiban_core::error::ServiceError;
use daiban_core::http::{Pace, Request};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::dialect::paced;
use super::line::Line;
use super::places::{Department, DepartmentRef};
use super::slots::{Calendar, Slot};
use super::wire::catalogue::{HospitalList, HospitalQuestion};

pub use read::{read_calendar, read_departments, read_hospitals, read_slots};

const ROOT: &str = "jtjk/mobile-service";

/// A page of the official list.
const PAGE_SIZE: u32 = 15;
/// More hospitals than there are. *Guessed* that so many are given; `count` tells.
const ALL: u32 = 1000;

/// Hospitals. The list has no search by words that is known, so a text is looked for in what it gives.
///
/// # Errors
/// One of the eight; `Refused` for a level or an area, whose ids are not known here.
pub(super) async fn hospitals(
    line: &Line<'_>,
    question: &HospitalQuestion,
) -> Result<HospitalList, ServiceError> {
    if !question.level.is_empty() || !question.area.is_empty() {
        return Err(error::not_here());
    }
    let (page, size) = match question.page {
        Some(page) => (page, PAGE_SIZE),
        None => (1, ALL),
    };
    let body = json!({
        "hospitalTypeList": [], "releaseTimeList": [], "levelList": [], "serviceInfoList": [],
        "areaInfo": 0, "sortType": 0, "longitude": "", "latitude": "",
        "pageNo": page, "pageSize": size, "total": 0,
    });
    let list = read_hospitals(&ask(line, post(line, "hospital/list", &body)).await?)?;
    Ok(matching(list, &question.text))
}

/// How many match is known only where all were looked at.
fn matching(list: HospitalList, text: &str) -> HospitalList {
    if text.is_empty() {
        return list;
    }
    let all = list.count == Some(list.hospitals.len() as u64);
    let hospitals = list.hospitals.into_iter();
    let found: Vec<_> = hospitals.filter(|one| one.name.contains(text)).collect();
    HospitalList {
        count: all.then_some(found.len() as u64),
        hospitals: found,
    }
}

/// Departments of a hospital.
///
/// # Errors
/// One of the eight.
pub(super) async fn departments(
    line: &Line<'_>,
    hos: &str,
) -> Result<Vec<Department>, ServiceError> {
    let request = get(line, &format!("department/list/{hos}"));
    read_departments(&ask(line, request).await?)
}

/// All days of a department: there are no weeks here.
///
/// # Errors
/// One of the eight.
pub(super) async fn calendar(
    line: &Line<'_>,
    department: &DepartmentRef,
    pace: Pace,
) -> Result<Calendar, ServiceError> {
    let request = post(line, "product/calendar", &codes(department));
    read_calendar(&ask(line, paced(request, pace)).await?)
}

/// The places of a day.
///
/// # Errors
/// One of the eight.
pub(super) async fn slots(
    line: &Line<'_>,
    (department, date): (&DepartmentRef, Date),
    pace: Pace,
) -> Result<Vec<Slot>, ServiceError> {
    let mut body = codes(department);
    body["dutyDate"] = json!(date.to_string().replace('-', ""));
    body["type"] = json!("");
    body["dutyCode"] = json!("");
    let request = post(line, "product/doctor/detail", &body);
    read_slots(&ask(line, paced(request, pace)).await?)
}

fn codes(department: &DepartmentRef) -> Value {
    json!({
        "hosCode": department.hos,
        "firstDeptCode": department.first,
        "secondDeptCode": department.second,
    })
}

fn get(line: &Line<'_>, path: &str) -> Request {
    dressed(Request::get(address(line, path)))
}

fn post(line: &Line<'_>, path: &str, body: &Value) -> Request {
    let content = "application/json;charset=UTF-8";
    dressed(Request::post(
        address(line, path),
        content,
        body.to_string(),
    ))
}

fn address(line: &Line<'_>, path: &str) -> String {
    format!(
        "{}/{ROOT}/{path}?_time={}",
        line.base,
        line.now.as_millisecond()
    )
}

fn dressed(request: Request) -> Request {
    request
        .header("accept", "application/json")
        .header("request-source", "JT_WECHAT")
        .ban_sign(super::error::ban_sign)
}

async fn ask(line: &Line<'_>, request: Request) -> Result<Value, ServiceError> {
    let response = line.http.send(request).await?;
    error::read(&response)
}
