//! A department's days as a picture drawn on the server: weeks from Monday to Sunday, each day with its number and a word.
//!
//! A day that no answer covers is drawn as unknown and never as empty.

use std::collections::BTreeMap;

use daiban_core::{Lang, dates};
use daiban_providers::hospital::slots::{Day, DayState};
use jiff::civil::{Date, Weekday};

use super::{
    super::words::{self, m},
    words as say,
};

/// A picture of 344 is seven columns and a little air.
const LEFT: i64 = 4;
const COLUMN: i64 = 48;
const CELL: i64 = 44;
/// The row of weekdays.
const HEAD: i64 = 22;
const ROW: i64 = 52;
/// More weeks than any calendar of the service has.
const ROWS_MOST: i64 = 8;

/// The picture.
pub(in crate::web) struct CalendarView {
    /// Tells several pictures of a page apart.
    pub(in crate::web) id: String,
    pub(in crate::web) title: String,
    /// What it shows, in words.
    pub(in crate::web) said: String,
    pub(in crate::web) height: i64,
    pub(in crate::web) heads: Vec<(i64, &'static str)>,
    pub(in crate::web) cells: Vec<Cell>,
    /// Whether its days lead somewhere.
    pub(in crate::web) linked: bool,
    /// Whether some day is unknown, which wants a word.
    pub(in crate::web) unknown: bool,
}

/// One day.
pub(in crate::web) struct Cell {
    pub(in crate::web) x: i64,
    pub(in crate::web) y: i64,
    pub(in crate::web) class: String,
    pub(in crate::web) number: String,
    pub(in crate::web) word: &'static str,
    /// For those who listen.
    pub(in crate::web) label: String,
    /// The same in two, for a table.
    pub(in crate::web) day: String,
    pub(in crate::web) said: String,
    pub(in crate::web) href: Option<String>,
    pub(in crate::web) is_free: bool,
}

impl Cell {
    /// The middle of its texts.
    pub(in crate::web) fn middle(&self) -> i64 {
        self.x + CELL / 2
    }
}

/// What is drawn beyond the days themselves.
#[derive(Default)]
pub(super) struct Marks<'a> {
    /// Days of which places are wanted.
    pub(super) wanted: &'a [Date],
    /// The day that is looked at.
    pub(super) chosen: Option<Date>,
    /// The address of a day is this and the day.
    pub(super) path: Option<&'a str>,
}

/// Draws it; `None` when there is no day.
pub(super) fn draw(id: &str, days: &[Day], marks: &Marks<'_>, lang: Lang) -> Option<CalendarView> {
    // In order and each once, whoever published them.
    let days: BTreeMap<Date, DayState> = days.iter().map(|day| (day.date, day.state)).collect();
    let first = monday_of(*days.keys().next()?);
    let row_of = |date: Date| i64::from((date - first).get_days()) / 7;
    let drawn: Vec<(Date, DayState)> = days
        .into_iter()
        .filter(|(date, _)| row_of(*date) < ROWS_MOST)
        .collect();
    let rows = drawn.last().map_or(0, |(date, _)| row_of(*date)) + 1;
    let mut month = 0;
    let cells = drawn.iter().map(|(date, state)| {
        let with_month = month != date.month();
        month = date.month();
        let place = (column(*date), row_of(*date));
        cell((*date, *state), place, with_month, marks, lang)
    });
    let unknown = drawn.iter().any(|(_, state)| *state == DayState::Unknown);
    Some(CalendarView {
        id: id.to_owned(),
        title: title(&drawn, lang),
        said: in_words(&drawn, marks, lang),
        height: HEAD + rows * ROW,
        heads: heads(first, lang),
        cells: cells.collect(),
        linked: marks.path.is_some(),
        unknown,
    })
}

fn monday_of(date: Date) -> Date {
    let back = i64::from(date.weekday().since(Weekday::Monday));
    date.saturating_sub(jiff::Span::new().days(back))
}

fn column(date: Date) -> i64 {
    i64::from(date.weekday().since(Weekday::Monday))
}

fn heads(first: Date, lang: Lang) -> Vec<(i64, &'static str)> {
    let week = dates::DateSpan::new(first, first.saturating_add(jiff::Span::new().days(6)));
    week.days()
        .map(|date| {
            let middle = LEFT + column(date) * COLUMN + CELL / 2;
            (middle, words::weekday_short(lang, date))
        })
        .collect()
}

fn cell(
    (date, state): (Date, DayState),
    (column, row): (i64, i64),
    with_month: bool,
    marks: &Marks<'_>,
    lang: Lang,
) -> Cell {
    let (class, word) = say::day_state(lang, state);
    let mut class = vec![class];
    let wanted = marks.wanted.contains(&date);
    class.extend(wanted.then_some("wanted"));
    class.extend((marks.chosen == Some(date)).then_some("chosen"));
    let number = match with_month {
        true => format!("{}/{}", date.month(), date.day()),
        false => date.day().to_string(),
    };
    let day = words::day(lang, date);
    let mut said = say::day_state_said(lang, state).to_owned();
    let is_more = said != word;
    if wanted {
        said.push_str(m(lang, "hospital-a-day-you-want"));
    }
    // What is to be read comes first: so the day is also found by who says aloud what they see.
    let mut label = match lang {
        Lang::Zh => format!("{number} {word}，{day}"),
        Lang::En => format!("{number} {word}, {day}"),
    };
    if is_more || wanted {
        label.push_str(&format!(" {said}"));
    }
    Cell {
        x: LEFT + column * COLUMN,
        y: HEAD + row * ROW,
        class: class.join(" "),
        number,
        word,
        label,
        day,
        said,
        // A day without a clinic has nothing to be looked at.
        href: marks
            .path
            .filter(|_| state != DayState::None)
            .map(|path| format!("{path}{date}")),
        is_free: state == DayState::Available,
    }
}

fn title(days: &[(Date, DayState)], lang: Lang) -> String {
    let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) else {
        return String::new();
    };
    let (first, last) = (words::day(lang, *first), words::day(lang, *last));
    match lang {
        Lang::Zh => format!("{first}到 {last}的号"),
        Lang::En => format!("places from {first} to {last}"),
    }
}

/// Days with places by name, the others by number.
fn in_words(days: &[(Date, DayState)], marks: &Marks<'_>, lang: Lang) -> String {
    let of = |state: DayState| days.iter().filter(move |(_, is)| *is == state);
    let free: Vec<String> = of(DayState::Available)
        .map(|(date, _)| words::day(lang, *date))
        .collect();
    let free = match (free.is_empty(), lang) {
        (true, Lang::Zh) => "没有一天有号".to_owned(),
        (true, Lang::En) => "no day is free".to_owned(),
        (false, Lang::Zh) => format!("有号：{}", free.join("、")),
        (false, Lang::En) => format!("free: {}", free.join(", ")),
    };
    let rest = [
        DayState::SoldOut,
        DayState::Soon,
        DayState::None,
        DayState::Unknown,
    ];
    let rest = rest.into_iter().filter_map(|state| {
        let count = of(state).count();
        let said = say::day_state_said(lang, state);
        (count > 0).then(|| format!("{said} {}", say::days(lang, count)))
    });
    let rest: Vec<String> = rest.collect();
    let wanted = days.iter().filter(|(date, _)| marks.wanted.contains(date));
    let wanted = wanted.count();
    let mut said = vec![free];
    said.extend((!rest.is_empty()).then(|| rest.join(m(lang, "shell-mark-comma"))));
    said.extend((wanted > 0).then(|| match lang {
        Lang::Zh => format!("框出来的 {wanted} 天是你要的"),
        Lang::En => format!("the {wanted} framed are the days you want"),
    }));
    let between = m(lang, "shell-mark-stop-2");
    format!("{}{}", said.join(between), between.trim_end())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::date;

    use super::*;

    fn day(number: i8, state: DayState) -> Day {
        Day {
            date: date(2026, 12, number),
            state,
            word: None,
        }
    }

    #[test]
    fn days_stand_under_their_weekday() {
        // 1 December 2026 is a Tuesday.
        let days = [
            day(1, DayState::SoldOut),
            day(6, DayState::Available),
            day(7, DayState::Unknown),
        ];
        let view = draw("c", &days, &Marks::default(), Lang::Zh).unwrap();
        let places: Vec<(i64, i64)> = view.cells.iter().map(|cell| (cell.x, cell.y)).collect();
        let at = |column: i64, row: i64| (LEFT + column * COLUMN, HEAD + row * ROW);
        assert_eq!(places, [at(1, 0), at(6, 0), at(0, 1)]);
        assert_eq!(view.height, HEAD + 2 * ROW);
        let numbers: Vec<&str> = view.cells.iter().map(|cell| cell.number.as_str()).collect();
        assert_eq!(numbers, ["12/1", "6", "7"]);
        assert_eq!(view.said, "有号：12月6日 周日。约满 1 天，未知 1 天。");
    }

    #[test]
    fn what_is_unknown_is_never_free() {
        let days = [day(1, DayState::Unknown), day(2, DayState::None)];
        let path = Some("/x?date=");
        let wanted = [date(2026, 12, 1)];
        let marks = Marks {
            wanted: &wanted,
            chosen: Some(wanted[0]),
            path,
        };
        let view = draw("c", &days, &marks, Lang::En).unwrap();
        assert!(view.cells.iter().all(|cell| !cell.is_free));
        assert_eq!(view.cells[0].class, "d-unknown wanted chosen");
        assert_eq!(view.cells[0].href.as_deref(), Some("/x?date=2026-12-01"));
        assert_eq!(view.cells[1].href, None);
        assert_eq!(
            view.said,
            "no day is free. none 1 day, unknown 1 day. the 1 framed are the days you want."
        );
        assert!(draw("c", &[], &Marks::default(), Lang::Zh).is_none());
    }
}
