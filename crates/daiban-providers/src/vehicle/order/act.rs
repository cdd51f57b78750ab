//! The one request that tells the car.

use daiban_core::error::ServiceError;
use daiban_core::provider::Visit;
use serde_json::Value;

use super::super::Vehicles;

pub(in crate::vehicle) async fn act(
    _vehicles: &Vehicles,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}
