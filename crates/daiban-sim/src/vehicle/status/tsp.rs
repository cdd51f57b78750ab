//! The form in texts and lower-case words, with more fields, as in public clients of other brands of this family.

use serde_json::{Value, json};

use super::arc;
use super::csp::{
    add, charge, charger_state, electric_range, engine_speed, fuel_level, merge, plug_state,
    tyre_counts, usage_mode, voltage, window,
};
use crate::vehicle::car::{CarCorners, CarState};
use crate::vehicle::life::KnownCar;

/// kPa of one count.
const COUNT_KPA: f64 = 1.373;
/// What a clock says that runs not.
const NO_TIME: i64 = 2047;
/// What is not fitted.
const NOT_THERE: &str = "101";

pub(super) fn tree(known: &KnownCar) -> Value {
    let (state, at) = (&known.reported, known.reported_ms);
    json!({
        "basicVehicleStatus": basic(known),
        "notification": {"notifForEmgyCallStatus": "0", "reason": "1", "time": (at / 1000).to_string()},
        "eg": {"enableRunning": "false", "blocked": {"status": "0"}, "panicStatus": state.alarm.to_string()},
        "theftNotification": {"activated": "0"},
        "parkTime": {"status": at.to_string()},
        "configuration": {"propulsionType": if known.car.phev { "3" } else { "0" }, "fuelType": "0", "vin": known.car.vin},
        "updateTime": at.to_string(),
        "additionalVehicleStatus": {
            "maintenanceStatus": maintenance(state),
            "electricVehicleStatus": electric(known),
            "chargeHvSts": "1",
            "drivingBehaviourStatus": {
                "gearAutoStatus": "0", "transimissionGearPostion": if state.in_drive { "1" } else { "4" },
                "engineSpeed": fixed(engine_speed(state), 1), "brakePedalDepressed": "false", "cruiseControlStatus": "0",
            },
            "runningStatus": running(known),
            "climateStatus": climate(state),
            "drivingSafetyStatus": safety(state),
            "pollutionStatus": {
                "interiorPM25": if state.engine { "18" } else { "65535" }, "interiorPM25Level": "0",
                "interiorSecondPM25Level": "0", "exteriorPM25Level": "0", "relHumSts": "40",
            },
        },
        "temStatus": {
            "swVersion": null, "serialNumber": null, "powerSource": null, "powerMode": null, "healthStatus": null,
            "networkAccessStatus": {"mobileNetwork": null, "simInfo": {"iccId": null, "imsi": null, "msisdn": null}},
            "backupBattery": {"stateOfCharge": null, "stateOfHealth": null, "voltage": null},
            "sleepCycleNextWakeupTime": null, "imei": null, "state": null, "connectivityStatus": null,
        },
    })
}

fn fixed(number: f64, places: usize) -> String {
    format!("{number:.places$}")
}

fn basic(known: &KnownCar) -> Value {
    let state = &known.reported;
    let told = |text: String| {
        if state.position_told {
            text
        } else {
            String::new()
        }
    };
    let mut position = json!({
        "altitude": told(state.altitude_m.to_string()), "latitude": told(arc(state.lat).to_string()),
        "longitude": told(arc(state.lon).to_string()), "posCanBeTrusted": state.trusted.to_string(),
        "carLocatorStatUploadEn": state.position_told.to_string(),
    });
    if let Some(mars) = state.mars {
        position["marsCoordinates"] = json!(mars.to_string());
    }
    json!({
        "usageMode": usage_mode(state).to_string(), "carMode": "0",
        "engineStatus": if state.engine { "engine_running" } else { "engine_off" },
        "keyStatus": if state.key { "key_inserted" } else { "no_key_inserted" },
        "position": position, "speed": fixed(state.speed_kmh, 1), "speedValidity": state.is_driven().to_string(),
        "direction": state.direction_deg.to_string(),
        "distanceToEmpty": ((state.fuel_l / state.consumption * 100.0) as i64).to_string(),
    })
}

fn maintenance(state: &CarState) -> Value {
    let mut spelt = json!({
        "daysToService": state.days_to_service.to_string(), "engineHrsToService": state.hours_to_service.to_string(),
        "odometer": fixed(state.odometer_km, 3), "brakeFluidLevelStatus": "3", "washerFluidLevelStatus": "1",
        "mainBatteryStatus": {
            "stateOfCharge": "1", "chargeLevel": "88.0", "energyLevel": "0", "stateOfHealth": "0", "powerLevel": "0",
            "voltage": fixed(voltage(state), 3),
        },
        "distanceToService": (state.km_to_service as i64).to_string(), "serviceWarningStatus": "0",
    });
    let kpa = |count: f64| json!(fixed(count * COUNT_KPA, 3));
    let warns = |warns: bool| json!(i64::from(warns).to_string());
    let degrees = fixed(state.exterior_c + state.tyres_warm * 3.0, 3);
    add(&mut spelt, "tyreStatus", tyre_counts(state).map(kpa));
    add(&mut spelt, "tyrePreWarning", state.tyre_warnings.map(warns));
    add(
        &mut spelt,
        "tyreTemp",
        CarCorners::all(0).map(|_| json!(degrees)),
    );
    add(
        &mut spelt,
        "tyreTempWarning",
        CarCorners::all(0).map(|_| json!("0")),
    );
    spelt
}

fn electric(known: &KnownCar) -> Value {
    let state = &known.reported;
    let (volts, amperes) = charge(state);
    let to_full = if state.charging {
        state.to_full_min
    } else {
        NO_TIME
    };
    let soc = if known.car.phev { state.soc_pct } else { 0.0 };
    json!({
        "chargerState": charger_state(state).to_string(), "statusOfChargerConnection": plug_state(state).to_string(),
        "chargeLevel": (soc as i64).to_string(), "distanceToEmptyOnBatteryOnly": electric_range(state).to_string(),
        "distanceToEmptyOnBattery100Soc": "83", "distanceToEmptyOnBattery20Soc": "16",
        "timeToFullyCharged": to_full.to_string(), "timeToTargetDisCharged": NO_TIME.to_string(),
        "chargeUAct": fixed(volts, 1), "chargeIAct": fixed(amperes, 3), "dcChargeIAct": "0.0", "dcChargeSts": "0",
        "chargeSts": i64::from(state.charging).to_string(), "averPowerConsumption": "17.4", "indPowerConsumption": "1000",
        "chargeLidAcStatus": if state.plugged { "1" } else { "2" }, "chargeLidDcAcStatus": "2",
        "disChargeSts": "0", "disChargeConnectStatus": "0", "disChargeUAct": "0.0", "disChargeIAct": "0.0",
        "dcDcActvd": "1", "dcDcConnectStatus": "0", "bookChargeSts": "0", "wptFineAlignt": "0",
    })
}

fn running(known: &KnownCar) -> Value {
    let state = &known.reported;
    let mut spelt = json!({
        "fuelLevel": fixed(state.fuel_l, 1), "fuelLevelPct": fixed(state.fuel_l / known.car.tank_l * 100.0, 0),
        "fuelLevelStatus": fuel_level(known).to_string(), "aveFuelConsumption": fixed(state.consumption, 1),
        "aveFuelConsumptionInLatestDrivingCycle": "165", "avgSpeed": state.average_speed_kmh.to_string(),
        "engineCoolantTemperature": fixed(state.coolant_c.round(), 1), "engineCoolantLevelStatus": "3",
        "engineOilLevelStatus": "0", "engineOilPressureWarning": "0", "bulbStatus": "0", "tripMeter1": "213.3",
        "tripMeter2": fixed(state.trip_km, 1),
    });
    let lights = [
        "ahbc",
        "ahl",
        "allwl",
        "approach",
        "dbl",
        "drl",
        "flash",
        "frntFog",
        "goodbye",
        "hiBeam",
        "homeSafe",
        "hwl",
        "loBeam",
        "posLiFrnt",
        "posLiRe",
        "reFog",
        "reverseLi",
        "stopLi",
        "trunIndrLe",
        "trunIndrRi",
        "welcome",
    ];
    let lights = lights.map(|name| (name.to_owned(), json!("0")));
    merge(&mut spelt, Value::Object(lights.into_iter().collect()));
    spelt
}

fn climate(state: &CarState) -> Value {
    let is_conditioned = state.engine && !state.key;
    let mut spelt = json!({
        "interiorTemp": fixed(state.interior_c, 3), "exteriorTemp": fixed(state.exterior_c, 3),
        "sunroofOpenStatus": if state.sunroof_open { "2" } else { "1" },
        "sunroofPos": if state.sunroof_open { "50" } else { "0" },
        "curtainOpenStatus": "1", "curtainPos": NOT_THERE, "sunCurtainRearOpenStatus": "1", "sunCurtainRearPos": NOT_THERE,
        // These two came without quotes.
        "preClimateActive": is_conditioned, "fragActive": false,
        "defrost": "false", "airBlowerActive": is_conditioned.to_string(), "cdsClimateActive": "false",
        "climateOverHeatProActive": "false", "steerWhlHeatingSts": "0", "drvHeatSts": "0", "drvHeatDetail": "2",
        "drvVentSts": "0", "drvVentDetail": "0", "passHeatingSts": "0", "passHeatingDetail": "2", "passVentSts": "0",
        "passVentDetail": "0",
    });
    let codes = state.windows_pct.map(|pct| json!(window(pct).to_string()));
    add(&mut spelt, "winStatus", codes);
    add(
        &mut spelt,
        "winPos",
        state.windows_pct.map(|pct| json!(pct.to_string())),
    );
    spelt
}

fn safety(state: &CarState) -> Value {
    let number = |yes: bool| i64::from(yes).to_string();
    let mut spelt = json!({
        // 2 is locked twice over.
        "centralLockingStatus": if state.is_locked() { "2" } else { "0" }, "srsCrashStatus": "0",
        "trunkLockStatus": number(state.trunk_locked), "trunkOpenStatus": number(state.trunk_open),
        "engineHoodOpenStatus": number(state.bonnet_open), "electricParkBrakeStatus": number(state.hand_brake),
        "handBrakeStatus": number(state.hand_brake), "tankFlapStatus": "2",
        "vehicleAlarm": {"alrmTrgSrc": number(state.alarm), "alrmSt": number(state.alarm)},
        "seatBeltStatusMidRear": "false",
    });
    add(
        &mut spelt,
        "doorLockStatus",
        state.doors_locked.map(|locked| json!(number(locked))),
    );
    add(
        &mut spelt,
        "doorOpenStatus",
        state.doors_open.map(|open| json!(number(open))),
    );
    add(
        &mut spelt,
        "doorPos",
        CarCorners::all(0).map(|_| json!("0")),
    );
    let mut belts = CarCorners::all(false);
    belts.driver = state.is_driven();
    add(
        &mut spelt,
        "seatBeltStatus",
        belts.map(|on| json!(on.to_string())),
    );
    spelt
}
