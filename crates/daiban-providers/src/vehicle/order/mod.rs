//! A command from the wish to its end.

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use daiban_core::provider::{Book, Gate, Reconciled, Visit};
use serde_json::Value;

use super::Vehicles;

mod errand;

pub use errand::Carried;

pub(super) async fn act(
    _vehicles: &Vehicles,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}

pub(super) async fn reconcile(
    _vehicles: &Vehicles,
    _visit: &Visit<'_>,
    _body: &Value,
    _sent_at: Timestamp,
) -> Option<Result<Reconciled, ServiceError>> {
    None
}

pub(super) fn gate(_book: &Book<'_>, _body: &Value) -> Gate {
    Gate::Send
}
