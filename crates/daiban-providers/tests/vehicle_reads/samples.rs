//! Whole answers read to what they mean: ours in both forms, then the shared ones where they are at hand.

use daiban_core::error::ServiceError;
use daiban_core::vin::Vin;
use daiban_providers::vehicle::reading::Reading;
use daiban_providers::vehicle::wire::flow::flow;
use daiban_providers::vehicle::wire::status::{Known, status};
use serde_json::{Value, json};

use crate::{CSP, TSP, at, json as parsed, profile, put, read, shared};

const SAFETY: &str = "additionalVehicleStatus.drivingSafetyStatus";
const DRIVING: &str = "additionalVehicleStatus.drivingBehaviourStatus";

/// What is expected, and nothing said of the rest.
fn check(reading: &Reading, expected: &Value) {
    let json = serde_json::to_value(reading).unwrap();
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&json[name], value, "{name}");
    }
}

fn four(value: Value) -> Value {
    json!({ "driver": value, "passenger": value, "driver_rear": value, "passenger_rear": value })
}

#[test]
fn a_parked_car_that_sends_numbers() {
    let reading = read(&parsed(CSP)).unwrap();
    let closed = json!({ "open": false, "locked": true });
    let expected = json!({
        "vin": "*************0001", "plate": null, "updated_at": "2020-08-10T20:24:50+08:00", "seen_at": null, "platform": "csp",
        "position": { "lat": 39.9087, "lon": 116.3975, "datum": "WGS-84", "trusted": false, "altitude_m": 44.0,
                      "at": "2020-08-10T20:24:50+08:00" },
        "locked": true, "engine": "off", "gear": null, "speed_kmh": 0.0, "direction_deg": 0.0,
        "fuel_l": 49.0, "fuel_pct": null, "range_km": 550.0, "electric_range_km": null, "odometer_km": 33253.0,
        "consumption_l_100km": 9.0, "last_consumption_l_100km": 16.5, "average_speed_kmh": 37.0,
        "trip_1": 3254.0, "trip_2": 12.0,
        "battery_12v_v": 12.0, "battery_12v_pct": null, "soc_pct": null, "time_to_full_min": null,
        "charging": false, "plugged": false, "charge_kw": null,
        "doors": four(closed.clone()), "windows": four(json!("closed")), "window_pct": four(json!(null)),
        "sunroof": "closed", "curtain": "unknown", "trunk": closed, "bonnet_open": false,
        "tank_flap": "unknown", "charge_lid": "unknown",
        "tyres_kpa": { "driver": 247.1, "passenger": 245.8, "driver_rear": 240.3, "passenger_rear": 241.6 },
        "tyre_warnings": four(json!(false)), "tyres_c": four(json!(null)),
        "interior_c": null, "exterior_c": 29.0, "coolant_c": 77.0, "pm25_in": null, "pm25_out": null,
        "pre_climate": false, "days_to_service": 278, "km_to_service": 6274.0, "hours_to_service": 379.0,
        "key_present": false, "engine_blocked": false, "hand_brake": true, "park_brake": null,
        "seat_belts": four(json!(false)), "airbag_deployed": false, "alarm": false, "warnings": [],
        "odd": [format!("{DRIVING}.transimissionGearPostion"), format!("{SAFETY}.electricParkBrakeStatus")],
    });
    check(&reading, &expected);
    // Everything is expected above but the values as they came.
    let json = serde_json::to_value(&reading).unwrap();
    assert_eq!(
        json.as_object().unwrap().len(),
        expected.as_object().unwrap().len() + 1
    );
    assert_eq!(reading.moving(), Some(false));
}

#[test]
fn a_driving_car_that_sends_texts() {
    let reading = read(&parsed(TSP)).unwrap();
    let closed = json!({ "open": false, "locked": true });
    check(
        &reading,
        &json!({
            "vin": "*************0001", "plate": null, "updated_at": "2026-02-18T04:00:00+08:00", "platform": null,
            "locked": true, "engine": "running", "gear": "drive", "speed_kmh": 46.5, "direction_deg": 87.0,
            "fuel_l": 41.0, "fuel_pct": 76.0, "range_km": 501.0, "electric_range_km": 52.0, "odometer_km": 33253.0,
            "consumption_l_100km": 6.1, "last_consumption_l_100km": null, "average_speed_kmh": null,
            "trip_1": 213.3, "trip_2": 19.0, "battery_12v_v": 14.1, "battery_12v_pct": 88.0,
            "soc_pct": 63.0, "time_to_full_min": null, "charging": false, "plugged": false, "charge_kw": null,
            "doors": four(closed.clone()), "trunk": closed, "bonnet_open": false,
            "windows": { "driver": "closed", "passenger": "closed", "driver_rear": "closed", "passenger_rear": "open" },
            "window_pct": { "driver": 0.0, "passenger": 0.0, "driver_rear": null, "passenger_rear": 12.0 },
            "sunroof": "unknown", "curtain": "open", "tank_flap": "closed", "charge_lid": "closed",
            "tyres_kpa": { "driver": 247.1, "passenger": 245.8, "driver_rear": 240.3, "passenger_rear": 241.6 },
            "tyre_warnings": { "driver": false, "passenger": false, "driver_rear": true, "passenger_rear": false },
            "tyres_c": { "driver": 31.0, "passenger": 30.0, "driver_rear": null, "passenger_rear": null },
            "interior_c": 21.5, "exterior_c": 6.0, "coolant_c": 89.0, "pm25_in": 18.0, "pm25_out": 63.0,
            "pre_climate": false, "days_to_service": 278, "km_to_service": 6274.0, "hours_to_service": 511.0,
            "key_present": true, "engine_blocked": false, "hand_brake": false, "park_brake": null,
            "airbag_deployed": false, "alarm": false, "odd": [],
        }),
    );
    let codes: Vec<_> = reading
        .warnings
        .iter()
        .map(|warning| warning.code.as_str())
        .collect();
    assert_eq!(codes, ["tyre_driver_rear"]);
    assert!(reading.in_use());
}

#[test]
fn the_form_is_as_the_answer_says_and_else_as_the_list_does() {
    let mut answer = parsed(CSP);
    let with = |answer: &Value, platform: Option<&str>| {
        let known = Known {
            platform,
            ..Known::of(profile())
        };
        let reading = status(answer, &known).unwrap();
        (reading.platform, reading.tyres_kpa.driver)
    };
    let csp = Some("csp".to_owned());
    assert_eq!(with(&answer, Some("tsp")), (csp.clone(), Some(247.1)));
    answer["data"]["platform"] = json!(null);
    assert_eq!(with(&answer, Some("CSP")), (csp.clone(), Some(247.1)));
    // Counts or kPa: nobody says.
    assert_eq!(with(&answer, None), (None, None));
    answer["data"]["platform"] = json!("psc");
    assert_eq!(with(&answer, Some("csp")), (csp, Some(247.1)));
}

#[test]
fn a_tyre_scale_that_was_set_holds() {
    let with = |scale| {
        let known = Known {
            tyre_kpa_per_unit: Some(scale),
            ..Known::of(profile())
        };
        status(&parsed(CSP), &known).unwrap().tyres_kpa
    };
    assert_eq!(with(1.373).driver, Some(247.1));
    assert_eq!(with(1.0).driver, Some(180.0));
    assert_eq!(with(2.0).passenger_rear, Some(352.0));
}

#[test]
fn the_car_is_named_by_its_last_four_and_another_car_is_noticed() {
    let vin = Vin::parse("vin", "XTESTVHC7E0000002").unwrap();
    let known = Known {
        vin: Some(&vin),
        ..Known::of(profile())
    };
    let other = status(&parsed(CSP), &known).unwrap();
    assert_eq!(other.vin, "*************0001");
    assert!(other.odd.contains(&"vin".to_owned()));
    let mut silent = parsed(CSP);
    silent["data"]["result"] = json!(null);
    assert_eq!(status(&silent, &known).unwrap().vin, "*************0002");
    assert_eq!(read(&silent).unwrap().vin, "");
}

#[test]
fn a_report_from_the_future_is_of_no_known_moment() {
    let of = |seen_at: &str| {
        let known = Known {
            seen_at: Some(at(seen_at)),
            ..Known::of(profile())
        };
        status(&parsed(CSP), &known).unwrap()
    };
    let told = Some(at("2020-08-10T12:24:50Z"));
    assert_eq!(of("2020-08-10T12:20:00Z").updated_at, told);
    assert_eq!(
        of("2020-08-10T12:20:00Z").seen_at,
        Some(at("2020-08-10T12:20:00Z"))
    );
    let early = of("2020-08-10T12:00:00Z");
    assert_eq!(early.updated_at, None);
    assert!(early.odd.contains(&"updateTime".to_owned()));
}

#[test]
fn without_a_tree_the_service_has_changed() {
    for answer in [
        json!({}),
        json!(null),
        json!([]),
        json!({ "data": null }),
        json!({ "data": { "vehicleStatus": null } }),
        json!({ "data": { "vehicleStatus": "off" } }),
        json!({ "data": { "vehicleStatus": [] } }),
        json!({ "data": { "status": {} } }),
    ] {
        let Err(ServiceError::Changed { place, .. }) = read(&answer) else {
            panic!("{answer}");
        };
        assert_eq!(place, "data.vehicleStatus");
    }
}

#[test]
fn an_empty_tree_is_a_reading_of_nothing() {
    let reading = read(&json!({ "data": { "vehicleStatus": {} } })).unwrap();
    assert_eq!(reading, Reading::default());
    let sections = json!({ "data": { "vehicleStatus": {
        "basicVehicleStatus": "none", "additionalVehicleStatus": { "climateStatus": [], "runningStatus": null },
    } } });
    let reading = read(&sections).unwrap();
    assert_eq!(
        reading.odd,
        [
            "additionalVehicleStatus.climateStatus",
            "basicVehicleStatus"
        ]
    );
}

#[test]
fn values_as_they_came_name_and_place_nobody() {
    for form in [CSP, TSP] {
        let mut answer = parsed(form);
        let tree = &mut answer["data"]["vehicleStatus"];
        put(
            tree,
            "additionalVehicleStatus.signals",
            json!([{ "code": 7, "note": "LTESTVHC7E0000001" }]),
        );
        put(tree, "temStatus.simNumber", json!("89860000000000000000"));
        put(tree, "temStatus.sim", json!(89_860_000_000_000_000_000.0));
        put(
            tree,
            "journal.location",
            json!({ "a": 143_671_320, "known": true }),
        );
        put(tree, "LTESTVHC7E0000001", json!({ "a": 1 }));
        put(tree, "ownerName", json!("张测试"));
        put(tree, "long", json!("x".repeat(500)));
        let raw = read(&answer).unwrap().raw;
        let text = serde_json::to_string(&raw).unwrap();
        for hidden in [
            "LTESTVHC",
            "1436",
            "4190",
            "8986",
            "86000000",
            "张测试",
            "xxxx",
            "altitude",
        ] {
            assert!(!text.contains(hidden), "{hidden}");
        }
        let known = [
            "basicVehicleStatus.usageMode",
            "basicVehicleStatus.position.posCanBeTrusted",
            "additionalVehicleStatus.maintenanceStatus.mainBatteryStatus.stateOfCharge",
            "additionalVehicleStatus.drivingSafetyStatus.centralLockingStatus",
            "additionalVehicleStatus.drivingBehaviourStatus.transimissionGearPostion",
            "additionalVehicleStatus.signals[0].code",
            "journal.location.known",
            "updateTime",
        ];
        for path in known {
            assert!(raw.contains_key(path), "{path}");
        }
    }
    let raw = read(&parsed(TSP)).unwrap().raw;
    assert_eq!(
        raw["additionalVehicleStatus.maintenanceStatus.odometer"],
        "33253.000"
    );
}

// ── shared samples ──

fn sample(name: &str) -> Option<Reading> {
    Some(read(&shared(name)?).unwrap())
}

#[test]
fn shared_parked() {
    let Some(reading) = sample("status-parked.json") else {
        return;
    };
    check(
        &reading,
        &json!({
            "updated_at": "2026-02-17T14:00:00+08:00", "locked": true, "engine": "off", "gear": null, "speed_kmh": 0.0,
            "fuel_l": 49.0, "range_km": 544.0, "odometer_km": 33253.0, "battery_12v_v": 12.4, "soc_pct": null,
            "charging": false, "plugged": false, "interior_c": null, "exterior_c": 4.0, "coolant_c": 21.0,
            "pm25_in": null, "days_to_service": 278, "km_to_service": 6274.0, "warnings": [], "alarm": false,
            "tyres_kpa": { "driver": 247.1, "passenger": 245.8, "driver_rear": 240.3, "passenger_rear": 241.6 },
            "position": { "lat": 39.9087, "lon": 116.3975, "datum": "WGS-84", "trusted": true, "altitude_m": 44.0,
                          "at": "2026-02-17T14:00:00+08:00" },
        }),
    );
}

#[test]
fn shared_driving() {
    let Some(reading) = sample("status-driving.json") else {
        return;
    };
    check(
        &reading,
        &json!({
            "updated_at": "2026-02-17T15:30:00+08:00", "locked": true, "engine": "running", "gear": "drive",
            "speed_kmh": 46.5, "direction_deg": 87.0, "fuel_l": 45.6, "range_km": 501.0, "odometer_km": 33260.0,
            "consumption_l_100km": 9.1, "average_speed_kmh": 31.0, "battery_12v_v": 14.3, "interior_c": 21.0,
            "exterior_c": 6.0, "pm25_in": 18.0, "pm25_out": 63.0, "key_present": true, "hand_brake": false,
            "tyres_kpa": { "driver": 255.4, "passenger": 254.0, "driver_rear": 248.5, "passenger_rear": 249.9 },
            "position": { "lat": 39.9142, "lon": 116.4453, "datum": "WGS-84", "trusted": true, "altitude_m": 41.0,
                          "at": "2026-02-17T15:30:00+08:00" },
            "odd": [format!("{SAFETY}.electricParkBrakeStatus")],
        }),
    );
    assert_eq!(reading.moving(), Some(true));
}

#[test]
fn shared_windows_open() {
    let Some(reading) = sample("status-windows-open.json") else {
        return;
    };
    check(
        &reading,
        &json!({
            "locked": false, "sunroof": "open",
            "windows": { "driver": "open", "passenger": "closed", "driver_rear": "closed", "passenger_rear": "open" },
            "window_pct": { "driver": 100.0, "passenger": 0.0, "driver_rear": 0.0, "passenger_rear": 12.0 },
            "trunk": { "open": false, "locked": false }, "interior_c": 26.0, "exterior_c": 23.0, "alarm": false,
        }),
    );
    assert_eq!(reading.doors.driver.open, Some(true));
    assert_eq!(reading.doors.driver.locked, Some(false));
    assert_eq!(reading.doors.passenger_rear.locked, Some(true));
}

#[test]
fn shared_charging() {
    let Some(reading) = sample("status-charging-phev.json") else {
        return;
    };
    check(
        &reading,
        &json!({
            "soc_pct": 63.0, "electric_range_km": 52.0, "time_to_full_min": 118, "charging": true, "plugged": true,
            "charge_kw": 3.39, "battery_12v_v": 14.1, "battery_12v_pct": 88.0, "range_km": 712.0, "fuel_l": 41.0,
            "consumption_l_100km": 6.1, "interior_c": 1.0, "exterior_c": -3.0, "coolant_c": 18.0,
        }),
    );
}

#[test]
fn shared_flow() {
    let Some(answer) = shared("flowinfo.json") else {
        return;
    };
    let flow = flow(&answer, at("2020-08-10T22:45:24+08:00")).unwrap();
    assert_eq!(
        serde_json::to_value(&flow).unwrap(),
        json!({
            "total_mib": 3072.0, "used_mib": 69.7, "left_mib": 3002.3,
            "until": "2020-08-31T23:59:59+08:00", "days_left": 21,
            "basic": { "from": "2018-07-05T14:09:04+08:00", "until": "2023-07-05T14:09:04+08:00", "days_left": 1058 },
            "packages": [{
                "product": "800720", "total_mib": 3072.0, "used_mib": 69.7, "left_mib": 3002.3,
                "voice_total_min": 700, "voice_used_min": 0, "voice_left_min": 700,
                "sms_total": 450, "sms_used": 21, "sms_left": 429,
                "from": "2020-07-31T02:47:24+08:00", "until": "2020-08-31T23:59:59+08:00",
            }],
            "as_of": "2020-08-10T22:45:24+08:00",
        })
    );
}
