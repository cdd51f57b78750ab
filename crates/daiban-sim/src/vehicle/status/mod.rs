//! How a car spells what it last reported: as numbers (`csp`) or as texts (`tsp`), with what a test has bent.

mod csp;
mod tsp;

use serde_json::{Value, json};

use super::call::Asked;
use super::cars::value;
use super::life::KnownCar;
use super::reply::{BAD_REQUEST, Refusal, code, ok};
use crate::answer::Answer;
use crate::world::World;

/// The last report. A wish for a fresh one is answered with it too; the fresh one is there a moment later (*guessed*).
pub(super) fn answer(world: &mut World, asked: &Asked<'_>, car: usize) -> Result<Answer, Refusal> {
    let wants_fresh = match value(asked, "latest").to_ascii_lowercase().as_str() {
        "true" => true,
        "false" | "" => false,
        _ => return Err(BAD_REQUEST),
    };
    if wants_fresh {
        let rules = world.options.vehicle.clone();
        world.vehicle.cars[car].ask_report(&rules);
    }
    let tree = tree(&world.vehicle.cars[car], &value(asked, "target"))?;
    let platform = world.vehicle.cars[car].car.platform.clone();
    let session = world.chance.hex32();
    Ok(Answer::json(&json!({
        "code": code(world, 1000),
        "data": {
            "result": {
                "serviceResult": {"error": {"code": 0, "message": "query m2mdm success"}, "operationResult": 0},
                "vin": asked.vin, "sessionId": session, "serviceId": "RVS",
            },
            "platform": platform, "vehicleStatus": tree,
        },
        "success": true, "httpStatus": "OK", "message": "query vehicle status success",
    })))
}

/// The sections asked for; all of them where none is named.
fn tree(known: &KnownCar, target: &str) -> Result<Value, Refusal> {
    let mut tree = match known.car.platform.as_str() {
        "tsp" => tsp::tree(known),
        _ => csp::tree(known),
    };
    let named: Vec<&str> = target.split(',').filter(|part| !part.is_empty()).collect();
    if named.iter().any(|part| !matches!(*part, "basic" | "more")) {
        return Err(BAD_REQUEST);
    }
    for (part, section) in [
        ("basic", "basicVehicleStatus"),
        ("more", "additionalVehicleStatus"),
    ] {
        if !named.is_empty() && !named.contains(&part) {
            take(&mut tree, section);
        }
    }
    for (path, value) in &known.raw {
        put(&mut tree, path, value);
    }
    known
        .raw_missing
        .iter()
        .for_each(|path| take(&mut tree, path));
    Ok(tree)
}

/// Puts a value at a path, through what is not an object as well.
fn put(tree: &mut Value, path: &str, value: &Value) {
    let mut at = tree;
    for part in path.split('.') {
        if !at.is_object() {
            *at = json!({});
        }
        at = &mut at[part];
    }
    *at = value.clone();
}

fn take(tree: &mut Value, path: &str) {
    let (folder, name) = path.rsplit_once('.').unwrap_or(("", path));
    let mut parts = folder.split('.').filter(|part| !part.is_empty());
    let found = parts.try_fold(tree, |at, part| at.get_mut(part));
    if let Some(Value::Object(fields)) = found {
        fields.remove(name);
    }
}

/// A short state, flat.
pub(super) fn light(world: &mut World, car: usize) -> Result<Answer, Refusal> {
    let state = &world.vehicle.cars[car].reported;
    let data = json!({
        "powerMode": if state.engine { "4" } else { "0" },
        "engineState": if state.engine { "engine_running" } else { "engine_off" },
        "journalLogState": "0", "nextWakeupTime": "", "carLocatorActive": state.position_told.to_string(),
        "campingModeActive": "0", "vstdState": "0",
    });
    Ok(ok(world, &data))
}

/// In tenths of a per cent.
pub(super) fn charge_limit(
    world: &mut World,
    asked: &Asked<'_>,
    car: usize,
) -> Result<Answer, Refusal> {
    if value(asked, "setting") != "charging" {
        return Err(BAD_REQUEST);
    }
    let known = &world.vehicle.cars[car];
    if !known.car.phev {
        return Err(super::reply::NO_SERVICE);
    }
    let tenths = (known.charge_limit_pct * 10).to_string();
    Ok(ok(world, &json!({"soc": tenths})))
}

/// Milliarcseconds.
fn arc(degrees: f64) -> i64 {
    (degrees * 3_600_000.0).round() as i64
}

/// To so many tenths, hundredths, …
fn rounded(number: f64, places: i32) -> f64 {
    let scale = 10f64.powi(places);
    (number * scale).round() / scale
}
