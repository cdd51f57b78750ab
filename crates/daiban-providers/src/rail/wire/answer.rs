//! Answers of the order's steps, read loosely: what is a flag comes as `true`, `"true"` or `"Y"`, what is a number as
//! text, and the words for a person in one of six places.

use daiban_core::error::ServiceError;
use serde_json::Value;

use super::reply::private;
use crate::loose::{filled, flag};
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
