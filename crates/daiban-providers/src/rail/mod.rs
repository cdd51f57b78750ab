//! 12306, the railway.
//!
//! What is here: left tickets with prices, stations, the stops of a train. Nobody needs to be signed in for these.
//!
//! | file | what is in it | facts from |
//! | --- | --- | --- |
//! | [`seats`] | classes, their codes and columns, what a cell means | 12306's order page; recorded answers |
//! | [`tickets`] | a row of a left-ticket answer | recorded answers, 2018–2026 |
//! | [`counts`] | what is left of each class, at what price | recorded answers, 2018–2026 |
//! | [`stations`] | the station dictionary | the station file, 2018–2026 |
//! | [`wire`] | requests and replies | recorded sessions; public clients of the service |
//! | [`error`] | upstream words → the eight errors | 12306's scripts; public clients |
//! | [`flow`] | the calls, over the `Http` port | the order in which the page makes them |
//! | `desk` | the same with names instead of telecodes; keeps session and dictionary | |
//! | `descriptor` | the service as data | |
//!
//! Looks: `{"do":"stations","text",limit?}` gives stations, `{"do":"tickets","date","from","to","student"?,"trains"?}` gives
//! [`tickets::Train`]s, `{"do":"rows",…}` with the same fields gives [`tickets::Row`]s, which hold what an order needs too,
//! `{"do":"stops","train_no","from","to","date"}` gives [`wire::StopAt`]s. Stations are named by name or telecode.

use async_trait::async_trait;
use daiban_core::account::{Account, Secrets, Settings};
use daiban_core::call::NewCall;
use daiban_core::descriptor::Descriptor;
use daiban_core::errand::Machine;
use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::{Provider, Reconciled, Visit};
use daiban_core::{Text, Timestamp};
use serde_json::Value;

pub mod counts;
pub mod error;
pub mod flow;
pub mod seats;
pub mod stations;
pub mod tickets;
pub mod wire;

mod descriptor;
mod desk;

pub use desk::{NoAnswer, Rail, TicketWish};

#[async_trait]
impl Provider for Rail {
    fn descriptor(&self) -> &'static Descriptor {
        &descriptor::DESCRIPTOR
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        Vec::new()
    }

    /// An account holds nothing yet: the looks need none.
    fn check_account(
        &self,
        _settings: &mut Settings,
        secrets: &mut Secrets,
    ) -> Result<(), InvalidInput> {
        match secrets.keys().next() {
            None => Ok(()),
            Some(name) => Err(InvalidInput::new(
                name,
                "这里不需要保密信息",
                "no secret is needed here",
            )),
        }
    }

    fn proof(&self, _account: &Account, _secrets: &Secrets) -> Option<NewCall> {
        None
    }

    async fn look(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        match self.public_look(visit, body).await {
            Some(answer) => answer,
            None => Err(unknown()),
        }
    }

    /// There is nothing that changes the world here.
    async fn act(&self, _visit: &Visit<'_>, _body: &Value) -> Result<Value, ServiceError> {
        Err(unknown())
    }

    async fn reconcile(
        &self,
        _visit: &Visit<'_>,
        _body: &Value,
        _sent_at: Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        Err(unknown())
    }
}

fn unknown() -> ServiceError {
    ServiceError::Refused {
        code: "do".to_owned(),
        text: Text::new("没有这个动作", "no such thing to do"),
    }
}
