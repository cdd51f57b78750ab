//! A scripted line, a vault that can be told to fail, and an account between them.

use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use daiban_core::Timestamp;
use daiban_core::account::{Account, AccountState, Secrets, Settings};
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, HttpFailure, Request, Response};
use daiban_core::provider::{Vault, Visit};
use daiban_core::secret::Secret;
use daiban_core::service::Service;
use serde_json::{Value, json};

use crate::vehicle::Vehicles;
use crate::vehicle::line::{Host, Line};

pub(super) const VIN: &str = "LTESTVHC7E0000001";
pub(super) const OTHER_VIN: &str = "LTESTVHC9E0000002";

pub(super) fn now() -> Timestamp {
    "2026-11-22T09:00:00+08:00".parse().unwrap()
}

/// Answers, or the lack of one, in their order; what was sent is kept.
#[derive(Default)]
pub(super) struct Script {
    answers: Mutex<VecDeque<Result<Response, HttpFailure>>>,
    pub(super) sent: Mutex<Vec<Request>>,
    pub(super) kept: Mutex<Vec<Secrets>>,
}

impl Script {
    pub(super) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = answers.into_iter().map(|Answer(answer)| answer).collect();
        Self {
            answers: Mutex::new(answers),
            ..Self::default()
        }
    }

    /// `GET d /path?query access-1`: the method, the host's first letter, path and query, the token.
    pub(super) fn told(&self) -> Vec<String> {
        self.sent.lock().unwrap().iter().map(told).collect()
    }

    /// The values of one header, of every request.
    pub(super) fn headers(&self, name: &str) -> Vec<String> {
        let sent = self.sent.lock().unwrap();
        sent.iter().filter_map(|it| header(it, name)).collect()
    }
}

pub(super) fn header(request: &Request, name: &str) -> Option<String> {
    let mut headers = request.headers.iter();
    headers
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.clone())
}

fn told(request: &Request) -> String {
    let (host, path) = request.url.strip_prefix("https://").unwrap().split_at(1);
    let path = &path[path.find('/').unwrap()..];
    let token = header(request, "authorization").unwrap_or_default();
    let line = format!("{} {host} {path} {token}", request.method.as_str());
    line.trim_end().to_owned()
}

#[async_trait]
impl Http for Script {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        self.sent.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        answer.unwrap_or_else(|| Err(not_sent().0.unwrap_err()))
    }
}

#[async_trait]
impl Vault for Script {
    async fn keep(&self, changed: Secrets) -> Result<(), ServiceError> {
        self.kept.lock().unwrap().push(changed);
        Ok(())
    }
}

pub(super) struct Answer(pub(super) Result<Response, HttpFailure>);

pub(super) fn answered(status: u16, body: &str) -> Answer {
    Answer(Ok(Response {
        status,
        headers: Vec::new(),
        body: body.into(),
    }))
}

/// A code as cars answer it.
pub(super) fn code(code: &str) -> Answer {
    let body = json!({ "code": code, "data": null, "message": "words of the service" });
    answered(200, &body.to_string())
}

/// A pair as accounts answer it.
pub(super) fn pair(number: u32) -> Answer {
    let body = json!({ "code": 1000, "data": {
        "accessToken": format!("access-{number}"), "refreshToken": format!("refresh-{number}"), "expiresIn": 7200,
    } });
    answered(200, &body.to_string())
}

pub(super) fn page() -> Answer {
    answered(200, "\n<!DOCTYPE html><html></html>")
}

pub(super) fn no_answer() -> Answer {
    let text = "time-out".to_owned();
    Answer(Err(HttpFailure::NoAnswer { text }))
}

pub(super) fn not_sent() -> Answer {
    let text = "connection refused".to_owned();
    Answer(Err(HttpFailure::NotSent { text }))
}

/// One account of a provider that has just started.
pub(super) struct Owner<'a> {
    pub(super) vehicles: Vehicles,
    script: &'a Script,
    account: Account,
    settings: Settings,
    secrets: Secrets,
}

impl<'a> Owner<'a> {
    pub(super) fn new(script: &'a Script) -> Self {
        let settings = [
            ("profile", "lynkco-2023"),
            ("user_url", "https://users.test"),
            ("device_url", "https://devices.test"),
        ];
        let secrets = [
            ("app_secret", "daiban-made-up-key-0123456789abc"),
            ("access_token", "access-1"),
            ("refresh_token", "refresh-1"),
            ("user_id", "1000001"),
            ("client_id", "CLIENT1"),
            ("device_id", "00000000-0000-4000-8000-000000000000"),
        ];
        Self {
            vehicles: Vehicles::default(),
            script,
            account: account(),
            settings: settings
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
            secrets: secrets
                .map(|(name, value)| (name.into(), Secret::from(value)))
                .into(),
        }
    }

    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(super) fn seal(mut self, name: &str, value: &str) -> Self {
        self.secrets.insert(name.to_owned(), Secret::from(value));
        self
    }

    pub(super) fn visit(&self) -> Visit<'_> {
        Visit {
            now: now(),
            chance: 7,
            settings: &self.settings,
            account: Some(&self.account),
            secrets: &self.secrets,
            http: self.script,
            vault: self.script,
        }
    }

    /// A question about a car.
    pub(super) async fn ask(&self, vin: &str) -> Result<Value, ServiceError> {
        let visit = self.visit();
        let line = Line::of(&self.vehicles, &visit).await?;
        line.ask(line.get(Host::Device, &format!("/car/{vin}")))
            .await
    }

    /// A command to a car.
    pub(super) async fn tell(&self, vin: &str) -> Result<Value, ServiceError> {
        let visit = self.visit();
        let line = Line::of(&self.vehicles, &visit).await?;
        let body = json!({ "command": "start" });
        line.tell(line.put(Host::Device, &format!("/car/{vin}"), &body))
            .await
    }
}

fn account() -> Account {
    Account {
        id: "a1".into(),
        user: "u1".into(),
        service: Service::Vehicle,
        name: "车".into(),
        state: AccountState::Ready,
        problem: None,
        settings: Settings::new(),
        created_at: now(),
        signed_in_at: None,
        shared: false,
    }
}

/// The name of an error, and its code where it is a refusal.
pub(super) fn named(result: &Result<Value, ServiceError>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(ServiceError::Refused { code, .. }) => format!("refused {code}"),
        Err(other) => other.code().to_owned(),
    }
}
