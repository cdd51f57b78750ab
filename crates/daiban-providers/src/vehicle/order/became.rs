//! What became of a command that was sent and got no clear answer.

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use daiban_core::provider::{Reconciled, Visit};
use serde_json::Value;

use super::super::Vehicles;

pub(in crate::vehicle) async fn reconcile(
    _vehicles: &Vehicles,
    _visit: &Visit<'_>,
    _body: &Value,
    _sent_at: Timestamp,
) -> Option<Result<Reconciled, ServiceError>> {
    None
}
