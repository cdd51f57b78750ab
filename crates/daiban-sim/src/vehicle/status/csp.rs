//! The form in numbers and upper-case words, as the public description of 2020 shows it.

use serde_json::{Map, Value, json};

use super::{arc, rounded};
use crate::vehicle::car::{CarCorners, CarState};
use crate::vehicle::life::KnownCar;

/// What a sensor says that does not measure.
const NO_PM: i64 = 65_535;

pub(super) fn tree(known: &KnownCar) -> Value {
    let (state, at) = (&known.reported, known.reported_ms);
    json!({
        "basicVehicleStatus": basic(state, at),
        "updateTime": at,
        "additionalVehicleStatus": {
            "maintenanceStatus": maintenance(known),
            "extEcuWarningMessages": [],
            "electricVehicleStatus": electric(known),
            "signals": [],
            "drivingBehaviourStatus": {
                "cruiseControlStatus": 0, "brakePedalDepressed": false,
                "transimissionGearPostion": if state.in_drive { 1 } else { 240 },
                "engineSpeed": engine_speed(state),
            },
            "ecuWarningMessages": [],
            "runningStatus": running(known),
            "climateStatus": climate(state),
            "drivingSafetyStatus": safety(state),
            "pollutionStatus": {
                "interiorPM25": if state.engine { 18 } else { NO_PM },
                "exteriorPM25": if state.engine { 63 } else { NO_PM },
            },
        },
    })
}

fn basic(state: &CarState, at: i64) -> Value {
    let position = position(state);
    let mut fixed = position.clone();
    fixed["sysTimestamp"] = json!(at);
    json!({
        "keyStatus": if state.key { "KEY_INSERTED" } else { "NO_KEY_INSERTED" },
        "engineBlockedStatus": "UNBLOCKED",
        "usageMode": usage_mode(state),
        "engineStatus": if state.engine { "ENGINE_RUNNING" } else { "ENGINE_OFF" },
        "position": position, "extPosition": fixed,
        "extSpeed": {"sysTimestamp": at, "speed": state.speed_kmh},
        "distanceToEmpty": (state.fuel_l / state.consumption * 100.0) as i64,
        "speed": state.speed_kmh, "direction": state.direction_deg,
    })
}

/// A car that does not tell it sends nothing in its place (*seen* as empty texts).
fn position(state: &CarState) -> Value {
    let mut position = json!({
        "altitude": state.altitude_m, "latitude": arc(state.lat), "longitude": arc(state.lon),
        "posCanBeTrusted": state.trusted, "carLocatorStatUploadEn": state.position_told,
    });
    if !state.position_told {
        for name in ["altitude", "latitude", "longitude"] {
            position[name] = json!("");
        }
    }
    if let Some(mars) = state.mars {
        position["marsCoordinates"] = json!(mars);
    }
    position
}

/// 13 for driving and 1 for nobody in it; 2 for an engine started from afar is *guessed*.
pub(super) fn usage_mode(state: &CarState) -> i64 {
    match (state.is_driven(), state.engine) {
        (true, _) => 13,
        (false, true) => 2,
        (false, false) => 1,
    }
}

pub(super) fn engine_speed(state: &CarState) -> f64 {
    match (state.engine, state.speed_kmh > 0.0) {
        (true, true) => 1680.0,
        (true, false) => 820.0,
        (false, _) => 0.0,
    }
}

/// The 12 V battery as it measures while it is being charged, or at rest.
pub(super) fn voltage(state: &CarState) -> f64 {
    match (state.engine, state.charging) {
        (true, _) => 14.3,
        (false, true) => 14.1,
        (false, false) => state.battery_12v_v,
    }
}

fn maintenance(known: &KnownCar) -> Value {
    let state = &known.reported;
    let mut spelt = json!({
        "engineHrsToService": state.hours_to_service, "daysToService": state.days_to_service,
        "odometer": state.odometer_km as i64, "brakeFluidLevelStatus": 0,
        "mainBatteryStatus": {
            "stateOfCharge": 1, "chargeLevel": if known.car.phev { json!(88.0) } else { json!(0) },
            "stateOfHealth": 0, "voltage": voltage(state),
        },
        "distanceToService": state.km_to_service as i64, "serviceWarningTrigger": 0, "serviceWarningStatus": 0,
        "washerFluidLevelStatus": 0,
    });
    let counts = tyre_counts(state);
    add(&mut spelt, "tyreStatus", counts.map(|count| json!(count)));
    let warnings = state.tyre_warnings.map(|warns| json!(i64::from(warns)));
    add(&mut spelt, "tyrePreWarning", warnings);
    spelt
}

/// Whole counts, warm from driving.
pub(super) fn tyre_counts(state: &CarState) -> CarCorners<f64> {
    state.tyres.map(|cold| (cold + state.tyres_warm).round())
}

fn electric(known: &KnownCar) -> Value {
    let state = &known.reported;
    let mut spelt = json!({
        "emsCBRemainingLife": 0, "chargerState": 0, "chargeLevel": 0, "statusOfChargerConnection": 0, "ems48vPackTemp1": 0,
        "distanceToEmptyOnBatteryOnly": 0, "emsRBSModeDisplay": 0, "emsOVPActive": 0, "ems48vPackTemp2": 0,
        "timeToFullyCharged": 0,
    });
    if known.car.phev {
        let (volts, amperes) = charge(state);
        merge(
            &mut spelt,
            json!({
                "chargerState": charger_state(state), "chargeLevel": state.soc_pct as i64,
                "statusOfChargerConnection": plug_state(state),
                "distanceToEmptyOnBatteryOnly": electric_range(state),
                "timeToFullyCharged": if state.charging { state.to_full_min } else { 2047 },
                "isCharging": state.charging, "isPluggedIn": state.plugged,
                "stateOfCharge": i64::from(state.charging), "chargeUAct": volts, "chargeIAct": amperes,
                "averPowerConsumption": 17.4, "ptReady": 0,
            }),
        );
    }
    spelt
}

pub(super) fn charger_state(state: &CarState) -> i64 {
    match (state.charging, state.plugged) {
        (true, _) => 2,
        (false, true) => 9,
        (false, false) => 0,
    }
}

pub(super) fn plug_state(state: &CarState) -> i64 {
    match (state.charging, state.plugged) {
        (true, _) => 3,
        (false, true) => 1,
        (false, false) => 0,
    }
}

/// Volts and amperes.
pub(super) fn charge(state: &CarState) -> (f64, f64) {
    if state.charging {
        (223.0, 15.2)
    } else {
        (0.0, 0.0)
    }
}

pub(super) fn electric_range(state: &CarState) -> i64 {
    (state.soc_pct * 0.83) as i64
}

fn running(known: &KnownCar) -> Value {
    let state = &known.reported;
    json!({
        "fuelLevelStatus": fuel_level(known), "aveFuelConsumptionInLatestDrivingCycle": 165,
        "engineOilPressureWarning": 0, "fuelLevel": rounded(state.fuel_l, 1), "bulbStatus": 0,
        "engineCoolantTemperature": state.coolant_c.round(), "engineCoolantLevelStatus": 0, "engineOilLevelStatus": 0,
        "tripMeter1": 3254, "tripMeter2": state.trip_km as i64, "aveFuelConsumption": rounded(state.consumption, 1),
        "avgSpeed": state.average_speed_kmh,
    })
}

/// A coarse step of seven, not per cent.
pub(super) fn fuel_level(known: &KnownCar) -> i64 {
    (known.reported.fuel_l / known.car.tank_l * 7.0).round() as i64
}

fn climate(state: &CarState) -> Value {
    let mut spelt = json!({
        "interiorTemp": state.interior_c as i64, "sunroofOpenStatus": if state.sunroof_open { 2 } else { 1 },
        "ventilateStatus": 0, "preClimateActive": state.engine && !state.key, "exteriorTemp": state.exterior_c as i64,
    });
    let codes = state.windows_pct.map(|pct| json!(window(pct)));
    add(&mut spelt, "winStatus", codes);
    // How far is told only while one of them is open.
    if state.windows_pct != CarCorners::all(0) {
        add(
            &mut spelt,
            "winPos",
            state.windows_pct.map(|pct| json!(pct)),
        );
    }
    spelt
}

/// 2 is closed, 1 open.
pub(super) fn window(pct: u8) -> i64 {
    if pct == 0 { 2 } else { 1 }
}

fn safety(state: &CarState) -> Value {
    let mut spelt = json!({
        "centralLockingStatus": i64::from(state.is_driven()), "srsStatus": "SRS_NOT_DEPLOYED",
        "trunkLockStatus": i64::from(state.trunk_locked), "electricParkBrakeStatus": 0,
        "engineHoodOpenStatus": i64::from(state.bonnet_open), "handBrakeStatus": i64::from(state.hand_brake),
        "vehicleAlarm": alarm(state), "trunkOpenStatus": i64::from(state.trunk_open),
    });
    let locks = state.doors_locked.map(|locked| json!(i64::from(locked)));
    add(&mut spelt, "doorLockStatus", locks);
    let doors = state.doors_open.map(|open| json!(i64::from(open)));
    add(&mut spelt, "doorOpenStatus", doors);
    let mut belts = CarCorners::all(false);
    belts.driver = state.is_driven();
    add(&mut spelt, "seatBeltStatus", belts.map(|on| json!(on)));
    spelt
}

/// 6 when parked and locked (*seen*), 0 otherwise; what sounding looks like is *guessed*.
fn alarm(state: &CarState) -> i64 {
    match (state.alarm, state.is_locked() && !state.engine) {
        (true, _) => 1,
        (false, true) => 6,
        (false, false) => 0,
    }
}

/// Four fields with one beginning.
pub(super) fn add(into: &mut Value, beginning: &str, values: CarCorners<Value>) {
    if let Value::Object(fields) = into {
        let CarCorners {
            driver,
            passenger,
            driver_rear,
            passenger_rear,
        } = values;
        for (corner, value) in [
            ("Driver", driver),
            ("Passenger", passenger),
            ("DriverRear", driver_rear),
            ("PassengerRear", passenger_rear),
        ] {
            fields.insert(format!("{beginning}{corner}"), value);
        }
    }
}

pub(super) fn merge(into: &mut Value, more: Value) {
    let more: Map<String, Value> = serde_json::from_value(more).unwrap_or_default();
    if let Value::Object(fields) = into {
        fields.extend(more);
    }
}
