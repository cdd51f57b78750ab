//! Parts of an answer, read with the place of what is wrong. Codes are text; where one comes as a number, its digits are it.

use std::fmt::Display;

use daiban_core::error::ServiceError;
use serde_json::Value;

use crate::loose::{filled, key};

/// A list that must be there. `null` is an empty one, as Java writes it; a name that is gone is no empty list.
///
/// # Errors
/// `Changed` when it is not there, or no list.
pub(in crate::hospital) fn list<'a>(
    of: &'a Value,
    name: &str,
    place: impl Display,
) -> Result<&'a [Value], ServiceError> {
    match of.get(name) {
        Some(found) => items(found, format_args!("{place}.{name}")),
        None => Err(missing(format_args!("{place}.{name}"))),
    }
}

/// The items of a list; none of `null`.
///
/// # Errors
/// `Changed` when it is anything else.
pub(in crate::hospital) fn items(
    found: &Value,
    place: impl Display,
) -> Result<&[Value], ServiceError> {
    match found {
        Value::Array(items) => Ok(items),
        Value::Null => Ok(&[]),
        _ => Err(ServiceError::changed(place.to_string(), "is no list")),
    }
}

/// A code or key that must be there.
///
/// # Errors
/// `Changed` when it is not there, or blank.
pub(in crate::hospital) fn code(
    of: &Value,
    name: &str,
    place: impl Display,
) -> Result<String, ServiceError> {
    words(of, name).ok_or_else(|| missing(format_args!("{place}.{name}")))
}

/// A text or code, blanks at its ends cut off; `None` where it is blank, null or not there.
pub(in crate::hospital) fn words(of: &Value, name: &str) -> Option<String> {
    key(of.get(name)?)
}

/// What people call something; its code where it has no name.
pub(in crate::hospital) fn name_or(of: &Value, code: &str) -> String {
    words(of, "name").unwrap_or_else(|| code.to_owned())
}

/// The first clock in a text, `08:30` of `每日8:30放号`.
pub(in crate::hospital) fn clock(text: &str) -> Option<String> {
    let text = text.replace('：', ":");
    text.match_indices(':')
        .find_map(|(at, _)| clock_at(&text, at))
}

/// `08:00` and `08:30` of `08:00-08:30`.
pub(in crate::hospital) fn clocks(text: &str) -> Option<(String, String)> {
    let (from, to) = text.split_once(['-', '~', '－', '—', '至'])?;
    Some((clock(from)?, clock(to)?))
}

fn clock_at(text: &str, colon: usize) -> Option<String> {
    let hours = text[..colon].bytes().rev();
    let digits = hours.take_while(u8::is_ascii_digit).count();
    let hour: u8 = text[colon - digits..colon].parse().ok()?;
    let minutes = text.get(colon + 1..colon + 3)?;
    let minute: u8 = minutes.parse().ok()?;
    let is_clock = hour < 24 && minute < 60 && minutes.bytes().all(|b| b.is_ascii_digit());
    is_clock.then(|| format!("{hour:02}:{minute:02}"))
}

/// Something that is not there, or null.
pub(in crate::hospital) fn missing(place: impl Display) -> ServiceError {
    ServiceError::changed(place.to_string(), "is not there")
}

/// The `data` of an answer where an object is due.
///
/// # Errors
/// `Changed` when it is none: an answer without data says nothing, least of all that there is nothing.
pub(in crate::hospital) fn object(data: &Value) -> Result<&Value, ServiceError> {
    match data {
        Value::Object(_) => Ok(data),
        _ => Err(missing("data")),
    }
}

/// Words that a person would read, if any.
pub(in crate::hospital) fn text(of: &Value, name: &str) -> Option<String> {
    filled(of.get(name)?).map(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_in_words() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(clock(text).as_deref(), expected, "{text}");
        };
        check("08:30", Some("08:30"));
        check("每日8:30放号", Some("08:30"));
        check("每日 10：15 放号", Some("10:15"));
        check("比例 3:2，09:30", Some("09:30"));
        check("24:00", None);
        check("08:6", None);
        check("放号", None);
        check(":::", None);
        let both = |text| clocks(text).map(|(from, to)| format!("{from} {to}"));
        assert_eq!(both("8:00-08:30").as_deref(), Some("08:00 08:30"));
        assert_eq!(both("08:00"), None);
    }
}
