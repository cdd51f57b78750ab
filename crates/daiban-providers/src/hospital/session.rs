//! The steps into an account, and whether somebody is signed in.

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use daiban_core::provider::{Reconciled, Visit};
use serde_json::Value;

use super::Hospitals;

/// Answers the looks of the sign-in and `signed_in`; `None` when the body is another's.
pub(super) async fn look(
    _hospitals: &Hospitals,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}

/// Carries out the acts of the sign-in; `None` when the body is another's.
pub(super) async fn act(
    _hospitals: &Hospitals,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}

/// What became of an act of the sign-in; `None` when the body is another's.
pub(super) async fn reconcile(
    _hospitals: &Hospitals,
    _visit: &Visit<'_>,
    _body: &Value,
    _sent_at: Timestamp,
) -> Option<Result<Reconciled, ServiceError>> {
    None
}
