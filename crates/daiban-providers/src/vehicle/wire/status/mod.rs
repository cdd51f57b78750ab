//! The status tree → a [`Reading`]. Whatever is in the tree, a reading comes of it: what is missing is unknown, what is not
//! understood is unknown and named in `odd`, and nothing is ever guessed.
//!
//! Under `data.vehicleStatus` lie `basicVehicleStatus` and, below `additionalVehicleStatus`, one section for each matter.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `sheet` | the tree with its sections, each value read leniently |
//! | `place` | position, speed, direction |
//! | `drive` | engine, gear, key, brakes, belts |
//! | `fuel` | tank, ranges, consumption, temperatures of the engine |
//! | `charge` | the traction battery |
//! | `body` | doors, windows, roof, flaps |
//! | `climate` | temperatures, air |
//! | `upkeep` | odometer, service, 12 V, tyres |
//! | `warnings` | what the car warns of |
//! | `raw` | every value as it came, without those that name or place the car |
//!
//! *Source*: a public description of 2020 with a whole answer; public clients of this family, 2020–2026. Which meaning is
//! *seen* and which *guessed* stands with each.

use daiban_core::Timestamp;
use daiban_core::error::ServiceError;
use daiban_core::vin::Vin;
use jiff::SignedDuration;
use serde_json::Value;

use self::sheet::{Sheet, to_seconds};
use crate::vehicle::profile::{self, Profile};
use crate::vehicle::reading::Reading;

mod body;
mod charge;
mod climate;
mod drive;
mod fuel;
mod place;
mod raw;
mod sheet;
mod upkeep;
mod warnings;

/// Where the tree lies, for the error that says it does not.
const PLACE: &str = "data.vehicleStatus";

/// A report from further ahead than this is of a clock that is wrong, and would confirm commands it has not seen.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);

/// What is known before the answer is read.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The brand, with what its codes mean.
    pub profile: &'a Profile,
    /// Which car was asked about; `None`: the answer's own word is taken.
    pub vin: Option<&'a Vin>,
    /// `csp` or `tsp` as the list of cars has it, for answers that do not say.
    pub platform: Option<&'a str>,
    /// kPa for one unit of tyre pressure, where the owner set it.
    pub tyre_kpa_per_unit: Option<f64>,
    /// When it was asked.
    pub seen_at: Option<Timestamp>,
}

impl<'a> Known<'a> {
    /// Nothing but the brand.
    pub fn of(profile: &'a Profile) -> Self {
        Self {
            profile,
            vin: None,
            platform: None,
            tyre_kpa_per_unit: None,
            seen_at: None,
        }
    }
}

/// Reads a status answer, the whole body.
///
/// # Errors
/// `Changed` at `data.vehicleStatus` when there is no such object. Anything else gives a reading.
pub fn status(answer: &Value, known: &Known<'_>) -> Result<Reading, ServiceError> {
    let data = &answer["data"];
    let tree = &data["vehicleStatus"];
    if !tree.is_object() {
        return Err(ServiceError::changed(PLACE, kind(tree)));
    }
    let sheet = Sheet::of(tree, &known.profile.codes);
    let mut reading = Reading {
        vin: car(&sheet, data, known),
        platform: platform(&sheet, data, known),
        updated_at: updated_at(&sheet, known),
        seen_at: known.seen_at.map(to_seconds),
        raw: raw::leaves(tree),
        ..Reading::default()
    };
    place::read(&sheet, &mut reading);
    drive::read(&sheet, &mut reading);
    body::read(&sheet, &mut reading);
    charge::read(&sheet, &mut reading);
    fuel::read(&sheet, &mut reading);
    climate::read(&sheet, &mut reading);
    upkeep::read(&sheet, &mut reading, known);
    warnings::read(&sheet, &mut reading);
    reading.odd = sheet.odd();
    Ok(reading)
}

/// The car's number as people see it. An answer about another car than was asked for says so.
fn car(sheet: &Sheet<'_>, data: &Value, known: &Known<'_>) -> String {
    let told = [
        &data["result"]["vin"],
        &data["vehicleStatus"]["configuration"]["vin"],
    ];
    let told = told
        .iter()
        .find_map(|vin| Vin::parse("vin", vin.as_str()?).ok());
    match (known.vin, told) {
        (Some(asked), Some(told)) if *asked != told => {
            sheet.note("vin");
            told.masked()
        }
        (Some(asked), _) => asked.masked(),
        (None, told) => told.map(|told| told.masked()).unwrap_or_default(),
    }
}

/// `csp` or `tsp`.
fn platform(sheet: &Sheet<'_>, data: &Value, known: &Known<'_>) -> Option<String> {
    let spelt = |text: &str| {
        let text = text.trim().to_ascii_lowercase();
        ["csp", "tsp"].contains(&text.as_str()).then_some(text)
    };
    match &data["platform"] {
        Value::Null => known.platform.and_then(spelt),
        told => {
            let platform = told.as_str().and_then(spelt);
            if platform.is_none() {
                sheet.note("platform");
            }
            platform.or_else(|| known.platform.and_then(spelt))
        }
    }
}

fn updated_at(sheet: &Sheet<'_>, known: &Known<'_>) -> Option<Timestamp> {
    let told = sheet.root().moment("updateTime")?;
    let latest = known.seen_at.and_then(|seen| seen.checked_add(AHEAD).ok());
    if latest.is_some_and(|latest| told > latest) {
        sheet.note("updateTime");
        return None;
    }
    Some(told)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "missing",
        Value::Bool(_) => "a flag",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// What must hold for any bytes at all, for the fuzzer and for the tests that keep its corpus: a reading that can be stored
/// and read again, or the one error that names the place.
///
/// # Errors
/// What did not hold, in words.
pub fn holds_for(bytes: &[u8]) -> Result<(), String> {
    let Ok(answer) = serde_json::from_slice::<Value>(bytes) else {
        return Ok(());
    };
    for profile in profile::all() {
        for platform in [None, Some("csp"), Some("tsp")] {
            let known = Known {
                platform,
                ..Known::of(profile)
            };
            holds(&status(&answer, &known))?;
        }
    }
    Ok(())
}

fn holds(outcome: &Result<Reading, ServiceError>) -> Result<(), String> {
    let reading = match outcome {
        Ok(reading) => reading,
        Err(ServiceError::Changed { place, .. }) if place == PLACE => return Ok(()),
        Err(other) => return Err(format!("another error: {other}")),
    };
    let stored = serde_json::to_value(reading).map_err(|error| format!("not stored: {error}"))?;
    let again: Reading =
        serde_json::from_value(stored).map_err(|error| format!("not read again: {error}"))?;
    match again == *reading {
        true => Ok(()),
        false => Err("read again as something else".to_owned()),
    }
}
