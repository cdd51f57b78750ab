//! A department's calendar and the places of a day: the public looks.

use daiban_core::error::ServiceError;
use daiban_core::provider::Visit;
use serde_json::Value;

use super::Hospitals;

/// Answers `calendar` and `slots`; `None` when the body is another's.
pub(super) async fn look(
    _hospitals: &Hospitals,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}
