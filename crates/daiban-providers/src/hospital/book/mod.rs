//! Booking: one straight line of requests, each waiting for the answer to the one before.
//!
//! | request | what may end it there |
//! | --- | --- |
//! | `user/real-name/status`, `patient/list`, only what is not in memory | code `patient` |
//! | `product/confirm` | a no; [`BookResult::Stopped`] where it is not what was seen, or a person is needed |
//! | `order/save` | a clear no; anything else but a yes with a number is unsure |
//! | `order/detail`, unless it stands in line | nothing: with a number it is done |
//!
//! Up to `order/save` every error says that surely nothing was booked. From there on only the service can say, and
//! [`outcome`] asks it. Code 8008 ("there is one already") is not a success: the orders say which.
//!
//! [`BookResult::Stopped`]: super::booking::BookResult::Stopped

use daiban_core::error::ServiceError;
use daiban_core::provider::{Book, Gate, Reconciled, Visit};
use daiban_core::{Text, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::Hospitals;
use super::booking::BookWish;
use crate::body::asked;

pub(super) mod memory;

mod chain;
mod compare;
mod gate;
mod heard;
mod orders;
mod ours;
mod outcome;
mod person;
mod prepare;
mod send;

/// Answers `order`, `orders` and `lineup`; `None` when the body is another's.
///
/// # Errors
/// One of the eight.
pub(super) async fn look(
    _hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    orders::look(visit, body).await
}

/// `{"do":"send_order_code","key"}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    key: String,
}

/// Carries out `book` and `send_order_code`; `None` when the body is another's.
///
/// # Errors
/// `Unsure` once something may have happened.
pub(super) async fn act(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    Some(match body["do"].as_str()? {
        "book" => match asked::<BookWish>(body) {
            Ok(wish) => send::book(hospitals, visit, &wish).await,
            Err(error) => Err(error),
        },
        "send_order_code" => match asked::<Product>(body) {
            Ok(product) => send::code(hospitals, visit, &product.key).await,
            Err(error) => Err(error),
        },
        _ => return None,
    })
}

/// What became of such an act; `None` when the body is another's. Of messages only the person knows.
///
/// # Errors
/// Those of the questions, when they are not answered.
pub(super) async fn reconcile(
    hospitals: &Hospitals,
    visit: &Visit<'_>,
    body: &Value,
    sent_at: Timestamp,
) -> Option<Result<Reconciled, ServiceError>> {
    Some(match body["do"].as_str()? {
        "book" => match asked::<BookWish>(body) {
            Ok(wish) => outcome::became(hospitals, visit, &wish, sent_at).await,
            Err(error) => Err(error),
        },
        "send_order_code" => Ok(Reconciled::CannotKnow(Text::new(
            "114 没有说清短信发了没有，看看手机",
            "114 did not say clearly whether the message was sent; look at the phone",
        ))),
        _ => return None,
    })
}

/// Whether a booking may be sent.
pub(super) fn gate(book: &Book<'_>, body: &Value) -> Gate {
    gate::gate(book, body)
}
