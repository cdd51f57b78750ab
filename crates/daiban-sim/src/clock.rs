//! Beijing civil time (fixed +08:00) from milliseconds, and its spellings on the services' pages.

use std::sync::Arc;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// Virtual or real time in ms since the epoch, an argument of everything.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// China has had no summer time since 1991, so a fixed offset needs no zone table.
const BEIJING: Offset = Offset::constant(8);

pub(crate) fn civil(ms: i64) -> DateTime {
    let timestamp = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    timestamp.to_zoned(TimeZone::fixed(BEIJING)).datetime()
}

pub(crate) fn date(ms: i64) -> Date {
    civil(ms).date()
}

/// The moment a civil time means in Beijing.
pub(crate) fn ms(datetime: DateTime) -> i64 {
    BEIJING
        .to_timestamp(datetime)
        .map_or(0, |timestamp| timestamp.as_millisecond())
}

/// Midnight at which a day begins.
pub(crate) fn start_of(date: Date) -> i64 {
    ms(date.at(0, 0, 0, 0))
}

pub(crate) fn plus_days(date: Date, days: i64) -> Date {
    date.saturating_add(days.days())
}

/// Whole days from `earlier` to `later`.
pub(crate) fn days_between(earlier: Date, later: Date) -> i64 {
    (start_of(later) - start_of(earlier)) / 86_400_000
}

/// `2026-03-10 07:41:20`.
pub(crate) fn stamp(ms: i64) -> String {
    civil(ms).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `20260310074120`.
pub(crate) fn digits(ms: i64) -> String {
    civil(ms).strftime("%Y%m%d%H%M%S").to_string()
}

/// `2026年3月10日`.
pub(crate) fn words(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// `周二`.
pub(crate) fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "周一",
        Weekday::Tuesday => "周二",
        Weekday::Wednesday => "周三",
        Weekday::Thursday => "周四",
        Weekday::Friday => "周五",
        Weekday::Saturday => "周六",
        Weekday::Sunday => "周日",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    #[test]
    fn beijing_days_begin_at_sixteen_hours_utc() {
        // 2026-03-09T16:00:00Z
        let midnight = 1_773_072_000_000;
        assert_eq!(date(midnight), day(2026, 3, 10));
        assert_eq!(date(midnight - 1), day(2026, 3, 9));
        assert_eq!(start_of(day(2026, 3, 10)), midnight);
    }

    #[test]
    fn spellings() {
        let ms = start_of(day(2026, 3, 4)) + 33_120_000;
        assert_eq!(stamp(ms), "2026-03-04 09:12:00");
        assert_eq!(digits(ms), "20260304091200");
        assert_eq!(words(day(2026, 3, 4)), "2026年3月4日");
        assert_eq!(weekday(day(2026, 3, 11)), "周三");
        assert_eq!(
            days_between(day(2026, 2, 27), plus_days(day(2026, 2, 27), 7)),
            7
        );
    }
}
