//! 114, the booking of doctors in Beijing (北京114预约挂号).
//!
//! The form of its web page of 2022–23, whose booking the service has closed since: judged on the simulator, with the address
//! a setting. A second dialect, 京通, has its reading calls here, marked experimental.
//!
//! | file | what is in it | facts from |
//! | --- | --- | --- |
//! | [`places`], [`slots`], [`booking`] | hospitals, calendars, places of a day, bookings as values | |
//! | [`line`](mod@line) | one request as the page makes it | clients of 2021–2023 |
//! | [`error`] | upstream codes and words → the eight errors | the page's script; clients of 2019–2023 |
//! | [`wire`] | requests and replies | a description of the page's calls of 2022; clients of 2021–2023 |
//! | [`jingtong`] | the reading calls of 京通 | a client of 2026 |
//! | `dialect` | which of the two forms is spoken | |
//! | `catalogue` | hospitals and departments, kept with their age | |
//! | `calendar` | calendars and places of a day | |
//! | `days` | weeks put together | |
//! | `release` | when places are released; how watching looks are sent | users of public clients |
//! | `shelf` | answers kept by question; one request for all who ask | |
//! | [`fees`] | what a visit costs at least | the city's table of 2017 |
//! | `checks` | wishes refused by what everybody is told | |
//! | [`cipher`] | phone and codes as the service takes them | the page's script; clients |
//! | `account` | what an account is given | |
//! | `session`, `people` | the steps into an account; patients and real name | a description of the page's calls of 2022; clients |
//! | [`sign_in`] | the errand `hospital.sign_in` | |
//! | `book` | booking, the line, the orders; what became of a booking | the same; a mobile page of the service |
//! | [`visit`] | the errand `hospital.visit` | |
//! | `desk` | what is kept between calls, in memory only | |
//!
//! The public looks are told in `catalogue` and `calendar`, those of an account in `session`, `people` and `book`, with the
//! acts.

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

pub mod booking;
pub mod cipher;
pub mod error;
pub mod fees;
pub mod jingtong;
pub mod line;
pub mod places;
pub mod sign_in;
pub mod slots;
pub mod visit;
pub mod wire;

mod account;
mod book;
mod calendar;
mod catalogue;
mod checks;
mod days;
mod descriptor;
mod desk;
mod dialect;
mod people;
mod release;
mod session;
mod shelf;

pub use desk::Hospitals;
pub use visit::VISIT;

#[async_trait]
impl Provider for Hospitals {
    fn descriptor(&self) -> &'static Descriptor {
        &descriptor::DESCRIPTOR
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        vec![Box::new(sign_in::SignIn), Box::new(visit::Visit)]
    }

    /// The sign-in is cookies. The phone gets the messages; full card numbers are for bookings, if at all.
    fn check_account(
        &self,
        settings: &mut Settings,
        secrets: &mut Secrets,
    ) -> Result<(), InvalidInput> {
        account::check(settings, secrets)
    }

    async fn check_people(
        &self,
        visit: &Visit<'_>,
        kind: &str,
        wishes: &Value,
    ) -> Result<(), InvalidInput> {
        match kind {
            "hospital.visit" => people::check(self, visit, wishes).await,
            _ => Ok(()),
        }
    }

    async fn check_wishes(
        &self,
        visit: &Visit<'_>,
        kind: &str,
        wishes: &Value,
    ) -> Result<(), InvalidInput> {
        match kind {
            "hospital.visit" => checks::check_visit(self, visit, wishes).await,
            _ => Ok(()),
        }
    }

    fn known_by(&self, settings: &Settings, _secrets: &Secrets) -> Vec<(&'static str, String)> {
        let mobile = settings.get("mobile").filter(|mobile| !mobile.is_empty());
        let known = mobile.map(|mobile| ("mobile", mobile.clone()));
        known.into_iter().collect()
    }

    /// An account that never signed in has nothing to prove.
    fn proof(&self, account: &Account, _secrets: &Secrets) -> Option<NewCall> {
        let body = json!({ "do": "signed_in" });
        let was_signed_in = account.state != AccountState::New;
        was_signed_in.then(|| NewCall::look("proof", Service::Hospital, &account.id, body))
    }

    async fn look(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        if let Some(answer) = calendar::look(self, visit, body).await {
            return answer;
        }
        if let Some(answer) = catalogue::look(self, visit, body).await {
            return answer;
        }
        if let Some(answer) = session::look(self, visit, body).await {
            return answer;
        }
        if let Some(answer) = people::look(self, visit, body).await {
            return answer;
        }
        let answer = book::look(self, visit, body).await;
        answer.unwrap_or_else(|| Err(unknown()))
    }

    async fn act(&self, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
        if let Some(answer) = session::act(self, visit, body).await {
            return answer;
        }
        let answer = book::act(self, visit, body).await;
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
        let became = book::reconcile(self, visit, body, sent_at).await;
        became.unwrap_or_else(|| Err(unknown()))
    }

    fn gate(&self, book: &Book<'_>, body: &Value) -> Gate {
        book::gate(book, body)
    }
}

fn unknown() -> ServiceError {
    ServiceError::Refused {
        code: "do".to_owned(),
        text: Text::new("没有这个动作", "no such thing to do"),
    }
}
