//! What is wrong with a car, as one reading shows it: yes, no, or cannot be said.
//!
//! Numbers have two edges: one below which it is told, and a little further off one beyond which it is well again, so that a
//! reading that trembles is not told twice.

use daiban_core::notice::Severity;
use daiban_core::{Text, Timestamp};

use super::data::SimData;
use super::words::{self, Trouble};
use super::{Wishes, pace};
use crate::vehicle::reading::{Corners, Opening, Reading, Warning};

/// What one condition comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) key: &'static str,
    pub(super) verdict: Verdict,
    /// It is told only once it has lasted so many seconds.
    pub(super) patience_s: i64,
}

/// Yes, no, or cannot be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is so.
    Holds(Severity, Trouble),
    /// It is not so; in words what is well.
    Well(Text),
    /// The car does not say, or it lies between the two edges.
    Unknown,
}

/// The condition about which the owner may be asked to have the car locked.
pub(super) const UNLOCKED: &str = "unlocked";

/// Volts beyond which the 12 V battery is well again.
const GOOD_VOLTS: f64 = 12.2;
/// Kilometres, per cent and kPa between the two edges.
const RANGE_EDGE_KM: f64 = 30.0;
const SOC_EDGE: f64 = 5.0;
const TYRE_EDGE_KPA: f64 = 8.0;
/// MB between the two edges.
const DATA_EDGE_MB: f64 = 50.0;
/// Days before its end that the SIM card's data is told.
const DATA_DAYS: i64 = 7;

/// Everything that a reading shows.
pub(super) fn judge(wishes: &Wishes, reading: &Reading, now: Timestamp) -> Vec<Finding> {
    let patience_s = i64::from(wishes.unlocked_min) * 60;
    let stands = |key, verdict| Finding {
        key,
        verdict,
        patience_s,
    };
    let mut found = vec![
        told("fuel", fuel(wishes, reading)),
        told("charge", charge(wishes, reading)),
        told("tyre", tyres(wishes, reading)),
        told("battery", battery(reading)),
        told("service", service(wishes, reading)),
        told("alarm", alarm(reading)),
        told("silent", silent(reading, now)),
    ];
    if wishes.unlocked_min > 0 {
        found.push(stands(UNLOCKED, unlocked(reading)));
        found.push(stands("open", open(reading)));
    }
    found
}

/// What the SIM card's data shows.
pub(super) fn judge_data(wishes: &Wishes, data: &SimData) -> Finding {
    let least = f64::from(wishes.data_mb);
    let low = data.left_mib.map(|left| edge(left, least, DATA_EDGE_MB));
    let ends = data.days_left.map(|days| days <= DATA_DAYS);
    let verdict = match (low, ends) {
        (Some(Edge::Below), _) | (_, Some(true)) => {
            Verdict::Holds(Severity::Attention, words::data(data))
        }
        (Some(Edge::Beyond), Some(false) | None) => Verdict::Well(words::data_well(data)),
        _ => Verdict::Unknown,
    };
    told("data", verdict)
}

fn told(key: &'static str, verdict: Verdict) -> Finding {
    Finding {
        key,
        verdict,
        patience_s: 0,
    }
}

/// Where a number lies between its two edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    Below,
    Between,
    Beyond,
}

fn edge(number: f64, least: f64, width: f64) -> Edge {
    match number {
        _ if number < least => Edge::Below,
        _ if number < least + width => Edge::Between,
        _ => Edge::Beyond,
    }
}

fn unlocked(reading: &Reading) -> Verdict {
    match (reading.in_use(), reading.locked) {
        (true, _) => Verdict::Well(Text::new("车开走了", "it was driven away")),
        (false, Some(false)) => Verdict::Holds(Severity::Attention, words::unlocked(reading)),
        (false, Some(true)) => Verdict::Well(Text::new("四门都锁上了", "all doors are locked")),
        (false, None) => Verdict::Unknown,
    }
}

/// Doors, windows, roof, boot and bonnet of a car that stands.
fn open(reading: &Reading) -> Verdict {
    if reading.in_use() {
        return Verdict::Well(Text::new("车开走了", "it was driven away"));
    }
    let open = words::open_parts(reading);
    if !open.is_empty() {
        return Verdict::Holds(Severity::Attention, words::left_open(&open, reading));
    }
    let windows = reading.windows.each();
    let unknown = windows.iter().any(|(_, it)| **it == Opening::Unknown)
        || reading.doors.each().iter().any(|(_, it)| it.open.is_none());
    match unknown {
        true => Verdict::Unknown,
        false => Verdict::Well(Text::new("门窗都关着", "doors and windows are closed")),
    }
}

fn fuel(wishes: &Wishes, reading: &Reading) -> Verdict {
    let Some(range) = reading.range_km.filter(|_| wishes.range_km > 0) else {
        return Verdict::Unknown;
    };
    match edge(range, f64::from(wishes.range_km), RANGE_EDGE_KM) {
        Edge::Below => Verdict::Holds(Severity::Attention, words::fuel(range, reading)),
        Edge::Between => Verdict::Unknown,
        Edge::Beyond => Verdict::Well(Text::new(
            format!("续航 {range:.0} 公里"),
            format!("{range:.0} km of range"),
        )),
    }
}

fn charge(wishes: &Wishes, reading: &Reading) -> Verdict {
    let Some(soc) = reading.soc_pct.filter(|_| wishes.soc_pct > 0) else {
        return Verdict::Unknown;
    };
    if reading.charging == Some(true) {
        return Verdict::Well(Text::new(
            format!("在充电，{soc:.0}%"),
            format!("charging, {soc:.0} %"),
        ));
    }
    match edge(soc, f64::from(wishes.soc_pct), SOC_EDGE) {
        Edge::Below => Verdict::Holds(Severity::Attention, words::charge(soc, reading)),
        Edge::Between => Verdict::Unknown,
        Edge::Beyond => Verdict::Well(Text::new(
            format!("电量 {soc:.0}%"),
            format!("{soc:.0} % of charge"),
        )),
    }
}

fn tyres(wishes: &Wishes, reading: &Reading) -> Verdict {
    let least = f64::from(wishes.tyre_kpa);
    let edges = reading.tyres_kpa.each().map(|(_, kpa)| match kpa {
        Some(kpa) if wishes.tyre_kpa > 0 => Some(edge(*kpa, least, TYRE_EDGE_KPA)),
        _ => None,
    });
    let low = Corners {
        driver: edges[0] == Some(Edge::Below),
        passenger: edges[1] == Some(Edge::Below),
        driver_rear: edges[2] == Some(Edge::Below),
        passenger_rear: edges[3] == Some(Edge::Below),
    };
    let warned = |(_, it): &(&str, &Option<bool>)| **it == Some(true);
    let any_warned = reading.tyre_warnings.each().iter().any(warned);
    if any_warned || low.each().iter().any(|(_, low)| **low) {
        return Verdict::Holds(Severity::Attention, words::tyres(&low, reading));
    }
    let all_well = edges.iter().all(|it| *it == Some(Edge::Beyond));
    let none_warned = (reading.tyre_warnings.each().iter()).all(|(_, it)| **it == Some(false));
    match all_well || (none_warned && wishes.tyre_kpa == 0) {
        true => Verdict::Well(words::tyres_well(reading)),
        false => Verdict::Unknown,
    }
}

fn battery(reading: &Reading) -> Verdict {
    if pace::is_low(reading) {
        return Verdict::Holds(Severity::Attention, words::battery(reading));
    }
    match reading.battery_12v_v {
        Some(volts) if volts >= GOOD_VOLTS => Verdict::Well(Text::new(
            format!("小电瓶 {volts:.1} V"),
            format!("12 V battery at {volts:.1} V"),
        )),
        _ => Verdict::Unknown,
    }
}

fn service(wishes: &Wishes, reading: &Reading) -> Verdict {
    let days = reading
        .days_to_service
        .filter(|_| wishes.service_days > 0)
        .map(|days| days <= i64::from(wishes.service_days));
    let km = reading
        .km_to_service
        .filter(|_| wishes.service_km > 0)
        .map(|km| km <= f64::from(wishes.service_km));
    match (days, km) {
        (Some(true), _) | (_, Some(true)) => {
            Verdict::Holds(Severity::Attention, words::service(reading))
        }
        (None, None) => Verdict::Unknown,
        _ => Verdict::Well(Text::new("保养还早", "service is not due yet")),
    }
}

/// Anything but the known words for "all is well" is told, as reported: better once too often.
fn alarm(reading: &Reading) -> Verdict {
    let reported = |warning: &Warning| ["airbag", "alarm"].contains(&warning.code.as_str());
    let is_reported = reading.warnings.iter().any(reported);
    match (reading.airbag_deployed, reading.alarm) {
        (Some(true), _) | (_, Some(true)) => {
            Verdict::Holds(Severity::Urgent, words::alarm(reading))
        }
        _ if is_reported => Verdict::Holds(Severity::Urgent, words::alarm(reading)),
        (Some(false), Some(false)) => Verdict::Well(Text::new("车不再报警", "no alarm any more")),
        _ => Verdict::Unknown,
    }
}

fn silent(reading: &Reading, now: Timestamp) -> Verdict {
    let Some(updated_at) = reading.updated_at else {
        return Verdict::Unknown;
    };
    match pace::is_stale(reading, now) {
        true => Verdict::Holds(Severity::Info, words::silent(updated_at, now)),
        false => Verdict::Well(Text::new("车又报数了", "the car reports again")),
    }
}

#[cfg(test)]
#[path = "conditions_tests.rs"]
mod tests;
