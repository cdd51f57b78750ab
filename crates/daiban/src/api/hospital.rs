//! 114 over REST: hospitals, departments, calendars and places need no account; patients and orders are for its owner. And
//! a booked visit as a calendar entry.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use daiban_core::id::{AccountId, ErrandId};
use serde::Deserialize;

use super::{Asked, Query, problem};
use crate::{
    app::{Asked as Department, HospitalFind, json_of},
    ics,
};

pub(super) async fn find(asked: Asked, Query(wish): Query<HospitalFind>) -> Response {
    let found = asked.app.hospital_find(&wish).await;
    asked.ok(found.and_then(|found| json_of(&found.hospitals)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Departments {
    #[serde(default)]
    hos: String,
    /// A part of the name.
    q: Option<String>,
}

pub(super) async fn departments(asked: Asked, Query(wish): Query<Departments>) -> Response {
    let found = asked
        .app
        .hospital_departments(&wish.hos, wish.q.as_deref())
        .await;
    asked.ok(found.and_then(|found| json_of(&found.departments)))
}

pub(super) async fn calendar(asked: Asked, Query(wish): Query<Department>) -> Response {
    let seen = async {
        let department = wish.department()?;
        json_of(&asked.app.hospital_calendar(&department).await?)
    };
    asked.ok(seen.await)
}

pub(super) async fn slots(asked: Asked, Query(wish): Query<Department>) -> Response {
    let seen = async {
        let department = wish.department()?;
        let seen = asked.app.hospital_slots(&department, &wish.date).await;
        seen?.rows()
    };
    asked.ok(seen.await)
}

pub(super) async fn patients(asked: Asked, Path(account): Path<AccountId>) -> Response {
    let seen = asked.app.hospital_patients(&asked.actor, &account).await;
    asked.ok(seen.and_then(|seen| json_of(&seen)))
}

pub(super) async fn orders(asked: Asked, Path(account): Path<AccountId>) -> Response {
    let seen = asked.app.hospital_orders(&asked.actor, &account).await;
    asked.ok(seen.and_then(|seen| json_of(&seen)))
}

pub(super) async fn entry(asked: Asked, Path(id): Path<ErrandId>) -> Response {
    let entry = asked.app.visit_calendar(&asked.actor, &id, asked.lang);
    match entry.await {
        Ok(text) => ([(header::CONTENT_TYPE, ics::CONTENT_TYPE)], text).into_response(),
        Err(error) => problem(&error, asked.lang),
    }
}
