//! Where a car is: by the areas its owner named, and by degrees in the link to the owner's map alone.

use daiban_core::{Lang, Timestamp};
use daiban_providers::vehicle::reading::{Datum, Position, Reading};
use serde_json::Value;

use super::super::words::{self, m};
use crate::say;

/// Where a car is, without its degrees: those are in the link to the map alone.
pub(in crate::web) struct Place {
    pub(in crate::web) said: String,
    /// Age and trust.
    pub(in crate::web) below: String,
    pub(in crate::web) map: Option<String>,
}

/// What a watch says of the areas its owner named.
#[derive(Clone, Copy)]
pub(super) struct Areas<'a> {
    /// The fact `areas`: `{"家": true}`.
    pub(super) inside: &'a Value,
    /// The fact `near`: `{"name": "家", "m": 83}`.
    pub(super) near: &'a Value,
}

/// Where it is, by the areas of a watch, and else only that it is known.
pub(super) fn place(
    reading: &Reading,
    areas: Areas<'_>,
    map_url: Option<&str>,
    (lang, now): (Lang, Timestamp),
) -> Place {
    let Some(position) = &reading.position else {
        return Place {
            said: say::unknown(lang).to_owned(),
            below: m(lang, "vehicle-the-car-does-not-tell").to_owned(),
            map: None,
        };
    };
    let there = m(lang, "vehicle-known-2").to_owned();
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

/// The nearest area with its metres, where they are told; else which areas it is in, or in none of which.
fn by_areas(areas: Areas<'_>, lang: Lang) -> Option<String> {
    let inside = areas.inside.as_object();
    let near = areas.near["name"].as_str();
    if let Some((name, metres)) = near.zip(areas.near["m"].as_f64()) {
        let is_in = inside.is_some_and(|inside| inside.get(name) == Some(&Value::Bool(true)));
        let far = distance(metres);
        return Some(match (is_in, lang) {
            (true, Lang::Zh) => format!("在「{name}」，离中心约 {far}"),
            (true, Lang::En) => format!("at “{name}”, about {far} from its middle"),
            (false, Lang::Zh) => format!("离「{name}」约 {far}"),
            (false, Lang::En) => format!("about {far} from “{name}”"),
        });
    }
    let named = |wanted: bool| {
        let names = inside?
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
        || m(lang, "vehicle-of-unknown-age").to_owned(),
        |at| words::ago(lang, at, now),
    );
    let trust = match position.trusted {
        Some(true) => None,
        Some(false) => Some(m(lang, "vehicle-the-car-marks-it-as")),
        None => Some(m(lang, "vehicle-the-car-does-not-say")),
    };
    let datum =
        (position.datum == Datum::Unknown).then(|| m(lang, "vehicle-datum-unknown-may-be-off"));
    let parts: Vec<&str> = [Some(age.as_str()), trust, datum]
        .into_iter()
        .flatten()
        .collect();
    parts.join(m(lang, "shell-mark-semicolon"))
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

    const NOWHERE: Areas<'static> = Areas {
        inside: &Value::Null,
        near: &Value::Null,
    };

    #[test]
    fn a_place_is_said_by_its_areas_alone() {
        let said = |inside: &Value, near: &Value| {
            let areas = Areas { inside, near };
            place(&parked(), areas, None, (Lang::Zh, now())).said
        };
        let at = |name: &str, m: f64| json!({ "name": name, "m": m });
        for (inside, near, expected) in [
            (json!(null), json!(null), "有位置"),
            (json!({ "家": null }), json!(null), "有位置"),
            (
                json!({ "家": true, "公司": false }),
                json!(null),
                "在「家」",
            ),
            (
                json!({ "家": false, "公司": false }),
                json!(null),
                "不在「公司」「家」",
            ),
            (
                json!({ "家": true, "公司": false }),
                at("家", 83.0),
                "在「家」，离中心约 80 m",
            ),
            (
                json!({ "家": false }),
                at("家", 5_200.0),
                "离「家」约 5.2 km",
            ),
            (json!(null), at("家", 83.0), "离「家」约 80 m"),
        ] {
            assert_eq!(said(&inside, &near), expected, "{inside} {near}");
        }
        let home = json!({ "家": true });
        let areas = Areas {
            inside: &home,
            near: &Value::Null,
        };
        let nowhere = place(&Reading::default(), areas, Some("x"), (Lang::Zh, now()));
        assert_eq!((nowhere.said.as_str(), nowhere.map), ("未知", None));
    }

    #[test]
    fn degrees_are_in_the_link_to_the_map_and_nowhere_else() {
        let template = "https://map.example.com/?at={lon},{lat}";
        let place = place(&parked(), NOWHERE, Some(template), (Lang::Zh, now()));
        assert_eq!(
            place.map.unwrap(),
            "https://map.example.com/?at=116.397500,39.908700"
        );
        assert_eq!(place.below, "8 分钟前；车标了「不可信」");
        assert!(!place.said.contains("39.9"));
    }
}
