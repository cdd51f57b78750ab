//! Status, cars, capabilities, data of the SIM card.

use daiban_core::error::ServiceError;
use daiban_core::provider::Visit;
use serde_json::Value;

use super::Vehicles;

pub(super) async fn look(
    _vehicles: &Vehicles,
    _visit: &Visit<'_>,
    _body: &Value,
) -> Option<Result<Value, ServiceError>> {
    None
}

/// The last status of each car is kept: `status/` and the last four characters of its number, or nothing for the first car.
pub(super) fn book_key(body: &Value) -> Option<String> {
    let car = body["car"].as_str().unwrap_or_default();
    (body["do"] == "status").then(|| format!("status/{car}"))
}
