#![allow(clippy::unwrap_used)]

use serde_json::json;

use super::*;
use crate::vehicle::reading::{Door, Engine};

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(1_795_500_000 + day * 86_400).unwrap()
}

fn corners<T: Copy>(one: T) -> Corners<T> {
    Corners {
        driver: one,
        passenger: one,
        driver_rear: one,
        passenger_rear: one,
    }
}

fn well() -> Reading {
    let door = Door {
        open: Some(false),
        locked: Some(true),
    };
    Reading {
        vin: "*************0001".into(),
        updated_at: Some(at(0)),
        locked: Some(true),
        engine: Engine::Off,
        speed_kmh: Some(0.0),
        range_km: Some(544.0),
        fuel_l: Some(49.0),
        battery_12v_v: Some(12.4),
        doors: corners(door),
        windows: corners(Opening::Closed),
        trunk: door,
        bonnet_open: Some(false),
        tyres_kpa: corners(Some(243.0)),
        tyre_warnings: corners(Some(false)),
        days_to_service: Some(278),
        km_to_service: Some(6274.0),
        airbag_deployed: Some(false),
        alarm: Some(false),
        ..Reading::default()
    }
}

/// `+` holds, `-` well, `?` cannot be said.
fn sign(key: &str, wishes: serde_json::Value, reading: &Reading) -> char {
    let wishes: Wishes = serde_json::from_value(wishes).unwrap();
    let found = judge(&wishes, reading, at(1));
    match found.into_iter().find(|one| one.key == key) {
        Some(Finding {
            verdict: Verdict::Holds(..),
            ..
        }) => '+',
        Some(Finding {
            verdict: Verdict::Well(_),
            ..
        }) => '-',
        Some(_) => '?',
        None => ' ',
    }
}

#[test]
fn a_car_that_is_well_is_well_and_one_that_says_nothing_is_unknown() {
    for key in [
        "fuel", "tyre", "battery", "service", "alarm", "silent", UNLOCKED, "open",
    ] {
        assert_eq!(sign(key, json!({}), &well()), '-', "{key}");
        assert_eq!(sign(key, json!({}), &Reading::default()), '?', "{key}");
    }
    assert_eq!(sign("charge", json!({}), &well()), '?');
}

#[test]
fn what_is_wrong_is_found() {
    type Change = fn(&mut Reading);
    let table: [(&str, Change, char); 23] = [
        ("fuel", |r| r.range_km = Some(79.0), '+'),
        ("fuel", |r| r.range_km = Some(95.0), '?'),
        ("charge", |r| r.soc_pct = Some(19.0), '+'),
        ("charge", |r| r.soc_pct = Some(22.0), '?'),
        ("charge", |r| r.soc_pct = Some(63.0), '-'),
        (
            "charge",
            |r| {
                r.soc_pct = Some(5.0);
                r.charging = Some(true);
            },
            '-',
        ),
        ("tyre", |r| r.tyres_kpa.driver_rear = Some(199.0), '+'),
        ("tyre", |r| r.tyres_kpa.driver_rear = Some(204.0), '?'),
        ("tyre", |r| r.tyres_kpa.driver_rear = None, '?'),
        ("tyre", |r| r.tyre_warnings.passenger = Some(true), '+'),
        ("battery", |r| r.battery_12v_v = Some(11.8), '+'),
        ("battery", |r| r.battery_12v_v = Some(12.0), '?'),
        (
            "battery",
            |r| {
                r.battery_12v_v = Some(11.0);
                r.engine = Engine::Running;
            },
            '?',
        ),
        ("service", |r| r.days_to_service = Some(14), '+'),
        ("service", |r| r.km_to_service = Some(-20.0), '+'),
        ("alarm", |r| r.airbag_deployed = Some(true), '+'),
        ("alarm", |r| r.alarm = None, '?'),
        (
            "alarm",
            |r| {
                r.airbag_deployed = None;
                r.warnings = vec![Warning {
                    code: "airbag".into(),
                    text: Text::quoted("…"),
                }];
            },
            '+',
        ),
        (UNLOCKED, |r| r.locked = Some(false), '+'),
        (UNLOCKED, |r| r.locked = None, '?'),
        (
            UNLOCKED,
            |r| {
                r.locked = Some(false);
                r.engine = Engine::Running;
            },
            '-',
        ),
        ("open", |r| r.windows.passenger_rear = Opening::Open, '+'),
        ("open", |r| r.trunk.open = Some(true), '+'),
    ];
    for (row, (key, change, wanted)) in table.into_iter().enumerate() {
        let mut reading = well();
        change(&mut reading);
        assert_eq!(sign(key, json!({}), &reading), wanted, "row {row}: {key}");
    }
}

#[test]
fn what_is_switched_off_is_not_told() {
    let mut reading = well();
    reading.range_km = Some(3.0);
    reading.locked = Some(false);
    reading.tyres_kpa.driver = Some(100.0);
    for (key, wishes, wanted) in [
        ("fuel", json!({ "range_km": 0 }), '?'),
        (UNLOCKED, json!({ "unlocked_min": 0 }), ' '),
        ("tyre", json!({ "tyre_kpa": 0 }), '-'),
    ] {
        assert_eq!(sign(key, wishes, &reading), wanted, "{key}");
    }
}

#[test]
fn a_silent_car_is_told_after_three_days() {
    let wishes: Wishes = serde_json::from_value(json!({})).unwrap();
    for (day, holds) in [(2, false), (4, true)] {
        let found = judge(&wishes, &well(), at(day));
        let silent = found.iter().find(|one| one.key == "silent").unwrap();
        assert_eq!(matches!(silent.verdict, Verdict::Holds(..)), holds);
    }
}

#[test]
fn the_words_name_what_is_open_and_which_tyre() {
    let mut reading = well();
    reading.windows.passenger_rear = Opening::Open;
    reading.sunroof = Opening::Open;
    let open = words::open_parts(&reading);
    assert_eq!(
        words::left_open(&open, &reading).facts.zh,
        "右后窗、天窗开着"
    );
    reading.tyre_warnings.driver = Some(true);
    let low = corners(false);
    assert_eq!(
        words::tyres(&low, &reading).facts.zh,
        "左前 243 kPa（车自己报的警）"
    );
}

#[test]
fn data_is_told_when_little_is_left_or_it_ends() {
    let wishes: Wishes = serde_json::from_value(json!({})).unwrap();
    let judged = |left: Option<f64>, days: Option<i64>| {
        let data = SimData {
            left_mib: left,
            days_left: days,
            ..SimData::default()
        };
        match judge_data(&wishes, &data).verdict {
            Verdict::Holds(..) => '+',
            Verdict::Well(_) => '-',
            Verdict::Unknown => '?',
        }
    };
    assert_eq!(judged(Some(199.0), Some(100)), '+');
    assert_eq!(judged(Some(3000.0), Some(7)), '+');
    assert_eq!(judged(Some(220.0), Some(100)), '?');
    assert_eq!(judged(Some(3000.0), Some(100)), '-');
    assert_eq!(judged(None, None), '?');
}
