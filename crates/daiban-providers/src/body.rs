//! What a call's body asks: read strictly, refused with the name of the field.

use daiban_core::error::ServiceError;
use daiban_core::invalid::InvalidInput;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a call's body asks, without the word that chose the call.
///
/// # Errors
/// [`InvalidInput`] naming `body`.
pub(crate) fn read_wish<T: DeserializeOwned>(body: &Value) -> Result<T, InvalidInput> {
    let mut body = body.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("do");
    }
    serde_json::from_value(body).map_err(|error| {
        InvalidInput::new(
            "body",
            format!("读不懂：{error}"),
            format!("cannot be read: {error}"),
        )
    })
}

/// As [`read_wish`], for calls that know the eight errors only.
///
/// # Errors
/// `Refused`, as [`invalid`] says it.
pub(crate) fn asked<T: DeserializeOwned>(body: &Value) -> Result<T, ServiceError> {
    read_wish(body).map_err(invalid)
}

/// A refusal of wrong input: the code is `invalid_input:` and the field.
pub(crate) fn invalid(input: InvalidInput) -> ServiceError {
    ServiceError::Refused {
        code: format!("invalid_input:{}", input.field),
        text: input.text,
    }
}
