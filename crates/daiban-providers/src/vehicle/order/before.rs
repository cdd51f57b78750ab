//! Whether a car is as it must be before something sensitive is sent to it. Pure.

use daiban_core::{Text, Timestamp};

use super::super::command::{Class, Command};
use super::super::reading::{Engine, Gear, Reading};

/// A status older than this says nothing about the car as it is now.
pub(super) const STALE_S: i64 = 600;

/// What a look says about sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Check {
    /// It may be sent.
    Go,
    /// The car has not told anything lately.
    Stale,
    /// It must not be sent: one word, and why.
    No(&'static str, Text),
}

/// Checks a command against what the car told last. What is safe or only noisy is never held up.
pub(super) fn check(command: Command, reading: &Reading, now: Timestamp) -> Check {
    if command.class() != Class::Sensitive {
        return Check::Go;
    }
    if age_s(reading, now).is_none_or(|age| age > STALE_S) {
        return Check::Stale;
    }
    match against(command, reading) {
        Some((code, text)) => Check::No(code, text),
        None => Check::Go,
    }
}

fn against(command: Command, reading: &Reading) -> Option<(&'static str, Text)> {
    let is_start = matches!(command, Command::Start { .. });
    if reading.moving() == Some(true) {
        let text = Text::new("车在动，没有发", "the car is moving; nothing was sent");
        return Some(("moving", text));
    }
    if is_start && reading.engine == Engine::Running {
        let text = Text::new(
            "发动机已经在转，没有发",
            "the engine runs already; nothing was sent",
        );
        return Some(("already", text));
    }
    if !is_parked(reading) {
        let text = Text::new(
            "看不出车停好了（不在 P 挡，或挡位、车速不知道），没有发",
            "the car is not in park, or cannot be told to be; nothing was sent",
        );
        return Some(("not_parked", text));
    }
    if is_start && reading.position.is_none() {
        let text = Text::new(
            "不知道车在哪，没有启动：在车库里启动，尾气会要人命",
            "nobody knows where the car is, so it was not started: exhaust kills in a garage",
        );
        return Some(("no_position", text));
    }
    None
}

/// In P; or, where the lever is not told, engine off and standing. A car with a traction battery may drive with its engine
/// off, so that an unknown speed speaks against it there; of others a parked car marks its speed as not valid.
fn is_parked(reading: &Reading) -> bool {
    match (reading.gear, reading.speed_kmh) {
        (Some(gear), _) => gear == Gear::Park,
        (None, Some(speed)) => reading.engine == Engine::Off && speed.abs() < 0.5,
        (None, None) => reading.engine == Engine::Off && reading.soc_pct.is_none(),
    }
}

/// How many seconds ago the car told this; `None`: not told, or from a clock that is ahead of ours by more than this is worth.
pub(super) fn age_s(reading: &Reading, now: Timestamp) -> Option<i64> {
    let age = now.as_second() - reading.updated_at?.as_second();
    (age >= -STALE_S).then_some(age.max(0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use daiban_core::dates;
    use serde_json::{Value, json};

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T06:00:00+08:00".parse().unwrap()
    }

    /// A car parked for a minute at a public square, with something else.
    fn parked(changed: Value) -> Reading {
        let mut reading = json!({
            "updated_at": dates::rfc3339(crate::words::later(now(), -60)),
            "position": { "lat": 39.9087, "lon": 116.3975, "datum": "WGS-84", "trusted": true },
            "engine": "off", "speed_kmh": 0.0,
        });
        for (name, value) in changed.as_object().unwrap() {
            reading[name] = value.clone();
        }
        serde_json::from_value(reading).unwrap()
    }

    fn code(word: &str, changed: Value) -> String {
        let command = Command::read(word, &json!({})).unwrap();
        match check(command, &parked(changed), now()) {
            Check::Go => "go".to_owned(),
            Check::Stale => "stale".to_owned(),
            Check::No(code, _) => code.to_owned(),
        }
    }

    #[test]
    fn the_sensitive_need_a_car_that_stands_and_told_so_lately() {
        let at = |s: i64| json!({ "updated_at": dates::rfc3339(crate::words::later(now(), s)) });
        for (changed, expected) in [
            (json!({}), "go"),
            (json!({ "gear": "park", "speed_kmh": null }), "go"),
            (json!({ "speed_kmh": null }), "go"),
            (at(-600), "go"),
            (at(-601), "stale"),
            (at(30), "go"),
            (at(3600), "stale"),
            (json!({ "updated_at": null }), "stale"),
            (json!({ "speed_kmh": 3.0 }), "moving"),
            (json!({ "gear": "drive", "engine": "running" }), "moving"),
            (json!({ "gear": "neutral" }), "not_parked"),
            (json!({ "engine": "running" }), "not_parked"),
            (json!({ "engine": "unknown" }), "not_parked"),
            (json!({ "speed_kmh": null, "soc_pct": 60.0 }), "not_parked"),
            (json!({ "position": null }), "go"),
        ] {
            for word in ["unlock", "open_trunk", "vent_windows"] {
                assert_eq!(code(word, changed.clone()), expected, "{word} {changed}");
            }
        }
    }

    #[test]
    fn a_start_needs_to_know_where_and_that_it_does_not_run() {
        for (changed, expected) in [
            (json!({}), "go"),
            (json!({ "position": null }), "no_position"),
            (json!({ "engine": "running", "gear": "park" }), "already"),
            (json!({ "engine": "running" }), "already"),
            (json!({ "engine": "running", "gear": "drive" }), "moving"),
        ] {
            assert_eq!(code("start", changed.clone()), expected, "{changed}");
        }
    }

    #[test]
    fn the_safe_and_the_noisy_are_not_held_up() {
        let worst = json!({ "updated_at": null, "speed_kmh": 80.0, "engine": "running" });
        for word in ["lock", "stop", "find", "close_windows"] {
            assert_eq!(code(word, worst.clone()), "go", "{word}");
        }
    }
}
