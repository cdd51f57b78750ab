//! Whether an order or a standby order may be sent now. Pure.
//!
//! Two orders for one wish are the worst that can happen, and a day's limit of withdrawn orders the second worst: so while
//! one order's outcome is unknown no other is sent for that account, and once the service has said that it takes no more
//! orders today, none is sent until midnight.

use daiban_core::call::{Call, CallState, Outcome};
use daiban_core::error::ServiceError;
use daiban_core::provider::{Book, Gate};
use daiban_core::{Text, Timestamp, dates};
use serde_json::Value;

use crate::rail::error::{CANCELLED_TOO_OFTEN, text_means};

/// May this act be sent? Acts other than orders always may.
#[must_use]
pub(in crate::rail) fn gate(book: &Book<'_>, body: &Value) -> Gate {
    if !is_order(body) {
        return Gate::Send;
    }
    let orders = || book.ledger.iter().filter(|call| is_order(&call.call.body));
    if orders().any(is_open) {
        return Gate::Refuse(ServiceError::Busy {
            retry_after_s: Some(30),
            text: Text::new(
                "这个账号有一张订单还没有结果",
                "an order of this account has no outcome yet",
            ),
        });
    }
    match orders().find_map(|call| closed_today(call, book.now)) {
        Some(text) => Gate::Refuse(ServiceError::Refused {
            code: CANCELLED_TOO_OFTEN.to_owned(),
            text,
        }),
        None => Gate::Send,
    }
}

fn is_order(body: &Value) -> bool {
    body["do"] == "order" || body["do"] == "standby"
}

/// Sent and without an outcome.
fn is_open(call: &Call) -> bool {
    matches!(call.state, CallState::Sent | CallState::Unsure)
}

/// The service's words, when it said today that this account has withdrawn too many orders.
fn closed_today(call: &Call, now: Timestamp) -> Option<Text> {
    let at = call.settled_at.or(call.sent_at)?;
    if dates::today(at) != dates::today(now) {
        return None;
    }
    let text = match call.outcome.as_ref()? {
        Outcome::Failed(ServiceError::Refused { code, text }) if code == CANCELLED_TOO_OFTEN => {
            text
        }
        Outcome::DidNotHappen(text) => {
            let means = text_means(&text.zh);
            let is_it =
                matches!(means, ServiceError::Refused { code, .. } if code == CANCELLED_TOO_OFTEN);
            is_it.then_some(text)?
        }
        _ => return None,
    };
    Some(text.clone())
}
