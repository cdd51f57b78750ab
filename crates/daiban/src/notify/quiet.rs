//! The hours in which only urgent things are told.

use daiban_core::{Timestamp, dates, invalid::InvalidInput};
use jiff::{ToSpan, civil::Time};

/// When only urgent things are told, and whether asks are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quiet {
    /// The hours; `None`: there are none.
    pub hours: Option<QuietHours>,
    /// Whether asks may break them.
    pub asks_break: bool,
}

/// A part of the day in Asia/Shanghai, to the minute; may reach over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    from: Time,
    to: Time,
}

impl QuietHours {
    /// Reads `HH:MM-HH:MM`.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the field.
    pub fn parse(field: &str, text: &str) -> Result<Self, InvalidInput> {
        let read = || {
            let (from, to) = text.trim().split_once(['-', '–', '~'])?;
            let (from, to) = (minute(from)?, minute(to)?);
            (from != to).then_some(Self { from, to })
        };
        read().ok_or_else(|| {
            InvalidInput::new(
                field,
                "应当是一段时间，例如 22:30-07:00；留空为不设",
                "should be a part of the day such as 22:30-07:00, or empty for none",
            )
        })
    }

    /// When the quiet that holds now ends; `None` when it is not quiet.
    pub fn end(&self, now: Timestamp) -> Option<Timestamp> {
        let local = dates::beijing(now);
        let (date, time) = (local.date(), local.time());
        let over_midnight = self.from > self.to;
        let quiet = if over_midnight {
            time >= self.from || time < self.to
        } else {
            time >= self.from && time < self.to
        };
        let ends_tomorrow = over_midnight && time >= self.from;
        let day = if ends_tomorrow {
            date.saturating_add(1.day())
        } else {
            date
        };
        quiet.then(|| dates::at(day, self.to))
    }
}

/// `22:30–07:00`
impl std::fmt::Display for QuietHours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, to) = (self.from, self.to);
        write!(
            f,
            "{:02}:{:02}–{:02}:{:02}",
            from.hour(),
            from.minute(),
            to.hour(),
            to.minute()
        )
    }
}

fn minute(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once([':', '：'])?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn check(hours: &str, now: &str, expected: Option<&str>) {
        let end = QuietHours::parse("notices.quiet_hours", hours)
            .unwrap()
            .end(now.parse().unwrap());
        assert_eq!(
            end.map(dates::rfc3339).as_deref(),
            expected,
            "{hours} {now}"
        );
    }

    #[test]
    fn nights_and_noons() {
        check("22:30-07:00", "2026-11-22T22:29:59+08:00", None);
        check(
            "22:30-07:00",
            "2026-11-22T22:30:00+08:00",
            Some("2026-11-23T07:00:00+08:00"),
        );
        check(
            "22:30-07:00",
            "2026-11-23T06:59:59+08:00",
            Some("2026-11-23T07:00:00+08:00"),
        );
        check("22:30-07:00", "2026-11-23T07:00:00+08:00", None);
        check(
            "12:00-13:30",
            "2026-11-23T12:10:00+08:00",
            Some("2026-11-23T13:30:00+08:00"),
        );
        check("12:00-13:30", "2026-11-23T13:30:00+08:00", None);
    }

    #[test]
    fn nonsense() {
        for text in ["22:30", "22:30-22:30", "25:00-07:00", "a-b", "-"] {
            assert_eq!(
                QuietHours::parse("q", text).unwrap_err().field,
                "q",
                "{text}"
            );
        }
    }
}
