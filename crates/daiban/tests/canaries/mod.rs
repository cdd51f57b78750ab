//! Values that must be read nowhere, in every spelling they might have, and the search for them.
#![allow(
    missing_docs,
    unreachable_pub,
    dead_code,
    reason = "each test program uses its part"
)]

use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// A value as it is, and as an address, a header or a body might carry it.
pub fn forms(value: &str) -> Vec<String> {
    let percent = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let quoted = Value::from(value).to_string();
    let bytes = value.as_bytes();
    let mut forms = vec![
        value.to_owned(),
        percent.to_lowercase(),
        percent,
        quoted.trim_matches('"').to_owned(),
        BASE64_STANDARD_NO_PAD.encode(bytes),
        BASE64_URL_SAFE_NO_PAD.encode(bytes),
        bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    ];
    forms.sort();
    forms.dedup();
    forms
}

/// The form found first, if any.
pub fn found(text: &str, forms: &[String]) -> Option<String> {
    forms
        .iter()
        .find(|form| text.contains(form.as_str()))
        .cloned()
}
