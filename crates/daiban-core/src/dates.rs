//! Beijing time: civil dates and moments, how they are written, and spans of days.
//!
//! Every service here lives in Asia/Shanghai, which has been a plain +08:00 since China gave up summer time in 1991. So a
//! fixed offset is right for every date we meet, and the program needs no time zone database — which a small container may
//! lack or have in an old version. Nothing here reads the clock: the moment is an argument.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, Weekday},
    tz::Offset,
};
use serde::{Deserialize, Serialize};

use crate::{invalid::InvalidInput, text::Text};

/// Asia/Shanghai.
pub const BEIJING: Offset = Offset::constant(8);

/// What clocks in Beijing show at this moment.
pub fn beijing(moment: Timestamp) -> DateTime {
    BEIJING.to_datetime(moment)
}

/// The date in Beijing at this moment.
///
/// ```
/// use daiban_core::dates::today;
/// use jiff::civil::date;
///
/// assert_eq!(today("2025-03-19T16:00:00Z".parse()?), date(2025, 3, 20));
/// # Ok::<(), jiff::Error>(())
/// ```
pub fn today(moment: Timestamp) -> Date {
    beijing(moment).date()
}

/// The moment when clocks in Beijing show this date and time. Dates at the very ends of the calendar, the years −9999 and
/// 9999, give the nearest moment there is.
pub fn at(date: Date, time: Time) -> Timestamp {
    let nearest = if date.year() < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    BEIJING
        .to_timestamp(date.to_datetime(time))
        .unwrap_or(nearest)
}

/// The moment a day begins in Beijing.
pub fn midnight(date: Date) -> Timestamp {
    at(date, Time::midnight())
}

/// A moment as our contract writes it: Beijing time, whole seconds (the rest is cut off), `2025-03-20T07:31:00+08:00`.
pub fn rfc3339(moment: Timestamp) -> String {
    let local = beijing(moment);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}+08:00",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    )
}

/// A moment as it is said to people, seen from `now`: `06:04:25` within ten minutes, `06:04` on the same day, else with the
/// day, `11月25日 06:04` and `2026-11-25 06:04`.
///
/// ```
/// use daiban_core::{Timestamp, dates::spoken};
///
/// let at = |text: &str| text.parse::<Timestamp>().unwrap();
/// let now = at("2026-11-25T06:00:00+08:00");
/// assert_eq!(spoken(at("2026-11-25T06:04:25+08:00"), now).zh, "06:04:25");
/// assert_eq!(spoken(at("2026-11-25T18:04:25+08:00"), now).zh, "18:04");
/// assert_eq!(spoken(at("2026-11-26T06:04:25+08:00"), now).zh, "11月26日 06:04");
/// ```
pub fn spoken(moment: Timestamp, now: Timestamp) -> Text {
    let local = beijing(moment);
    let clock = format!("{:02}:{:02}", local.hour(), local.minute());
    let near_s = 600;
    if (moment.as_second() - now.as_second()).abs() < near_s {
        return Text::quoted(&format!("{clock}:{:02}", local.second()));
    }
    if today(moment) == today(now) {
        return Text::quoted(&clock);
    }
    Text::new(
        format!("{}月{}日 {clock}", local.month(), local.day()),
        format!("{} {clock}", local.date()),
    )
}

/// Serde for `Timestamp` fields: `#[serde(with = "daiban_core::dates::rfc3339")]`. Writes like the function
/// [`rfc3339()`], reads any RFC 3339 text with an offset.
pub mod rfc3339 {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes `2025-03-20T07:31:00+08:00`.
    ///
    /// # Errors
    /// Only those of the serializer.
    pub fn serialize<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::rfc3339(*moment))
    }

    /// Reads a moment.
    ///
    /// # Errors
    /// When the text is no RFC 3339 date and time with an offset.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }

    /// The same for `Option<Timestamp>`; add `#[serde(default)]` where the field may be left out.
    pub mod option {
        use jiff::Timestamp;
        use serde::{Deserialize, Deserializer, Serializer, de::Error};

        /// Writes the moment, or null.
        ///
        /// # Errors
        /// Only those of the serializer.
        pub fn serialize<S: Serializer>(
            moment: &Option<Timestamp>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            match moment {
                Some(moment) => super::serialize(moment, serializer),
                None => serializer.serialize_none(),
            }
        }

        /// Reads a moment, or null.
        ///
        /// # Errors
        /// When the text is no RFC 3339 date and time with an offset.
        pub fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<Timestamp>, D::Error> {
            let text = Option::<String>::deserialize(deserializer)?;
            text.map(|text| text.parse().map_err(D::Error::custom))
                .transpose()
        }
    }
}

/// Reads a civil date, written `YYYY-MM-DD` and in no other way: `3/4` means two days to two people.
///
/// # Errors
/// `InvalidInput` naming `field`: not of that shape, or an impossible date such as 30 February.
///
/// ```
/// use daiban_core::dates::parse_date;
///
/// let error = parse_date("travel_date", "2025-02-30").unwrap_err();
/// assert_eq!(error.field, "travel_date");
/// assert_eq!(error.text.en, "2025-02-30 is an impossible date");
/// ```
pub fn parse_date(field: &str, text: &str) -> Result<Date, InvalidInput> {
    let text = text.trim();
    let Some((year, month, day)) = date_parts(text) else {
        return Err(InvalidInput::new(
            field,
            "日期应写成 YYYY-MM-DD,例如 2025-03-20",
            "a date is written YYYY-MM-DD, for example 2025-03-20",
        ));
    };
    Date::new(year, month, day).map_err(|_| {
        InvalidInput::new(
            field,
            format!("{text} 这一天不存在"),
            format!("{text} is an impossible date"),
        )
    })
}

/// The three numbers of a text shaped `dddd-dd-dd`.
fn date_parts(text: &str) -> Option<(i16, i8, i8)> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    if !shaped {
        return None;
    }
    Some((
        text[..4].parse().ok()?,
        text[5..7].parse().ok()?,
        text[8..].parse().ok()?,
    ))
}

/// 周一 to 周日.
pub fn weekday_zh(date: Date) -> &'static str {
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

/// Monday to Friday. Public holidays, and the weekends that are worked in exchange, are announced year by year and are not
/// known here: on those days the answer is wrong, and whoever shows it should say so.
pub fn is_workday(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Days from the first to the last, both included. A span whose last day lies before its first holds no day.
///
/// As JSON: `{"from":"2025-03-20","to":"2025-03-26"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DateSpan {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl DateSpan {
    /// From the first day to the last, both included.
    pub fn new(from: Date, to: Date) -> Self {
        Self { from, to }
    }

    /// One day alone.
    pub fn day(date: Date) -> Self {
        Self::new(date, date)
    }

    /// Reads the two ends as a person gave them.
    ///
    /// # Errors
    /// `InvalidInput` naming `field` with `.from` or `.to` behind it: no date, or an end before the beginning.
    pub fn parse(field: &str, from: &str, to: &str) -> Result<Self, InvalidInput> {
        let from = parse_date(&format!("{field}.from"), from)?;
        let to_field = format!("{field}.to");
        let to = parse_date(&to_field, to)?;
        if to < from {
            return Err(InvalidInput::new(
                to_field,
                "结束日期早于开始日期",
                "the last day lies before the first",
            ));
        }
        Ok(Self::new(from, to))
    }

    /// Whether it holds no day at all.
    pub fn is_empty(&self) -> bool {
        self.to < self.from
    }

    /// Whether this day is in it.
    pub fn contains(&self, date: Date) -> bool {
        self.from <= date && date <= self.to
    }

    /// Whether the two have a day in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.intersection(other).is_some()
    }

    /// The days the two have in common.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let common = Self::new(self.from.max(other.from), self.to.min(other.to));
        (!common.is_empty()).then_some(common)
    }

    /// How many days it holds.
    pub fn len_days(&self) -> u32 {
        let apart = self.from.duration_until(self.to).as_hours() / 24;
        u32::try_from(apart + 1).unwrap_or(0)
    }

    /// Its days, in order.
    pub fn days(self) -> impl Iterator<Item = Date> {
        self.from
            .series(jiff::Span::new().days(1))
            .take_while(move |day| *day <= self.to)
    }
}

/// The same days in the fewest spans, in order: overlapping and adjoining spans become one, empty ones vanish.
///
/// ```
/// use daiban_core::dates::{DateSpan, union};
/// use jiff::civil::date;
///
/// let week = |from, to| DateSpan::new(date(2025, 3, from), date(2025, 3, to));
/// assert_eq!(union(vec![week(8, 14), week(1, 7), week(20, 26)]), [week(1, 14), week(20, 26)]);
/// ```
pub fn union(mut spans: Vec<DateSpan>) -> Vec<DateSpan> {
    spans.retain(|span| !span.is_empty());
    spans.sort_unstable();
    let mut merged: Vec<DateSpan> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if adjoins(*last, span) => last.to = last.to.max(span.to),
            _ => merged.push(span),
        }
    }
    merged
}

/// Whether `next`, which begins no earlier than `last`, overlaps it or begins on the day after it.
fn adjoins(last: DateSpan, next: DateSpan) -> bool {
    next.from <= last.to.saturating_add(jiff::Span::new().days(1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use jiff::civil::{date, time};
    use proptest::prelude::*;

    use super::*;

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn beijing_is_eight_hours_ahead_all_year() {
        assert_eq!(today(moment("2025-03-19T15:59:59Z")), date(2025, 3, 19));
        assert_eq!(today(moment("2025-03-19T16:00:00Z")), date(2025, 3, 20));
        assert_eq!(
            beijing(moment("2025-07-01T00:00:00Z")),
            date(2025, 7, 1).at(8, 0, 0, 0)
        );
        assert_eq!(midnight(date(2025, 3, 20)), moment("2025-03-19T16:00:00Z"));
        assert_eq!(
            at(date(2025, 3, 20), time(12, 30, 0, 0)),
            moment("2025-03-20T12:30:00+08:00")
        );
    }

    #[test]
    fn the_ends_of_the_calendar_do_not_panic() {
        assert_eq!(at(Date::MAX, Time::MAX), Timestamp::MAX);
        assert_eq!(at(Date::MIN, Time::MIN), Timestamp::MIN);
        let _ = (rfc3339(Timestamp::MAX), rfc3339(Timestamp::MIN));
        let all = DateSpan::new(Date::MIN, Date::MAX);
        assert_eq!(union(vec![all, DateSpan::day(Date::MAX)]), [all]);
        assert_eq!(DateSpan::day(Date::MAX).days().count(), 1);
    }

    #[test]
    fn moments_are_written_as_the_contract_says() {
        assert_eq!(
            rfc3339(moment("2025-03-19T23:31:00.987Z")),
            "2025-03-20T07:31:00+08:00"
        );
        assert_eq!(
            rfc3339(moment("1969-12-31T15:59:59.5Z")),
            "1969-12-31T23:59:59+08:00"
        );
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Times {
        #[serde(with = "rfc3339")]
        seen: Timestamp,
        #[serde(with = "rfc3339::option", default)]
        due: Option<Timestamp>,
    }

    #[test]
    fn moments_in_json() {
        let times = Times {
            seen: moment("2025-03-19T23:31:00Z"),
            due: None,
        };
        let json = r#"{"seen":"2025-03-20T07:31:00+08:00","due":null}"#;
        assert_eq!(serde_json::to_string(&times).unwrap(), json);
        assert_eq!(serde_json::from_str::<Times>(json).unwrap(), times);
        let other = r#"{"seen":"2025-03-19T23:31:00Z","due":"2025-03-20T08:00:00+08:00"}"#;
        let read: Times = serde_json::from_str(other).unwrap();
        assert_eq!(read.due, Some(moment("2025-03-20T00:00:00Z")));
        assert_eq!(
            serde_json::from_str::<Times>(r#"{"seen":"2025-03-19T23:31:00Z"}"#).unwrap(),
            times
        );
        assert!(serde_json::from_str::<Times>(r#"{"seen":"2025-03-20T07:31:00"}"#).is_err());
        assert!(
            serde_json::from_str::<Times>(r#"{"seen":"2025-03-19T23:31:00Z","due":""}"#).is_err()
        );
    }

    #[test]
    fn dates_are_read_in_one_way_only() {
        assert_eq!(parse_date("d", " 2024-02-29 ").unwrap(), date(2024, 2, 29));
        for odd in [
            "",
            "2025-3-4",
            "20250304",
            "2025/03/04",
            "+002025-03-04",
            "2025-03-04T00",
            "２０２５-03-04",
            "2025-03-0x",
        ] {
            let error = parse_date("day", odd).unwrap_err();
            assert_eq!(error.field, "day");
            assert!(error.text.en.contains("YYYY-MM-DD"), "{odd}");
        }
        for impossible in [
            "2025-02-29",
            "2025-13-01",
            "2025-00-10",
            "2025-04-31",
            "2025-04-00",
        ] {
            let error = parse_date("day", impossible).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("day: {impossible} is an impossible date")
            );
        }
    }

    #[test]
    fn weekdays() {
        assert_eq!(weekday_zh(date(2025, 3, 20)), "周四");
        assert_eq!(weekday_zh(date(2025, 3, 23)), "周日");
        assert!(is_workday(date(2025, 3, 21)));
        assert!(!is_workday(date(2025, 3, 22)));
        // A public holiday, asserted as it is: holidays are not known.
        assert!(is_workday(date(2025, 10, 1)));
    }

    #[test]
    fn spans_include_both_ends() {
        let span = DateSpan::new(date(2025, 2, 27), date(2025, 3, 1));
        assert!(span.contains(span.from) && span.contains(span.to));
        assert!(!span.contains(date(2025, 3, 2)));
        assert_eq!(span.len_days(), 3);
        assert_eq!(
            span.days().collect::<Vec<_>>(),
            [date(2025, 2, 27), date(2025, 2, 28), date(2025, 3, 1)]
        );
        assert!(span.overlaps(&DateSpan::day(span.to)));
        assert!(!span.overlaps(&DateSpan::day(date(2025, 3, 2))));
        let empty = DateSpan::new(span.to, span.from);
        assert!(empty.is_empty() && empty.len_days() == 0 && empty.days().count() == 0);
        assert!(!empty.overlaps(&span) && union(vec![empty]).is_empty());
    }

    #[test]
    fn spans_are_read_with_the_end_that_is_wrong_named() {
        assert_eq!(
            DateSpan::parse("wish", "2025-03-20", "2025-03-20")
                .unwrap()
                .len_days(),
            1
        );
        let field = |from, to| DateSpan::parse("wish", from, to).unwrap_err().field;
        assert_eq!(field("2025-02-30", "2025-03-01"), "wish.from");
        assert_eq!(field("2025-03-01", "soon"), "wish.to");
        assert_eq!(field("2025-03-02", "2025-03-01"), "wish.to");
    }

    fn spans() -> impl Strategy<Value = Vec<DateSpan>> {
        let one = (0i32..80, -3i32..12).prop_map(|(start, length)| {
            let from = date(2025, 1, 1).saturating_add(jiff::Span::new().days(start));
            DateSpan::new(from, from.saturating_add(jiff::Span::new().days(length)))
        });
        prop::collection::vec(one, 0..10)
    }

    fn days_of(spans: &[DateSpan]) -> BTreeSet<Date> {
        spans.iter().flat_map(|span| span.days()).collect()
    }

    proptest! {
        #[test]
        fn a_union_covers_exactly_the_same_days_with_gaps_between(spans in spans()) {
            let merged = union(spans.clone());
            prop_assert_eq!(days_of(&merged), days_of(&spans));
            let total: u32 = merged.iter().map(DateSpan::len_days).sum();
            prop_assert_eq!(total as usize, days_of(&spans).len());
            for pair in merged.windows(2) {
                prop_assert!(pair[0].to.tomorrow().unwrap() < pair[1].from);
            }
        }

        #[test]
        fn overlap_is_a_common_day(spans in spans()) {
            for (a, b) in spans.iter().zip(spans.iter().skip(1)) {
                prop_assert_eq!(a.overlaps(b), a.days().any(|day| b.contains(day)));
            }
        }

        #[test]
        fn writing_and_reading_keeps_the_second(second in -2_000_000_000i64..4_000_000_000) {
            let moment = Timestamp::from_second(second).unwrap();
            prop_assert_eq!(rfc3339(moment).parse::<Timestamp>().unwrap(), moment);
            prop_assert_eq!(at(beijing(moment).date(), beijing(moment).time()), moment);
        }

        #[test]
        fn only_dates_that_write_back_the_same_are_read(text in "[0-9]{4}-[01][0-9]-[0-3][0-9]") {
            if let Ok(date) = parse_date("d", &text) {
                prop_assert_eq!(date.to_string(), text);
            }
        }
    }
}
