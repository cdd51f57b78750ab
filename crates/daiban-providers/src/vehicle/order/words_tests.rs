//! How the car stands on the left, what a person is told on the right.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::super::carry::Carry;
use super::*;
use crate::words::later;

/// 22:00 in Beijing.
fn evening() -> Timestamp {
    "2026-11-22T22:00:00+08:00".parse().unwrap()
}

fn asked(word: &str, args: Value, reading: Option<Value>, now: Timestamp) -> (Text, Text) {
    let command = Command::read(word, &args).unwrap();
    let car = Some("0001".to_owned());
    let carry = Carry::new("o1".to_owned(), command, car, "web", now);
    let reading: Option<Reading> = reading.map(|it| serde_json::from_value(it).unwrap());
    approve(carry.order(), reading.as_ref(), now, later(now, 300))
}

fn parked(changed: Value) -> Value {
    let mut reading = json!({
        "updated_at": dates::rfc3339(later(evening(), -180)), "engine": "off", "speed_kmh": 0.0,
        "position": { "lat": 39.908_71, "lon": 116.397_49, "datum": "WGS-84", "trusted": true },
    });
    for (name, value) in changed.as_object().unwrap() {
        reading[name] = value.clone();
    }
    reading
}

#[test]
fn an_unlock_tells_everything_that_is_needed_for_a_yes() {
    let reading = Some(parked(json!({})));
    let (title, body) = asked("unlock", json!({ "minutes": 1 }), reading, evening());
    assert_eq!(title.zh, "确认：解锁 1 分钟（尾号 0001 的车）");
    assert_eq!(
        body.zh,
        "车在 39.9087, 116.3975。3 分钟前报的。车停着，发动机没开。四个门解锁，1 分钟里没有人开门就自己锁上。22:05 前没有同意就不发。"
    );
    assert_eq!(
        body.en,
        "the car is at 39.9087, 116.3975; told 3 min ago; it stands, its engine is off; its doors unlock, and lock again when nobody opens one within 1 min; without a yes by 22:05 nothing is sent"
    );
}

#[test]
fn what_is_not_known_is_said_to_be_not_known() {
    let place = |changed: Value| {
        let mut position =
            json!({ "lat": 39.9087, "lon": 116.3975, "datum": "WGS-84", "trusted": null });
        for (name, value) in changed.as_object().unwrap() {
            position[name] = value.clone();
        }
        json!({ "position": position })
    };
    for (changed, part) in [
        (json!({ "position": null }), "车在哪不知道"),
        (place(json!({ "trusted": false })), "车大约在 39.9087"),
        (place(json!({ "datum": "unknown" })), "车大约在 39.9087"),
        (place(json!({})), "车在 39.9087"),
        (json!({ "updated_at": null }), "多久前报的不知道"),
        (
            json!({ "updated_at": dates::rfc3339(evening()) }),
            "刚刚报的",
        ),
        (json!({ "engine": "unknown" }), "发动机开没开不知道"),
        (
            json!({ "engine": "unknown", "speed_kmh": null }),
            "动没动不知道",
        ),
        (json!({ "engine": "running" }), "发动机在转"),
        (json!({ "speed_kmh": 9.0 }), "车在动"),
    ] {
        let reading = Some(parked(changed.clone()));
        let (_, body) = asked("unlock", json!({}), reading, evening());
        assert!(body.zh.contains(part), "{changed}: {}", body.zh);
    }
    let (_, body) = asked("find", json!({ "what": "horn" }), None, evening());
    assert!(body.zh.starts_with("车况没有读到。"), "{}", body.zh);
}

#[test]
fn only_what_others_hear_is_too_loud_for_the_night() {
    for (clock, is_quiet) in [
        ("22:29", false),
        ("22:30", true),
        ("00:00", true),
        ("06:59", true),
        ("07:00", false),
        ("12:00", false),
    ] {
        let now = format!("2026-11-22T{clock}:00+08:00").parse().unwrap();
        let (_, body) = asked("find", json!({ "what": "both" }), None, now);
        assert_eq!(body.zh.contains("夜里"), is_quiet, "{clock}");
        let (_, body) = asked("unlock", json!({}), None, now);
        assert!(!body.zh.contains("夜里"), "{clock}");
    }
}

#[test]
fn a_start_says_until_when_and_where_not() {
    let reading = Some(parked(json!({})));
    let (_, body) = asked("start", json!({ "minutes": 15 }), reading, evening());
    for part in ["22:15", "熄火", "尾气"] {
        assert!(body.zh.contains(part), "{part}: {}", body.zh);
    }
}

#[test]
fn why_nothing_recent_is_known_is_told() {
    let newest = Some(later(evening(), -7200));
    let why = Text::new("没有回答", "no answer");
    assert_eq!(
        stale(newest, Some(&why), evening()).zh,
        "车现在怎么样不知道：最近一次车况是 20:00 的（没有回答），没有发"
    );
    assert_eq!(
        stale(None, None, evening()).en,
        "how the car is now is not known: no dated status was read; nothing was sent"
    );
}
