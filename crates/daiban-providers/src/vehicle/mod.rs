//! A connected car of the Lynk & Co family (领克): what it tells, and a few things it can be told to do.
//!
//! | file | what is in it | facts from |
//! | --- | --- | --- |
//! | [`profile`] | brands as data: hosts, headers, paths, codes | a public description of 2020–23; public clients, 2020–2026 |
//! | [`reading`], [`command`] | what a car tells, what it can be told, as values | |
//! | [`signature`] | version 1.0 of signed requests | six public clients |
//! | [`gcj`] | positions as maps in China shift them, and back | the published formula |
//! | [`wire`] | requests and replies | the same description and clients |
//! | [`error`] | upstream codes → the eight errors | public clients and their issue lists |
//! | `line` | one request: where it goes, dressed, signed; sent once more where that is safe | the same |
//! | `garage` | which car of an account is meant | |
//! | `session` | tokens: for a code, renewed | the same |
//! | [`sign_in`] | the errand `vehicle.sign_in` | |
//! | `looks` | status, cars, capabilities, data of the SIM card | |
//! | [`order`] | a command: sent, gated, what became of it; the errand `vehicle.command` | |
//! | [`watch`] | the errand `vehicle.watch` | |
//! | `account`, `descriptor`, `desk` | what an account is given; the service as data; what is kept in memory | |

use async_trait::async_trait;
use daiban_core::account::{Account, Secrets, Settings};
use daiban_core::call::NewCall;
use daiban_core::descriptor::Descriptor;
use daiban_core::errand::Machine;
use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::{Book, Gate, Provider, Reconciled, Visit};
use daiban_core::service::Service;
use daiban_core::{Text, Timestamp};
use serde_json::{Value, json};

pub mod command;
pub mod error;
pub mod gcj;
pub mod order;
pub mod profile;
pub mod reading;
pub mod sign_in;
pub mod signature;
pub mod watch;
pub mod wire;

mod account;
mod descriptor;
mod desk;
mod garage;
mod line;
mod looks;
mod session;

pub use desk::Vehicles;

#[async_trait]
impl Provider for Vehicles {
    fn descriptor(&self) -> &'static Descriptor {
        &descriptor::DESCRIPTOR
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        vec![
            Box::new(watch::Watch),
            Box::new(order::Carried),
            Box::new(sign_in::SignIn),
        ]
    }

    fn check_account(
        &self,
        settings: &mut Settings,
        secrets: &mut Secrets,
    ) -> Result<(), InvalidInput> {
        account::check(settings, secrets)
    }

    fn private(&self, settings: &Settings) -> Vec<String> {
        account::private(settings)
    }

    fn known_by(&self, settings: &Settings, secrets: &Secrets) -> Vec<(&'static str, String)> {
        account::known_by(settings, secrets)
    }

    /// Tokens are proven by listing the cars; an auth code is good once and is left to the sign-in.
    fn proof(&self, account: &Account, secrets: &Secrets) -> Option<NewCall> {
        let has_token = secrets.get("access_token").is_some_and(|it| !it.is_empty());
        let body = json!({ "do": "signed_in" });
        has_token.then(|| NewCall::look("proof", Service::Vehicle, &account.id, body))
    }

    async fn look(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        if let Some(answer) = session::look(self, visit, body).await {
            return answer;
        }
        let answer = looks::look(self, visit, body).await;
        answer.unwrap_or_else(|| Err(unknown()))
    }

    async fn act(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        if let Some(answer) = session::act(self, visit, body).await {
            return answer;
        }
        let answer = order::act(self, visit, body).await;
        answer.unwrap_or_else(|| Err(unknown()))
    }

    async fn reconcile(
        &self,
        visit: &Visit<'_>,
        body: &Value,
        sent_at: Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        if let Some(became) = session::reconcile(self, visit, body, sent_at).await {
            return became;
        }
        let became = order::reconcile(self, visit, body, sent_at).await;
        became.unwrap_or_else(|| Err(unknown()))
    }

    fn book_key(&self, body: &Value) -> Option<String> {
        looks::book_key(body)
    }

    fn gate(&self, book: &Book<'_>, body: &Value) -> Gate {
        order::gate(book, body)
    }
}

fn unknown() -> ServiceError {
    ServiceError::Refused {
        code: "do".to_owned(),
        text: Text::new("没有这个动作", "no such thing to do"),
    }
}
