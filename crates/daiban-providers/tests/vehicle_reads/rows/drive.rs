//! Engine, gear, brakes, belts, consumption, air, warnings.

use serde_json::{Value, json};

use super::{BASIC, CLIMATE, DRIVING, MAINTENANCE, ODD, PLAIN, RUNNING, SAFETY, check};
use crate::{CSP, TSP, json as parsed, put, read};

#[test]
fn engine_key_and_block() {
    check(
        CSP,
        BASIC,
        "engineStatus",
        &[
            (json!("ENGINE_OFF"), "engine", json!("off"), PLAIN),
            (json!("engine-off"), "engine", json!("off"), PLAIN),
            (json!("engine_running"), "engine", json!("running"), PLAIN),
            (json!("Engine Running"), "engine", json!("running"), PLAIN),
            (json!("ENGINE_CRANKING"), "engine", json!("unknown"), ODD),
            (json!(true), "engine", json!("unknown"), ODD),
            (json!(""), "engine", json!("unknown"), PLAIN),
            (json!(null), "engine", json!("unknown"), PLAIN),
        ],
    );
    check(
        CSP,
        BASIC,
        "keyStatus",
        &[
            (json!("NO_KEY_INSERTED"), "key_present", json!(false), PLAIN),
            (json!("key_inserted"), "key_present", json!(true), PLAIN),
            (json!("KEY_LOST"), "key_present", json!(null), ODD),
        ],
    );
    check(
        CSP,
        BASIC,
        "engineBlockedStatus",
        &[
            (json!("UNBLOCKED"), "engine_blocked", json!(false), PLAIN),
            (json!("blocked"), "engine_blocked", json!(true), PLAIN),
            (json!(2), "engine_blocked", json!(null), ODD),
        ],
    );
}

#[test]
fn gear_brakes_and_belts() {
    check(
        CSP,
        DRIVING,
        "transimissionGearPostion",
        &[
            (json!(1), "gear", json!("drive"), PLAIN),
            (json!("2"), "gear", json!("reverse"), PLAIN),
            (json!(3), "gear", json!("neutral"), PLAIN),
            (json!(4), "gear", json!("park"), PLAIN),
            (json!(240), "gear", json!(null), ODD),
            (json!(0), "gear", json!(null), ODD),
            (json!("P"), "gear", json!(null), ODD),
            (json!(""), "gear", json!(null), PLAIN),
        ],
    );
    check(
        CSP,
        SAFETY,
        "handBrakeStatus",
        &[
            (json!(1), "hand_brake", json!(true), PLAIN),
            (json!("0"), "hand_brake", json!(false), PLAIN),
            (json!(3), "hand_brake", json!(null), ODD),
        ],
    );
    // Brands disagree about every code of it.
    check(
        CSP,
        SAFETY,
        "electricParkBrakeStatus",
        &[
            (json!(0), "park_brake", json!(null), ODD),
            (json!(3), "park_brake", json!(null), ODD),
            (json!(null), "park_brake", json!(null), PLAIN),
        ],
    );
    check(
        CSP,
        SAFETY,
        "seatBeltStatusPassengerRear",
        &[
            (json!(true), "seat_belts.passenger_rear", json!(true), PLAIN),
            (
                json!("false"),
                "seat_belts.passenger_rear",
                json!(false),
                PLAIN,
            ),
            (
                json!("maybe"),
                "seat_belts.passenger_rear",
                json!(null),
                ODD,
            ),
        ],
    );
}

#[test]
fn a_speed_marked_as_not_valid_is_unknown() {
    check(
        TSP,
        BASIC,
        "speedValidity",
        &[
            (json!("true"), "speed_kmh", json!(46.5), PLAIN),
            (json!("false"), "speed_kmh", json!(null), PLAIN),
            (json!(""), "speed_kmh", json!(46.5), PLAIN),
        ],
    );
}

#[test]
fn consumption_of_the_last_drive_is_in_tenths() {
    let ours = "last_consumption_l_100km";
    check(
        CSP,
        RUNNING,
        "aveFuelConsumptionInLatestDrivingCycle",
        &[
            (json!(165), ours, json!(16.5), PLAIN),
            (json!("71.000"), ours, json!(7.1), PLAIN),
            (json!(7.15), ours, json!(null), ODD),
            (json!(511), ours, json!(null), PLAIN),
            (json!(0), ours, json!(0.0), PLAIN),
        ],
    );
}

#[test]
fn a_range_of_0_where_there_is_no_tank_is_not_told() {
    let mut answer = parsed(TSP);
    let tree = &mut answer["data"]["vehicleStatus"];
    put(tree, "basicVehicleStatus.distanceToEmpty", json!("0"));
    // Its tank is empty: that is a range.
    let mut empty = answer.clone();
    put(
        &mut empty["data"]["vehicleStatus"],
        &format!("{RUNNING}.fuelLevel"),
        json!("0.0"),
    );
    assert_eq!(read(&empty).unwrap().range_km, Some(0.0));
    put(
        &mut answer["data"]["vehicleStatus"],
        RUNNING,
        json!({ "fuelLevel": "", "fuelLevelPct": "" }),
    );
    assert_eq!(read(&answer).unwrap().range_km, None);
}

#[test]
fn a_cabin_at_0_is_believed_where_it_is_cold() {
    let interior = |form: &str, interior: Value, exterior: Value, engine: &str| {
        let mut answer = parsed(form);
        let tree = &mut answer["data"]["vehicleStatus"];
        put(tree, &format!("{CLIMATE}.interiorTemp"), interior);
        put(tree, &format!("{CLIMATE}.exteriorTemp"), exterior);
        put(tree, "basicVehicleStatus.engineStatus", json!(engine));
        let mut answer_of_form = answer;
        if form == TSP {
            put(&mut answer_of_form["data"], "platform", json!("tsp"));
        }
        read(&answer_of_form).unwrap().interior_c
    };
    let off = "ENGINE_OFF";
    assert_eq!(interior(CSP, json!(0), json!(29), off), None);
    assert_eq!(interior(CSP, json!(0), json!(null), off), None);
    assert_eq!(interior(CSP, json!(0), json!(1), off), Some(0.0));
    assert_eq!(interior(CSP, json!(0), json!(-3), off), Some(0.0));
    assert_eq!(
        interior(CSP, json!(0), json!(29), "ENGINE_RUNNING"),
        Some(0.0)
    );
    assert_eq!(interior(CSP, json!(26), json!(29), off), Some(26.0));
    assert_eq!(interior(TSP, json!("0"), json!("29"), off), Some(0.0));
}

#[test]
fn pre_climate() {
    check(
        TSP,
        CLIMATE,
        "preClimateActive",
        &[
            (json!(true), "pre_climate", json!(true), PLAIN),
            (json!("true"), "pre_climate", json!(true), PLAIN),
            (json!("TRUE"), "pre_climate", json!(true), PLAIN),
            (json!("0"), "pre_climate", json!(false), PLAIN),
            (json!(""), "pre_climate", json!(null), PLAIN),
            (json!("on"), "pre_climate", json!(null), ODD),
        ],
    );
}

#[test]
fn airbag_and_alarm() {
    let ours = "airbag_deployed";
    check(
        CSP,
        SAFETY,
        "srsStatus",
        &[
            (json!("SRS_NOT_DEPLOYED"), ours, json!(false), PLAIN),
            (json!("srs_not_deployed"), ours, json!(false), PLAIN),
            (json!("SRS_DEPLOYED"), ours, json!(true), PLAIN),
            (
                json!("SRS_DEPLOYED"),
                "warnings.0.code",
                json!("airbag"),
                PLAIN,
            ),
            (json!("SRS_FAULT"), ours, json!(null), ODD),
            (json!("SRS_FAULT"), "warnings.0.code", json!("airbag"), ODD),
            (json!(0), ours, json!(false), PLAIN),
            (json!(""), ours, json!(null), PLAIN),
            (json!(""), "warnings", json!([]), PLAIN),
        ],
    );
    check(
        TSP,
        SAFETY,
        "srsCrashStatus",
        &[
            (json!("0"), ours, json!(false), PLAIN),
            (json!("1"), ours, json!(null), ODD),
            (json!("1"), "warnings.0.code", json!("airbag"), ODD),
        ],
    );
    check(
        CSP,
        SAFETY,
        "vehicleAlarm",
        &[
            (json!(6), "alarm", json!(false), PLAIN),
            (json!(0), "alarm", json!(false), PLAIN),
            (json!(1), "alarm", json!(null), ODD),
            (
                json!({ "alrmTrgSrc": "0", "alrmSt": "0" }),
                "alarm",
                json!(false),
                PLAIN,
            ),
            (json!({ "alrmTrgSrc": "2" }), "alarm", json!(null), PLAIN),
            (json!(null), "alarm", json!(null), PLAIN),
        ],
    );
}

#[test]
fn levels_lamps_tyres_and_messages() {
    let first = "warnings.0.code";
    check(
        CSP,
        RUNNING,
        "engineOilPressureWarning",
        &[
            (json!(1), first, json!("oil_pressure"), PLAIN),
            (json!(0), "warnings", json!([]), PLAIN),
            (json!(4), "warnings", json!([]), ODD),
        ],
    );
    check(
        CSP,
        RUNNING,
        "bulbStatus",
        &[(json!("1"), first, json!("bulb"), PLAIN)],
    );
    // Cars disagree about these codes: shown as they are, never a warning.
    for (section, field) in [
        (MAINTENANCE, "brakeFluidLevelStatus"),
        (MAINTENANCE, "washerFluidLevelStatus"),
        (MAINTENANCE, "serviceWarningStatus"),
        (RUNNING, "engineCoolantLevelStatus"),
        (RUNNING, "engineOilLevelStatus"),
    ] {
        check(
            CSP,
            section,
            field,
            &[(json!(3), "warnings", json!([]), PLAIN)],
        );
    }
    check(
        CSP,
        MAINTENANCE,
        "tyrePreWarningPassengerRear",
        &[(json!(1), first, json!("tyre_passenger_rear"), PLAIN)],
    );
    check(
        CSP,
        MAINTENANCE,
        "tyreTempWarningDriver",
        &[(json!(1), first, json!("tyre_driver"), PLAIN)],
    );
    check(
        CSP,
        "additionalVehicleStatus",
        "ecuWarningMessages",
        &[
            (
                json!([{ "id": 1 }, { "id": 2 }]),
                first,
                json!("car"),
                PLAIN,
            ),
            (json!([]), "warnings", json!([]), PLAIN),
            (json!(null), "warnings", json!([]), PLAIN),
            (json!("many"), "warnings", json!([]), ODD),
        ],
    );
}
