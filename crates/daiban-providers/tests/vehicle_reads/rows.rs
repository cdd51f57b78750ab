//! One row for each thing a field may say: the field, what stands in it, what is read of it, whether it is noted as not
//! understood. A row changes one field of a whole answer.

use serde_json::{Value, json};

use crate::{CSP, TSP, json as parsed, put, read};

const MAINTENANCE: &str = "additionalVehicleStatus.maintenanceStatus";
const RUNNING: &str = "additionalVehicleStatus.runningStatus";
const ELECTRIC: &str = "additionalVehicleStatus.electricVehicleStatus";
const CLIMATE: &str = "additionalVehicleStatus.climateStatus";
const SAFETY: &str = "additionalVehicleStatus.drivingSafetyStatus";
const DRIVING: &str = "additionalVehicleStatus.drivingBehaviourStatus";
const POLLUTION: &str = "additionalVehicleStatus.pollutionStatus";
const BASIC: &str = "basicVehicleStatus";

/// A value that is understood, or means "not known".
const PLAIN: bool = false;
/// A value that is noted.
const ODD: bool = true;

fn check(form: &str, section: &str, field: &str, rows: &[(Value, &str, Value, bool)]) {
    for (value, ours, expected, odd) in rows {
        let mut answer = parsed(form);
        let path = match section {
            "" => field.to_owned(),
            section => format!("{section}.{field}"),
        };
        put(&mut answer["data"]["vehicleStatus"], &path, value.clone());
        let reading = read(&answer).unwrap();
        let json = serde_json::to_value(&reading).unwrap();
        let pointer = format!("/{}", ours.replace('.', "/"));
        let row = format!("{path} = {value} → {ours}");
        assert_eq!(json.pointer(&pointer), Some(expected), "{row}");
        assert_eq!(
            reading.odd.contains(&path),
            *odd,
            "{row}: {:?}",
            reading.odd
        );
    }
}

/// A quantity that is read as it is, and what is unknown of every one.
fn check_quantity(section: &str, field: &str, ours: &str, good: f64, too_much: f64) {
    check(
        TSP,
        section,
        field,
        &[
            (json!(good), ours, json!(good), PLAIN),
            (json!(format!("{good:.3}")), ours, json!(good), PLAIN),
            (json!(too_much), ours, json!(null), ODD),
            (json!(""), ours, json!(null), PLAIN),
            (json!(null), ours, json!(null), PLAIN),
            (json!("NaN"), ours, json!(null), ODD),
            (json!("--"), ours, json!(null), ODD),
            (json!([1]), ours, json!(null), ODD),
            (json!({ "value": 1 }), ours, json!(null), ODD),
            (json!(4_294_967_295u32), ours, json!(null), PLAIN),
            (json!(2_147_483_647), ours, json!(null), PLAIN),
            (json!(-1e300), ours, json!(null), ODD),
        ],
    );
}

#[test]
fn quantities() {
    for (section, field, ours, good, too_much) in [
        (BASIC, "speed", "speed_kmh", 46.5, 400.0),
        (BASIC, "direction", "direction_deg", 87.0, 361.0),
        (BASIC, "distanceToEmpty", "range_km", 501.0, 90_000.0),
        (MAINTENANCE, "odometer", "odometer_km", 33_253.0, 3e6),
        (
            MAINTENANCE,
            "distanceToService",
            "km_to_service",
            -120.0,
            1e6,
        ),
        (
            MAINTENANCE,
            "engineHrsToService",
            "hours_to_service",
            379.0,
            1e5,
        ),
        (RUNNING, "fuelLevel", "fuel_l", 45.6, 300.0),
        (RUNNING, "fuelLevelPct", "fuel_pct", 76.0, 101.0),
        (
            RUNNING,
            "aveFuelConsumption",
            "consumption_l_100km",
            9.1,
            500.0,
        ),
        (RUNNING, "avgSpeed", "average_speed_kmh", 31.0, 400.0),
        (RUNNING, "tripMeter1", "trip_1", 213.3, 1e7),
        (RUNNING, "tripMeter2", "trip_2", 19.0, 1e7),
        (
            RUNNING,
            "engineCoolantTemperature",
            "coolant_c",
            89.0,
            300.0,
        ),
        (ELECTRIC, "chargeLevel", "soc_pct", 63.0, 101.0),
        (
            ELECTRIC,
            "distanceToEmptyOnBatteryOnly",
            "electric_range_km",
            52.0,
            90_000.0,
        ),
        (CLIMATE, "interiorTemp", "interior_c", 21.5, 110.0),
        (CLIMATE, "exteriorTemp", "exterior_c", -12.0, 130.0),
        (POLLUTION, "interiorPM25", "pm25_in", 18.0, 5_000.0),
        (POLLUTION, "exteriorPM25", "pm25_out", 63.0, 5_000.0),
    ] {
        check_quantity(section, field, ours, good, too_much);
    }
}

#[test]
fn signs_for_not_known_by_the_width_of_the_field() {
    for (section, field, ours, ones) in [
        (BASIC, "speed", "speed_kmh", 255.0),
        (BASIC, "speed", "speed_kmh", 511.0),
        (BASIC, "direction", "direction_deg", 511.0),
        (BASIC, "distanceToEmpty", "range_km", 2_047.0),
        (MAINTENANCE, "odometer", "odometer_km", 1_048_575.0),
        (MAINTENANCE, "daysToService", "days_to_service", 1_023.0),
        (MAINTENANCE, "daysToService", "days_to_service", 65_535.0),
        (MAINTENANCE, "distanceToService", "km_to_service", 32_767.0),
        (MAINTENANCE, "distanceToService", "km_to_service", 65_535.0),
        (
            MAINTENANCE,
            "engineHrsToService",
            "hours_to_service",
            2_047.0,
        ),
        (RUNNING, "fuelLevel", "fuel_l", 127.0),
        (RUNNING, "fuelLevelPct", "fuel_pct", 127.0),
        (RUNNING, "fuelLevelPct", "fuel_pct", 255.0),
        (RUNNING, "engineCoolantTemperature", "coolant_c", 215.0),
        (RUNNING, "engineCoolantTemperature", "coolant_c", -40.0),
        (ELECTRIC, "timeToFullyCharged", "time_to_full_min", 2_047.0),
        (CLIMATE, "exteriorTemp", "exterior_c", -40.0),
        (CLIMATE, "exteriorTemp", "exterior_c", 127.0),
        (POLLUTION, "interiorPM25", "pm25_in", 65_535.0),
        (POLLUTION, "exteriorPM25", "pm25_out", 65_535.0),
    ] {
        check(
            TSP,
            section,
            field,
            &[(json!(ones), ours, json!(null), PLAIN)],
        );
    }
}

#[test]
fn the_moment_of_the_report() {
    let ours = "updated_at";
    check(
        CSP,
        "",
        "updateTime",
        &[
            (
                json!(1_771_308_000_000i64),
                ours,
                json!("2026-02-17T14:00:00+08:00"),
                PLAIN,
            ),
            (
                json!("1771308000000"),
                ours,
                json!("2026-02-17T14:00:00+08:00"),
                PLAIN,
            ),
            (json!(1_771_308_000), ours, json!(null), ODD),
            (json!(0), ours, json!(null), PLAIN),
            (json!(null), ours, json!(null), PLAIN),
            (json!("yesterday"), ours, json!(null), ODD),
        ],
    );
}

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
fn the_12_volt_battery() {
    let section = "additionalVehicleStatus.maintenanceStatus.mainBatteryStatus";
    check(
        CSP,
        section,
        "voltage",
        &[
            (json!(12.0), "battery_12v_v", json!(12.0), PLAIN),
            (json!("14.100"), "battery_12v_v", json!(14.1), PLAIN),
            (json!(0), "battery_12v_v", json!(null), PLAIN),
            (json!(120), "battery_12v_v", json!(null), ODD),
            (json!(255), "battery_12v_v", json!(null), PLAIN),
        ],
    );
    check(
        CSP,
        section,
        "chargeLevel",
        &[
            (json!(0), "battery_12v_pct", json!(null), PLAIN),
            (json!("88.0"), "battery_12v_pct", json!(88.0), PLAIN),
            (json!(101), "battery_12v_pct", json!(null), ODD),
        ],
    );
    // A code, never read as per cent.
    check(
        CSP,
        section,
        "stateOfCharge",
        &[(json!(1), "battery_12v_pct", json!(null), PLAIN)],
    );
}

#[test]
fn service_may_be_overdue() {
    check(
        CSP,
        MAINTENANCE,
        "daysToService",
        &[
            (json!(278), "days_to_service", json!(278), PLAIN),
            (json!("-12"), "days_to_service", json!(-12), PLAIN),
            (json!(99_999), "days_to_service", json!(null), ODD),
        ],
    );
}

#[test]
fn tyres_of_either_form() {
    let ours = "tyres_kpa.driver";
    check(
        CSP,
        MAINTENANCE,
        "tyreStatusDriver",
        &[
            (json!(180.0), ours, json!(247.1), PLAIN),
            (json!("175.000"), ours, json!(240.3), PLAIN),
            (json!(0), ours, json!(null), PLAIN),
            (json!(255), ours, json!(null), PLAIN),
            (json!(20), ours, json!(null), ODD),
            // No count: kPa already.
            (json!(241.648), ours, json!(241.6), PLAIN),
            (json!("flat"), ours, json!(null), ODD),
        ],
    );
    check(
        TSP,
        MAINTENANCE,
        "tyreStatusDriver",
        &[
            (json!("241.648"), ours, json!(241.6), PLAIN),
            (json!("180.000"), ours, json!(180.0), PLAIN),
            (json!("255.0"), ours, json!(255.0), PLAIN),
            (json!("350.115"), ours, json!(null), PLAIN),
            (json!("0.0"), ours, json!(null), PLAIN),
            (json!("3"), ours, json!(null), ODD),
        ],
    );
    check(
        TSP,
        MAINTENANCE,
        "tyrePreWarningDriver",
        &[
            (json!("1"), "tyre_warnings.driver", json!(true), PLAIN),
            (json!("0"), "tyre_warnings.driver", json!(false), PLAIN),
            (json!("2"), "tyre_warnings.driver", json!(null), ODD),
        ],
    );
    check(
        TSP,
        MAINTENANCE,
        "tyreTempDriver",
        &[
            (json!("31.000"), "tyres_c.driver", json!(31.0), PLAIN),
            (json!("-40"), "tyres_c.driver", json!(null), PLAIN),
            (json!("215"), "tyres_c.driver", json!(null), PLAIN),
            (json!("190"), "tyres_c.driver", json!(null), ODD),
        ],
    );
}

#[test]
fn windows_by_place_and_by_code() {
    let ours = "windows.passenger";
    check(
        CSP,
        CLIMATE,
        "winStatusPassenger",
        &[
            (json!(2), ours, json!("closed"), PLAIN),
            (json!("1"), ours, json!("open"), PLAIN),
            (json!(0), ours, json!("unknown"), ODD),
            (json!(3), ours, json!("unknown"), ODD),
            (json!(null), ours, json!("unknown"), PLAIN),
        ],
    );
    check(
        CSP,
        CLIMATE,
        "winPosPassenger",
        &[
            (json!(0), ours, json!("closed"), PLAIN),
            (json!("12"), ours, json!("open"), PLAIN),
            (json!("12"), "window_pct.passenger", json!(12.0), PLAIN),
            (json!(101), "window_pct.passenger", json!(null), PLAIN),
            // Not told: the code says closed.
            (json!(101), ours, json!("closed"), PLAIN),
            (json!(255), ours, json!("closed"), PLAIN),
            (json!(-3), ours, json!("closed"), ODD),
        ],
    );
}

#[test]
fn a_window_closed_by_place_and_open_by_code_is_unknown() {
    let mut answer = parsed(CSP);
    let tree = &mut answer["data"]["vehicleStatus"];
    put(tree, &format!("{CLIMATE}.winPosDriver"), json!(0));
    put(tree, &format!("{CLIMATE}.winStatusDriver"), json!(1));
    let reading = read(&answer).unwrap();
    let json = serde_json::to_value(&reading).unwrap();
    assert_eq!(json["windows"]["driver"], "unknown");
    assert!(reading.odd.contains(&format!("{CLIMATE}.winPosDriver")));
}

#[test]
fn roof_boot_bonnet_and_flaps() {
    check(
        CSP,
        CLIMATE,
        "sunroofOpenStatus",
        &[
            (json!(1), "sunroof", json!("closed"), PLAIN),
            (json!(2), "sunroof", json!("open"), PLAIN),
            (json!(0), "sunroof", json!("unknown"), ODD),
        ],
    );
    check(
        CSP,
        CLIMATE,
        "sunroofPos",
        &[
            (json!(101), "sunroof", json!("unknown"), PLAIN),
            (json!(0), "sunroof", json!("closed"), PLAIN),
            (json!(40), "sunroof", json!("unknown"), ODD),
        ],
    );
    check(
        TSP,
        CLIMATE,
        "curtainOpenStatus",
        &[
            (json!("2"), "curtain", json!("open"), PLAIN),
            (json!(""), "curtain", json!("open"), PLAIN),
        ],
    );
    check(
        CSP,
        SAFETY,
        "trunkOpenStatus",
        &[
            (json!(1), "trunk.open", json!(true), PLAIN),
            (json!("0"), "trunk.open", json!(false), PLAIN),
            (json!(2), "trunk.open", json!(null), ODD),
        ],
    );
    check(
        CSP,
        SAFETY,
        "trunkLockStatus",
        &[(json!(0), "trunk.locked", json!(false), PLAIN)],
    );
    check(
        CSP,
        SAFETY,
        "engineHoodOpenStatus",
        &[(json!(1), "bonnet_open", json!(true), PLAIN)],
    );
    check(
        CSP,
        SAFETY,
        "tankFlapStatus",
        &[
            (json!(1), "tank_flap", json!("open"), PLAIN),
            (json!("2"), "tank_flap", json!("closed"), PLAIN),
            (json!(0), "tank_flap", json!("unknown"), ODD),
        ],
    );
    check(
        TSP,
        ELECTRIC,
        "chargeLidDcAcStatus",
        &[
            (json!("1"), "charge_lid", json!("open"), PLAIN),
            (json!("2"), "charge_lid", json!("closed"), PLAIN),
            (json!(null), "charge_lid", json!("closed"), PLAIN),
        ],
    );
}

#[test]
fn doors_and_their_locks() {
    check(
        CSP,
        SAFETY,
        "doorLockStatusDriverRear",
        &[
            (json!(1), "doors.driver_rear.locked", json!(true), PLAIN),
            (json!("0"), "doors.driver_rear.locked", json!(false), PLAIN),
            // Another brand's unlocked: never the opposite of what is known.
            (json!(2), "doors.driver_rear.locked", json!(null), ODD),
            (json!(1), "locked", json!(true), PLAIN),
            (json!(0), "locked", json!(false), PLAIN),
            (json!(2), "locked", json!(null), ODD),
            (json!(null), "locked", json!(null), PLAIN),
        ],
    );
    check(
        CSP,
        SAFETY,
        "doorOpenStatusPassenger",
        &[
            (json!(1), "doors.passenger.open", json!(true), PLAIN),
            (json!(0), "doors.passenger.open", json!(false), PLAIN),
            (json!(7), "doors.passenger.open", json!(null), ODD),
        ],
    );
    check(
        TSP,
        SAFETY,
        "doorOpenStatusPassenger",
        &[
            // How far it is open stands beside it: not at all.
            (json!(""), "doors.passenger.open", json!(false), PLAIN),
            (json!("1"), "doors.passenger.open", json!(true), PLAIN),
        ],
    );
    // A hint only: a car with four locked doors says 0.
    check(
        CSP,
        SAFETY,
        "centralLockingStatus",
        &[
            (json!(0), "locked", json!(true), PLAIN),
            (json!(2), "locked", json!(true), PLAIN),
        ],
    );
}

#[test]
fn one_unlocked_door_unlocks_the_car_whatever_the_others_say() {
    let mut answer = parsed(CSP);
    let tree = &mut answer["data"]["vehicleStatus"];
    put(tree, &format!("{SAFETY}.doorLockStatusDriver"), json!(0));
    put(tree, &format!("{SAFETY}.doorLockStatusPassenger"), json!(9));
    put(tree, &format!("{SAFETY}.centralLockingStatus"), json!(1));
    assert_eq!(read(&answer).unwrap().locked, Some(false));
}

#[test]
fn charging() {
    check(
        TSP,
        ELECTRIC,
        "isCharging",
        &[
            (json!("false"), "charging", json!(false), PLAIN),
            // The charger says no, the car yes; nothing flows.
            (json!("true"), "charging", json!(false), PLAIN),
            (json!(null), "charging", json!(false), PLAIN),
        ],
    );
    check(
        CSP,
        ELECTRIC,
        "chargerState",
        &[
            (json!(2), "charging", json!(true), PLAIN),
            (json!(15), "charging", json!(true), PLAIN),
            (json!(0), "charging", json!(false), PLAIN),
            (json!(4), "charging", json!(false), PLAIN),
            (json!(3), "charging", json!(null), ODD),
            (json!(1), "charging", json!(null), ODD),
        ],
    );
    check(
        CSP,
        ELECTRIC,
        "statusOfChargerConnection",
        &[
            (json!(0), "plugged", json!(false), PLAIN),
            (json!(1), "plugged", json!(true), PLAIN),
            (json!(3), "plugged", json!(true), PLAIN),
            (json!(7), "plugged", json!(null), ODD),
        ],
    );
    check(
        TSP,
        ELECTRIC,
        "statusOfChargerConnection",
        &[(json!("2"), "plugged", json!(null), PLAIN)],
    );
}

#[test]
fn charging_power_of_either_kind() {
    let charging = |fields: &[(&str, Value)]| {
        let mut answer = parsed(TSP);
        let tree = &mut answer["data"]["vehicleStatus"];
        for (name, value) in fields {
            put(tree, &format!("{ELECTRIC}.{name}"), value.clone());
        }
        read(&answer).unwrap()
    };
    let ac = charging(&[
        ("isCharging", json!(true)),
        ("chargerState", json!("2")),
        ("chargeUAct", json!("223.0")),
        ("chargeIAct", json!("15.200")),
        ("timeToFullyCharged", json!("118")),
    ]);
    assert_eq!((ac.charging, ac.charge_kw), (Some(true), Some(3.39)));
    assert_eq!(ac.time_to_full_min, Some(118));
    let dc = charging(&[
        ("isCharging", json!("true")),
        ("chargerState", json!("15")),
        ("chargeUAct", json!("400")),
        ("dcChargeIAct", json!("-125.0")),
    ]);
    assert_eq!(dc.charge_kw, Some(50.0));
    // The car says yes, its charger no: a current flows.
    let disputed = charging(&[
        ("isCharging", json!("true")),
        ("chargeUAct", json!("223")),
        ("chargeIAct", json!("8")),
    ]);
    assert_eq!(disputed.charging, Some(true));
    let nobody_knows = charging(&[("isCharging", json!("true")), ("chargeUAct", json!(""))]);
    assert_eq!(nobody_knows.charging, None);
    assert!(nobody_knows.odd.contains(&format!("{ELECTRIC}.isCharging")));
    let idle = charging(&[("chargeUAct", json!("223")), ("chargeIAct", json!("0"))]);
    assert_eq!((idle.charging, idle.charge_kw), (Some(false), None));
}

#[test]
fn the_traction_battery_of_a_car_without_one_is_not_told() {
    let plain = read(&parsed(CSP)).unwrap();
    assert_eq!((plain.soc_pct, plain.electric_range_km), (None, None));
    assert_eq!((plain.time_to_full_min, plain.charge_kw), (None, None));
    assert_eq!((plain.charging, plain.plugged), (Some(false), Some(false)));
    // A 48 V mild hybrid has no traction battery either; zeros as text and all ones are still nothing.
    check(
        CSP,
        ELECTRIC,
        "ems48vPackTemp1",
        &[(json!(31), "soc_pct", json!(null), PLAIN)],
    );
    check(
        CSP,
        ELECTRIC,
        "chargeUAct",
        &[
            (json!("0.000"), "soc_pct", json!(null), PLAIN),
            (json!(255), "soc_pct", json!(null), PLAIN),
            (json!(223), "soc_pct", json!(0.0), PLAIN),
        ],
    );
    check(
        CSP,
        "configuration",
        "propulsionType",
        &[
            (json!("4"), "soc_pct", json!(0.0), PLAIN),
            (json!("1"), "soc_pct", json!(null), PLAIN),
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

#[test]
fn positions() {
    let section = "basicVehicleStatus.position";
    let position = |fields: &[(&str, Value)]| {
        let mut answer = parsed(TSP);
        for (name, value) in fields {
            put(
                &mut answer["data"]["vehicleStatus"],
                &format!("{section}.{name}"),
                value.clone(),
            );
        }
        read(&answer).unwrap()
    };
    let flagged = position(&[]).position.unwrap();
    assert!((flagged.lat - 39.9087).abs() < 1e-6 && (flagged.lon - 116.3975).abs() < 1e-6);
    assert_eq!(
        (flagged.trusted, flagged.altitude_m),
        (Some(true), Some(41.0))
    );
    let plain = position(&[("marsCoordinates", json!("false"))])
        .position
        .unwrap();
    assert!((plain.lat - 39.910_103_6).abs() < 1e-6);
    let untold = position(&[("marsCoordinates", json!(null))]);
    let json = serde_json::to_value(untold.position).unwrap();
    assert_eq!(json["datum"], "unknown");
    assert_eq!(json["lat"], plain.lat);
    for (lat, lon, noted) in [
        (json!(""), json!(""), None),
        (json!(null), json!("419053477"), None),
        (json!(0), json!(0), None),
        (json!(2_147_483_647), json!(419_053_477), None),
        (json!(400_000_000), json!(419_053_477), Some("latitude")),
        (json!(143_676_373), json!(-700_000_000), Some("longitude")),
        // Plain degrees are another brand's: neither divided nor taken.
        (json!(39.9087), json!(116.3975), Some("latitude")),
        (json!("north"), json!(419_053_477), Some("latitude")),
    ] {
        let reading = position(&[("latitude", lat.clone()), ("longitude", lon.clone())]);
        assert_eq!(reading.position, None, "{lat} {lon}");
        let note = noted.map(|name| format!("{section}.{name}"));
        assert_eq!(reading.odd.first(), note.as_ref(), "{lat} {lon}");
    }
    let south = position(&[
        ("latitude", json!("-121896000")),
        ("longitude", json!(544_356_000)),
    ]);
    let south = south.position.unwrap();
    assert_eq!((south.lat, south.lon), (-33.86, 151.21));
}

#[test]
fn the_newer_of_two_positions_and_speeds() {
    const UPDATED: i64 = 1_597_062_290_325;
    let of = |sent: Value, speed: f64| {
        let mut answer = parsed(CSP);
        let tree = &mut answer["data"]["vehicleStatus"];
        put(
            tree,
            "basicVehicleStatus.extPosition.latitude",
            json!(144_000_000),
        );
        put(
            tree,
            "basicVehicleStatus.extPosition.sysTimestamp",
            sent.clone(),
        );
        put(tree, "basicVehicleStatus.extSpeed.sysTimestamp", sent);
        put(tree, "basicVehicleStatus.extSpeed.speed", json!(speed));
        put(tree, "basicVehicleStatus.speed", json!(30.0));
        let reading = read(&answer).unwrap();
        (reading.position.unwrap().lat, reading.speed_kmh)
    };
    assert_eq!(of(json!(UPDATED + 1_000), 12.0), (40.0, Some(12.0)));
    assert_eq!(of(json!(UPDATED - 1_000), 12.0), (39.9087, Some(30.0)));
    assert_eq!(of(json!(null), 12.0), (39.9087, Some(30.0)));
    // Of one moment: the fix that says when it was, and the faster speed.
    assert_eq!(of(json!(UPDATED), 12.0), (40.0, Some(30.0)));
    assert_eq!(of(json!(UPDATED), 50.0), (40.0, Some(50.0)));
}
