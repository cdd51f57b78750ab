//! The month: a grid with permits under the days, and what is on each day beside or below it. What is on a day is collected
//! by the application; here it is only drawn.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use daiban_core::{Lang, Timestamp, account::Account, dates};
use jiff::{ToSpan, civil::Date};

use super::{
    Web,
    page::{Shell, html},
    security::Oops,
    visitor::Me,
    words::{self, State as Standing, m},
};
use crate::app::{
    AppError,
    agenda::{Agenda, Certainty, Entry, Kind, PermitDay, When},
};

/// More cars than these have no bar of their own in the grid; their days are in the agenda.
const BARS: usize = 3;

#[derive(Template)]
#[template(path = "calendar.html")]
struct CalendarPage {
    s: Shell,
    /// `2026年11月`
    title: String,
    /// Address and name of the month before and the one after.
    before: (String, String),
    after: (String, String),
    /// Where today is not in this month: the way back.
    now: Option<&'static str>,
    weekdays: Vec<&'static str>,
    weeks: Vec<Vec<Cell>>,
    /// Cars in the order of their bars, where there are several.
    plates: Vec<String>,
    /// What the bars mean: class and word, only those that are there.
    legend: Vec<(&'static str, &'static str)>,
    /// Until which day permits are told.
    told_until: Option<String>,
    ahead: Vec<DayView>,
    past: Vec<DayView>,
    writes: bool,
}

/// A day of the grid.
struct Cell {
    /// `today`, `out`, `miss` in any combination.
    class: String,
    number: String,
    /// The day in the agenda, where something is on it.
    href: Option<String>,
    /// The gravest thing on it, in a word.
    word: Option<&'static str>,
    /// How many more.
    more: usize,
    /// Whether that is grave, or wants a person.
    tone: &'static str,
    /// One class for each car.
    bars: Vec<&'static str>,
    /// For those who listen.
    said: String,
}

/// A day of the agenda.
struct DayView {
    id: String,
    /// `今天`, `明天`, `周四`
    weekday: String,
    /// `26日`, with its month where that is another one.
    date: String,
    entries: Vec<EntryView>,
}

/// One thing on a day.
struct EntryView {
    href: String,
    icon: &'static str,
    time: String,
    what: String,
    more: String,
    /// Whose, where several accounts are there.
    who: String,
    state: Option<Standing>,
}

/// `GET /calendar`: this month.
pub(super) async fn now(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let today = dates::today(web.app.now());
    Ok(html(&page(&web, &me, today.first_of_month()).await?))
}

/// `GET /calendar/{month}`
pub(super) async fn month(
    State(web): State<Web>,
    me: Me,
    Path(month): Path<String>,
) -> Result<Response, Oops> {
    let first = month_of(&month).ok_or_else(|| AppError::NotFound {
        what: "month",
        id: month.clone(),
    })?;
    Ok(html(&page(&web, &me, first).await?))
}

/// `2026-11`, and no other spelling. Months nobody plans for are not there.
fn month_of(text: &str) -> Option<Date> {
    let date: Date = format!("{text}-01").parse().ok()?;
    let as_written = format!("{:04}-{:02}", date.year(), date.month()) == text;
    (as_written && (2000..2100).contains(&date.year())).then_some(date)
}

async fn page(web: &Web, me: &Me, first: Date) -> Result<CalendarPage, AppError> {
    let (lang, now) = (me.lang, web.app.now());
    let (grid_first, grid_last) = grid(first);
    let agenda = web.app.agenda(&me.actor, grid_first, grid_last).await?;
    let accounts = web.app.accounts(&me.actor).await?;
    let today = dates::today(now);
    let drawing = Drawing {
        agenda: &agenda,
        accounts: &accounts,
        lang,
        now,
        first,
        grid_first,
    };
    let (ahead, past) = drawing.days();
    Ok(CalendarPage {
        s: Shell::full(web, me, "calendar").await?,
        title: year_and_month(lang, first),
        before: neighbour(lang, first, -1),
        after: neighbour(lang, first, 1),
        now: (first != today.first_of_month()).then_some("/calendar"),
        weekdays: weekdays(lang, grid_first),
        weeks: drawing.weeks(grid_last),
        plates: drawing.plates(),
        legend: drawing.legend(),
        told_until: drawing.told_until(grid_last),
        ahead,
        past,
        writes: me.actor.writes(),
    })
}

/// Whole weeks from Monday to Sunday around a month.
fn grid(first: Date) -> (Date, Date) {
    let last = first.last_of_month();
    let back = i32::from(first.weekday().to_monday_zero_offset());
    let on = 6 - i32::from(last.weekday().to_monday_zero_offset());
    (
        first.saturating_sub(back.days()),
        last.saturating_add(on.days()),
    )
}

fn weekdays(lang: Lang, monday: Date) -> Vec<&'static str> {
    let days = monday.series(1.day()).take(7);
    days.map(|day| words::weekday_short(lang, day)).collect()
}

fn year_and_month(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月", date.year(), date.month()),
        Lang::En => format!("{} {}", words::month_en(date), date.year()),
    }
}

fn neighbour(lang: Lang, first: Date, months: i32) -> (String, String) {
    let date = first.saturating_add(months.months());
    let name = match lang {
        Lang::Zh => format!("{}月", date.month()),
        Lang::En => words::month_en(date).to_owned(),
    };
    let href = format!("/calendar/{:04}-{:02}", date.year(), date.month());
    (href, name)
}

struct Drawing<'a> {
    agenda: &'a Agenda,
    accounts: &'a [Account],
    lang: Lang,
    now: Timestamp,
    /// Of the month.
    first: Date,
    /// Of the grid.
    grid_first: Date,
}

impl Drawing<'_> {
    /// Entries by day. What began before the grid is on its first day.
    fn by_day(&self) -> BTreeMap<Date, Vec<&Entry>> {
        let mut days: BTreeMap<Date, Vec<&Entry>> = BTreeMap::new();
        for entry in &self.agenda.entries {
            let day = entry.when.date().max(self.grid_first);
            days.entry(day).or_default().push(entry);
        }
        days
    }

    fn weeks(&self, last: Date) -> Vec<Vec<Cell>> {
        let by_day = self.by_day();
        let days: Vec<Date> = self
            .grid_first
            .series(1.day())
            .take_while(|day| *day <= last)
            .collect();
        let cell = |day: &Date| self.cell(*day, by_day.get(day).map_or(&[], Vec::as_slice));
        days.chunks(7)
            .map(|week| week.iter().map(cell).collect())
            .collect()
    }

    fn cell(&self, day: Date, entries: &[&Entry]) -> Cell {
        let lang = self.lang;
        let gravest = entries.iter().min_by_key(|entry| entry.kind);
        let permits = &self.agenda.permits;
        let states: Vec<Option<PermitDay>> = permits
            .iter()
            .map(|car| car.days.get(&day).copied())
            .collect();
        let mut class = Vec::new();
        if (day.year(), day.month()) != (self.first.year(), self.first.month()) {
            class.push("out");
        }
        if day == dates::today(self.now) {
            class.push("today");
        }
        if states.contains(&Some(PermitDay::Miss)) {
            class.push("miss");
        }
        let begins = day.day() == 1;
        Cell {
            class: class.join(" "),
            number: match (begins, lang) {
                (true, Lang::Zh) => format!("{}/1", day.month()),
                _ => day.day().to_string(),
            },
            href: gravest.map(|_| format!("#{}", anchor(day))),
            word: gravest.map(|entry| short(lang, entry.kind)),
            more: entries.len().saturating_sub(1),
            tone: gravest.map_or("", |entry| tone(entry)),
            bars: states.iter().take(BARS).map(|state| bar(*state)).collect(),
            said: self.said(&states),
        }
    }

    /// What the bars say, in words.
    fn said(&self, states: &[Option<PermitDay>]) -> String {
        let many = states.len() > 1;
        let told = self.agenda.permits.iter().zip(states);
        let told = told.filter_map(|(car, state)| {
            let word = permit_word(self.lang, (*state)?);
            Some(match many {
                true => format!("{} {word}", car.plate),
                false => word.to_owned(),
            })
        });
        told.collect::<Vec<_>>()
            .join(m(self.lang, "shell-mark-comma"))
    }

    fn plates(&self) -> Vec<String> {
        let permits = self.agenda.permits.iter();
        let plates: Vec<String> = permits.map(|car| car.plate.clone()).collect();
        if plates.len() > 1 { plates } else { Vec::new() }
    }

    fn legend(&self) -> Vec<(&'static str, &'static str)> {
        let there = |state: &PermitDay| {
            let mut days = self.agenda.permits.iter().flat_map(|car| car.days.values());
            days.any(|known| known == state)
        };
        let all = [
            PermitDay::Has,
            PermitDay::Will,
            PermitDay::Miss,
            PermitDay::Unknown,
        ];
        all.into_iter()
            .filter(there)
            .map(|state| (bar(Some(state)), permit_word(self.lang, state)))
            .collect()
    }

    /// The last day of which anything is known, where the grid goes on behind it.
    fn told_until(&self, last: Date) -> Option<String> {
        let known = self.agenda.permits.iter();
        let until = known.filter_map(|car| car.days.keys().next_back()).max()?;
        (*until < last).then(|| words::day(self.lang, *until))
    }

    /// From today on, and before.
    fn days(&self) -> (Vec<DayView>, Vec<DayView>) {
        let today = dates::today(self.now);
        let (mut ahead, mut past) = (Vec::new(), Vec::new());
        for (day, entries) in self.by_day() {
            let view = self.day(day, &entries);
            let goes_on = |entry: &&Entry| entry.until.is_some_and(|end| end.date() >= today);
            if day >= today || entries.iter().any(goes_on) {
                ahead.push(view);
            } else {
                past.push(view);
            }
        }
        (ahead, past)
    }

    fn day(&self, day: Date, entries: &[&Entry]) -> DayView {
        let lang = self.lang;
        let apart = (day - dates::today(self.now)).get_days();
        let weekday = match apart {
            0 => m(lang, "shell-today").to_owned(),
            1 => m(lang, "calendar-tomorrow").to_owned(),
            _ => words::weekday(lang, day).to_owned(),
        };
        let same_month = day.month() == self.first.month();
        DayView {
            id: anchor(day),
            weekday,
            date: match (lang, same_month) {
                (Lang::Zh, true) => format!("{}日", day.day()),
                _ => words::day_alone(lang, day),
            },
            entries: entries.iter().map(|entry| self.entry(entry)).collect(),
        }
    }

    fn entry(&self, entry: &Entry) -> EntryView {
        let lang = self.lang;
        let of_service = |account: &&Account| account.service == entry.service;
        let several = self.accounts.iter().filter(of_service).count() > 1;
        let account = self
            .accounts
            .iter()
            .find(|account| account.id == entry.account);
        EntryView {
            href: match &entry.ask {
                Some(ask) => format!("/asks/{ask}"),
                None => format!("/errands/{}", entry.errand),
            },
            icon: entry.service.as_str(),
            time: self.time(entry),
            what: entry.what.in_lang(lang).to_owned(),
            more: entry.more.in_lang(lang).to_owned(),
            who: account
                .filter(|_| several)
                .map(|account| account.name.clone())
                .unwrap_or_default(),
            state: self.state(entry),
        }
    }

    fn time(&self, entry: &Entry) -> String {
        let lang = self.lang;
        match (entry.when, entry.until) {
            (When::At(at), None) => words::clock(at),
            (When::At(at), Some(When::At(end))) => {
                let days = (dates::today(end) - dates::today(at)).get_days();
                let later = match (days, lang) {
                    (0, _) => String::new(),
                    (_, Lang::Zh) => format!("（+{days} 天）"),
                    (_, Lang::En) => format!(" (+{days} d)"),
                };
                format!("{} – {}{later}", words::clock(at), words::clock(end))
            }
            (from, Some(end)) => {
                let short = |when: When| words::day_alone(lang, when.date());
                format!("{} – {}", short(from), short(end))
            }
            (When::Day(_), None) => String::new(),
        }
    }

    fn state(&self, entry: &Entry) -> Option<Standing> {
        let lang = self.lang;
        let (class, word) = match (entry.kind, entry.certainty) {
            (Kind::PermitMissing, _) => ("urg", m(lang, "shell-no-permit")),
            (Kind::PayBy, _) => ("att", m(lang, "calendar-you-have-to-pay")),
            (Kind::Ask, _) => ("att", m(lang, "calendar-needs-you")),
            (Kind::PermitRenewal, _) => ("", m(lang, "calendar-planned-not-done-yet")),
            (_, Certainty::Unpaid) => ("att", m(lang, "calendar-unpaid-yours-once-it-is")),
            (_, Certainty::Unsure) => ("", m(lang, "calendar-was-unpaid-when-last-seen")),
            (_, Certainty::About { as_of }) => return Some(self.about(as_of)),
            _ => return None,
        };
        Some(Standing { class, word })
    }

    fn about(&self, as_of: Option<Timestamp>) -> Standing {
        let lang = self.lang;
        let days = as_of.map(|at| (dates::today(self.now) - dates::today(at)).get_days());
        let word = match days {
            None => m(lang, "calendar-about-from-a-report-of"),
            Some(..=0) => m(lang, "calendar-about-from-todays-report"),
            Some(1..=7) => m(lang, "calendar-about-from-a-report-of-2"),
            Some(_) => m(lang, "calendar-about-from-a-report-more"),
        };
        Standing { class: "", word }
    }
}

fn anchor(day: Date) -> String {
    format!("d-{day}")
}

/// What a bar looks like.
fn bar(state: Option<PermitDay>) -> &'static str {
    match state {
        Some(PermitDay::Has) => "has",
        Some(PermitDay::Will) => "will",
        Some(PermitDay::Miss) => "miss",
        Some(PermitDay::Unknown) => "unknown",
        None => "bare",
    }
}

fn permit_word(lang: Lang, state: PermitDay) -> &'static str {
    match state {
        PermitDay::Has => m(lang, "shell-covered"),
        PermitDay::Will => m(lang, "shell-will-be-renewed"),
        PermitDay::Miss => m(lang, "shell-no-permit"),
        PermitDay::Unknown => m(lang, "shell-unknown"),
    }
}

fn tone(entry: &Entry) -> &'static str {
    match (entry.kind, entry.certainty) {
        (Kind::PermitMissing, _) => "urg",
        (Kind::PayBy | Kind::Ask, _) | (_, Certainty::Unpaid) => "att",
        _ => "",
    }
}

/// A thing in one short word, for the grid.
fn short(lang: Lang, kind: Kind) -> &'static str {
    match kind {
        Kind::PermitMissing => m(lang, "calendar-none"),
        Kind::PayBy => m(lang, "calendar-pay"),
        Kind::Ask => m(lang, "calendar-you"),
        Kind::Trip => m(lang, "calendar-train"),
        Kind::Visit => m(lang, "calendar-doctor"),
        Kind::CancelBy => m(lang, "calendar-cancel"),
        Kind::PermitRenewal => m(lang, "calendar-renew"),
        Kind::PermitEnds => m(lang, "calendar-ends"),
        Kind::OnSale => m(lang, "calendar-sale"),
        Kind::Release => m(lang, "calendar-places"),
        Kind::TripWanted => m(lang, "calendar-watch"),
        Kind::CarService => m(lang, "calendar-service"),
        Kind::SimData => m(lang, "calendar-data"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_month_has_one_spelling() {
        assert_eq!(month_of("2026-11"), Some(date(2026, 11, 1)));
        for other in [
            "2026-1",
            "2026-13",
            "26-11",
            "2026-11-01",
            "",
            "2026-00",
            "1999-12",
            "2100-01",
            "２０２６-11",
        ] {
            assert_eq!(month_of(other), None, "{other}");
        }
    }

    #[test]
    fn a_grid_is_made_of_whole_weeks() {
        for (first, from, to) in [
            (date(2026, 11, 1), date(2026, 10, 26), date(2026, 12, 6)),
            (date(2027, 2, 1), date(2027, 2, 1), date(2027, 2, 28)),
            (date(2026, 12, 1), date(2026, 11, 30), date(2027, 1, 3)),
        ] {
            assert_eq!(grid(first), (from, to));
        }
    }
}
