//! Tokens: for a code, renewed, given back.

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use daiban_core::provider::{Reconciled, Visit};
use serde_json::Value;

use super::Vehicles;

/// What is known of each account's session.
#[derive(Debug, Default)]
pub(super) struct SessionMemory {}

pub(super) async fn look(
    _vehicles: &Vehicles,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}

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
