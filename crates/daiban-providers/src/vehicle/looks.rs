//! Status, cars, capabilities, data of the SIM card.

use daiban_core::error::ServiceError;
use daiban_core::provider::Visit;
use serde_json::{Value, json};

use super::line::{Host, Line};
use super::reading::Reading;
use super::wire::capabilities::{self, Functions};
use super::wire::{paths, status as wire};
use super::{Vehicles, garage};

pub(super) async fn look(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    if body["do"] != "status" {
        return None;
    }
    let fresh = body["fresh"] == true;
    let reading = status(vehicles, visit, body["car"].as_str(), fresh).await;
    Some(reading.map(|reading| json!(reading)))
}

/// Everything a car tells.
///
/// # Errors
/// One of the eight.
pub(super) async fn status(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
    car: Option<&str>,
    fresh: bool,
) -> Result<Reading, ServiceError> {
    let line = Line::of(vehicles, visit).await?;
    let car = garage::car(&line, car).await?;
    let path = paths::status(line.profile(), &car.vin, &line.user()?, fresh);
    let answer = line.ask(line.get(Host::Device, &path)).await?;
    let known = wire::Known {
        vin: Some(&car.vin),
        seen_at: Some(visit.now),
        ..wire::Known::of(line.profile())
    };
    wire::status(&answer, &known)
}

/// What a car says it can be told.
///
/// # Errors
/// One of the eight.
pub(super) async fn functions(
    line: &Line<'_>,
    car: &garage::Car,
) -> Result<Functions, ServiceError> {
    let path = paths::capabilities(line.profile(), &car.vin);
    let answer = line.ask(line.get(Host::Device, &path)).await?;
    capabilities::capabilities(&answer)
}

/// The last status of each car is kept: `status/` and the last four characters of its number, or nothing for the first car.
pub(super) fn book_key(body: &Value) -> Option<String> {
    let car = body["car"].as_str().unwrap_or_default();
    (body["do"] == "status").then(|| format!("status/{car}"))
}
