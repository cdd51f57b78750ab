//! 12306, the railway.
//!
//! What is here: left tickets with prices, stations, the stops of a train, for which nobody needs to be signed in; the
//! sign-in by QR code; and the account's passengers.
//!
//! | file | what is in it | facts from |
//! | --- | --- | --- |
//! | [`classes`] | which classes a type of train can have | recorded answers |
//! | [`seats`] | classes, their codes and columns, what a cell means | 12306's order page; recorded answers |
//! | [`tickets`] | a row of a left-ticket answer | recorded answers, 2018–2026 |
//! | [`counts`] | what is left of each class, at what price | recorded answers, 2018–2026 |
//! | [`ends`] | between which stations a train may go | |
//! | [`stations`] | the station dictionary | the station file, 2018–2026 |
//! | [`wire`] | requests and replies | recorded sessions; public clients of the service |
//! | [`error`] | upstream words → the eight errors | 12306's scripts; public clients |
//! | [`flow`] | the public calls, over the `Http` port | the order in which the page makes them |
//! | `account` | the calls of somebody signed in, or about to be | a recorded session of 2024 |
//! | [`sign_in`] | the errand `rail.sign_in` | |
//! | [`standby`] | the calls of standing in line (候补) | a recorded session of 2024; public clients |
//! | `standby_after` | what became of a standby order, and the lists | the same |
//! | [`standby_rules`] | for what one may stand in line, and which listed order is ours | the same |
//! | [`reads`] | routes, sale times, journeys with a change of trains | public clients |
//! | `desk` | the same with names instead of telecodes; keeps session and dictionary | |
//! | `descriptor` | the service as data | |
//!
//! Looks: `{"do":"stations","text",limit?}` gives stations, `{"do":"tickets","date","from","to","student"?,"trains"?}` gives
//! [`tickets::Train`]s, `{"do":"rows",…}` with the same fields gives [`tickets::Row`]s, which hold what an order needs too,
//! `{"do":"stops","train_no","from","to","date"}` gives [`wire::StopAt`]s. Stations are named by name or telecode. `route`,
//! `sale_times` and `transfers` are told in [`reads`].
//! Of an account: `{"do":"signed_in"}`, `{"do":"passengers"}`, the steps of the sign-in, and what [`standby`] lists.

use async_trait::async_trait;
use daiban_core::account::{Account, AccountState, Secrets, Settings};
use daiban_core::call::NewCall;
use daiban_core::descriptor::Descriptor;
use daiban_core::errand::Machine;
use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::{Provider, Reconciled, Visit};
use daiban_core::service::Service;
use daiban_core::{Text, Timestamp};
use serde_json::{Value, json};

pub mod classes;
pub mod counts;
pub mod ends;
pub mod error;
pub mod flow;
pub mod orders;
pub mod reads;
pub mod seats;
pub mod sign_in;
pub mod standby;
pub mod standby_rules;
pub mod stations;
pub mod tickets;
pub mod wire;

mod account;
mod descriptor;
mod desk;
mod standby_after;

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

    /// An account holds nothing of its own: the sign-in is cookies.
    fn check_account(
        &self,
        _settings: &mut Settings,
        secrets: &mut Secrets,
    ) -> Result<(), InvalidInput> {
        match secrets.keys().next() {
            None => Ok(()),
            Some(name) => Err(InvalidInput::new(
                name,
                "这里不需要保密信息：登录用二维码",
                "no secret is needed here: sign in with the QR code",
            )),
        }
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
        let line = Line::of(visit)?;
        if let Some(answer) = standby::look(&line, body).await {
            return answer;
        }
        let answer = account::look(&line, body).await;
        answer.unwrap_or_else(|| Err(unknown()))
    }

    async fn act(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        let line = Line::of(visit)?;
        if let Some(answer) = standby::act(&line, body).await {
            return answer;
        }
        if body["do"] != "enter" {
            return Err(unknown());
        }
        let entered = account::enter(&line).await;
        self.forget_session(visit.account.map(|account| &account.id));
        entered
    }

    async fn reconcile(
        &self,
        visit: &Visit<'_>,
        body: &Value,
        sent_at: Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        let line = Line::of(visit)?;
        if let Some(became) = standby::reconcile(&line, body, sent_at).await {
            return became;
        }
        if body["do"] != "enter" {
            return Err(unknown());
        }
        account::entered(&line).await
    }
}

fn unknown() -> ServiceError {
    ServiceError::Refused {
        code: "do".to_owned(),
        text: Text::new("没有这个动作", "no such thing to do"),
    }
}
