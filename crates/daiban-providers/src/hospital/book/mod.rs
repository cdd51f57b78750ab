//! Booking: confirm, compare, save; the line; orders.

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use daiban_core::provider::{Book, Gate, Reconciled, Visit};
use serde_json::Value;

use super::Hospitals;

pub(super) mod memory;

/// Answers `order`, `orders` and `lineup`; `None` when the body is another's.
pub(super) async fn look(
    _hospitals: &Hospitals,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}

/// Carries out `book` and `send_order_code`; `None` when the body is another's.
pub(super) async fn act(
    _hospitals: &Hospitals,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}

/// What became of such an act; `None` when the body is another's.
pub(super) async fn reconcile(
    _hospitals: &Hospitals,
    _visit: &Visit<'_>,
    _body: &Value,
    _sent_at: Timestamp,
) -> Option<Result<Reconciled, ServiceError>> {
    None
}

/// Whether a booking may be sent.
pub(super) fn gate(_book: &Book<'_>, _body: &Value) -> Gate {
    Gate::Send
}
