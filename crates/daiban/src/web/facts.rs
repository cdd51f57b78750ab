//! Facts of errands as pages draw them: fourteen days of permits, permits and applications, fines. The shapes are those of
//! `permit status` and `violation check`; what is missing is said to be unknown.

use daiban_core::{Lang, Timestamp, dates};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::words::{self, State, m};

/// Facts of an errand by name.
pub(super) type Facts<'a> = &'a [(String, Value)];

/// One of them; null when it was not published.
pub(super) fn fact<'a>(facts: Facts<'a>, name: &str) -> &'a Value {
    let found = facts.iter().find(|(known, _)| known == name);
    found.map_or(&Value::Null, |(_, value)| value)
}

/// A value of another shape is unknown.
pub(super) fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

/// A moment as it is published.
pub(super) fn moment(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

/// Fourteen days of one car.
pub(super) struct Strip {
    pub(super) plate: String,
    /// How today stands, and until when that holds: a class and a word.
    pub(super) class: &'static str,
    pub(super) word: String,
    /// The days without a permit, spelled out; `None`: there are none.
    pub(super) gap: Option<String>,
    pub(super) days: Vec<Day>,
    /// What the marks on it mean: class and word, only those that are there.
    pub(super) legend: Vec<(&'static str, &'static str)>,
}

/// One day of a strip.
pub(super) struct Day {
    /// `has`, `will`, `miss`, `unknown` or `bare`, with `first`, `last`, `today` in any combination.
    pub(super) class: String,
    pub(super) weekday: &'static str,
    pub(super) number: i8,
    /// The whole day, for tables.
    pub(super) day: String,
    /// For those who listen.
    pub(super) said: &'static str,
}

/// Strips from the fact named `coverage`: by plate, days as `{date, state}` with the state `has`, `will`, `miss`, `unknown`,
/// `none`. Days that are over are left out.
pub(super) fn strips(facts: &[(String, Value)], lang: Lang, now: Timestamp) -> Vec<Strip> {
    let coverage = facts.iter().find(|(name, _)| name == "coverage");
    let cars = coverage.and_then(|(_, value)| value.as_object());
    let strips = cars
        .into_iter()
        .flatten()
        .map(|(plate, days)| strip(plate, days, lang, now));
    strips.filter(|strip| !strip.days.is_empty()).collect()
}

fn strip(plate: &str, days: &Value, lang: Lang, now: Timestamp) -> Strip {
    let today = dates::today(now);
    let marks: Vec<(Date, &'static str)> = days
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(mark)
        .filter(|(date, _)| *date >= today)
        .collect();
    let legend = ["has", "will", "miss", "unknown"];
    let legend = legend
        .into_iter()
        .filter(|class| marks.iter().any(|(_, mark)| mark == class));
    let at = |index: Option<usize>| {
        index
            .and_then(|index| marks.get(index))
            .map(|(_, mark)| *mark)
    };
    let days = marks.iter().enumerate().map(|(index, (date, mark))| {
        let mut class = vec![*mark];
        if at(index.checked_sub(1)) != Some(mark) {
            class.push("first");
        }
        if at(Some(index + 1)) != Some(mark) {
            class.push("last");
        }
        if *date == today {
            class.push("today");
        }
        Day {
            class: class.join(" "),
            weekday: if *date == today {
                m(lang, "errands-now-2")
            } else {
                words::weekday_short(lang, *date)
            },
            number: date.day(),
            day: words::day(lang, *date),
            said: meaning(mark, lang),
        }
    });
    let (class, word) = standing(&marks, lang);
    Strip {
        plate: plate.to_owned(),
        class,
        word,
        gap: gap(&marks, lang),
        days: days.collect(),
        legend: legend.map(|class| (class, meaning(class, lang))).collect(),
    }
}

/// How today stands. What has a permit has it until the last day in a row.
fn standing(marks: &[(Date, &'static str)], lang: Lang) -> (&'static str, String) {
    let first = marks.first().map(|(_, mark)| *mark);
    let until = marks.iter().take_while(|(_, mark)| *mark == "has").last();
    match (first, until, lang) {
        (Some("has"), Some((until, _)), Lang::Zh) => {
            ("ok", format!("有效到 {}", words::month_day(lang, *until)))
        }
        (Some("has"), Some((until, _)), Lang::En) => {
            ("ok", format!("valid to {}", words::month_day(lang, *until)))
        }
        (Some("will"), ..) => ("", m(lang, "errands-none-today-will-be-renewed").to_owned()),
        (Some("miss"), ..) => ("urg", m(lang, "errands-no-permit-today").to_owned()),
        (Some("bare"), ..) => ("", m(lang, "errands-not-needed-today").to_owned()),
        _ => ("", m(lang, "shell-unknown").to_owned()),
    }
}

/// Days in a row are one: `12月1日 周二`, `12月1日 – 12月3日`.
fn gap(marks: &[(Date, &'static str)], lang: Lang) -> Option<String> {
    let mut spans: Vec<(Date, Date)> = Vec::new();
    for (date, _) in marks.iter().filter(|(_, mark)| *mark == "miss") {
        match spans.last_mut() {
            Some((_, to)) if to.tomorrow().ok() == Some(*date) => *to = *date,
            _ => spans.push((*date, *date)),
        }
    }
    let span = |(from, to): &(Date, Date)| match from == to {
        true => words::day(lang, *from),
        false => format!(
            "{} – {}",
            words::month_day(lang, *from),
            words::month_day(lang, *to)
        ),
    };
    let spans: Vec<String> = spans.iter().map(span).collect();
    let spans = spans.join(m(lang, "shell-mark-list"));
    match (spans.is_empty(), lang) {
        (true, _) => None,
        (false, Lang::Zh) => Some(format!("{spans} 没有能用的证。")),
        (false, Lang::En) => Some(format!("No permit on {spans}.")),
    }
}

fn mark(day: &Value) -> Option<(Date, &'static str)> {
    let class = match day["state"].as_str()? {
        "has" => "has",
        "will" => "will",
        "miss" => "miss",
        "none" => "bare",
        _ => "unknown",
    };
    Some((day["date"].as_str()?.parse().ok()?, class))
}

fn meaning(mark: &str, lang: Lang) -> &'static str {
    match mark {
        "has" => m(lang, "shell-covered"),
        "will" => m(lang, "shell-will-be-renewed"),
        "miss" => m(lang, "shell-no-permit"),
        "bare" => m(lang, "errands-not-needed"),
        _ => m(lang, "shell-unknown"),
    }
}

/// One car as the permit service showed it last.
pub(super) struct PermitCar {
    pub(super) plate: String,
    /// Label and value.
    pub(super) facts: Vec<(&'static str, String)>,
    pub(super) records: Vec<PermitRecord>,
}

/// One application or permit.
pub(super) struct PermitRecord {
    pub(super) zone: &'static str,
    pub(super) days: String,
    pub(super) state: State,
    pub(super) reason: Option<String>,
}

/// From the facts named `status` (in the shape of `permit status`) and `renewals` (a count by plate).
pub(super) fn permits(facts: &[(String, Value)], lang: Lang) -> Vec<PermitCar> {
    let fact = |name: &str| {
        facts
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    };
    let cars = fact("status").and_then(|status| status["vehicles"].as_array());
    cars.into_iter()
        .flatten()
        .map(|car| permit(car, fact("renewals"), lang))
        .collect()
}

fn permit(car: &Value, renewals: Option<&Value>, lang: Lang) -> PermitCar {
    let plate = car["plate"]
        .as_str()
        .unwrap_or(m(lang, "errands-unknown-plate"));
    let mut facts = Vec::new();
    if let Some(left) = car["inside_uses_left"].as_i64() {
        facts.push((
            m(lang, "errands-inside-uses-left"),
            format!("{left} {}", m(lang, "errands-nothing")),
        ));
    }
    if let Some(count) = renewals.and_then(|counts| counts[plate].as_i64()) {
        facts.push((
            m(lang, "errands-renewed-by-daiban"),
            format!("{count} {}", m(lang, "errands-times")),
        ));
    }
    if let Some(why_not) = car["why_not"].as_str() {
        facts.push((m(lang, "errands-why-not-now"), why_not.to_owned()));
    }
    PermitCar {
        plate: plate.to_owned(),
        facts,
        records: car["records"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|record| permit_record(record, lang))
            .collect(),
    }
}

fn permit_record(record: &Value, lang: Lang) -> PermitRecord {
    let date = |name: &str| {
        record[name]
            .as_str()
            .and_then(|date| date.parse().ok())
            .map(|date: Date| words::day(lang, date))
    };
    let unknown = || m(lang, "shell-unknown").to_owned();
    let (class, word) = match record["state"].as_str() {
        Some("in_effect") => ("ok", m(lang, "errands-in-effect")),
        Some("pending") => ("ok", m(lang, "errands-approved-not-begun")),
        Some("in_review") => ("live", m(lang, "errands-in-review")),
        Some("rejected") => ("urg", m(lang, "errands-rejected")),
        Some("cancelled") => ("", m(lang, "errands-cancelled")),
        Some("cancelling") => ("live", m(lang, "errands-being-cancelled")),
        Some("expired") => ("", m(lang, "errands-expired")),
        Some("voided") => ("", m(lang, "errands-voided")),
        _ => ("", m(lang, "shell-unknown")),
    };
    let reason = record["reason"]
        .as_str()
        .map(|reason| match record["reason_code"].as_str() {
            Some(code) => format!("{reason}（{code}）"),
            None => reason.to_owned(),
        });
    PermitRecord {
        zone: match record["zone"].as_str() {
            Some("inside") => m(lang, "errands-inside-the-6th-ring"),
            Some("outside") => m(lang, "errands-outside-the-6th-ring"),
            _ => m(lang, "shell-unknown"),
        },
        days: format!(
            "{} – {}",
            date("from").unwrap_or_else(unknown),
            date("to").unwrap_or_else(unknown)
        ),
        state: State { class, word },
        reason,
    }
}

/// What a check of one car found.
pub(super) struct Fines {
    pub(super) plate: String,
    pub(super) state: State,
    /// `None`: nothing is known.
    pub(super) total: Option<FineTotal>,
    /// When and from where.
    pub(super) source: String,
    pub(super) fines: Vec<Fine>,
}

impl Fines {
    /// The first that is not closed.
    pub(super) fn first_open(&self) -> Option<&Fine> {
        self.fines.iter().find(|fine| fine.state.class != "ok")
    }
}

/// Sums, as far as they are known.
pub(super) struct FineTotal {
    pub(super) count: i64,
    pub(super) yuan: Option<i64>,
    pub(super) points: Option<i64>,
}

/// One fine.
pub(super) struct Fine {
    pub(super) at: String,
    pub(super) place: String,
    pub(super) action: String,
    pub(super) cost: String,
    pub(super) state: State,
}

/// From a fact named `check/PLATE`, in the shape of `violation check`.
pub(super) fn fines(name: &str, value: &Value, lang: Lang, now: Timestamp) -> Option<Fines> {
    let plate = name.strip_prefix("check/")?;
    let meaning = value["meaning"].as_str().unwrap_or_default();
    let count = value["count"].as_i64();
    let listed = matches!(meaning, "found" | "nothing_found");
    let total = count.filter(|_| listed).map(|count| FineTotal {
        count,
        yuan: value["fine_total_yuan"].as_i64(),
        points: value["points_total"].as_i64(),
    });
    let fines: Vec<Fine> = value["violations"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|fine| one_fine(fine, lang))
        .collect();
    let state = match (meaning, count) {
        ("nothing_found", _) | ("found", Some(0)) => ("ok", m(lang, "errands-no-fines")),
        ("found", _) => ("att", m(lang, "errands-fines")),
        ("pending", _) => ("live", m(lang, "errands-accepted-no-result-yet")),
        ("debug", _) => ("att", m(lang, "errands-test-data-does-not-count")),
        _ => ("", m(lang, "shell-unknown")),
    };
    Some(Fines {
        plate: value["plate"].as_str().unwrap_or(plate).to_owned(),
        state: State {
            class: state.0,
            word: state.1,
        },
        total,
        source: checked(value, lang, now),
        fines,
    })
}

fn checked(check: &Value, lang: Lang, now: Timestamp) -> String {
    let at = check["checked_at"]
        .as_str()
        .and_then(|at| at.parse::<Timestamp>().ok());
    let at = at.map_or_else(
        || m(lang, "errands-at-an-unknown-time").to_owned(),
        |at| words::moment(lang, at, now),
    );
    let source = match check["source"].as_str() {
        Some("live") => m(lang, "errands-asked"),
        Some("cache") => m(lang, "errands-asked-a-stored-answer"),
        Some("manual") => m(lang, "errands-seen-by-you"),
        _ => m(lang, "errands-source-unknown"),
    };
    match lang {
        Lang::Zh => format!("{at} {source}"),
        Lang::En => format!("{source} {at}"),
    }
}

fn one_fine(fine: &Value, lang: Lang) -> Fine {
    let text = |name: &str| {
        fine[name]
            .as_str()
            .unwrap_or(m(lang, "shell-unknown"))
            .to_owned()
    };
    let number = |name: &str| {
        fine[name]
            .as_i64()
            .map_or_else(|| "?".to_owned(), |number| number.to_string())
    };
    let state = match fine["state"].as_str() {
        Some("open") => ("att", m(lang, "shell-open")),
        Some("handled_unpaid") => ("att", m(lang, "shell-handled-unpaid")),
        Some("closed") => ("ok", m(lang, "shell-closed")),
        _ => ("", m(lang, "shell-unknown")),
    };
    let at = fine["at"]
        .as_str()
        .and_then(|at| at.parse::<Timestamp>().ok());
    Fine {
        at: at.map_or_else(
            || text("at"),
            |at| {
                format!(
                    "{} {:02}:{:02}",
                    words::day(lang, dates::today(at)),
                    dates::beijing(at).hour(),
                    dates::beijing(at).minute()
                )
            },
        ),
        place: text("place"),
        action: text("action"),
        cost: match lang {
            Lang::Zh => format!("¥{} · {} 分", number("fine_yuan"), number("points")),
            Lang::En => format!("¥{} · {} points", number("fine_yuan"), number("points")),
        },
        state: State {
            class: state.0,
            word: state.1,
        },
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

    #[test]
    fn a_strip_shows_how_days_stand() {
        let day = |date: &str, state: &str| json!({ "date": date, "state": state });
        let days = json!({ "冀R0D001": [
            day("2026-11-21", "has"), day("2026-11-22", "has"), day("2026-11-23", "has"), day("2026-11-24", "will"),
            day("2026-11-25", "miss"), day("2026-11-26", "none"), day("2026-11-27", "no such word"), day("nonsense", "has"),
        ] });
        let strips = strips(&[("coverage".to_owned(), days)], Lang::Zh, now());
        assert_eq!(strips.len(), 1);
        assert_eq!(strips[0].plate, "冀R0D001");
        let classes: Vec<&str> = strips[0]
            .days
            .iter()
            .map(|day| day.class.as_str())
            .collect();
        let expected = [
            "has first today",
            "has last",
            "will first last",
            "miss first last",
            "bare first last",
            "unknown first last",
        ];
        assert_eq!(classes, expected);
        assert_eq!(strips[0].legend.len(), 4);
        assert_eq!(strips[0].word, "有效到 11月23日");
        assert_eq!(
            strips[0].gap.as_deref(),
            Some("11月25日 周三 没有能用的证。")
        );
    }

    #[test]
    fn days_without_a_permit_are_spelled_out() {
        let said = |states: &[&str]| {
            let from = dates::today(now());
            let days = states.iter().enumerate().map(|(day, state)| {
                let date = from.checked_add(jiff::Span::new().days(i64::try_from(day).unwrap()));
                json!({ "date": date.unwrap().to_string(), "state": state })
            });
            let days = json!({ "冀R0D001": days.collect::<Vec<_>>() });
            let strip = strips(&[("coverage".to_owned(), days)], Lang::Zh, now()).remove(0);
            (strip.class, strip.word, strip.gap.unwrap_or_default())
        };
        for (states, class, word, gap) in [
            (&["has", "has"][..], "ok", "有效到 11月23日", ""),
            (
                &["miss", "miss", "will"],
                "urg",
                "今天没有能用的证",
                "11月22日 – 11月23日 没有能用的证。",
            ),
            (
                &["will", "miss"],
                "",
                "今天没证，会续",
                "11月23日 周一 没有能用的证。",
            ),
            (&["none"], "", "今天不需要", ""),
            (
                &["unknown", "miss", "has", "miss"],
                "",
                "未知",
                "11月23日 周一、11月25日 周三 没有能用的证。",
            ),
        ] {
            assert_eq!(
                said(states),
                (class, word.to_owned(), gap.to_owned()),
                "{states:?}"
            );
        }
    }

    #[test]
    fn a_permit_without_days_has_unknown_days() {
        let status = json!({ "vehicles": [{ "plate": "冀R0D001", "inside_uses_left": 11, "records": [
            { "zone": "outside", "state": "in_review", "from": "2026-11-27", "to": null, "reason": null, "reason_code": null },
        ] }] });
        let cars = permits(
            &[
                ("status".to_owned(), status),
                ("renewals".to_owned(), json!({ "冀R0D001": 2 })),
            ],
            Lang::Zh,
        );
        assert_eq!(cars[0].records[0].days, "11月27日 周五 – 未知");
        assert_eq!(
            cars[0].facts,
            [
                ("六环内还能办", "11 次".to_owned()),
                ("代办续过", "2 次".to_owned())
            ]
        );
    }

    #[test]
    fn what_is_not_known_is_not_zero() {
        let pending =
            json!({ "plate": "冀R0D001", "meaning": "pending", "count": null, "violations": [] });
        let fines = fines("check/冀R0D001", &pending, Lang::Zh, now()).unwrap();
        assert!(fines.total.is_none());
        assert_eq!(fines.state.word, "受理了，还没结果");
        assert_eq!(fines.source, "时间未知 来源未知");
    }
}
