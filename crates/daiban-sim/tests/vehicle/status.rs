//! What a status says: both forms, its sections, and what a test bends of it.

use daiban_sim::{Car, CarChange, CarCorners};
use serde_json::{Value, json};

use crate::caller::{Caller, Form, USER, VIN, bench, car, change, rules};
use crate::common::Bench;

/// Makes a change known at once; gives the value at a JSON pointer below `vehicleStatus`.
async fn told(bench: &Bench, made: CarChange, path: &str) -> Value {
    change(
        bench,
        CarChange {
            report_now: true,
            ..made
        },
    );
    let tree = Caller::new(bench, Form::Plain).tree().await;
    tree.pointer(path).cloned().unwrap_or(json!("missing"))
}

fn tsp() -> Bench {
    let bench = bench();
    bench.sim.add_car(Car {
        platform: "tsp".into(),
        phev: true,
        ..car()
    });
    bench
}

const SAFETY: &str = "/additionalVehicleStatus/drivingSafetyStatus";
const CLIMATE: &str = "/additionalVehicleStatus/climateStatus";
const MAINTENANCE: &str = "/additionalVehicleStatus/maintenanceStatus";

#[tokio::test]
async fn each_change_shows_in_both_forms() {
    let driver_open = CarCorners {
        driver: Some(true),
        ..CarCorners::default()
    };
    let window = CarCorners {
        passenger_rear: Some(40),
        ..CarCorners::default()
    };
    let flat = CarCorners {
        driver_rear: Some(120.0),
        ..CarCorners::default()
    };
    let make = CarChange::default;
    let cases: Vec<(CarChange, String, Value, Value)> = vec![
        (
            CarChange::locked(false),
            format!("{SAFETY}/doorLockStatusDriver"),
            json!(0),
            json!("0"),
        ),
        (
            CarChange::locked(false),
            format!("{SAFETY}/vehicleAlarm"),
            json!(0),
            json!({"alrmTrgSrc": "0", "alrmSt": "0"}),
        ),
        (
            CarChange {
                doors_open: driver_open,
                ..make()
            },
            format!("{SAFETY}/doorOpenStatusDriver"),
            json!(1),
            json!("1"),
        ),
        (
            CarChange {
                trunk_open: Some(true),
                ..make()
            },
            format!("{SAFETY}/trunkLockStatus"),
            json!(0),
            json!("0"),
        ),
        (
            CarChange {
                bonnet_open: Some(true),
                ..make()
            },
            format!("{SAFETY}/engineHoodOpenStatus"),
            json!(1),
            json!("1"),
        ),
        (
            CarChange {
                alarm: Some(true),
                ..make()
            },
            format!("{SAFETY}/vehicleAlarm"),
            json!(1),
            json!({"alrmTrgSrc": "1", "alrmSt": "1"}),
        ),
        (
            CarChange {
                windows_pct: window,
                ..make()
            },
            format!("{CLIMATE}/winStatusPassengerRear"),
            json!(1),
            json!("1"),
        ),
        (
            CarChange {
                windows_pct: window,
                ..make()
            },
            format!("{CLIMATE}/winPosPassengerRear"),
            json!(40),
            json!("40"),
        ),
        (
            CarChange {
                sunroof_open: Some(true),
                ..make()
            },
            format!("{CLIMATE}/sunroofOpenStatus"),
            json!(2),
            json!("2"),
        ),
        (
            CarChange {
                exterior_c: Some(-7.0),
                ..make()
            },
            format!("{CLIMATE}/exteriorTemp"),
            json!(-7),
            json!("-7.000"),
        ),
        (
            CarChange {
                tyres: flat,
                ..make()
            },
            format!("{MAINTENANCE}/tyreStatusDriverRear"),
            json!(120.0),
            json!("164.760"),
        ),
        (
            CarChange {
                tyre_warnings: driver_open,
                ..make()
            },
            format!("{MAINTENANCE}/tyrePreWarningDriver"),
            json!(1),
            json!("1"),
        ),
        (
            CarChange {
                battery_12v_v: Some(11.6),
                ..make()
            },
            format!("{MAINTENANCE}/mainBatteryStatus/voltage"),
            json!(11.6),
            json!("11.600"),
        ),
        (
            CarChange {
                odometer_km: Some(40_000.0),
                ..make()
            },
            format!("{MAINTENANCE}/odometer"),
            json!(40_000),
            json!("40000.000"),
        ),
        (
            CarChange {
                days_to_service: Some(3),
                ..make()
            },
            format!("{MAINTENANCE}/daysToService"),
            json!(3),
            json!("3"),
        ),
        (
            CarChange {
                fuel_l: Some(4.5),
                ..make()
            },
            "/additionalVehicleStatus/runningStatus/fuelLevel".into(),
            json!(4.5),
            json!("4.5"),
        ),
        (
            CarChange {
                engine: Some(true),
                ..make()
            },
            "/basicVehicleStatus/engineStatus".into(),
            json!("ENGINE_RUNNING"),
            json!("engine_running"),
        ),
        (
            CarChange {
                in_drive: Some(true),
                ..make()
            },
            "/additionalVehicleStatus/drivingBehaviourStatus/transimissionGearPostion".into(),
            json!(1),
            json!("1"),
        ),
        (
            CarChange {
                speed_kmh: Some(50.5),
                ..make()
            },
            "/basicVehicleStatus/speed".into(),
            json!(50.5),
            json!("50.5"),
        ),
        (
            CarChange {
                key: Some(true),
                ..make()
            },
            "/basicVehicleStatus/keyStatus".into(),
            json!("KEY_INSERTED"),
            json!("key_inserted"),
        ),
        (
            CarChange {
                position: Some((39.99, 116.26)),
                ..make()
            },
            "/basicVehicleStatus/position/latitude".into(),
            json!(143_964_000),
            json!("143964000"),
        ),
        (
            CarChange {
                trusted: Some(false),
                ..make()
            },
            "/basicVehicleStatus/position/posCanBeTrusted".into(),
            json!(false),
            json!("false"),
        ),
        (
            CarChange {
                mars: Some(true),
                ..make()
            },
            "/basicVehicleStatus/position/marsCoordinates".into(),
            json!(true),
            json!("true"),
        ),
        (
            CarChange {
                mars_missing: true,
                ..make()
            },
            "/basicVehicleStatus/position/marsCoordinates".into(),
            json!("missing"),
            json!("missing"),
        ),
        (
            CarChange {
                position_told: Some(false),
                ..make()
            },
            "/basicVehicleStatus/position/longitude".into(),
            json!(""),
            json!(""),
        ),
    ];
    for (made, path, numbers, texts) in cases {
        assert_eq!(told(&bench(), made.clone(), &path).await, numbers, "{path}");
        assert_eq!(told(&tsp(), made, &path).await, texts, "{path}");
    }
}

/// Everything that is neither text nor object nor null, by path.
fn not_text(path: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| not_text(&format!("{path}/{name}"), value))
            .collect(),
        Value::String(_) | Value::Null => Vec::new(),
        _ => vec![path.to_owned()],
    }
}

#[tokio::test]
async fn a_tsp_car_says_everything_as_texts_but_two_flags() {
    let bench = tsp();
    let tree = Caller::new(&bench, Form::Signed).tree().await;
    let flags = ["fragActive", "preClimateActive"].map(|name| format!("{CLIMATE}/{name}"));
    assert_eq!(not_text("", &tree), flags);
    assert_eq!(
        tree["additionalVehicleStatus"]["electricVehicleStatus"]["timeToFullyCharged"],
        "2047"
    );
    assert_eq!(
        tree["additionalVehicleStatus"]["climateStatus"]["curtainPos"],
        "101"
    );
}

#[tokio::test]
async fn sections_are_those_asked_for() {
    let bench = bench();
    let caller = Caller::new(&bench, Form::Signed);
    for (target, basic, more) in [
        ("basic%2Cmore", true, true),
        ("", true, true),
        ("basic", true, false),
        ("more", false, true),
    ] {
        let path =
            format!("/remote-control/vehicle/status/{VIN}?latest=&target={target}&userId={USER}");
        let tree = caller.get(&path).await["data"]["vehicleStatus"].clone();
        let has = |name: &str| tree.get(name).is_some();
        assert_eq!(
            (has("basicVehicleStatus"), has("additionalVehicleStatus")),
            (basic, more),
            "{target}"
        );
        assert!(tree["updateTime"].is_i64());
    }
    for query in ["latest=maybe&target=basic", "latest=False&target=all"] {
        let path = format!("/remote-control/vehicle/status/{VIN}?{query}");
        assert_eq!(caller.get(&path).await["code"], "1001", "{query}");
    }
}

#[tokio::test]
async fn any_value_can_be_put_in_any_place() {
    let bench = bench();
    let made = CarChange {
        raw: [
            ("basicVehicleStatus.usageMode".to_owned(), json!("eleven")),
            (
                "additionalVehicleStatus.climateStatus".to_owned(),
                Value::Null,
            ),
            ("updateTime.deeper.still".to_owned(), json!([1])),
        ]
        .into(),
        raw_missing: [
            "basicVehicleStatus.position".to_owned(),
            "nothing.there".to_owned(),
        ]
        .into(),
        ..CarChange::default()
    };
    change(&bench, made);
    let tree = Caller::new(&bench, Form::Plain).tree().await;
    assert_eq!(tree["basicVehicleStatus"]["usageMode"], "eleven");
    assert_eq!(
        tree["additionalVehicleStatus"]["climateStatus"],
        Value::Null
    );
    assert_eq!(tree["updateTime"]["deeper"]["still"], json!([1]));
    assert_eq!(tree["basicVehicleStatus"].get("position"), None);
    change(
        &bench,
        CarChange {
            raw_clear: true,
            ..CarChange::raw("basicVehicleStatus.speed", json!(1e300))
        },
    );
    let tree = Caller::new(&bench, Form::Plain).tree().await;
    assert_eq!(tree["basicVehicleStatus"]["usageMode"], 1);
    assert_eq!(tree["basicVehicleStatus"]["speed"], json!(1e300));
}

#[tokio::test]
async fn codes_may_be_numbers() {
    let bench = bench();
    rules(&bench, |rules| rules.number_codes = true);
    let caller = Caller::new(&bench, Form::Plain);
    assert_eq!(caller.status_of(VIN, false).await["code"], json!(1000));
    assert_eq!(
        caller.status_of("LTESTVHC0E0000009", false).await["code"],
        json!(8063)
    );
}

#[tokio::test]
async fn lesser_reads() {
    let bench = tsp();
    let caller = Caller::new(&bench, Form::Signed);
    let below = "/remote-control/vehicle/status";
    let state = caller.get(&format!("{below}/state/{VIN}")).await;
    assert_eq!(state["data"]["engineState"], "engine_off");
    let limit = caller
        .get(&format!("{below}/soc/{VIN}?setting=charging"))
        .await;
    assert_eq!(limit["data"]["soc"], "800");
    let trips = caller.get(&format!("{below}/journalLogV4/{VIN}")).await;
    assert_eq!(trips["code"], "8153");
    bench.sim.add_car(car());
    let limit = caller
        .get(&format!("{below}/soc/{VIN}?setting=charging"))
        .await;
    assert_eq!(limit["code"], "1404", "a car without a plug");
}
