//! Booking at 114: what goes over the wire, every way the act can end, what asking afterwards concludes, and the whole of it
//! against the simulated service.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod kit;

#[path = "hospital_book/act.rs"]
mod act;
#[path = "hospital_book/gate.rs"]
mod gate;
#[path = "hospital_book/looks.rs"]
mod looks;
#[path = "hospital_book/outcome.rs"]
mod outcome;
#[path = "hospital_book/simulated.rs"]
mod simulated;
#[path = "hospital_book/unsure.rs"]
mod unsure;
#[path = "hospital_book/wire.rs"]
mod wire;

use std::collections::VecDeque;
use std::sync::Mutex;

use daiban_core::Timestamp;
use daiban_core::account::{Account, AccountState, Secrets, Settings};
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, HttpFailure, Request, Response};
use daiban_core::provider::{Provider, Reconciled, Vault, Visit};
use daiban_core::service::Service;
use daiban_providers::hospital::Hospitals;
use jiff::SignedDuration;
use serde_json::{Value, json};

const CONFIRM: &str = include_str!("../fixtures/hospital/book_confirm.json");
const PATIENTS: &str = include_str!("../fixtures/hospital/book_patients.json");
const ORDER: &str = include_str!("../fixtures/hospital/book_order.json");

type Answer = Result<Response, HttpFailure>;

/// Answers requests in turn and remembers them. One more request than answers is a mistake.
#[derive(Default)]
struct Road {
    answers: Mutex<VecDeque<Answer>>,
    sent: Mutex<Vec<Request>>,
}

#[async_trait::async_trait]
impl Http for Road {
    async fn send(&self, request: Request) -> Answer {
        let url = request.url.clone();
        self.sent.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        answer.unwrap_or_else(|| panic!("no answer is due to {url}"))
    }
}

#[async_trait::async_trait]
impl Vault for Road {
    async fn keep(&self, _: Secrets) -> Result<(), ServiceError> {
        panic!("nothing to keep")
    }
}

/// An account with a line to nowhere.
struct Desk {
    hospitals: Hospitals,
    road: Road,
    settings: Settings,
    secrets: Secrets,
    account: Account,
    now: Timestamp,
}

/// The moment the acts begin.
fn begun() -> Timestamp {
    "2026-11-22T09:00:00+08:00".parse().unwrap()
}

impl Desk {
    fn new() -> Self {
        let settings = [
            ("base_url", "https://114.test"),
            ("mobile", "13800000000"),
            ("aes_key", "imed2019imed2019"),
        ];
        let settings: Settings = settings
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        Self {
            hospitals: Hospitals::default(),
            road: Road::default(),
            account: account(settings.clone()),
            settings,
            secrets: Secrets::new(),
            now: begun(),
        }
    }

    /// With real name and patients in memory.
    async fn ready() -> Self {
        let desk = Self::new();
        desk.learn().await;
        desk
    }

    async fn learn(&self) {
        self.road.takes([real_name(), patients()]);
        self.look(json!({ "do": "real_name" })).await.unwrap();
        self.look(json!({ "do": "patients" })).await.unwrap();
        self.road.sent();
    }

    fn visit(&self) -> Visit<'_> {
        Visit {
            now: self.now,
            chance: 0,
            settings: &self.settings,
            account: Some(&self.account),
            secrets: &self.secrets,
            http: &self.road,
            vault: &self.road,
        }
    }

    async fn look(&self, body: Value) -> Result<Value, ServiceError> {
        self.hospitals.look(&self.visit(), &body).await
    }

    async fn act(&self, body: &Value) -> Result<Value, ServiceError> {
        self.hospitals.act(&self.visit(), body).await
    }

    /// Asks what became of an act, that many seconds after it was begun.
    async fn ask_at(&mut self, seconds: i64, body: &Value) -> Result<Reconciled, ServiceError> {
        self.now = begun() + SignedDuration::from_secs(seconds);
        let visit = self.visit();
        self.hospitals.reconcile(&visit, body, begun()).await
    }
}

fn account(settings: Settings) -> Account {
    Account {
        id: "a1".into(),
        user: "u1".into(),
        service: Service::Hospital,
        name: "114".to_owned(),
        state: AccountState::Ready,
        problem: None,
        settings,
        created_at: begun(),
        signed_in_at: Some(begun()),
        shared: false,
    }
}

impl Road {
    fn takes(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().unwrap().extend(answers);
    }

    /// The requests sent since this was last asked.
    fn sent(&self) -> Vec<Request> {
        assert!(self.answers.lock().unwrap().is_empty(), "answers are left");
        std::mem::take(&mut self.sent.lock().unwrap())
    }

    /// Their paths.
    fn steps(&self) -> Vec<String> {
        self.sent().iter().map(step).collect()
    }
}

/// `order/save`
fn step(request: &Request) -> String {
    let path = request.url.split('?').next().unwrap();
    path.replacen("https://114.test/web/", "", 1)
}

fn json_of(request: &Request) -> Value {
    serde_json::from_slice(request.body.as_deref().unwrap()).unwrap()
}

/// The query without its moment, decoded.
fn query(request: &Request) -> Vec<(String, String)> {
    let query = request.url.split_once('?').unwrap().1;
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    pairs.filter(|(name, _)| name != "_time").collect()
}

/// A booking as an errand wishes it.
fn wish() -> Value {
    json!({
        "do": "book",
        "department": { "hos": "H90000001", "first": "04", "second": "644" },
        "date": "2026-11-27", "half_day": "afternoon", "doctor": "苏安例", "title": "副主任医师",
        "key": "5d0c3a1f00000000000000000000000000000001", "duty_time": "0",
        "patient": { "name": "王示例", "id_mask": "1101****0000" }, "card": "SOCIAL_SECURITY",
        "fee_max_fen": 6000, "agreed": null, "sms_code": null, "hospital_card": null,
    })
}

fn with(mut all: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        all[name] = value.clone();
    }
    all
}

fn wish_with(fields: Value) -> Value {
    with(wish(), &fields)
}

fn child() -> Value {
    wish_with(json!({ "patient": { "name": "王小例", "id_mask": "1101****0001" } }))
}

fn ok(body: &str) -> Response {
    Response {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.as_bytes().to_vec(),
    }
}

fn data(data: Value) -> Answer {
    Ok(ok(
        &json!({ "resCode": 0, "msg": null, "data": data }).to_string()
    ))
}

fn says(code: i64, words: &str) -> Answer {
    Ok(ok(
        &json!({ "resCode": code, "msg": words, "data": null }).to_string()
    ))
}

fn failed(status: u16) -> Answer {
    Ok(Response {
        status,
        body: b"{}".to_vec(),
        ..Response::default()
    })
}

fn no_answer() -> Answer {
    Err(HttpFailure::NoAnswer {
        text: "time-out".into(),
    })
}

fn not_sent() -> Answer {
    Err(HttpFailure::NotSent {
        text: "refused".into(),
    })
}

fn real_name() -> Answer {
    data(json!({ "status": "AUTH_PASS", "name": "*例", "message": "实名认证成功" }))
}

fn patients() -> Answer {
    Ok(ok(PATIENTS))
}

/// The confirm page with these fields.
fn shows(fields: Value) -> Answer {
    let page: Value = serde_json::from_str(CONFIRM).unwrap();
    data(with(page["data"].clone(), &fields))
}

fn confirmed() -> Answer {
    Ok(ok(CONFIRM))
}

/// The confirm page with these flags.
fn wants(flags: Value) -> Answer {
    shows(json!({ "dataItem": flags }))
}

fn saved() -> Answer {
    data(json!({ "orderNo": "900000000001", "lineup": false }))
}

fn page() -> Answer {
    Ok(ok(ORDER))
}

/// The order of the fixture, with these fields at its top.
fn order(fields: Value) -> Value {
    let order: Value = serde_json::from_str(ORDER).unwrap();
    with(order["data"].clone(), &fields)
}

/// The same flat, as the list shows it.
fn listed(fields: Value) -> Value {
    let mut flat = order(json!({}));
    for group in ["orderBaseInfo", "patientInfo"] {
        let fields = flat[group].take();
        flat = with(flat, &fields);
    }
    with(flat, &fields)
}

fn list(orders: &[Value]) -> Answer {
    data(json!({ "list": orders, "count": orders.len() }))
}

/// The code of a refusal, else the kind of the error.
fn code(error: &ServiceError) -> &str {
    match error {
        ServiceError::Refused { code, .. } => code,
        other => other.code(),
    }
}
