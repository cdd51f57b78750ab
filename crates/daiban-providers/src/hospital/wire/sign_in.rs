//! Signing in: requests and replies.
//!
//! What passes through here — the phone, codes, the key — is never part of an error: only the service's own words are.
//!
//! *Source*: the official web page's script; public clients of the service, 2021–2023. *Seen*, where nothing else is said.

use daiban_core::error::ServiceError;
use daiban_core::http::{Request, Response};
use serde_json::{Value, json};

use crate::hospital::cipher::{Key, sealed};
use crate::hospital::line::Line;

/// The page that has the box for signing in: any page has.
const PAGE: &str = "";

/// Asks for the picture that a person reads. Its answer sets a cookie that ties the picture to the session.
#[must_use]
pub fn picture(line: &Line<'_>) -> Request {
    line.get("web/img/getImgCode", &[("checkType", "LOGIN")], PAGE)
}

/// The bytes of the picture.
///
/// # Errors
/// What the service says instead; `Changed` when it is neither a PNG nor a JPEG.
pub fn picture_reply(line: &Line<'_>, response: &Response) -> Result<Vec<u8>, ServiceError> {
    let is_fine = (200..=299).contains(&response.status);
    if is_fine && is_picture(&response.body) {
        return Ok(response.body.clone());
    }
    line.read(response)?;
    Err(ServiceError::changed("getImgCode", "no picture"))
}

fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(&[0xff, 0xd8, 0xff])
}

/// Asks whether a person has read the picture rightly. The text goes as it was typed.
#[must_use]
pub fn check_picture(line: &Line<'_>, text: &str) -> Request {
    let query = [("code", text), ("checkType", "LOGIN")];
    line.get("web/checkcode", &query, PAGE)
}

/// Reads that answer.
///
/// # Errors
/// `Changed` unless it is yes or no.
pub fn picture_was_right(data: &Value) -> Result<bool, ServiceError> {
    data.as_bool()
        .ok_or_else(|| ServiceError::changed("checkcode.data", "neither true nor false"))
}

/// Who signs in, and how the service wants it written.
pub struct Phone<'a> {
    /// Eleven digits.
    pub mobile: &'a str,
    /// The key of the moment.
    pub key: &'a Key,
}

/// Asks for a text message with a code. The text of the picture goes along once more.
#[must_use]
pub fn message(line: &Line<'_>, phone: &Phone<'_>, picture: &str) -> Request {
    let mobile = sealed(phone.mobile, phone.key);
    let query = [
        ("mobile", mobile.as_str()),
        ("smsKey", "LOGIN"),
        ("code", picture),
    ];
    line.get("web/common/verify-code/get", &query, PAGE)
}

/// Signs in with the code of the message.
#[must_use]
pub fn login(line: &Line<'_>, phone: &Phone<'_>, code: &str) -> Request {
    let body = json!({
        "mobile": sealed(phone.mobile, phone.key),
        "code": sealed(code, phone.key),
    });
    line.post("web/login", &body, PAGE)
}

/// Asks for the key of the moment.
#[must_use]
pub fn key(line: &Line<'_>) -> Request {
    line.post("web/token/accredit", &json!({}), PAGE)
}

/// Reads the key: a bare text (*guessed*), or one under `key` or `data` (*guessed*).
///
/// # Errors
/// `Changed` when there is none, or not of 16 letters.
pub fn key_reply(data: &Value) -> Result<Key, ServiceError> {
    let text = [data, &data["key"], &data["data"]]
        .into_iter()
        .find_map(Value::as_str)
        .ok_or_else(|| ServiceError::changed("token/accredit.data", "no key"))?;
    Key::of(text).ok_or_else(|| ServiceError::changed("token/accredit.data", "not 16 letters"))
}

/// Asks who is signed in.
#[must_use]
pub fn user_info(line: &Line<'_>) -> Request {
    line.get("web/user/info", &[], PAGE)
}

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// `*示`, as the service shows it, when told.
    pub name: Option<String>,
}

/// Reads who is signed in; `None`: nobody, which the service says with no data (*seen* in the page's script, which signs out
/// then).
///
/// # Errors
/// `Changed` when it is something else than an object.
pub fn user(data: &Value) -> Result<Option<User>, ServiceError> {
    let fields = match data {
        Value::Null => return Ok(None),
        Value::Object(fields) if fields.is_empty() => return Ok(None),
        Value::Object(fields) => fields,
        _ => return Err(ServiceError::changed("user/info.data", "not an object")),
    };
    let name = fields.get("name").and_then(Value::as_str).map(str::trim);
    let name = name.filter(|name| !name.is_empty()).map(str::to_owned);
    Ok(Some(User { name }))
}
