//! The facts of a watch: what it noticed, when it looks next and why, data of the SIM card.
//!
//! Facts are read leniently: what is missing or in another shape is unknown, and the rest is shown.

use daiban_core::{Lang, Text, Timestamp, dates, household::ErrandRow};
use daiban_providers::vehicle::reading::Reading;
use serde::Deserialize;
use serde_json::Value;

use super::{
    super::{
        facts::{Facts, fact, moment, read},
        words::{self, m},
    },
    readings::{Row, Told, told},
};
use crate::{app::SimData, say};

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
        (m(lang, "vehicle-in-all"), mib(data.total_mib, lang)),
        (m(lang, "vehicle-used"), mib(data.used_mib, lang)),
        (m(lang, "vehicle-until-2"), until(data.until)),
        (m(lang, "vehicle-days-left"), days(data.days_left)),
    ];
    if let Some(basic) = &data.basic {
        rows.push((m(lang, "vehicle-the-card-ends"), until(basic.until)));
    }
    if let Some(iccid) = &data.iccid {
        rows.push((m(lang, "vehicle-card"), iccid.clone()));
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
            || m(lang, "vehicle-of-unknown-age").to_owned(),
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
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T14:10:00+08:00".parse().unwrap()
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
