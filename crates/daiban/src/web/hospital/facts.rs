//! The facts of a `hospital.visit` errand as pages draw them: what is watched, what would fit, which days. Bookings are in
//! `booking`.
//!
//! Facts are read leniently: what is missing or in another shape is unknown, and the rest is shown.

use std::collections::BTreeMap;

use daiban_core::{Lang, Timestamp, errand::Phase, household::ErrandRow};
use daiban_providers::hospital::{
    places::Named,
    slots::{Day, HalfDay},
};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::{
    super::{
        facts::{Facts, fact, moment, read},
        words::{self, Left, State, m, t},
    },
    booking::{self, BookingView},
    calendar::{self, CalendarView, Marks},
    pattern::{self, Pattern},
    words as say,
};
use crate::app::Appearances;

/// So many places are shown at once.
const SHOWN: usize = 8;
/// So many that were not got.
const MISSED_SHOWN: usize = 8;

/// All that a page shows of a visit's errand beyond other errands.
pub(in crate::web) struct VisitView {
    /// The department, or how many there are.
    pub(in crate::web) title: String,
    /// Hospital, days, patient.
    pub(in crate::web) about: String,
    /// How it ended, once it has.
    pub(in crate::web) ended: Option<&'static str>,
    /// Whether it still goes on.
    pub(in crate::web) going: bool,
    /// Whether it still looks for a place.
    pub(in crate::web) watching: bool,
    /// The next release.
    pub(in crate::web) release: Option<Left>,
    /// Label, value, and a smaller word below.
    pub(in crate::web) now: Vec<(&'static str, String, String)>,
    pub(in crate::web) slots: Vec<Place>,
    /// Those behind the first.
    pub(in crate::web) later: Vec<Place>,
    /// By department.
    pub(in crate::web) calendars: Vec<Shown<CalendarView>>,
    /// By department; drawn from all errands, so not here.
    pub(in crate::web) patterns: Vec<Shown<Pattern>>,
    /// Codes with slashes and name of every department.
    pub(in crate::web) departments: Vec<(String, String)>,
    /// When and what.
    pub(in crate::web) missed: Vec<(String, String)>,
    pub(in crate::web) booking: Option<BookingView>,
}

impl VisitView {
    /// One line for lists.
    pub(in crate::web) fn subject(&self) -> String {
        match self.about.is_empty() {
            true => self.title.clone(),
            false => format!("{} · {}", self.title, self.about),
        }
    }

    /// When places of its departments appeared, whichever errand saw it.
    pub(in crate::web) fn draw_patterns(
        &mut self,
        appeared: &BTreeMap<String, Appearances>,
        lang: Lang,
        now: Timestamp,
    ) {
        let view = |(number, (codes, name)): (usize, &(String, String))| {
            let known = appeared.get(codes)?;
            Some(Shown {
                name: name.clone(),
                href: format!("/hospital/{codes}"),
                age: String::new(),
                view: pattern::draw(&format!("pat-{number}"), known, lang, now)?,
            })
        };
        self.patterns = self
            .departments
            .iter()
            .enumerate()
            .filter_map(view)
            .collect();
    }
}

/// A picture and whose it is.
pub(in crate::web) struct Shown<T> {
    pub(in crate::web) name: String,
    /// The page of the department.
    pub(in crate::web) href: String,
    /// How old it is; empty where that goes without saying.
    pub(in crate::web) age: String,
    pub(in crate::web) view: T,
}

/// One place that was seen.
pub(in crate::web) struct Place {
    pub(in crate::web) name: String,
    /// Day, half, department.
    pub(in crate::web) about: String,
    pub(in crate::web) state: State,
    /// Why it does not fit, or how old it is.
    pub(in crate::web) more: String,
}

/// Where an errand looks: the fact `place`.
#[derive(Debug, Default, Deserialize)]
struct Where {
    hospital: Option<Named>,
    #[serde(default)]
    departments: Vec<At>,
}

#[derive(Debug, Deserialize)]
struct At {
    hos: Option<String>,
    hospital: Option<Named>,
    first: Option<Named>,
    second: Option<Named>,
    /// The three codes with slashes.
    code: Option<String>,
}

impl At {
    /// Codes with slashes; the hospital's own where the department does not say another.
    fn codes(&self, hospital: Option<&Named>) -> Option<String> {
        if let Some(code) = &self.code {
            return Some(code.clone());
        }
        let named = self.hospital.as_ref().or(hospital);
        let hos = self.hos.as_ref().or(named.map(|named| &named.code))?;
        let (first, second) = (self.first.as_ref()?, self.second.as_ref()?);
        Some(format!("{hos}/{}/{}", first.code, second.code))
    }
}

/// What the facts of an errand say.
pub(in crate::web) fn visit(
    row: &ErrandRow,
    facts: Facts<'_>,
    lang: Lang,
    now: Timestamp,
) -> VisitView {
    let place: Where = read(fact(facts, "place")).unwrap_or_default();
    let departments = departments(row, &place);
    let mut slots = slots(fact(facts, "slots"), &departments, (row, lang, now));
    let later = slots.split_off(slots.len().min(SHOWN));
    let result = row.outcome.as_ref().and_then(|end| end["result"].as_str());
    let booking = booking::of(fact(facts, "booking"), row, lang, now);
    let going = !row.phase.is_over();
    let watching = going && !booking.as_ref().is_some_and(|booking| booking.stands);
    VisitView {
        title: title(&departments, lang),
        about: about(row, facts, &place, lang),
        ended: result.and_then(|result| say::outcome(lang, result)),
        going,
        watching,
        release: release(facts, lang, now).filter(|_| watching),
        now: watch(row, facts, watching, (lang, now)),
        slots,
        later,
        // Once there is a booking, nobody looks at the days any more.
        calendars: match watching {
            true => calendars(facts, &departments, lang, now),
            false => Vec::new(),
        },
        patterns: Vec::new(),
        missed: missed(fact(facts, "missed"), lang, now),
        departments,
        booking,
    }
}

/// Where the errand stands: its checkpoint in words while it goes on.
pub(in crate::web) fn state(row: &ErrandRow, lang: Lang) -> State {
    let state = words::phase(lang, row.phase);
    let in_words = matches!(row.phase, Phase::Waiting | Phase::Working | Phase::NeedsYou);
    let class = match row.checkpoint.as_str() {
        "booked" if row.phase == Phase::Waiting => "ok",
        _ => state.class,
    };
    match say::checkpoint(lang, &row.checkpoint).filter(|_| in_words) {
        Some(word) => State { class, word },
        None => state,
    }
}

/// Codes and names; of what has no name yet, the codes.
fn departments(row: &ErrandRow, place: &Where) -> Vec<(String, String)> {
    let named = place.departments.iter().filter_map(|one| {
        let codes = one.codes(place.hospital.as_ref())?;
        let name = one.second.as_ref().map(|second| second.name.clone());
        Some((codes.clone(), name.unwrap_or(codes)))
    });
    let named: Vec<(String, String)> = named.collect();
    if !named.is_empty() {
        return named;
    }
    let wished: Vec<String> = read(&row.wishes["departments"]).unwrap_or_default();
    let codes = wished.into_iter().map(|wished| {
        let read = daiban_providers::hospital::places::DepartmentRef::parse("", &wished);
        read.map_or(wished, |department| department.to_string())
    });
    codes.map(|codes| (codes.clone(), codes)).collect()
}

fn title(departments: &[(String, String)], lang: Lang) -> String {
    match (departments, lang) {
        ([], _) => m(lang, "hospital-department-unknown").to_owned(),
        ([(_, only)], _) => only.clone(),
        ([(_, first), rest @ ..], Lang::Zh) => format!("{first}等 {} 个科室", rest.len() + 1),
        ([(_, first), rest @ ..], Lang::En) => format!("{first} and {} more", rest.len()),
    }
}

/// A fact, or the wish of the same name.
fn wished(row: &ErrandRow, facts: Facts<'_>, name: &str) -> Option<String> {
    let of = |value: &Value| value[name].as_str().map(str::to_owned);
    of(fact(facts, "place")).or_else(|| of(&row.wishes))
}

fn about(row: &ErrandRow, facts: Facts<'_>, place: &Where, lang: Lang) -> String {
    let day = |name: &str| wished(row, facts, name)?.parse::<Date>().ok();
    let days = match (day("from"), day("to")) {
        (Some(from), Some(to)) if from == to => Some(words::day(lang, from)),
        (Some(from), Some(to)) => Some(format!(
            "{} – {}",
            words::day(lang, from),
            words::day(lang, to)
        )),
        _ => None,
    };
    let parts = [hospitals(place, lang), days, wished(row, facts, "patient")];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" · ")
}

/// Every hospital once.
fn hospitals(place: &Where, lang: Lang) -> Option<String> {
    let all = place.departments.iter();
    let all = all.filter_map(|one| one.hospital.as_ref());
    let mut names: Vec<&str> = Vec::new();
    for hospital in all.chain(&place.hospital) {
        if !names.contains(&hospital.name.as_str()) {
            names.push(&hospital.name);
        }
    }
    (!names.is_empty()).then(|| names.join(m(lang, "shell-mark-list")))
}

/// The next release there is: of the watch, else the soonest of the calendars.
fn release(facts: Facts<'_>, lang: Lang, now: Timestamp) -> Option<Left> {
    let told = moment(&fact(facts, "watch")["release_at"]);
    let calendars = fact(facts, "calendar").as_object().into_iter().flatten();
    let calendars = calendars.filter_map(|(_, one)| moment(&one["release_at"]));
    let soonest = told
        .into_iter()
        .chain(calendars)
        .filter(|at| *at > now)
        .min();
    Some(words::left(lang, soonest?, now))
}

type Line = (&'static str, String, String);

fn watch(
    row: &ErrandRow,
    facts: Facts<'_>,
    watching: bool,
    (lang, now): (Lang, Timestamp),
) -> Vec<Line> {
    let watch = fact(facts, "watch");
    let mut lines: Vec<Line> = Vec::new();
    let going = !row.phase.is_over();
    if let Some(next) = row.next_at.filter(|_| going) {
        let wait_s = next.as_second() - now.as_second();
        let soon = (1..3600)
            .contains(&wait_s)
            .then(|| words::later(lang, wait_s));
        let at = words::moment_exact(lang, next, now);
        lines.push((m(lang, "shell-next-look"), at, soon.unwrap_or_default()));
    }
    if let Some(until) = moment(&watch["until"]).filter(|_| watching) {
        let until = words::moment(lang, until, now);
        lines.push((m(lang, "shell-until"), until, String::new()));
    }
    if let Some(pace) = watch["pace_s"].as_i64().filter(|_| watching) {
        let sprint = m(lang, "hospital-quicker-now-around-the-release");
        let below = if watch["sprint"] == true { sprint } else { "" };
        lines.push((
            m(lang, "shell-pace"),
            words::seconds(lang, pace),
            below.to_owned(),
        ));
    }
    if let Some(looks) = watch["looks"].as_i64() {
        let times = match lang {
            Lang::Zh => format!("{looks} 次"),
            Lang::En => format!("{looks} times"),
        };
        let seen = moment(&watch["seen_at"]).map(|at| {
            let label = m(lang, "shell-last");
            format!(
                "{label} {}，{}",
                words::moment_exact(lang, at, now),
                words::ago(lang, at, now)
            )
        });
        lines.push((m(lang, "shell-looked"), times, seen.unwrap_or_default()));
    }
    lines
}

/// What fits in its order of preference, then what does not.
fn slots(
    value: &Value,
    departments: &[(String, String)],
    (row, lang, now): (&ErrandRow, Lang, Timestamp),
) -> Vec<Place> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    let mut list: Vec<&Value> = list.iter().collect();
    list.sort_by_key(|one| {
        let fits = one["fits"] == true && one["bookable"] == true;
        (
            !fits,
            one["rank"].as_i64().unwrap_or(i64::MAX),
            one["bookable"] != true,
        )
    });
    let place = |one: &&Value| place_of(one, departments, row.phase.is_over(), (lang, now));
    list.iter().map(place).collect()
}

fn place_of(
    one: &Value,
    departments: &[(String, String)],
    over: bool,
    (lang, now): (Lang, Timestamp),
) -> Place {
    let text = |name: &str| one[name].as_str().filter(|text| !text.is_empty());
    let name = [text("doctor"), text("title")];
    let name: Vec<&str> = name.into_iter().flatten().collect();
    let (bookable, fits) = (one["bookable"] == true, one["fits"] == true);
    let half: Option<HalfDay> = read(&one["half_day"]);
    let codes = text("department").unwrap_or_default();
    let department = departments.iter().find(|(known, _)| known == codes);
    let about = [
        text("date")
            .and_then(|day| day.parse().ok())
            .map(|day| words::day(lang, day)),
        half.map(|half| say::half_day(lang, half).to_owned()),
        text("period").map(|period| period.replace('-', "–")),
        department
            .filter(|_| departments.len() > 1)
            .map(|(_, name)| name.clone()),
    ];
    let about: Vec<String> = about.into_iter().flatten().collect();
    let (class, word) = match (bookable, fits) {
        // What was there when it ended is not there now.
        (true, _) if over => ("", m(lang, "hospital-was-free")),
        (true, true) => ("ok", m(lang, "hospital-fits")),
        (true, false) => ("", m(lang, "hospital-free-does-not-fit")),
        (false, _) => ("", m(lang, "hospital-none-left")),
    };
    let why_not = one["why_not"][t(lang, "zh", "en")].as_str();
    let seen = moment(&one["seen_at"]).map(|at| words::ago(lang, at, now));
    Place {
        name: match name.is_empty() {
            true => m(lang, "hospital-no-doctor-named").to_owned(),
            false => name.join(" "),
        },
        about: about.join(" "),
        state: State { class, word },
        more: why_not.map(str::to_owned).or(seen).unwrap_or_default(),
    }
}

fn calendars(
    facts: Facts<'_>,
    departments: &[(String, String)],
    lang: Lang,
    now: Timestamp,
) -> Vec<Shown<CalendarView>> {
    let all = fact(facts, "calendar");
    let view = |(number, (codes, name)): (usize, &(String, String))| {
        let one = &all[codes.as_str()];
        let listed = one["days"].as_array().map_or(&[][..], Vec::as_slice);
        let days: Vec<Day> = listed.iter().filter_map(read).collect();
        let wanted = listed.iter().filter(|day| day["wanted"] == true);
        let wanted: Vec<Date> = wanted.filter_map(|day| read(&day["date"])).collect();
        let path = format!("/hospital/{codes}?date=");
        let marks = Marks {
            wanted: &wanted,
            chosen: None,
            path: Some(&path),
        };
        let seen = moment(&one["seen_at"]).map(|at| {
            let (at, ago) = (
                words::moment_exact(lang, at, now),
                words::ago(lang, at, now),
            );
            format!("{} {at}，{ago}", m(lang, "hospital-last-seen"))
        });
        Some(Shown {
            name: name.clone(),
            href: format!("/hospital/{codes}"),
            age: seen.unwrap_or_default(),
            view: calendar::draw(&format!("cal-{number}"), &days, &marks, lang)?,
        })
    };
    departments.iter().enumerate().filter_map(view).collect()
}

fn missed(value: &Value, lang: Lang, now: Timestamp) -> Vec<(String, String)> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    let newest = list.iter().rev().take(MISSED_SHOWN);
    newest
        .filter_map(|one| {
            let text = one["text"][t(lang, "zh", "en")].as_str()?;
            let at = words::moment_exact(lang, moment(&one["at"])?, now);
            Some((at, text.to_owned()))
        })
        .collect()
}
