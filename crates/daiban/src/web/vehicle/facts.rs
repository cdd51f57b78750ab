//! What a car told, as rows with their age, and the facts of a watch: conditions, pace, places, data of the SIM card.
//!
//! Facts are read leniently: what is missing or in another shape is unknown, and the rest is shown.

use daiban_core::{Lang, Text, Timestamp, dates, household::ErrandRow};
use daiban_providers::vehicle::reading::{Datum, Gear, Position, Reading};
use serde::Deserialize;
use serde_json::Value;

use super::{
    super::{
        facts::{Facts, fact, moment, read},
        words::{self, t},
    },
    picture::{self, Picture},
};
use crate::{app::SimData, say};

/// One value.
pub(in crate::web) struct Row {
    pub(in crate::web) label: &'static str,
    pub(in crate::web) value: String,
    /// Its age, or why it is unknown.
    pub(in crate::web) below: String,
    pub(in crate::web) known: bool,
}

/// All that a page shows of one reading.
pub(in crate::web) struct Told {
    /// Locks and engine.
    pub(in crate::web) summary: String,
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
        let unknown = t(
            lang,
            "车没说是什么时候报的",
            "the car does not say when it reported this",
        );
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
            self.number(t(lang, "续航", "Range"), one.range_km, 0, "km"),
            self.fuel(),
        ];
        if one.soc_pct.is_some() || one.plugged == Some(true) || one.electric_range_km.is_some() {
            rows.push(self.number(t(lang, "电量", "Charge"), one.soc_pct, 0, "%"));
            rows.push(self.number(
                t(lang, "纯电续航", "Electric range"),
                one.electric_range_km,
                0,
                "km",
            ));
            rows.push(self.charging());
        }
        rows.extend([
            self.number(t(lang, "总里程", "Odometer"), one.odometer_km, 0, "km"),
            self.number(t(lang, "小电瓶", "12 V battery"), one.battery_12v_v, 1, "V"),
            self.number(
                t(lang, "平均油耗", "Consumption"),
                one.consumption_l_100km,
                1,
                "L/100 km",
            ),
            self.number(t(lang, "车外", "Outside"), one.exterior_c, 0, "°C"),
            self.number(t(lang, "车内", "Inside"), one.interior_c, 0, "°C"),
            self.number(
                t(lang, "车内 PM2.5", "PM2.5 inside"),
                one.pm25_in,
                0,
                "µg/m³",
            ),
            self.row(t(lang, "保养", "Service"), service(one, lang)),
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
        let said = (!said.is_empty()).then(|| said.join(t(self.lang, "，", ", ")));
        self.row(t(self.lang, "油量", "Fuel"), said)
    }

    fn charging(&self) -> Row {
        let (one, lang) = (self.reading, self.lang);
        let plugged = one.plugged.map(|plugged| match plugged {
            true => t(lang, "插着枪", "plugged in").to_owned(),
            false => t(lang, "没插枪", "not plugged in").to_owned(),
        });
        let charging = one.charging.map(|charging| match charging {
            true => t(lang, "在充电", "charging").to_owned(),
            false => t(lang, "没在充", "not charging").to_owned(),
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
        let said = (!said.is_empty()).then(|| said.join(t(lang, "，", ", ")));
        self.row(t(lang, "充电", "Charging"), said)
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
                t(lang, "档位", "Gear"),
                one.gear.map(|gear| letter(gear).to_owned()),
            ),
            (t(lang, "车速", "Speed"), measured(one.speed_kmh, 0, "km/h")),
            (
                t(lang, "手刹", "Hand brake"),
                yes_no(one.hand_brake, holds.0, holds.1),
            ),
            (
                t(lang, "电子手刹", "Parking brake"),
                yes_no(one.park_brake, holds.0, holds.1),
            ),
            (
                t(lang, "钥匙", "Key"),
                yes_no(
                    one.key_present,
                    ("在车里", "in the car"),
                    ("不在车里", "not in the car"),
                ),
            ),
            (
                t(lang, "发动机", "Engine"),
                yes_no(
                    one.engine_blocked,
                    ("被锁止", "blocked"),
                    ("没被锁止", "not blocked"),
                ),
            ),
            (t(lang, "水温", "Coolant"), measured(one.coolant_c, 0, "°C")),
            (
                t(lang, "上次开的油耗", "Last drive"),
                measured(one.last_consumption_l_100km, 1, "L/100 km"),
            ),
            (
                t(lang, "平均车速", "Average speed"),
                measured(one.average_speed_kmh, 0, "km/h"),
            ),
            (
                t(lang, "车外 PM2.5", "PM2.5 outside"),
                measured(one.pm25_out, 0, "µg/m³"),
            ),
            (t(lang, "天窗", "Sunroof"), opening(one.sunroof)),
            (t(lang, "遮阳帘", "Sun blind"), opening(one.curtain)),
            (t(lang, "油箱盖", "Fuel flap"), opening(one.tank_flap)),
            (
                t(lang, "充电口盖", "Charging flap"),
                opening(one.charge_lid),
            ),
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
        let untold = || t(self.lang, "车没报", "the car does not tell").to_owned();
        let ageless = || t(self.lang, "什么时候的未知", "of unknown age").to_owned();
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

/// Where a car is, without its degrees: those are in the link to the map alone.
pub(in crate::web) struct Place {
    pub(in crate::web) said: String,
    /// Age and trust.
    pub(in crate::web) below: String,
    pub(in crate::web) map: Option<String>,
}

/// Where it is, by the areas of a watch, and else only that it is known.
pub(in crate::web) fn place(
    reading: &Reading,
    areas: &Value,
    map_url: Option<&str>,
    (lang, now): (Lang, Timestamp),
) -> Place {
    let Some(position) = &reading.position else {
        return Place {
            said: say::unknown(lang).to_owned(),
            below: t(lang, "车没报", "the car does not tell").to_owned(),
            map: None,
        };
    };
    let there = t(lang, "有位置", "known").to_owned();
    Place {
        said: by_areas(areas, lang).unwrap_or(there),
        below: trust(position, reading.updated_at, lang, now),
        map: map_url.map(|template| map(template, position)),
    }
}

fn map(template: &str, position: &Position) -> String {
    let degrees = |value: f64| format!("{value:.6}");
    let with_lat = template.replace("{lat}", &degrees(position.lat));
    with_lat.replace("{lon}", &degrees(position.lon))
}

/// `{"家": true}`, or metres in place of yes and no.
fn by_areas(areas: &Value, lang: Lang) -> Option<String> {
    let areas = areas.as_object()?;
    let metres = |value: &Value| value.as_f64().or_else(|| value["distance_m"].as_f64());
    let nearest = areas
        .iter()
        .filter_map(|(name, value)| Some((name, metres(value)?)))
        .min_by(|one, other| one.1.total_cmp(&other.1));
    if let Some((name, metres)) = nearest {
        return Some(match lang {
            Lang::Zh => format!("离「{name}」约 {}", distance(metres)),
            Lang::En => format!("about {} from “{name}”", distance(metres)),
        });
    }
    let named = |wanted: bool| {
        let names = areas
            .iter()
            .filter(move |(_, value)| **value == Value::Bool(wanted));
        let names: Vec<String> = names.map(|(name, _)| format!("「{name}」")).collect();
        (!names.is_empty()).then(|| names.concat())
    };
    match (named(true), named(false), lang) {
        (Some(names), _, Lang::Zh) => Some(format!("在{names}")),
        (Some(names), _, Lang::En) => Some(format!("at {names}")),
        (None, Some(names), Lang::Zh) => Some(format!("不在{names}")),
        (None, Some(names), Lang::En) => Some(format!("not at {names}")),
        (None, None, _) => None,
    }
}

fn distance(metres: f64) -> String {
    match metres {
        ..1000.0 => format!("{:.0} m", (metres / 10.0).round() * 10.0),
        _ => format!("{:.1} km", metres / 1000.0),
    }
}

fn trust(position: &Position, reported: Option<Timestamp>, lang: Lang, now: Timestamp) -> String {
    let age = position.at.or(reported).map_or_else(
        || t(lang, "什么时候的未知", "of unknown age").to_owned(),
        |at| words::ago(lang, at, now),
    );
    let trust = match position.trusted {
        Some(true) => None,
        Some(false) => Some(t(
            lang,
            "车标了「不可信」",
            "the car marks it as not trusted",
        )),
        None => Some(t(
            lang,
            "车没说可不可信",
            "the car does not say whether to trust it",
        )),
    };
    let datum = (position.datum == Datum::Unknown).then(|| {
        t(
            lang,
            "坐标系未知，可能偏几百米",
            "datum unknown, may be off by hundreds of metres",
        )
    });
    let parts: Vec<&str> = [Some(age.as_str()), trust, datum]
        .into_iter()
        .flatten()
        .collect();
    parts.join(t(lang, "；", "; "))
}

/// Something the watch has noticed and that still is so.
pub(in crate::web) struct Condition {
    pub(in crate::web) text: String,
    pub(in crate::web) since: String,
}

#[derive(Deserialize)]
struct Noticed {
    text: Text,
    #[serde(default)]
    since: Value,
}

/// From the fact `conditions`.
pub(in crate::web) fn conditions(value: &Value, lang: Lang, now: Timestamp) -> Vec<Condition> {
    let list = value.as_array().into_iter().flatten();
    let read = list.filter_map(read::<Noticed>);
    read.map(|one| Condition {
        text: one.text.in_lang(lang).to_owned(),
        since: moment(&one.since).map_or_else(String::new, |at| {
            let at = words::moment(lang, at, now);
            match lang {
                Lang::Zh => format!("{at} 起"),
                Lang::En => format!("since {at}"),
            }
        }),
    })
    .collect()
}

/// What the watch does next: when it looks, and why then. From the fact `pace`.
pub(in crate::web) struct Pace {
    pub(in crate::web) next: Option<String>,
    pub(in crate::web) why: Option<String>,
}

/// From the fact `pace`, and the errand's own timer where that says nothing.
pub(in crate::web) fn pace(value: &Value, errand: &ErrandRow, lang: Lang, now: Timestamp) -> Pace {
    if errand.phase.is_over() {
        return Pace {
            next: None,
            why: None,
        };
    }
    let next = moment(&value["next_at"]).or(errand.next_at);
    let why = read::<Text>(&value["why"]).map(|why| why.in_lang(lang).to_owned());
    let every = value["every_s"].as_i64().map(|seconds| match lang {
        Lang::Zh => format!("每 {}看一次", words::seconds(lang, seconds)),
        Lang::En => format!("a look every {}", words::seconds(lang, seconds)),
    });
    Pace {
        next: next.map(|next| words::moment(lang, next, now)),
        why: why.or(every),
    }
}

/// What is left on the SIM card.
pub(in crate::web) struct Sim {
    pub(in crate::web) left: String,
    /// Label and value.
    pub(in crate::web) rows: Vec<(&'static str, String)>,
    /// Package, left, of, until.
    pub(in crate::web) packages: Vec<[String; 4]>,
    pub(in crate::web) age: String,
}

/// The card for it.
pub(in crate::web) fn sim(data: &SimData, lang: Lang, now: Timestamp) -> Sim {
    let until = |at: Option<Timestamp>| match at {
        Some(at) => day_of(at, lang, now),
        None => say::unknown(lang).to_owned(),
    };
    let days = |days: Option<i64>| match (days, lang) {
        (Some(days), Lang::Zh) => format!("{days} 天"),
        (Some(days), Lang::En) => format!("{days} days"),
        (None, _) => say::unknown(lang).to_owned(),
    };
    let mut rows = vec![
        (t(lang, "一共", "In all"), mib(data.total_mib, lang)),
        (t(lang, "用了", "Used"), mib(data.used_mib, lang)),
        (t(lang, "用到", "Until"), until(data.until)),
        (t(lang, "还有", "Days left"), days(data.days_left)),
    ];
    if let Some(basic) = &data.basic {
        rows.push((t(lang, "卡到期", "The card ends"), until(basic.until)));
    }
    if let Some(iccid) = &data.iccid {
        rows.push((t(lang, "卡号", "Card"), iccid.clone()));
    }
    let packages = data.packages.iter().map(|one| {
        let product = one.product.clone();
        [
            product.unwrap_or_else(|| say::unknown(lang).to_owned()),
            mib(one.left_mib, lang),
            mib(one.total_mib, lang),
            until(one.until),
        ]
    });
    Sim {
        left: mib(data.left_mib, lang),
        rows,
        packages: packages.collect(),
        age: data.as_of.map_or_else(
            || t(lang, "什么时候的未知", "of unknown age").to_owned(),
            |at| words::ago(lang, at, now),
        ),
    }
}

/// A day; of another year with its year.
fn day_of(at: Timestamp, lang: Lang, now: Timestamp) -> String {
    let day = dates::today(at);
    match day.year() == dates::today(now).year() {
        true => words::day(lang, day),
        false => day.to_string(),
    }
}

/// Large amounts in GiB, as people count them.
fn mib(value: Option<f64>, lang: Lang) -> String {
    match value {
        Some(value) if value >= 1024.0 => format!("{:.2} GiB", value / 1024.0),
        Some(value) => format!("{value:.0} MiB"),
        None => say::unknown(lang).to_owned(),
    }
}

/// What the pages of errands show of a watch. Where the car is, is not among it.
pub(in crate::web) struct WatchView {
    /// The page of the car.
    pub(in crate::web) href: String,
    pub(in crate::web) told: Option<Told>,
    pub(in crate::web) conditions: Vec<Condition>,
    pub(in crate::web) pace: Pace,
    pub(in crate::web) sim: Option<Sim>,
}

impl WatchView {
    /// Two or three rows for a card.
    pub(in crate::web) fn few(&self) -> Vec<&Row> {
        let rows = self.told.iter().flat_map(|told| &told.rows);
        rows.filter(|row| row.known).take(3).collect()
    }
}

/// From the facts of the errand.
pub(in crate::web) fn watch(
    errand: &ErrandRow,
    facts: Facts<'_>,
    lang: Lang,
    now: Timestamp,
) -> WatchView {
    let reading: Option<Reading> = read(fact(facts, "reading"));
    let data: Option<SimData> = Some(fact(facts, "data"))
        .filter(|data| data.is_object())
        .and_then(read);
    WatchView {
        href: href(errand),
        told: reading.map(|reading| told(&reading, lang, now)),
        conditions: conditions(fact(facts, "conditions"), lang, now),
        pace: pace(fact(facts, "pace"), errand, lang, now),
        sim: data.map(|data| sim(&data, lang, now)),
    }
}

/// The plate of the car a watch is about, where its reading tells it.
pub(in crate::web) fn plate(facts: Facts<'_>) -> Option<String> {
    let plate = fact(facts, "reading")["plate"].as_str();
    plate.filter(|plate| !plate.is_empty()).map(str::to_owned)
}

/// The page of the car of a watch or a command.
pub(in crate::web) fn href(errand: &ErrandRow) -> String {
    let car = errand.wishes["car"].as_str().filter(|car| is_car(car));
    let car = car.map(|car| format!("?car={car}"));
    format!("/cars/{}{}", errand.account, car.unwrap_or_default())
}

/// Whether it may stand in an address as it is.
pub(in crate::web) fn is_car(car: &str) -> bool {
    car.len() == 4 && car.bytes().all(|letter| letter.is_ascii_alphanumeric())
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

    #[test]
    fn a_place_is_said_by_its_areas_alone() {
        let said = |areas: Value| place(&parked(), &areas, None, (Lang::Zh, now())).said;
        for (areas, expected) in [
            (json!(null), "有位置"),
            (json!({ "家": null }), "有位置"),
            (json!({ "家": true, "公司": false }), "在「家」"),
            (json!({ "家": false, "公司": false }), "不在「公司」「家」"),
            (json!({ "家": 83, "公司": 5_200 }), "离「家」约 80 m"),
        ] {
            assert_eq!(said(areas.clone()), expected, "{areas}");
        }
        let nowhere = place(
            &Reading::default(),
            &json!({ "家": true }),
            Some("x"),
            (Lang::Zh, now()),
        );
        assert_eq!((nowhere.said.as_str(), nowhere.map), ("未知", None));
    }

    #[test]
    fn degrees_are_in_the_link_to_the_map_and_nowhere_else() {
        let template = "https://map.example.com/?at={lon},{lat}";
        let place = place(&parked(), &Value::Null, Some(template), (Lang::Zh, now()));
        assert_eq!(
            place.map.unwrap(),
            "https://map.example.com/?at=116.397500,39.908700"
        );
        assert_eq!(place.below, "8 分钟前；车标了「不可信」");
        assert!(!place.said.contains("39.9"));
    }

    #[test]
    fn what_is_not_told_of_a_card_is_unknown() {
        let nothing = sim(&SimData::default(), Lang::Zh, now());
        assert_eq!(nothing.left, "未知");
        assert!(nothing.rows.iter().all(|(_, value)| value == "未知"));
        let data = SimData {
            left_mib: Some(3_002.3),
            used_mib: Some(69.7),
            ..SimData::default()
        };
        let some = sim(&data, Lang::Zh, now());
        assert_eq!(
            (some.left.as_str(), some.rows[1].1.as_str()),
            ("2.93 GiB", "70 MiB")
        );
    }
}
