//! An account of 114: what it may hold, how it signs in, who its patients are; over a scripted line and, for the errand, a
//! clock moved by hand.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod kit;

#[path = "hospital_session/cookies.rs"]
mod cookies;
#[path = "hospital_session/errand.rs"]
mod errand;
#[path = "hospital_session/people.rs"]
mod people;
#[path = "hospital_session/steps.rs"]
mod steps;

use std::collections::VecDeque;
use std::sync::Mutex;

use daiban_core::Timestamp;
use daiban_core::account::{Account, AccountState, Secrets, Settings};
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, HttpFailure, Method, Request, Response};
use daiban_core::provider::{Provider, Reconciled, Vault, Visit};
use daiban_core::secret::Secret;
use daiban_core::service::Service;
use daiban_providers::hospital::Hospitals;
use serde_json::{Value, json};

const MOBILE: &str = "13800000000";
/// [`MOBILE`] as the service wants it written, and as it stands in an address.
const SEALED: &str = "6k2KLiMypmSg77JZzVB2PQ==";
const SEALED_IN_QUERY: &str = "6k2KLiMypmSg77JZzVB2PQ%3D%3D";
const NOW_MS: &str = "_time=1795309200000";

fn now() -> Timestamp {
    "2026-11-22T09:00:00+08:00".parse().unwrap()
}

/// Answers, or the lack of one, in their order; what was sent is kept.
struct Script {
    answers: Mutex<VecDeque<Result<Response, HttpFailure>>>,
    sent: Mutex<Vec<Request>>,
}

impl Script {
    fn new<A: Into<Answer>>(answers: impl IntoIterator<Item = A>) -> Self {
        let answers = answers.into_iter().map(|answer| answer.into().0);
        Self {
            answers: Mutex::new(answers.collect()),
            sent: Mutex::default(),
        }
    }

    /// `GET path?query` or `POST path body`, without the moment.
    fn told(&self) -> Vec<String> {
        let sent = self.sent.lock().unwrap();
        sent.iter().map(told).collect()
    }
}

fn told(request: &Request) -> String {
    let url = request.url.replacen("https://114.test/", "", 1);
    assert!(url.contains(NOW_MS), "{url}");
    let url = url.replacen(NOW_MS, "", 1).replacen("?&", "?", 1);
    let url = url.trim_end_matches('?');
    match (request.method, &request.body) {
        (Method::Get, None) => format!("GET {url}"),
        (Method::Post, Some(body)) => format!("POST {url} {}", String::from_utf8_lossy(body)),
        odd => panic!("{odd:?}"),
    }
}

struct Answer(Result<Response, HttpFailure>);

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self(Ok(response))
    }
}

impl From<&str> for Answer {
    fn from(body: &str) -> Self {
        Self(Ok(ok(body)))
    }
}

impl From<Value> for Answer {
    fn from(data: Value) -> Self {
        Self(Ok(data_of(data)))
    }
}

impl From<HttpFailure> for Answer {
    fn from(failure: HttpFailure) -> Self {
        Self(Err(failure))
    }
}

#[async_trait::async_trait]
impl Http for Script {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        self.sent.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        answer.unwrap_or_else(|| {
            Err(HttpFailure::NotSent {
                text: "the script is over".into(),
            })
        })
    }
}

#[async_trait::async_trait]
impl Vault for Script {
    async fn keep(&self, _: Secrets) -> Result<(), ServiceError> {
        panic!("nothing to keep")
    }
}

fn ok(body: &str) -> Response {
    status(200, body)
}

fn status(status: u16, body: &str) -> Response {
    Response {
        status,
        headers: Vec::new(),
        body: body.into(),
    }
}

/// An answer that went well, with this data.
fn data_of(data: Value) -> Response {
    ok(&json!({ "resCode": 0, "msg": null, "data": data }).to_string())
}

/// A no, in the service's form.
fn refusal(code: i64, words: &str) -> Response {
    ok(&json!({ "resCode": code, "msg": words, "data": null }).to_string())
}

/// The smallest thing that begins like a PNG.
fn png() -> Response {
    Response {
        body: b"\x89PNG\r\n\x1a\nbytes".to_vec(),
        ..ok("")
    }
}

const PAGE: &str = "<!DOCTYPE html><html><body>登录</body></html>";

fn no_answer() -> HttpFailure {
    HttpFailure::NoAnswer {
        text: "time-out".into(),
    }
}

fn user() -> Value {
    json!({ "userId": 900_000_001, "name": "*示", "mobile": "138****0000" })
}

/// One account of a provider that has just started, over a scripted line.
struct Signed<'a> {
    hospitals: Hospitals,
    http: &'a dyn Http,
    vault: &'a Script,
    account: Account,
    settings: Settings,
    secrets: Secrets,
}

impl<'a> Signed<'a> {
    fn new(http: &'a Script) -> Self {
        Self::over(http, http)
    }

    fn over(http: &'a dyn Http, vault: &'a Script) -> Self {
        let settings = [
            ("base_url", "https://114.test/"),
            ("aes_key", "imed2019imed2019"),
            ("key_from", "setting"),
            ("mobile", MOBILE),
        ];
        Self {
            hospitals: Hospitals::default(),
            http,
            vault,
            account: Account {
                id: "a1".into(),
                user: "u1".into(),
                service: Service::Hospital,
                name: "家".into(),
                state: AccountState::Ready,
                problem: None,
                settings: Settings::new(),
                created_at: now(),
                signed_in_at: None,
                shared: false,
            },
            settings: settings
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            secrets: Secrets::from([("card_nos".to_owned(), Secret::new("10000000000X"))]),
        }
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    fn visit(&self) -> Visit<'_> {
        Visit {
            now: now(),
            chance: 0,
            settings: &self.settings,
            account: Some(&self.account),
            secrets: &self.secrets,
            http: self.http,
            vault: self.vault,
        }
    }

    async fn look(&self, body: Value) -> Result<Value, ServiceError> {
        self.hospitals.look(&self.visit(), &body).await
    }

    async fn act(&self, body: Value) -> Result<Value, ServiceError> {
        self.hospitals.act(&self.visit(), &body).await
    }

    async fn reconcile(&self, body: Value) -> Result<Reconciled, ServiceError> {
        self.hospitals.reconcile(&self.visit(), &body, now()).await
    }
}

/// The code of a refusal, or of whatever else it is.
fn code_of<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result.unwrap_err() {
        ServiceError::Refused { code, .. } => code,
        other => other.code().to_owned(),
    }
}
