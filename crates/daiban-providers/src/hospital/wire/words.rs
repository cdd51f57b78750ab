//! Days, hours and money inside the service's sentences. Nothing is guessed: what names two days, or a weekday that is not
//! that day's, names none.
//!
//! *Source*: the official web page's answers as public clients quote them, 2021–2023. `2022年10月01日 周六 下午 ` is *seen*;
//! other spellings are *guessed*.

use daiban_core::{Timestamp, dates};
use jiff::SignedDuration;
use jiff::civil::{Date, Weekday};
use serde_json::Value;

use crate::hospital::slots::HalfDay;

/// What a sentence says about when a visit is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VisitTime {
    /// The day. `None`: none, two, or a weekday beside it that is not that day's.
    pub date: Option<Date>,
    /// Which half of it. `None`: none named, or both.
    pub half_day: Option<HalfDay>,
    /// `13:30-14:00`
    pub period: Option<String>,
}

/// Reads `2022年10月01日 周六 下午 `, perhaps with `13:30-14:00` behind it.
#[must_use]
pub fn visit_time(text: &str) -> VisitTime {
    let date = only_date(text).and_then(|(date, rest)| {
        let is_its_own = weekday(rest).is_none_or(|printed| printed == date.weekday());
        is_its_own.then_some(date)
    });
    VisitTime {
        date,
        half_day: half_day(text),
        period: period(text),
    }
}

/// Times as a period is written here: `13:30-14:00`, whatever stands between them in the text.
#[must_use]
pub fn period(text: &str) -> Option<String> {
    starts(text).find_map(|from| {
        let (from, rest) = colon_clock(from)?;
        let rest = rest
            .trim_start()
            .strip_prefix(['-', '~', '～', '—', '–', '至'])?;
        let (to, _) = colon_clock(rest.trim_start())?;
        Some(format!("{}-{}", spoken(from), spoken(to)))
    })
}

/// Until when a sentence such as `请于2026年12月01日 15:00前取消` lets an order be cancelled; Beijing time.
///
/// `None` when it names no moment: `就诊前一工作日 15:00` depends on a calendar that only the hospital has.
#[must_use]
pub fn cancel_before(text: &str) -> Option<Timestamp> {
    let (date, rest) = only_date(text)?;
    let (minutes, rest) = clock(after_weekday(rest))?;
    let ends_there = text.contains("截止") || text.contains("截至") || bounds(rest);
    let begins = dates::midnight(date);
    let moment = begins.checked_add(SignedDuration::from_mins(minutes.into()));
    ends_there.then_some(moment.ok()?)
}

/// `2023-03-06 08:30:07`, Beijing time; also without seconds.
#[must_use]
pub fn moment(text: &str) -> Option<Timestamp> {
    let (date, rest) = date(text.trim())?;
    let (hours, rest) = digits(rest.trim_start_matches([' ', 'T']), 2)?;
    let (minutes, rest) = digits(rest.strip_prefix(':')?, 2)?;
    let seconds = match rest.strip_prefix(':') {
        Some(rest) => digits(rest, 2)?.0,
        None => 0,
    };
    let small = |number: u32| i8::try_from(number).ok();
    let time = jiff::civil::Time::new(small(hours)?, small(minutes)?, small(seconds)?, 0).ok()?;
    Some(dates::at(date, time))
}

/// A day alone, `2022-10-08` and its like.
#[must_use]
pub fn day(text: &str) -> Option<Date> {
    let (date, rest) = date(text.trim())?;
    rest.is_empty().then_some(date)
}

/// Plain yuan, `50` or `50.50`, in fen. Anything else, such as digits of the service's own font, is no price.
#[must_use]
pub fn fen(value: &Value) -> Option<i64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let (yuan, rest) = text.split_once('.').unwrap_or((&text, "0"));
    let is_plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (cents, nothing) = rest.split_at_checked(2).unwrap_or((rest, ""));
    let is_price = is_plain(yuan) && is_plain(rest) && nothing.bytes().all(|b| b == b'0');
    let cents: i64 = is_price.then(|| format!("{cents:0<2}"))?.parse().ok()?;
    yuan.parse::<i64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(cents)
}

/// Words for half of a day. Whatever is neither of the two halves is other hours.
const HALVES: &[(&str, HalfDay)] = &[
    ("上午", HalfDay::Morning),
    ("下午", HalfDay::Afternoon),
    ("晚上", HalfDay::Other),
    ("夜间", HalfDay::Other),
    ("中午", HalfDay::Other),
    ("全天", HalfDay::Other),
    ("白天", HalfDay::Other),
];

fn half_day(text: &str) -> Option<HalfDay> {
    let mut named = HALVES.iter().filter(|(word, _)| text.contains(word));
    let half = named.next()?.1;
    named.all(|(_, other)| *other == half).then_some(half)
}

const WEEKDAYS: &[(char, Weekday)] = &[
    ('一', Weekday::Monday),
    ('二', Weekday::Tuesday),
    ('三', Weekday::Wednesday),
    ('四', Weekday::Thursday),
    ('五', Weekday::Friday),
    ('六', Weekday::Saturday),
    ('日', Weekday::Sunday),
    ('天', Weekday::Sunday),
];

const WEEK: &[&str] = &["周", "星期", "礼拜"];

/// A weekday that is printed. `周末` names none.
fn weekday(text: &str) -> Option<Weekday> {
    let behind = |week: &'static str| {
        let places = text.match_indices(week);
        places.filter_map(move |(at, _)| text[at + week.len()..].chars().next())
    };
    let of = |name: char| WEEKDAYS.iter().find(|(known, _)| *known == name);
    let found = WEEK.iter().copied().flat_map(behind).find_map(of);
    found.map(|(_, weekday)| *weekday)
}

/// What stands behind `周二`, `(周二)` or nothing of the kind.
fn after_weekday(text: &str) -> &str {
    let blanks = [' ', '(', ')', '（', '）', '，', ','];
    let text = text.trim_start_matches(blanks);
    let Some(rest) = WEEK.iter().find_map(|week| text.strip_prefix(week)) else {
        return text;
    };
    let mut rest = rest.chars();
    rest.next();
    rest.as_str().trim_start_matches(blanks)
}

/// Whether what stands behind a moment says that it is the last: `前取消`, `之前`, `后不能取消`. `前不能取消` says the opposite.
fn bounds(rest: &str) -> bool {
    let rest = rest.trim_start().trim_start_matches(['之', '以']);
    let denies = |rest: &str| {
        let rest = rest.trim_start_matches(['，', ',', ' ', '将', '则']);
        ["不", "无法", "禁止"].iter().any(|no| rest.starts_with(no))
    };
    match (rest.strip_prefix('前'), rest.strip_prefix('后')) {
        (Some(rest), _) => !denies(rest),
        (_, Some(rest)) => denies(rest),
        _ => false,
    }
}

/// The one day a text names, and what stands behind it.
fn only_date(text: &str) -> Option<(Date, &str)> {
    let mut named = starts(text).filter_map(date);
    let first = named.next()?;
    named.next().is_none().then_some(first)
}

/// The text from each place where a number begins.
fn starts(text: &str) -> impl Iterator<Item = &str> {
    let mut in_number = false;
    text.char_indices().filter_map(move |(at, letter)| {
        let begins = letter.is_ascii_digit() && !in_number;
        in_number = letter.is_ascii_digit();
        begins.then(|| &text[at..])
    })
}

/// `2026年12月01日`, `2026-12-01`, `2026/12/1` at the beginning, and what stands behind it.
fn date(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = digits(text, 4)?;
    let rest = rest.strip_prefix(['年', '-', '/', '.'])?;
    let (month, rest) = digits(rest, 2)?;
    let rest = rest.strip_prefix(['月', '-', '/', '.'])?;
    let (day, rest) = digits(rest, 2)?;
    let rest = rest.strip_prefix(['日', '号']).unwrap_or(rest);
    let small = |number: u32| i8::try_from(number).ok();
    let year = i16::try_from(year).ok().filter(|year| *year >= 1000)?;
    let date = Date::new(year, small(month)?, small(day)?).ok()?;
    Some((date, rest))
}

/// Minutes since midnight of `15:00`, `下午3点`, `15时30分` at the beginning, and what stands behind it.
fn clock(text: &str) -> Option<(u16, &str)> {
    let text = text.trim_start();
    let late = ["下午", "晚上"]
        .iter()
        .find_map(|word| text.strip_prefix(word));
    let early = ["上午", "中午", "早上"]
        .iter()
        .find_map(|word| text.strip_prefix(word));
    let from = late.or(early).unwrap_or(text).trim_start();
    let (minutes, rest) = colon_clock(from).or_else(|| spoken_clock(from))?;
    let noon = 12 * 60;
    let is_short = late.is_some() && minutes < noon;
    Some((if is_short { minutes + noon } else { minutes }, rest))
}

/// `15:00`, `15：00`, `15:00:00`.
fn colon_clock(text: &str) -> Option<(u16, &str)> {
    let (hours, rest) = digits(text, 2)?;
    let (minutes, rest) = digits(rest.strip_prefix([':', '：'])?, 2)?;
    let rest = rest.strip_prefix(":00").unwrap_or(rest);
    Some((minutes_of(hours, minutes)?, rest))
}

/// `15时`, `15点30分`, `15点半`.
fn spoken_clock(text: &str) -> Option<(u16, &str)> {
    let (hours, rest) = digits(text, 2)?;
    let rest = rest.strip_prefix(['时', '点'])?;
    if let Some(rest) = rest.strip_prefix('半') {
        return Some((minutes_of(hours, 30)?, rest));
    }
    let (minutes, rest) = digits(rest, 2).unwrap_or((0, rest));
    let rest = rest.strip_prefix(['分', '整']).unwrap_or(rest);
    Some((minutes_of(hours, minutes)?, rest))
}

fn minutes_of(hours: u32, minutes: u32) -> Option<u16> {
    let all = hours * 60 + minutes;
    let is_clock = minutes < 60 && all <= 24 * 60;
    is_clock.then(|| u16::try_from(all).ok()).flatten()
}

fn spoken(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The number at the beginning, unless it is longer than that, and what stands behind it.
fn digits(text: &str, longest: usize) -> Option<(u32, &str)> {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    (number.len() <= longest)
        .then(|| number.parse().ok())?
        .map(|number| (number, rest))
}
