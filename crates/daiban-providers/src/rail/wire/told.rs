//! Values that the service writes in more than one way: text or number, yes or no, dates and clocks.

use daiban_core::{Timestamp, dates};
use jiff::civil::{Date, DateTime, Time};
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// Text, also when written as a number; anything else is not told, and neither is empty text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Told(pub(super) Option<String>);

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Text(String),
            Whole(i64),
            Part(f64),
            Other(IgnoredAny),
        }
        let text = match Form::deserialize(deserializer)? {
            Form::Text(text) => Some(text.trim().to_owned()),
            Form::Whole(number) => Some(number.to_string()),
            Form::Part(number) => Some(number.to_string()),
            Form::Other(_) => None,
        };
        Ok(Self(text.filter(|text| !text.is_empty())))
    }
}

impl Told {
    /// The text, empty when not told.
    pub(super) fn text(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// The text as its own, empty when not told.
    pub(super) fn into_text(self) -> String {
        self.0.unwrap_or_default()
    }

    /// A whole number.
    pub(super) fn number<T: std::str::FromStr>(&self) -> Option<T> {
        self.0.as_deref()?.parse().ok()
    }

    /// See [`day`].
    pub(super) fn date(&self) -> Option<Date> {
        day(self.0.as_deref()?)
    }

    /// See [`moment`].
    pub(super) fn moment(&self) -> Option<Timestamp> {
        moment(self.0.as_deref()?)
    }

    /// A time of day, `09:30` or `0930`.
    pub(super) fn clock(&self) -> Option<Time> {
        let text = self.0.as_deref()?;
        let form = if text.contains(':') { "%H:%M" } else { "%H%M" };
        Time::strptime(form, text).ok()
    }

    /// `02:15` as minutes; hours may go beyond a day.
    pub(super) fn minutes(&self) -> Option<u16> {
        let (hours, minutes) = self.0.as_deref()?.split_once(':')?;
        let plain = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if !plain(hours) || !plain(minutes) {
            return None;
        }
        let minutes: u16 = minutes.parse().ok().filter(|minutes| *minutes < 60)?;
        Some(hours.parse::<u16>().ok()? * 60 + minutes)
    }

    /// An amount of yuan with its fen behind a point, `553.00`.
    ///
    /// Without the point it could be fen or yuan (the service writes both elsewhere), so it is not told.
    pub(super) fn yuan_as_fen(&self) -> Option<i64> {
        let (yuan, fen) = self.0.as_deref()?.split_once('.')?;
        let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_plain(yuan) || !is_plain(fen) {
            return None;
        }
        let tenfold = match fen.len() {
            1 => 10,
            2 => 1,
            _ => return None,
        };
        let (yuan, fen): (i64, i64) = (yuan.parse().ok()?, fen.parse().ok()?);
        yuan.checked_mul(100)?.checked_add(fen * tenfold)
    }
}

/// A day, `2026-12-04`, `20261204` or either with a clock behind.
pub(super) fn day(text: &str) -> Option<Date> {
    text.trim().split(' ').next()?.parse().ok()
}

/// A moment in Beijing, `2026-12-04 09:30:00`. A day alone is none: an order made at midnight would be an older one.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim().contains(':').then_some(text.trim())?;
    let moment: DateTime = text.parse().ok()?;
    Some(dates::at(moment.date(), moment.time()))
}

/// Yes or no: a boolean, `Y`, `1`, `"true"` and their opposites; anything else is not told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Flag(pub(super) Option<bool>);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Plain(bool),
            Told(Told),
        }
        Ok(Self(match Form::deserialize(deserializer)? {
            Form::Plain(flag) => Some(flag),
            Form::Told(told) => match told.text() {
                "Y" | "1" | "true" => Some(true),
                "N" | "0" | "false" => Some(false),
                _ => None,
            },
        }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(json: &str) -> Told {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn text_and_numbers_are_text_and_the_rest_is_not_told() {
        let check = |json, expected: Option<&str>| {
            assert_eq!(told(json).0.as_deref(), expected, "{json}");
        };
        check(r#"" G1 ""#, Some("G1"));
        check("9007199254740993", Some("9007199254740993"));
        check("553.0", Some("553"));
        check(r#""""#, None);
        check("null", None);
        check("[1]", None);
        check("true", None);
    }

    #[test]
    fn amounts_need_their_point() {
        let check = |text: &str, expected| {
            let told = Told(Some(text.to_owned()));
            assert_eq!(told.yuan_as_fen(), expected, "{text}");
        };
        check("553.00", Some(55_300));
        check("553.5", Some(55_350));
        check("0.05", Some(5));
        check("553", None);
        check("-1.00", None);
        check("1.234", None);
        check("1.-5", None);
        check("-0.50", None);
        check("1.+5", None);
        check("92233720368547758.08", None);
    }

    #[test]
    fn clocks_and_days() {
        let of = |text: &str| Told(Some(text.to_owned()));
        assert_eq!(of("02:15").minutes(), Some(135));
        assert_eq!(of("26:05").minutes(), Some(1565));
        for odd in ["2:15", "02:60", "02:15}", "2小时15分", ""] {
            assert_eq!(of(odd).minutes(), None, "{odd}");
        }
        assert_eq!(of("1230").clock(), of("12:30").clock());
        assert_eq!(of("2461").clock(), None);
        assert_eq!(of("20261204").date(), of("2026-12-04").date());
        assert_eq!(of("2026-12-04 00:00:00").date(), of("20261204").date());
        assert_eq!(of("2026-13-04").date(), None);
        let moment = of("2026-12-04 09:30:05").moment().map(dates::rfc3339);
        assert_eq!(moment.as_deref(), Some("2026-12-04T09:30:05+08:00"));
        for odd in ["2026-12-04", "20261204", "09:30:05", "2026-12-04 25:00:00"] {
            assert_eq!(of(odd).moment(), None, "{odd}");
        }
    }

    #[test]
    fn flags_come_in_many_shapes() {
        let check = |json, expected| {
            assert_eq!(
                serde_json::from_str::<Flag>(json).unwrap().0,
                expected,
                "{json}"
            );
        };
        check("true", Some(true));
        check(r#""Y""#, Some(true));
        check("0", Some(false));
        check(r#""N""#, Some(false));
        check(r#""maybe""#, None);
        check("null", None);
    }
}
