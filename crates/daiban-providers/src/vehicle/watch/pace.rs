//! When to look again.

use daiban_core::{Text, Timestamp};

use super::Wishes;
use crate::vehicle::reading::{Engine, Reading};
use crate::words::later;

/// While nothing changes the time between looks doubles, up to so many seconds.
const SLOWEST_PARKED_S: i64 = 2 * 3600;
/// No faster, whatever was wished.
const FLOOR_S: i64 = 60;
/// A car whose 12 V battery is low, or that has not reported for days, is left alone but for one look a day.
const SPARING_S: i64 = 24 * 3600;
/// Below so many volts at rest the 12 V battery is low.
pub(super) const LOW_VOLTS: f64 = 11.9;
/// A report older than this is no news of the car.
pub(super) const STALE_S: i64 = 3 * 24 * 3600;

/// How often, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pace {
    /// Seconds between looks; `None`: only when the owner says so.
    pub(super) every_s: Option<i64>,
    pub(super) why: Text,
}

/// How often to look after this reading, when so many looks in a row showed nothing new.
pub(super) fn pace(wishes: &Wishes, reading: &Reading, unchanged: u32, now: Timestamp) -> Pace {
    if wishes.parked_min == 0 {
        return Pace {
            every_s: None,
            why: Text::new("只在你按「现在看」时看", "looks only when you say so"),
        };
    }
    if let Some(why) = spared(reading, now) {
        return Pace {
            every_s: Some(SPARING_S),
            why,
        };
    }
    if reading.in_use() || reading.charging == Some(true) {
        return Pace {
            every_s: Some((i64::from(wishes.running_min) * 60).max(FLOOR_S)),
            why: in_use(reading, wishes.running_min),
        };
    }
    let parked_s = i64::from(wishes.parked_min) * 60;
    let slowest_s = SLOWEST_PARKED_S.max(parked_s);
    let every_s = (parked_s << unchanged.min(6)).min(slowest_s).max(FLOOR_S);
    let minutes = every_s / 60;
    Pace {
        every_s: Some(every_s),
        why: Text::new(
            format!("停着，每 {minutes} 分钟看一次"),
            format!("parked: a look every {minutes} min"),
        ),
    }
}

fn in_use(reading: &Reading, minutes: u32) -> Text {
    let (zh, en) = match reading.in_use() {
        true => ("开着", "running"),
        false => ("在充电", "charging"),
    };
    Text::new(
        format!("{zh}，每 {minutes} 分钟看一次"),
        format!("{en}: a look every {minutes} min"),
    )
}

/// Why the car is left alone but for one look a day.
fn spared(reading: &Reading, now: Timestamp) -> Option<Text> {
    if is_low(reading) {
        return Some(Text::new(
            "小电瓶电压低，一天只看一次",
            "the 12 V battery is low: one look a day",
        ));
    }
    is_stale(reading, now).then(|| {
        Text::new(
            "车三天多没报过数，一天只看一次",
            "no report for more than three days: one look a day",
        )
    })
}

/// Whether the 12 V battery is low at rest.
pub(super) fn is_low(reading: &Reading) -> bool {
    let at_rest = reading.engine != Engine::Running && reading.charging != Some(true);
    at_rest && reading.battery_12v_v.is_some_and(|volts| volts < LOW_VOLTS)
}

/// Whether the car has not reported for days.
pub(super) fn is_stale(reading: &Reading, now: Timestamp) -> bool {
    reading
        .updated_at
        .is_some_and(|at| later(at, STALE_S) < now)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn every(wishes: serde_json::Value, reading: Reading, unchanged: u32) -> Option<i64> {
        let wishes: Wishes = serde_json::from_value(wishes).unwrap();
        let now = later(Timestamp::UNIX_EPOCH, 10 * 24 * 3600);
        pace(&wishes, &reading, unchanged, now).every_s
    }

    fn parked() -> Reading {
        Reading {
            engine: Engine::Off,
            speed_kmh: Some(0.0),
            battery_12v_v: Some(12.4),
            updated_at: Some(later(Timestamp::UNIX_EPOCH, 9 * 24 * 3600)),
            ..Reading::default()
        }
    }

    #[test]
    fn a_parked_car_is_looked_at_ever_more_rarely() {
        let minutes = |unchanged| every(json!({}), parked(), unchanged).map(|s| s / 60);
        let row: Vec<_> = (0..4).filter_map(minutes).collect();
        assert_eq!(row, [30, 60, 120, 120]);
        assert_eq!(
            every(json!({ "parked_min": 240 }), parked(), 3),
            Some(14_400)
        );
        assert_eq!(every(json!({ "parked_min": 0 }), parked(), 0), None);
    }

    #[test]
    fn a_car_in_use_or_charging_is_looked_at_often() {
        let running = Reading {
            engine: Engine::Running,
            battery_12v_v: Some(11.0),
            ..parked()
        };
        let charging = Reading {
            charging: Some(true),
            ..parked()
        };
        assert_eq!(every(json!({}), running.clone(), 9), Some(300));
        assert_eq!(every(json!({}), charging, 9), Some(300));
        assert_eq!(every(json!({ "running_min": 0 }), running, 0), Some(60));
    }

    #[test]
    fn a_weak_or_silent_car_is_spared() {
        let weak = Reading {
            battery_12v_v: Some(11.8),
            ..parked()
        };
        let silent = Reading {
            updated_at: Some(later(Timestamp::UNIX_EPOCH, 24 * 3600)),
            ..parked()
        };
        assert_eq!(every(json!({}), weak, 0), Some(86_400));
        assert_eq!(every(json!({}), silent, 0), Some(86_400));
    }
}
