//! Telling a car to do something. The answer says that the gateway took it; what becomes of it shows in a later status.
//!
//! `RDL`, `RDU`, `RES`, `RHL` and their parameters were *seen* with this brand, `RWS` and `RTU` with others of the family.

use serde::Deserialize;
use serde_json::{Value, json};

use super::call::Asked;
use super::deed::{Deed, What};
use super::life::KnownCar;
use super::reply::{BAD_REQUEST, BUSY, NO_PERMISSION, NO_SERVICE, Refusal, WRONG_STATE, code};
use super::rules::VehicleRules;
use crate::answer::{Answer, loose_text};
use crate::world::World;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    command: String,
    creator: String,
    #[expect(dead_code, reason = "that it is there is what is checked")]
    operation_scheduling: Scheduling,
    service_id: String,
    #[serde(default)]
    service_parameters: Vec<Parameter>,
    #[serde(alias = "timeStamp")]
    timestamp: Value,
    #[serde(default)]
    user_id: Option<String>,
}

/// All of it must be there, and none of it matters to what is done.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "their presence and types are what is checked")]
struct Scheduling {
    duration: i64,
    interval: i64,
    occurs: i64,
    recurrent_operation: bool,
}

#[derive(Deserialize)]
struct Parameter {
    key: String,
    value: String,
}

impl Body {
    fn parameter(&self, key: &str) -> Option<&str> {
        let mut parameters = self.service_parameters.iter();
        let found = parameters.find(|parameter| parameter.key == key);
        found.map(|parameter| parameter.value.as_str())
    }
}

pub(super) fn answer(
    world: &mut World,
    asked: &Asked<'_>,
    user: usize,
    car: usize,
) -> Result<Answer, Refusal> {
    let body: Body = serde_json::from_slice(&asked.call.body).map_err(|_| BAD_REQUEST)?;
    let user_id = world.vehicle.owners[user].owner.user_id.clone();
    check(&body, &user_id)?;
    let known = &world.vehicle.cars[car];
    let what = what(known, &body)?;
    if known.car.owner != user_id && !known.car.sharers_may_command {
        return Err(NO_PERMISSION);
    }
    if needs_standing(&what) && known.reported.is_driven() {
        return Err(WRONG_STATE);
    }
    take(world, car, what)?;
    Ok(taken(world, asked.vin, &body.service_id))
}

/// The form of the body; the moment has been seen as a number or a text, of seconds or milliseconds.
fn check(body: &Body, user_id: &str) -> Result<(), Refusal> {
    let moment = loose_text(&body.timestamp).and_then(|text| text.parse::<i64>().ok());
    let is_known = body.user_id.as_ref().is_none_or(|said| said == user_id);
    if body.creator == "tc" && moment.is_some_and(|moment| moment > 0) && is_known {
        Ok(())
    } else {
        Err(BAD_REQUEST)
    }
}

/// What a service id means, when this car has it.
fn what(known: &KnownCar, body: &Body) -> Result<What, Refusal> {
    let is_start = match body.command.as_str() {
        "start" => true,
        "stop" => false,
        _ => return Err(BAD_REQUEST),
    };
    let (function, what) = match (body.service_id.as_str(), is_start) {
        ("RDL", true) => ("remote_lock", What::Lock),
        ("RDU", true) => ("remote_unlock", unlock(body)?),
        ("RES", true) => ("remote_engine", What::StartEngine),
        ("RES", false) => ("remote_engine", What::StopEngine),
        ("RHL", true) => ("remote_find", find(body)?),
        ("RWS", false) => ("remote_window_close", What::CloseWindows),
        ("RWS", true) => ("remote_window_vent", vent(body)?),
        ("RTU", true) => ("remote_trunk_open", What::ReleaseBoot),
        _ => return Err(NO_SERVICE),
    };
    if known.car.functions.iter().any(|known| known == function) {
        Ok(what)
    } else {
        Err(NO_SERVICE)
    }
}

/// One to three minutes.
fn unlock(body: &Body) -> Result<What, Refusal> {
    match body.parameter("time.window") {
        Some("1") => Ok(What::Unlock { minutes: 1 }),
        Some("2") => Ok(What::Unlock { minutes: 2 }),
        Some("3") => Ok(What::Unlock { minutes: 3 }),
        _ => Err(BAD_REQUEST),
    }
}

fn find(body: &Body) -> Result<What, Refusal> {
    match body.parameter("rhl") {
        Some(how @ ("horn-light-flash" | "light-flash" | "horn-flash")) => {
            Ok(What::Find(how.into()))
        }
        _ => Err(BAD_REQUEST),
    }
}

fn vent(body: &Body) -> Result<What, Refusal> {
    match body.parameter("target") {
        Some("ventilate") => Ok(What::VentWindows),
        _ => Err(BAD_REQUEST),
    }
}

/// The gateway refuses these for a car last heard of on the road (*guessed*).
fn needs_standing(what: &What) -> bool {
    !matches!(what, What::Lock | What::CloseWindows | What::Find(_))
}

/// A refused one is dropped and not kept for later.
fn take(world: &mut World, car: usize, what: What) -> Result<(), Refusal> {
    let (now, rules) = (world.now, &world.options.vehicle);
    let known = &mut world.vehicle.cars[car];
    if known
        .told_ms
        .is_some_and(|told| is_too_soon(now - told, rules))
    {
        return Err(BUSY);
    }
    known.told_ms = Some(now);
    known.deeds.push(Deed {
        at_ms: now + rules.effect_delay_s * 1000,
        what,
    });
    Ok(())
}

fn is_too_soon(passed_ms: i64, rules: &VehicleRules) -> bool {
    let runs = rules.busy && passed_ms < rules.effect_delay_s * 1000;
    runs || passed_ms < rules.drop_commands_close_together_s * 1000
}

fn taken(world: &mut World, vin: &str, service: &str) -> Answer {
    let session = world.chance.hex32();
    Answer::json(&json!({
        "code": code(world, 1000),
        "data": {
            "diagnostics": null, "serviceResult": {"error": null, "operationResult": 1}, "trackPoint": null,
            "vin": vin, "sessionId": session, "serviceId": service, "taskId": null,
            "timestamp": world.now.to_string(),
        },
        "success": true, "hint": null, "httpStatus": "OK", "sessionId": session, "message": "operation succeed",
    }))
}
