//! 12 V, service, tyres, the traction battery.

use serde_json::{Value, json};

use super::{ELECTRIC, MAINTENANCE, ODD, PLAIN, check};
use crate::{CSP, TSP, json as parsed, put, read};

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
