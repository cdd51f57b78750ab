//! 12306, the railway.
//!
//! What is here: left tickets with prices, stations, the stops of a train, for which nobody needs to be signed in; the
//! sign-in by QR code or by password and text message; and the account's passengers.
//!
//! | file | what is in it | facts from |
//! | --- | --- | --- |
//! | [`seats`] | classes, their codes and columns, what a cell means | 12306's order page; recorded answers |
//! | [`tickets`] | a row of a left-ticket answer | recorded answers, 2018–2026 |
//! | [`counts`] | what is left of each class, at what price | recorded answers, 2018–2026 |
//! | [`stations`] | the station dictionary | the station file, 2018–2026 |
//! | [`wire`] | requests and replies | recorded sessions; public clients of the service |
//! | [`error`] | upstream words → the eight errors | 12306's scripts; public clients |
//! | [`flow`] | the public calls, over the `Http` port | the order in which the page makes them |
//! | `account` | the looks of somebody signed in, or about to be | a recorded session of 2024 |
//! | `entering` | the steps into an account | a recorded session of 2024; the sign-in script |
//! | `secrets` | what a password sign-in is given | the sign-in script |
//! | [`sign_in`] | the errand `rail.sign_in` | |
//! | `desk` | the same with names instead of telecodes; keeps session and dictionary | |
//! | `descriptor` | the service as data | |
//!
//! Looks: `{"do":"stations","text",limit?}` gives stations, `{"do":"tickets","date","from","to","student"?,"trains"?}` gives
//! [`tickets::Train`]s, `{"do":"rows",…}` with the same fields gives [`tickets::Row`]s, which hold what an order needs too,
//! `{"do":"stops","train_no","from","to","date"}` gives [`wire::StopAt`]s. Stations are named by name or telecode.
//! Of an account: `{"do":"signed_in"}`, `{"do":"keep_alive"}`, `{"do":"passengers"}`, and the steps of the sign-in.

use async_trait::async_trait;
use daiban_core::account::{Account, AccountState, Secrets, Settings};
use daiban_core::call::NewCall;
use daiban_core::descriptor::Descriptor;
use daiban_core::errand::Machine;
use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::{Book, Gate, Provider, Reconciled, Visit};
use daiban_core::service::Service;
use daiban_core::{Text, Timestamp};
use serde_json::{Value, json};

pub mod counts;
pub mod error;
pub mod flow;
pub mod orders;
pub mod seats;
pub mod sign_in;
pub mod stations;
pub mod tickets;
pub mod wire;

mod account;
mod descriptor;
mod desk;
mod entering;
mod secrets;

use flow::Line;

pub use desk::{NoAnswer, Rail, TicketWish};

#[async_trait]
impl Provider for Rail {
    fn descriptor(&self) -> &'static Descriptor {
        &descriptor::DESCRIPTOR
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        vec![Box::new(sign_in::SignIn)]
    }

    /// The sign-in is cookies. Login name, password and ID tail are for the password way: all three, or none.
    fn check_account(
        &self,
        _settings: &mut Settings,
        secrets: &mut Secrets,
    ) -> Result<(), InvalidInput> {
        secrets::check(secrets)
    }

    /// An account that never signed in has nothing to prove.
    fn proof(&self, account: &Account, _secrets: &Secrets) -> Option<NewCall> {
        let body = json!({ "do": "signed_in" });
        let was_signed_in = account.state != AccountState::New;
        was_signed_in.then(|| NewCall::look("proof", Service::Rail, &account.id, body))
    }

    async fn look(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        if let Some(answer) = self.public_look(visit, body).await {
            return answer;
        }
        if let Some(answer) = entering::look(visit, body).await {
            return answer;
        }
        let answer = account::look(&Line::of(visit)?, body).await;
        answer.unwrap_or_else(|| Err(unknown()))
    }

    async fn act(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        let answer = entering::act(self, visit, body).await;
        answer.unwrap_or_else(|| Err(unknown()))
    }

    async fn reconcile(
        &self,
        visit: &Visit<'_>,
        body: &Value,
        _sent_at: Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        let answer = entering::reconcile(visit, body).await;
        answer.unwrap_or_else(|| Err(unknown()))
    }

    fn gate(&self, book: &Book<'_>, body: &Value) -> Gate {
        entering::gate(book, body).unwrap_or(Gate::Send)
    }
}

fn unknown() -> ServiceError {
    ServiceError::Refused {
        code: "do".to_owned(),
        text: Text::new("没有这个动作", "no such thing to do"),
    }
}
