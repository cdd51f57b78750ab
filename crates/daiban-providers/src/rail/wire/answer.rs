//! Answers of the order's steps, read loosely: what is a flag comes as `true`, `"true"` or `"Y"`, what is a number as
//! text, and the words for a person in one of six places.

use daiban_core::error::ServiceError;
use serde_json::Value;

use super::reply::private;
use crate::rail::error::text_means;

/// An answer below `/otn/`.
pub(super) struct Answer(Value);

impl Answer {
    /// Reads the JSON. It may hold what is nobody else's business, so an error tells only the position.
    ///
    /// # Errors
    /// `Changed` when it is no JSON, or no object.
    pub(super) fn read(body: &str) -> Result<Self, ServiceError> {
        let answer: Value = private(body)?;
        if answer.is_object() {
            Ok(Self(answer))
        } else {
            Err(ServiceError::changed("body", "not an object"))
        }
    }

    /// Whether the service says that it did what it was asked; `None` when it does not say.
    pub(super) fn status(&self) -> Option<bool> {
        flag(&self.0["status"])
    }

    /// What stands where the data should be, whatever it is.
    pub(super) fn raw_data(&self) -> &Value {
        &self.0["data"]
    }

    /// The data.
    ///
    /// # Errors
    /// What the words mean when the status is false or there is no data; `Changed` when there are no words either.
    pub(super) fn data(&self) -> Result<&Value, ServiceError> {
        if self.status() == Some(false) {
            return Err(self
                .says()
                .unwrap_or_else(|| ServiceError::changed("status", "false, and no message")));
        }
        if self.raw_data().is_object() {
            return Ok(self.raw_data());
        }
        Err(self
            .says()
            .unwrap_or_else(|| ServiceError::changed("data", "missing")))
    }

    /// What its words mean, if it has any.
    pub(super) fn says(&self) -> Option<ServiceError> {
        self.words().map(text_means)
    }

    /// The words for a person, wherever they stand.
    pub(super) fn words(&self) -> Option<&str> {
        let data = self.raw_data();
        let in_data = ["errMsg", "errorMsg", "exMsg", "msg", "message"];
        let mut places: Vec<&Value> = in_data.iter().map(|name| &data[*name]).collect();
        match &self.0["messages"] {
            Value::Array(messages) => places.extend(messages),
            message => places.push(message),
        }
        if let Value::Object(fields) = &self.0["validateMessages"] {
            places.extend(fields.values());
        }
        places.into_iter().find_map(filled)
    }
}

/// A text that is not blank.
pub(super) fn filled(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

/// A yes or a no in any of its spellings.
pub(super) fn flag(value: &Value) -> Option<bool> {
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
pub(super) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| rounded(number.as_f64()?)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| rounded(text.parse().ok()?))
        }
        _ => None,
    }
}

/// A name or key: text as it is, a number digit by digit.
pub(super) fn key(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        other => filled(other).map(|text| text.trim().to_owned()),
    }
}

/// Amounts of money are far below where a double would lose a digit.
fn rounded(number: f64) -> Option<i64> {
    (number.abs() < 1e12).then(|| number.round() as i64)
}
