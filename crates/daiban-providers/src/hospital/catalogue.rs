//! Hospitals and departments: the public looks, kept with their age.

use daiban_core::error::ServiceError;
use daiban_core::provider::Visit;
use serde_json::Value;

use super::Hospitals;

/// What is known of hospitals and departments, and since when.
#[derive(Debug, Default)]
pub(super) struct CatalogueMemory {}

/// Answers `hospitals`, `hospital` and `departments`; `None` when the body is another's.
pub(super) async fn look(
    _hospitals: &Hospitals,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}
