//! 12306, the railway.
//!
//! What is here: left tickets with prices, stations, stops, sale times and journeys with a change, for which nobody needs
//! to be signed in; the sign-in by QR code or by password and text message; ordering and standing in line; and the errand
//! that does all of it for its owner.
//!
//! | file | what is in it | facts from |
//! | --- | --- | --- |
//! | [`classes`] | which classes a type of train can have | recorded answers |
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
//! | [`orders`] | orders as values | the unfinished-order and order lists |
//! | [`order::choice`] | seats by letter, berths by height | 12306's order page |
//! | `order`, `order::prepare` | placing an order | a recorded session of 2024; public clients of the service |
//! | `order::outcome` | what became of an order | |
//! | `order::lists` | the lists of orders; withdrawing one | public clients of the service |
//! | `order::gate` | whether an order may be sent | |
//! | `order::memory` | people and the order under way, in memory | |
//! | [`standby`] | the calls of standing in line (候补) | a recorded session of 2024; public clients |
//! | `standby::after` | what became of a standby order, and the lists | the same |
//! | [`standby::rules`] | for what one may stand in line, and which listed order is ours | the same |
//! | [`reads`] | routes, sale times, journeys with a change of trains | public clients |
//! | [`ticket`] | the errand `rail.ticket` | |
//! | `desk` | the public looks with names instead of telecodes; keeps session and dictionary | |
//! | `descriptor` | the service as data | |
//!
//! Looks: `{"do":"stations","text",limit?}` gives stations, `{"do":"tickets","date","from","to","student"?,"trains"?}` gives
//! [`tickets::Train`]s, `{"do":"rows",…}` with the same fields gives [`tickets::Row`]s, which hold what an order needs too,
//! `{"do":"stops","train_no","from","to","date"}` gives [`wire::StopAt`]s. Stations are named by name or telecode. `route`,
//! `sale_times` and `transfers` are told in [`reads`].
//! Of an account: `{"do":"signed_in"}`, `{"do":"keep_alive"}`, `{"do":"passengers"}`, `{"do":"unfinished"}` gives an [`orders::Unfinished`],
//! `{"do":"orders","from","to","which"?}` gives `{"orders","complete"}`, the steps of the sign-in, and what [`standby`]
//! lists.
//!
//! Acts: `{"do":"order",…}` with the fields of an [`orders::OrderWish`] gives an [`orders::Ordered`],
//! `{"do":"cancel_order","order_no"}` gives `{"cancelled":true}`, those of the sign-in, and those of [`standby`].

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

pub mod classes;
pub mod counts;
pub mod error;
pub mod flow;
pub mod order;
pub mod orders;
pub mod reads;
pub mod seats;
pub mod sign_in;
pub mod standby;
pub mod stations;
pub mod ticket;
pub mod tickets;
pub mod wire;

mod account;
mod descriptor;
mod desk;
mod entering;
mod secrets;

use desk::{asked, whose};
use flow::Line;

pub use descriptor::TICKET;
pub use desk::{NoAnswer, Rail, TicketWish};

#[async_trait]
impl Provider for Rail {
    fn descriptor(&self) -> &'static Descriptor {
        &descriptor::DESCRIPTOR
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        vec![Box::new(sign_in::SignIn), Box::new(ticket::Ticket)]
    }

    /// The sign-in is cookies. Login name, password and ID tail are for the password way: all three, or none.
    fn check_account(
        &self,
        _settings: &mut Settings,
        secrets: &mut Secrets,
    ) -> Result<(), InvalidInput> {
        secrets::check(secrets)
    }

    async fn check_wishes(
        &self,
        visit: &Visit<'_>,
        kind: &str,
        wishes: &Value,
    ) -> Result<(), InvalidInput> {
        match kind {
            "rail.ticket" => self.check_places(visit, wishes).await,
            _ => Ok(()),
        }
    }

    fn known_by(&self, _settings: &Settings, secrets: &Secrets) -> Vec<(&'static str, String)> {
        let login = secrets.get("username").map(|login| login.reveal().trim());
        let login = login.filter(|login| !login.is_empty());
        let known = login.map(|login| ("username", login.to_lowercase()));
        known.into_iter().collect()
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
        let line = Line::of(visit)?;
        if body["do"] == "passengers" {
            return account::passengers(self, &line, &whose(visit)).await;
        }
        if let Some(answer) = order::lists::look(&line, body).await {
            return answer;
        }
        if let Some(answer) = standby::look(&line, body).await {
            return answer;
        }
        let answer = account::look(&line, body).await;
        answer.unwrap_or_else(|| Err(unknown()))
    }

    async fn act(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        if let Some(answer) = entering::act(self, visit, body).await {
            return answer;
        }
        let line = Line::of(visit)?;
        match body["do"].as_str() {
            Some("order") => order::act(self, &line, &whose(visit), &asked(body)?).await,
            Some("cancel_order") => order::lists::cancel(&line, body).await,
            _ => {
                let answer = standby::act(self, &line, &whose(visit), body).await;
                answer.unwrap_or_else(|| Err(unknown()))
            }
        }
    }

    async fn reconcile(
        &self,
        visit: &Visit<'_>,
        body: &Value,
        sent_at: Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        if let Some(became) = entering::reconcile(visit, body).await {
            return became;
        }
        let line = Line::of(visit)?;
        match body["do"].as_str() {
            Some("order") => {
                let wish = asked(body)?;
                order::outcome::ordered(self, &line, &whose(visit), &wish, sent_at).await
            }
            Some("cancel_order") => order::lists::was_cancelled(&line, body).await,
            _ => {
                let became = standby::reconcile(&line, body, sent_at).await;
                became.unwrap_or_else(|| Err(unknown()))
            }
        }
    }

    /// No order while another of the account has no outcome, and none on a day on which the service takes no more.
    fn gate(&self, book: &Book<'_>, body: &Value) -> Gate {
        entering::gate(book, body).unwrap_or_else(|| order::gate::gate(book, body))
    }
}

fn unknown() -> ServiceError {
    ServiceError::Refused {
        code: "do".to_owned(),
        text: Text::new("没有这个动作", "no such thing to do"),
    }
}
