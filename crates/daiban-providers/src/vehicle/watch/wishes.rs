//! What an owner wishes of the watch over a car.

use daiban_core::{Timestamp, dates, invalid::InvalidInput, window::DayWindow};
use serde::{Deserialize, Serialize};

use super::areas::Area;

/// What the owner wishes. Numbers that are 0 switch their condition off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// The last four characters of the car's number; `None`: the account's first.
    #[serde(default)]
    pub car: Option<String>,
    /// Minutes between looks while parked; 0: none by a timer.
    #[serde(default = "parked_min")]
    pub parked_min: u32,
    /// Minutes between looks while running or charging.
    #[serde(default = "running_min")]
    pub running_min: u32,
    /// No look at all in this window of the day.
    #[serde(default)]
    pub quiet: Option<String>,
    /// Minutes that it may stand unlocked or open.
    #[serde(default = "unlocked_min")]
    pub unlocked_min: u32,
    /// What happens when it stands unlocked.
    #[serde(default)]
    pub when_unlocked: WhenUnlocked,
    /// Kilometres on fuel below which it is told.
    #[serde(default = "range_km")]
    pub range_km: u32,
    /// Per cent of charge below which it is told.
    #[serde(default = "soc_pct")]
    pub soc_pct: u32,
    /// kPa below which a tyre is told.
    #[serde(default = "tyre_kpa")]
    pub tyre_kpa: u32,
    /// Days before service is due.
    #[serde(default = "service_days")]
    pub service_days: u32,
    /// Kilometres before service is due.
    #[serde(default = "service_km")]
    pub service_km: u32,
    /// MB of the SIM card's data below which it is told; 0: it is not looked at.
    #[serde(default = "data_mb")]
    pub data_mb: u32,
    /// `家:39.9087,116.3975,300`, several with semicolons.
    #[serde(default)]
    pub areas: Option<String>,
    /// Days that positions are kept.
    #[serde(default)]
    pub position_days: u16,
    /// Days that readings without positions are kept.
    #[serde(default = "history_days")]
    pub history_days: u16,
}

fn parked_min() -> u32 {
    30
}
fn running_min() -> u32 {
    5
}
fn unlocked_min() -> u32 {
    10
}
fn range_km() -> u32 {
    80
}
fn soc_pct() -> u32 {
    20
}
fn tyre_kpa() -> u32 {
    200
}
fn service_days() -> u32 {
    14
}
fn service_km() -> u32 {
    500
}
fn data_mb() -> u32 {
    200
}
fn history_days() -> u16 {
    400
}

/// What happens when the car stands unlocked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenUnlocked {
    /// The owner is asked whether to lock it.
    #[default]
    Ask,
    /// The owner is told.
    Notify,
}

impl Wishes {
    /// What only the words themselves can tell.
    ///
    /// # Errors
    /// [`InvalidInput`] naming `car`, `quiet` or `areas`.
    pub fn check(&self) -> Result<(), InvalidInput> {
        if let Some(car) = &self.car
            && (car.len() != 4 || !car.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        {
            return Err(InvalidInput::new(
                "car",
                "应为车架号的末四位",
                "should be the last four characters of the car's number",
            ));
        }
        self.quiet
            .as_deref()
            .map_or(Ok(()), |quiet| DayWindow::parse("quiet", quiet).map(drop))?;
        Area::read_all(self.areas.as_deref()).map(drop)
    }

    /// The areas; what cannot be read was refused before the errand began.
    pub(super) fn areas(&self) -> Vec<Area> {
        Area::read_all(self.areas.as_deref()).unwrap_or_default()
    }

    /// That moment, or the end of the quiet window it falls into.
    pub(super) fn after_quiet(&self, moment: Timestamp) -> Timestamp {
        let window = self
            .quiet
            .as_deref()
            .and_then(|quiet| DayWindow::parse("quiet", quiet).ok());
        let Some(window) = window else {
            return moment;
        };
        let day = dates::today(moment);
        let inside = window.opens(day) <= moment && moment < window.closes(day);
        if inside { window.closes(day) } else { moment }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn wishes(json: serde_json::Value) -> Wishes {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_its_name() {
        for (given, field) in [
            (json!({ "car": "LTESTVHC7E0000001" }), "car"),
            (json!({ "car": "0/01" }), "car"),
            (json!({ "quiet": "at night" }), "quiet"),
            (json!({ "areas": "home" }), "areas"),
        ] {
            assert_eq!(wishes(given).check().unwrap_err().field, field);
        }
        wishes(json!({})).check().unwrap();
    }

    #[test]
    fn a_look_in_quiet_hours_waits_for_their_end() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let quiet = wishes(json!({ "quiet": "01:00-05:00" }));
        for (wished, then) in [
            ("2026-11-25T00:59:59+08:00", "2026-11-25T00:59:59+08:00"),
            ("2026-11-25T01:00:00+08:00", "2026-11-25T05:00:00+08:00"),
            ("2026-11-25T04:59:59+08:00", "2026-11-25T05:00:00+08:00"),
            ("2026-11-25T05:00:00+08:00", "2026-11-25T05:00:00+08:00"),
        ] {
            assert_eq!(quiet.after_quiet(at(wished)), at(then), "{wished}");
        }
    }
}
