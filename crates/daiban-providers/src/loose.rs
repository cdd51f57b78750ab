//! JSON values read loosely: services send a flag as `true`, `"true"` or `1`, and a number as text.

use serde_json::Value;

/// A text that is not blank, as it came.
pub(crate) fn filled(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

/// A yes or a no in any of its spellings.
pub(crate) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(yes) => Some(*yes),
        Value::String(text) => match text.trim() {
            "Y" | "y" | "true" | "1" => Some(true),
            "N" | "n" | "false" | "0" => Some(false),
            _ => None,
        },
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        _ => None,
    }
}

/// A whole number, also as text or with `.0` behind it.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| rounded(number.as_f64()?)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| rounded(text.parse().ok()?))
        }
        _ => None,
    }
}

/// A name or key, blanks cut off: text as it is, a number digit by digit.
pub(crate) fn key(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        other => filled(other).map(|text| text.trim().to_owned()),
    }
}

/// Amounts of money are far below where a double would lose a digit.
fn rounded(number: f64) -> Option<i64> {
    (number.abs() < 1e12).then(|| number.round() as i64)
}
