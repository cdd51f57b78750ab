//! Reading 114: hospitals, departments, calendars and places of a day, over a scripted line.

#![allow(clippy::unwrap_used)]

#[path = "hospital_reads/calendar.rs"]
mod calendar;
#[path = "hospital_reads/catalogue.rs"]
mod catalogue;
#[path = "hospital_reads/checks.rs"]
mod checks;
#[path = "hospital_reads/jingtong.rs"]
mod jingtong;
#[path = "hospital_reads/pace.rs"]
mod pace;
#[path = "hospital_reads/simulated.rs"]
mod simulated;
#[path = "hospital_reads/slots.rs"]
mod slots;

use std::collections::VecDeque;
use std::sync::Mutex;

use daiban_core::account::{Secrets, Settings};
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, HttpFailure, Request, Response};
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::{Provider, Vault, Visit};
use daiban_providers::hospital::Hospitals;
use serde_json::{Value, json};

const HOSPITALS: &str = include_str!("../fixtures/hospital/hospitals.json");
const DEPARTMENTS: &str = include_str!("../fixtures/hospital/departments.json");
const WEEK_1: &str = include_str!("../fixtures/hospital/week_1.json");
const WEEK_2: &str = include_str!("../fixtures/hospital/week_2.json");
const DAY: &str = include_str!("../fixtures/hospital/day.json");

/// A day before the first of the calendar, half an hour before the release.
const NOW: &str = "2026-12-01T08:00:00+08:00";

/// A line that answers in turn and notes what was asked. Each request takes a while, so that others may come meanwhile.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Response>>,
    sent: Mutex<Vec<Request>>,
}

impl Script {
    fn new(answers: impl IntoIterator<Item = Response>) -> Self {
        Self {
            answers: Mutex::new(answers.into_iter().collect()),
            sent: Mutex::default(),
        }
    }

    fn count(&self) -> usize {
        self.sent.lock().unwrap().len()
    }

    /// Method, path and query without the moment, and the body.
    fn asked(&self, at: usize) -> (String, Value) {
        let request = self.sent.lock().unwrap()[at].clone();
        let rest = request.url.strip_prefix("https://114.test/").unwrap();
        let (path, query) = rest.split_once('?').unwrap();
        let (moment, query) = query.split_once('&').unwrap_or((query, ""));
        assert!(moment.starts_with("_time="), "{moment}");
        let body = request.body.as_deref().map(serde_json::from_slice);
        let asked = format!("{:?} {path}?{query}", request.method);
        (asked, body.map_or(Value::Null, Result::unwrap))
    }
}

#[async_trait::async_trait]
impl Http for Script {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        self.sent.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        tokio::task::yield_now().await;
        answer.ok_or_else(|| HttpFailure::NotSent {
            text: "the script is over".into(),
        })
    }
}

#[async_trait::async_trait]
impl Vault for Script {
    async fn keep(&self, _: Secrets) -> Result<(), ServiceError> {
        panic!("nothing to keep")
    }
}

/// The provider with its memory, over a script.
struct Looks<'a> {
    hospitals: Hospitals,
    http: &'a Script,
    settings: Settings,
    secrets: Secrets,
}

impl<'a> Looks<'a> {
    fn new(http: &'a Script) -> Self {
        let base = ("base_url".to_owned(), "https://114.test/".to_owned());
        Self {
            hospitals: Hospitals::default(),
            http,
            settings: [base].into(),
            secrets: Secrets::new(),
        }
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    fn visit(&self, now: &str) -> Visit<'_> {
        Visit {
            now: now.parse().unwrap(),
            chance: 0,
            settings: &self.settings,
            account: None,
            secrets: &self.secrets,
            http: self.http,
            vault: self.http,
        }
    }

    async fn at(&self, now: &str, body: Value) -> Result<Value, ServiceError> {
        self.hospitals.look(&self.visit(now), &body).await
    }

    async fn check(&self, now: &str, wishes: Value) -> Result<(), InvalidInput> {
        let visit = self.visit(now);
        self.hospitals
            .check_wishes(&visit, "hospital.visit", &wishes)
            .await
    }
}

fn answer(status: u16, body: impl Into<Vec<u8>>) -> Response {
    Response {
        status,
        headers: Vec::new(),
        body: body.into(),
    }
}

fn ok(body: &str) -> Response {
    answer(200, body)
}

/// An answer with this data.
fn data(data: Value) -> Response {
    ok(&json!({ "resCode": 0, "msg": null, "data": data }).to_string())
}

/// An answer that says no.
fn no(code: i64, words: &str) -> Response {
    ok(&json!({ "resCode": code, "msg": words, "data": null }).to_string())
}

fn data_of(fixture: &str) -> Value {
    let answer: Value = serde_json::from_str(fixture).unwrap();
    answer["data"].clone()
}

/// The field that a refusal names.
fn field_of(error: &ServiceError) -> &str {
    let ServiceError::Refused { code, .. } = error else {
        panic!("{error}")
    };
    code.strip_prefix("invalid_input:").unwrap()
}

/// The place that has changed.
fn place_of(error: &ServiceError) -> &str {
    match error {
        ServiceError::Changed { place, .. } => place,
        other => panic!("{other}"),
    }
}
