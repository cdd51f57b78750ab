//! Whether a booking may be sent now. Pure.
//!
//! Two bookings for one wish are the worst that can happen: so while one booking's outcome is unknown no other is sent for
//! that account. And once the service has said that a patient has booked often enough, or that it has stopped the account,
//! asking on only makes it worse: nothing is sent until midnight.

use daiban_core::call::{Call, CallState, Outcome};
use daiban_core::error::ServiceError;
use daiban_core::provider::{Book, Gate};
use daiban_core::{Text, dates};
use serde_json::Value;

use crate::hospital::error::{ACCOUNT_STOPPED, LIMIT};

/// May this act be sent? Acts other than bookings always may.
#[must_use]
pub(in crate::hospital) fn gate(book: &Book<'_>, body: &Value) -> Gate {
    if !is_booking(body) {
        return Gate::Send;
    }
    let is_open = |call: &Call| matches!(call.state, CallState::Sent | CallState::Unsure);
    let mut bookings = book
        .ledger
        .iter()
        .filter(|call| is_booking(&call.call.body));
    if bookings.any(is_open) {
        return Gate::Refuse(ServiceError::Busy {
            retry_after_s: Some(30),
            text: Text::new(
                "这个账号有一次预约还没有结果",
                "a booking of this account has no outcome yet",
            ),
        });
    }
    let today = book.ledger.iter().filter(|call| is_of_today(call, book));
    match today.filter_map(|call| closing(call, body)).next() {
        Some(error) => Gate::Refuse(error),
        None => Gate::Send,
    }
}

fn is_booking(body: &Value) -> bool {
    body["do"] == "book"
}

fn is_of_today(call: &Call, book: &Book<'_>) -> bool {
    let at = call.settled_at.or(call.sent_at);
    at.is_some_and(|at| dates::today(at) == dates::today(book.now))
}

/// The refusal that closes the day for this booking. A limit is a patient's; a stopped account is everybody's.
fn closing(call: &Call, body: &Value) -> Option<ServiceError> {
    let Some(Outcome::Failed(error @ ServiceError::Refused { code, .. })) = &call.outcome else {
        return None;
    };
    let past = &call.call.body;
    let is_limit = code == LIMIT && is_booking(past) && past["patient"] == body["patient"];
    (is_limit || code == ACCOUNT_STOPPED).then(|| error.clone())
}
