//! The patients of an account, and whether its real name is known.

use daiban_core::error::ServiceError;
use daiban_core::provider::Visit;
use serde_json::Value;

use super::Hospitals;

/// Patients by account.
#[derive(Debug, Default)]
pub(super) struct PeopleMemory {}

/// Answers `patients` and `real_name`; `None` when the body is another's.
pub(super) async fn look(
    _hospitals: &Hospitals,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}
