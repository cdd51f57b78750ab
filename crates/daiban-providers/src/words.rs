//! Words and moments that the errands of several services say and reckon with.

use daiban_core::{Text, Timestamp, dates};
use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

/// Several things said as one.
pub(crate) fn sentence(said: &[Text]) -> Text {
    let join = |of: fn(&Text) -> &str, between: &str| {
        let parts: Vec<_> = said
            .iter()
            .map(of)
            .filter(|part| !part.is_empty())
            .collect();
        parts.join(between)
    };
    Text::new(join(|text| &text.zh, "；"), join(|text| &text.en, "; "))
}

/// `12月2日 周三`
pub(crate) fn day_zh(date: Date) -> String {
    format!(
        "{}月{}日 {}",
        date.month(),
        date.day(),
        dates::weekday_zh(date)
    )
}

/// `07:20`
pub(crate) fn clock(moment: Timestamp) -> String {
    let time = dates::beijing(moment).time();
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// `¥662` or `¥662.50`
pub(crate) fn yuan(fen: i64) -> String {
    match fen % 100 {
        0 => format!("¥{}", fen / 100),
        rest => format!("¥{}.{rest:02}", fen / 100),
    }
}

/// A day so many days later.
pub(crate) fn plus(date: Date, days: i32) -> Date {
    date.checked_add(days.days()).unwrap_or(date)
}

/// A moment so many seconds later.
pub(crate) fn later(moment: Timestamp, seconds: i64) -> Timestamp {
    moment
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(moment)
}

/// The earlier of two moments that may not be there.
pub(crate) fn earliest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

/// A text that says something, without blanks around it.
pub(crate) fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
