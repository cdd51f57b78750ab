//! What a car told, as rows with their age; what it did not tell is a row that says so.

use daiban_core::{Lang, Timestamp};
use daiban_providers::vehicle::reading::{Gear, Reading};

use super::{
    super::words::{self, m, t},
    picture::{self, Picture},
};
use crate::say;

/// One value.
pub(in crate::web) struct Row {
    pub(in crate::web) label: &'static str,
    pub(in crate::web) value: String,
    /// Its age, or why it is unknown.
    pub(in crate::web) below: String,
    pub(in crate::web) known: bool,
}

impl Row {
    /// The number large and what follows it small: `49.0` and `L`. A value that begins with no number is all number.
    pub(in crate::web) fn figure(&self) -> (&str, &str) {
        let is_number = self.value.starts_with(|first: char| first.is_ascii_digit());
        match self.value.split_once(' ').filter(|_| is_number) {
            Some((number, unit)) => (number, unit),
            None => (&self.value, ""),
        }
    }
}

/// All that a page shows of one reading.
pub(in crate::web) struct Told {
    /// Locks and engine.
    pub(in crate::web) summary: String,
    /// Locked is well, unlocked calls for a look, and what is not told is neither.
    pub(in crate::web) class: &'static str,
    /// When the car reported it.
    pub(in crate::web) age: String,
    pub(in crate::web) picture: Picture,
    pub(in crate::web) rows: Vec<Row>,
    /// Rows for those who look closely.
    pub(in crate::web) more: Vec<Row>,
    /// So many values were not understood.
    pub(in crate::web) odd: usize,
    /// What the car itself warns of.
    pub(in crate::web) warnings: Vec<String>,
}

/// What a reading says.
pub(in crate::web) fn told(reading: &Reading, lang: Lang, now: Timestamp) -> Told {
    let age = reading.updated_at.map(|at| words::ago(lang, at, now));
    let making = Making { reading, lang, age };
    Told {
        summary: say::car_summary(reading, lang),
        class: match reading.locked {
            Some(true) => "ok",
            Some(false) => "att",
            None => "",
        },
        age: reported(reading.updated_at, lang, now),
        picture: picture::draw(reading, lang),
        rows: making.rows(),
        more: making.more(),
        odd: reading.odd.len(),
        warnings: reading
            .warnings
            .iter()
            .map(|warning| warning.text.in_lang(lang).to_owned())
            .collect(),
    }
}

fn reported(at: Option<Timestamp>, lang: Lang, now: Timestamp) -> String {
    let Some(at) = at else {
        let unknown = m(lang, "vehicle-the-car-does-not-say-2");
        return unknown.to_owned();
    };
    let (when, ago) = (words::moment(lang, at, now), words::ago(lang, at, now));
    match lang {
        Lang::Zh => format!("车 {when} 报的，{ago}"),
        Lang::En => format!("reported {when}, {ago}"),
    }
}

struct Making<'a> {
    reading: &'a Reading,
    lang: Lang,
    age: Option<String>,
}

impl Making<'_> {
    fn rows(&self) -> Vec<Row> {
        let (one, lang) = (self.reading, self.lang);
        let mut rows = vec![
            self.number(m(lang, "vehicle-range"), one.range_km, 0, "km"),
            self.fuel(),
        ];
        if one.soc_pct.is_some() || one.plugged == Some(true) || one.electric_range_km.is_some() {
            rows.push(self.number(m(lang, "vehicle-charge"), one.soc_pct, 0, "%"));
            rows.push(self.number(
                m(lang, "vehicle-electric-range"),
                one.electric_range_km,
                0,
                "km",
            ));
            rows.push(self.charging());
        }
        rows.extend([
            self.number(m(lang, "vehicle-odometer"), one.odometer_km, 0, "km"),
            self.number(m(lang, "vehicle-12-v-battery"), one.battery_12v_v, 1, "V"),
            self.number(
                m(lang, "vehicle-consumption"),
                one.consumption_l_100km,
                1,
                "L/100 km",
            ),
            self.number(m(lang, "vehicle-outside"), one.exterior_c, 0, "°C"),
            self.number(m(lang, "vehicle-inside"), one.interior_c, 0, "°C"),
            self.number(m(lang, "vehicle-pm2-5-inside"), one.pm25_in, 0, "µg/m³"),
            self.row(m(lang, "vehicle-service"), service(one, lang)),
        ]);
        rows
    }

    fn fuel(&self) -> Row {
        let one = self.reading;
        let litres = one
            .fuel_l
            .map(|litres| say::measure(Some(litres), 1, "L", self.lang));
        let share = one.fuel_pct.map(|share| format!("{share:.0} %"));
        let said: Vec<String> = [litres, share].into_iter().flatten().collect();
        let said = (!said.is_empty()).then(|| said.join(m(self.lang, "shell-mark-comma")));
        self.row(m(self.lang, "vehicle-fuel"), said)
    }

    fn charging(&self) -> Row {
        let (one, lang) = (self.reading, self.lang);
        let plugged = one.plugged.map(|plugged| match plugged {
            true => m(lang, "vehicle-plugged-in").to_owned(),
            false => m(lang, "vehicle-not-plugged-in").to_owned(),
        });
        let charging = one.charging.map(|charging| match charging {
            true => m(lang, "vehicle-charging").to_owned(),
            false => m(lang, "vehicle-not-charging").to_owned(),
        });
        let power = one.charge_kw.map(|power| format!("{power:.1} kW"));
        let left = one.time_to_full_min.map(|minutes| {
            let span = words::duration(lang, i64::from(minutes));
            match lang {
                Lang::Zh => format!("充满还要 {span}"),
                Lang::En => format!("full in {span}"),
            }
        });
        let said: Vec<String> = [plugged, charging, power, left]
            .into_iter()
            .flatten()
            .collect();
        let said = (!said.is_empty()).then(|| said.join(m(lang, "shell-mark-comma")));
        self.row(m(lang, "vehicle-charging-2"), said)
    }

    fn more(&self) -> Vec<Row> {
        let (one, lang) = (self.reading, self.lang);
        let yes_no = |value: Option<bool>, yes: (&str, &str), no: (&str, &str)| {
            let (zh, en) = if value? { yes } else { no };
            Some(t(lang, zh, en).to_owned())
        };
        let holds = (("拉着", "on"), ("松开", "off"));
        let measured = |value: Option<f64>, digits, unit| {
            value.map(|value| say::measure(Some(value), digits, unit, lang))
        };
        let opening = |opening| match say::opening(opening, lang) {
            unknown if unknown == say::unknown(lang) => None,
            known => Some(known.to_owned()),
        };
        let rows = [
            (
                m(lang, "vehicle-gear"),
                one.gear.map(|gear| letter(gear).to_owned()),
            ),
            (m(lang, "vehicle-speed"), measured(one.speed_kmh, 0, "km/h")),
            (
                m(lang, "vehicle-hand-brake"),
                yes_no(one.hand_brake, holds.0, holds.1),
            ),
            (
                m(lang, "vehicle-parking-brake"),
                yes_no(one.park_brake, holds.0, holds.1),
            ),
            (
                m(lang, "vehicle-key"),
                yes_no(
                    one.key_present,
                    ("在车里", "in the car"),
                    ("不在车里", "not in the car"),
                ),
            ),
            (
                m(lang, "vehicle-engine"),
                yes_no(
                    one.engine_blocked,
                    ("被锁止", "blocked"),
                    ("没被锁止", "not blocked"),
                ),
            ),
            (m(lang, "vehicle-coolant"), measured(one.coolant_c, 0, "°C")),
            (
                m(lang, "vehicle-last-drive"),
                measured(one.last_consumption_l_100km, 1, "L/100 km"),
            ),
            (
                m(lang, "vehicle-average-speed"),
                measured(one.average_speed_kmh, 0, "km/h"),
            ),
            (
                m(lang, "vehicle-pm2-5-outside"),
                measured(one.pm25_out, 0, "µg/m³"),
            ),
            (m(lang, "vehicle-sunroof-2"), opening(one.sunroof)),
            (m(lang, "vehicle-sun-blind"), opening(one.curtain)),
            (m(lang, "vehicle-fuel-flap"), opening(one.tank_flap)),
            (m(lang, "vehicle-charging-flap"), opening(one.charge_lid)),
        ];
        rows.into_iter()
            .map(|(label, said)| self.row(label, said))
            .collect()
    }

    fn number(&self, label: &'static str, value: Option<f64>, digits: usize, unit: &str) -> Row {
        let said = value.map(|value| say::measure(Some(value), digits, unit, self.lang));
        self.row(label, said)
    }

    fn row(&self, label: &'static str, said: Option<String>) -> Row {
        let untold = || m(self.lang, "vehicle-the-car-does-not-tell").to_owned();
        let ageless = || m(self.lang, "vehicle-of-unknown-age").to_owned();
        Row {
            label,
            known: said.is_some(),
            below: match said {
                Some(_) => self.age.clone().unwrap_or_else(ageless),
                None => untold(),
            },
            value: said.unwrap_or_else(|| say::unknown(self.lang).to_owned()),
        }
    }
}

fn service(reading: &Reading, lang: Lang) -> Option<String> {
    let said = say::service_due(reading, lang);
    (said != say::unknown(lang)).then_some(said)
}

fn letter(gear: Gear) -> &'static str {
    match gear {
        Gear::Park => "P",
        Gear::Reverse => "R",
        Gear::Neutral => "N",
        Gear::Drive => "D",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T14:10:00+08:00".parse().unwrap()
    }

    fn parked() -> Reading {
        serde_json::from_value(json!({ "vin": "*************0001", "updated_at": "2026-11-22T14:02:00+08:00",
            "position": { "lat": 39.9087, "lon": 116.3975, "datum": "WGS-84", "trusted": false, "altitude_m": null, "at": null },
            "fuel_l": 49.0, "range_km": 550.0 }))
        .unwrap()
    }

    #[test]
    fn every_value_has_its_age_and_what_is_not_told_says_so() {
        let told = told(&parked(), Lang::Zh, now());
        assert_eq!(told.age, "车 14:02 报的，8 分钟前");
        let row = |label: &str| told.rows.iter().find(|row| row.label == label).unwrap();
        let fuel = row("油量");
        assert_eq!(
            (fuel.value.as_str(), fuel.below.as_str()),
            ("49.0 L", "8 分钟前")
        );
        let inside = row("车内");
        assert_eq!(
            (inside.value.as_str(), inside.below.as_str()),
            ("未知", "车没报")
        );
        assert!(
            !told.rows.iter().any(|row| row.label == "电量"),
            "no traction battery was told of"
        );
    }
}
