//! The facts of a `rail.ticket` errand as pages draw them: what is watched, what is preferred. Orders are in `order`.
//!
//! Facts are read leniently: what is missing or in another shape is unknown, and the rest is shown.

use daiban_core::{Lang, Timestamp, dates, errand::Phase, household::ErrandRow};
use jiff::civil::Date;
use serde_json::Value;

pub(super) use super::super::facts::{Facts, fact, moment, read};
use super::{
    super::words::{self, State, m},
    chart::{self, Availability, Chart, End},
    order::{self, OrderView, StandbyView},
    words as say,
};

/// A look no older than this is as good as now in a picture of a day.
const FRESH_S: i64 = 300;
/// So many preferences are shown at once.
const SHOWN: usize = 8;

/// All that a page shows of a ticket errand beyond other errands.
pub(in crate::web) struct TicketView {
    /// `北京南 → 上海虹桥`
    pub(in crate::web) title: String,
    /// Days and people.
    pub(in crate::web) about: String,
    /// How it ended, once it has.
    pub(in crate::web) ended: Option<&'static str>,
    /// Whether it still goes on.
    pub(in crate::web) going: bool,
    /// Label, value, and a smaller word below.
    pub(in crate::web) now: Vec<(&'static str, String, String)>,
    pub(in crate::web) candidates: Vec<Candidate>,
    /// Those behind the first.
    pub(in crate::web) later: Vec<Candidate>,
    pub(in crate::web) chart: Option<Chart>,
    pub(in crate::web) order: Option<OrderView>,
    pub(in crate::web) standby: Option<StandbyView>,
}

/// One thing that would be bought.
pub(in crate::web) struct Candidate {
    pub(in crate::web) train: String,
    pub(in crate::web) class: String,
    /// Day, stations, times, price.
    pub(in crate::web) about: String,
    pub(in crate::web) state: State,
    /// How many are left, or until when it is set aside.
    pub(in crate::web) more: String,
}

/// What the facts of an errand say.
pub(in crate::web) fn ticket(
    row: &ErrandRow,
    facts: Facts<'_>,
    lang: Lang,
    now: Timestamp,
) -> TicketView {
    let mut candidates = candidates(fact(facts, "candidates"), (row, lang, now));
    let later = candidates.split_off(candidates.len().min(SHOWN));
    let result = row.outcome.as_ref().and_then(|end| end["result"].as_str());
    TicketView {
        title: title(row, facts, lang),
        about: about(row, facts, lang),
        ended: result.and_then(|result| say::outcome(lang, result)),
        going: !row.phase.is_over(),
        now: watch(row, fact(facts, "watch"), lang, now),
        candidates,
        later,
        chart: chart(row, facts, lang, now),
        order: order::of(row, facts, lang, now),
        standby: order::standby(fact(facts, "standby"), lang, now),
    }
}

/// Where the errand stands: its checkpoint in words while it goes on.
pub(in crate::web) fn state(row: &ErrandRow, lang: Lang) -> State {
    let state = words::phase(lang, row.phase);
    let in_words = matches!(row.phase, Phase::Waiting | Phase::Working | Phase::NeedsYou);
    match say::checkpoint(lang, &row.checkpoint).filter(|_| in_words) {
        Some(word) => State { word, ..state },
        None => state,
    }
}

/// Texts of the fact `route`, or of the wish of the same name.
fn named(row: &ErrandRow, facts: Facts<'_>, name: &str) -> Vec<String> {
    let of = |value: &Value| read::<Vec<String>>(&value[name]).filter(|list| !list.is_empty());
    let seen = of(fact(facts, "route"));
    seen.or_else(|| of(&row.wishes)).unwrap_or_default()
}

fn title(row: &ErrandRow, facts: Facts<'_>, lang: Lang) -> String {
    let side = |name: &str| match named(row, facts, name).as_slice() {
        [] => m(lang, "shell-unknown").to_owned(),
        names => say::names(lang, names),
    };
    format!("{} → {}", side("from"), side("to"))
}

fn about(row: &ErrandRow, facts: Facts<'_>, lang: Lang) -> String {
    let days: Vec<Date> = named(row, facts, "dates")
        .iter()
        .filter_map(|day| day.parse().ok())
        .collect();
    // Suffixes of a wish, such as `:child`, are for machines.
    let people: Vec<String> = named(row, facts, "passengers")
        .iter()
        .map(|who| who.split(':').next().unwrap_or_default().to_owned())
        .collect();
    let mut parts = vec![say::days(lang, &days), say::names(lang, &people)];
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

fn watch(
    row: &ErrandRow,
    watch: &Value,
    lang: Lang,
    now: Timestamp,
) -> Vec<(&'static str, String, String)> {
    let mut lines = Vec::new();
    let mut line = |label, value: String, below: String| lines.push((label, value, below));
    let going = !row.phase.is_over();
    if let Some(next) = row.next_at.filter(|_| going) {
        let wait_s = next.as_second() - now.as_second();
        let soon = (1..3600)
            .contains(&wait_s)
            .then(|| words::later(lang, wait_s));
        let at = words::moment_exact(lang, next, now);
        line(m(lang, "shell-next-look"), at, soon.unwrap_or_default());
    }
    let sale = moment(&watch["on_sale_at"]).filter(|at| going && *at > now);
    if let Some(at) = sale {
        let label = m(lang, "rail-on-sale");
        line(label, words::moment(lang, at, now), String::new());
    }
    if let Some(until) = moment(&watch["until"]).filter(|_| going) {
        let label = m(lang, "shell-until");
        line(label, words::moment(lang, until, now), String::new());
    }
    if let Some(pace) = watch["pace_s"].as_i64().filter(|_| going) {
        let label = m(lang, "shell-pace");
        line(label, pace_words(lang, pace, watch), String::new());
    }
    if let Some(looks) = watch["looks"].as_i64() {
        let seen = moment(&watch["seen_at"]).map(|at| {
            let at = words::moment_exact(lang, at, now);
            format!("{} {at}", m(lang, "shell-last"))
        });
        let times = match lang {
            Lang::Zh => format!("{looks} 次"),
            Lang::En => format!("{looks} times"),
        };
        line(m(lang, "shell-looked"), times, seen.unwrap_or_default());
    }
    lines
}

fn pace_words(lang: Lang, pace_s: i64, watch: &Value) -> String {
    let lines = watch["lookouts"].as_i64().filter(|lines| *lines > 1);
    match (lang, lines) {
        (Lang::Zh, None) => format!("{pace_s} 秒"),
        (Lang::Zh, Some(lines)) => format!("{pace_s} 秒，{lines} 个查询轮着来"),
        (Lang::En, None) => format!("{pace_s} s"),
        (Lang::En, Some(lines)) => format!("{pace_s} s, {lines} queries"),
    }
}

fn candidates(value: &Value, (row, lang, now): (&ErrandRow, Lang, Timestamp)) -> Vec<Candidate> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    let differs = |name: &str| list.iter().any(|one| one[name] != list[0][name]);
    let shows = Shows {
        days: differs("date"),
        stations: differs("from") || differs("to"),
        over: row.phase.is_over(),
    };
    list.iter()
        .map(|one| candidate(one, &shows, lang, now))
        .collect()
}

/// What tells candidates apart, and so must be said.
struct Shows {
    days: bool,
    stations: bool,
    over: bool,
}

fn candidate(one: &Value, shows: &Shows, lang: Lang, now: Timestamp) -> Candidate {
    let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let mut about = Vec::new();
    if let Some(day) = text("date").parse().ok().filter(|_| shows.days) {
        about.push(words::day(lang, day));
    }
    if shows.stations {
        about.push(format!("{} → {}", text("from"), text("to")));
    }
    about.extend(times(one, lang));
    about.extend(one["price_fen"].as_i64().map(say::money));
    Candidate {
        train: text("train"),
        class: say::class_named(lang, &text("class")),
        about: about.join(" · "),
        state: candidate_state(one, shows, lang),
        more: candidate_more(one, shows, lang, now),
    }
}

/// `07:20 – 13:24`; a moment or a time of day, as it was published.
fn times(one: &Value, lang: Lang) -> Option<String> {
    let (depart, arrive) = (&one["depart"], &one["arrive"]);
    let boarding = moment(depart).map(dates::today);
    let clock = |value: &Value| match moment(value) {
        Some(at) => Some(say::arrival(lang, at, boarding)),
        None => value.as_str().map(str::to_owned),
    };
    match (clock(depart), clock(arrive)) {
        (Some(depart), Some(arrive)) => Some(format!("{depart} – {arrive}")),
        (depart, arrive) => depart.or(arrive),
    }
}

fn candidate_state(one: &Value, shows: &Shows, lang: Lang) -> State {
    let (class, word) = match one["state"].as_str().unwrap_or_default() {
        // What was free when it ended is not free now.
        "free" if shows.over => ("", m(lang, "rail-was-free")),
        "free" => ("ok", m(lang, "rail-free")),
        "none" => ("", m(lang, "rail-none-left")),
        "not_on_sale" => ("", m(lang, "rail-not-on-sale")),
        "suspended" => ("urg", m(lang, "rail-suspended")),
        "set_aside" => ("att", m(lang, "rail-set-aside")),
        "unseen" => ("", m(lang, "rail-not-seen-yet")),
        _ => ("", m(lang, "shell-unknown")),
    };
    State { class, word }
}

fn candidate_more(one: &Value, shows: &Shows, lang: Lang, now: Timestamp) -> String {
    let until = moment(&one["until"]).filter(|_| !shows.over);
    let until = until.map(|at| words::moment(lang, at, now));
    match (one["state"].as_str().unwrap_or_default(), until) {
        ("free", _) if one["or_more"] == true => m(lang, "rail-21-or-more-2").to_owned(),
        ("free", _) => one["left"]
            .as_i64()
            .map_or_else(String::new, |left| say::count_of(lang, left)),
        ("set_aside", Some(until)) => format!("{} {until}", m(lang, "rail-until")),
        ("not_on_sale", Some(until)) => format!("{until} {}", m(lang, "rail-opens")),
        _ => String::new(),
    }
}

fn chart(row: &ErrandRow, facts: Facts<'_>, lang: Lang, now: Timestamp) -> Option<Chart> {
    let value = fact(facts, "availability");
    let availability: Availability = read(value)?;
    let last = value["points"]
        .as_array()
        .and_then(|points| points.iter().filter_map(|point| moment(&point["at"])).max())?;
    let seen = moment(&fact(facts, "watch")["seen_at"]);
    let known = seen.map_or(last, |seen| seen.max(last)).min(now.max(last));
    let going = !row.phase.is_over();
    // What happened since the last look is a gap, once it is long enough to be seen as one.
    let is_now = going && now.as_second() - known.as_second() <= FRESH_S;
    let end = End {
        known,
        drawn: if going && !is_now { now } else { known },
        is_now: going,
    };
    chart::draw(&availability, &end, lang, now)
}
