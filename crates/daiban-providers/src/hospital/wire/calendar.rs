//! A department's calendar: request and reply.
//!
//! *Source*: a description of the page's calls of 2022; `fhTimestamp` and the four words in public clients of 2021. *Seen*.

use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use daiban_core::{Timestamp, dates};
use jiff::SignedDuration;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::catalogue::source_page;
use super::told::{code, list, text};
use crate::hospital::line::Line;
use crate::hospital::places::DepartmentRef;
use crate::hospital::slots::{Calendar, Day, DayState};
use crate::loose::whole;

/// A release is told at most so long ahead, and soon after it the next is. Anything else is no moment of release.
const AHEAD: SignedDuration = SignedDuration::from_hours(60 * 24);
const BEHIND: SignedDuration = SignedDuration::from_hours(2 * 24);

/// Asks for a week: 1 are the seven days from tomorrow, 2 those from the ninth day to the fifteenth. The eighth is in neither.
#[must_use]
pub fn calendar(line: &Line<'_>, department: &DepartmentRef, week: u8) -> Request {
    let body = json!({
        "firstDeptCode": department.first,
        "secondDeptCode": department.second,
        "hosCode": department.hos,
        "week": week,
    });
    line.post("web/product/list", &body, &source_page(department))
}

/// Reads days as they came, and the next release where a plausible one is told.
///
/// # Errors
/// `Changed` without a list of days, or for a day without a date.
pub fn read_calendar(data: &Value, now: Timestamp) -> Result<Calendar, ServiceError> {
    let rows = list(data, "calendars", "data")?.iter().enumerate();
    let days = rows.map(|(at, row)| read_day(row, at));
    Ok(Calendar {
        days: days.collect::<Result<_, _>>()?,
        release_at: data.get("fhTimestamp").and_then(|told| release(told, now)),
    })
}

/// `weekDesc` is left out: the date has a weekday of its own.
fn read_day(row: &Value, at: usize) -> Result<Day, ServiceError> {
    let date = date_of(row, at)?;
    let word = text(row, "status");
    let state = match word.as_deref() {
        Some("AVAILABLE") => DayState::Available,
        Some("SOLD_OUT") => DayState::SoldOut,
        Some("NO_INVENTORY") => DayState::None,
        Some("TOMORROW_OPEN") => DayState::Soon,
        _ => DayState::Unknown,
    };
    Ok(Day {
        date,
        state,
        word: word.filter(|_| state == DayState::Unknown),
    })
}

/// `2023-03-09`; `20230309` in the later form.
pub(in crate::hospital) fn date_of(row: &Value, at: usize) -> Result<Date, ServiceError> {
    let place = format!("data.calendars[{at}]");
    let told = code(row, "dutyDate", &place)?;
    let written = match told.len() {
        8 if told.is_ascii() => format!("{}-{}-{}", &told[..4], &told[4..6], &told[6..]),
        _ => told,
    };
    dates::parse_date("dutyDate", &written)
        .map_err(|wrong| ServiceError::changed(format!("{place}.dutyDate"), wrong.text.en))
}

/// Milliseconds; 0 where there is none.
fn release(told: &Value, now: Timestamp) -> Option<Timestamp> {
    let release = Timestamp::from_millisecond(whole(told)?).ok()?;
    let ahead = release.duration_since(now);
    (-BEHIND..=AHEAD).contains(&ahead).then_some(release)
}
