//! One row for each thing a field may say: the field, what stands in it, what is read of it, whether it is noted as not
//! understood. A row changes one field of a whole answer.

#[path = "rows/body.rs"]
mod body;
#[path = "rows/drive.rs"]
mod drive;
#[path = "rows/place.rs"]
mod place;
#[path = "rows/upkeep.rs"]
mod upkeep;

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
