//! Doors, windows, roof, flaps.

use serde_json::json;

use super::{CLIMATE, ELECTRIC, ODD, PLAIN, SAFETY, check};
use crate::{CSP, TSP, json as parsed, put, read};

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
