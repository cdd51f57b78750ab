//! An engine that daiban started is stopped when its minutes are over, unless it is off by then or somebody drives.

use daiban_core::error::ServiceError;
use daiban_core::notice::Severity;
use daiban_core::{Text, Timestamp};

use super::super::command::{Command, CommandState};
use super::super::reading::{Engine, Gear, Reading};
use super::before::age_s;
use super::carry::{Carry, Stage};
use super::round::Round;
use super::words;
use crate::words::later;

/// Looks when the minutes are over, each so many seconds after the answer to the one before; `true`: the car is asked, whose
/// report comes some seconds later.
const LOOKS: [(i64, bool); 4] = [(0, true), (5, false), (10, true), (5, false)];
/// A look whose answer does not come is held up, and so would be those after it.
pub(super) const LAST: usize = LOOKS.len() - 1;
const PATIENCE_S: i64 = 30;
/// What the car told longer ago says nothing about its engine now.
const RECENT_S: i64 = 60;
/// A stop that was surely not sent is tried again, with another look first, after so long and until so long after the minutes.
const AGAIN_S: i64 = 60;
const UNTIL_S: i64 = 1800;

/// When an engine started at that moment is stopped; `None`: the command starts none.
pub(super) fn stops_at(command: Command, started: Timestamp) -> Option<Timestamp> {
    match command {
        Command::Start { minutes } => Some(later(started, i64::from(minutes) * 60)),
        _ => None,
    }
}

/// What the car shows when the minutes are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Off,
    Driven,
    Runs,
    /// Nothing recent is known.
    Unknown,
}

impl End {
    /// `driven_before_km`: what the odometer showed before the start.
    fn of(
        reading: &Reading,
        started: Timestamp,
        driven_before_km: Option<f64>,
        now: Timestamp,
    ) -> Self {
        let is_after_start = reading.updated_at.is_some_and(|at| at > started);
        let is_recent = age_s(reading, now).is_some_and(|age| age <= RECENT_S);
        match reading.engine {
            _ if !is_after_start || !is_recent => Self::Unknown,
            Engine::Off => Self::Off,
            _ if is_driven(reading, driven_before_km) => Self::Driven,
            Engine::Running => Self::Runs,
            Engine::Unknown => Self::Unknown,
        }
    }
}

/// Somebody is in it: a key, a lever out of park, a car that moves or has moved since.
fn is_driven(reading: &Reading, before_km: Option<f64>) -> bool {
    let has_moved = match (reading.odometer_km, before_km) {
        (Some(now), Some(before)) => now - before > 0.2,
        _ => false,
    };
    reading.key_present == Some(true)
        || reading.gear.is_some_and(|gear| gear != Gear::Park)
        || reading.moving() == Some(true)
        || has_moved
}

impl Round<'_> {
    pub(super) fn look_at_the_end(&mut self, step: usize) {
        let (pause_s, fresh) = LOOKS.get(step).copied().unwrap_or_default();
        let glance = self.look(fresh, later(self.now, pause_s), PATIENCE_S);
        self.carry.stage = Stage::Ending { step, glance };
    }

    /// Where nothing recent can be known, it is stopped: a stop to a car whose engine is off changes nothing.
    pub(super) fn seen_at_the_end(&mut self, step: usize, result: Result<Reading, ServiceError>) {
        let started = self.carry.order.sent_at.unwrap_or(self.now);
        let end = match &result {
            Ok(reading) => End::of(reading, started, self.carry.odometer_km, self.now),
            Err(_) => End::Unknown,
        };
        match end {
            End::Off => self.engine_off(),
            End::Driven => self.over(words::driven()),
            End::Unknown if step < LAST => self.look_at_the_end(step + 1),
            End::Runs | End::Unknown => self.begin_stop(),
        }
    }

    fn begin_stop(&mut self) {
        self.carry.stops += 1;
        let stop = Carry::stop_after(self.carry, self.now);
        self.stop(stop);
    }

    /// The stop goes its own way, as any command.
    pub(super) fn stop(&mut self, mut stop: Carry) {
        stop.advance(self.turn, self.draft);
        match stop.is_over() {
            true => self.stop_ended(&stop),
            false => {
                self.carry.stage = Stage::Stopping {
                    stop: Box::new(stop),
                };
            }
        }
    }

    fn stop_ended(&mut self, stop: &Carry) {
        let order = stop.order();
        if order.state == CommandState::Confirmed {
            return self.engine_off();
        }
        let stops_at = self.carry.order.stops_at.unwrap_or(self.now);
        let tries_on = order.state == CommandState::Rejected && self.now < later(stops_at, UNTIL_S);
        self.warn(&order.text, tries_on);
        match tries_on {
            true => {
                self.carry.stage = Stage::StopLater {
                    until: later(self.now, AGAIN_S),
                };
            }
            false => self.over(words::may_run(&order.text)),
        }
    }

    /// An engine that runs where it should not is told of at once, and once.
    fn warn(&mut self, why: &Text, tries_on: bool) {
        if !std::mem::replace(&mut self.carry.warned, true) {
            let words = words::engine_may_run(why, tries_on);
            self.notice("engine", Severity::Urgent, words);
        }
    }

    fn engine_off(&mut self) {
        if self.carry.warned {
            self.notice("engine_off", Severity::Info, words::engine_is_off());
        }
        self.over(words::off());
    }

    /// What became of the start stays as it was; its words tell of the stop.
    fn over(&mut self, text: Text) {
        let told = &self.carry.order.text;
        self.carry.order.text = Text::new(
            format!("{}；{}", told.zh, text.zh),
            format!("{}; {}", told.en, text.en),
        );
        self.carry.stage = Stage::Over;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use daiban_core::dates;
    use serde_json::{Value, json};

    use super::*;

    fn check(updated_s: i64, changed: Value, expected: End) {
        let started: Timestamp = "2026-11-22T06:00:00+08:00".parse().unwrap();
        let now = later(started, 600);
        let mut reading = changed.clone();
        reading["updated_at"] = json!(dates::rfc3339(later(started, updated_s)));
        let reading: Reading = serde_json::from_value(reading).unwrap();
        let end = End::of(&reading, started, Some(1000.0), now);
        assert_eq!(end, expected, "{updated_s} {changed}");
    }

    #[test]
    fn only_a_recent_status_tells_how_it_ended() {
        let running = |changed: Value| {
            let mut reading = json!({ "engine": "running" });
            for (name, value) in changed.as_object().unwrap() {
                reading[name] = value.clone();
            }
            reading
        };
        check(599, json!({ "engine": "off" }), End::Off);
        check(539, json!({ "engine": "off" }), End::Unknown);
        check(-1, json!({ "engine": "off" }), End::Unknown);
        check(599, json!({}), End::Unknown);
        check(599, running(json!({})), End::Runs);
        check(300, running(json!({})), End::Unknown);
        check(599, running(json!({ "odometer_km": 1000.1 })), End::Runs);
        for driven in [
            json!({ "key_present": true }),
            json!({ "gear": "drive" }),
            json!({ "speed_kmh": 30.0 }),
            json!({ "odometer_km": 1000.5 }),
        ] {
            check(599, running(driven), End::Driven);
        }
    }
}
