//! Signing in by password and text message: requests and replies, and the form in which a password goes over the wire.
//!
//! What passes through here — login name, password, the tail of an ID number, codes, the token between the two sides —
//! is never part of an error: only the service's own words and codes are.
//!
//! *Source*: 12306's sign-in script, 2024; public clients of the service, 2018–2026. *Seen*, where nothing else is said.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use daiban_core::error::ServiceError;
use daiban_core::http::Request;
use daiban_core::secret::Secret;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sm4::Sm4;
use sm4::cipher::{Array, BlockCipherEncrypt as _, KeyInit as _};

use super::passport::{Passport, login_page};
use super::reply::{Words, private};
use super::request::post;
use crate::rail::error::passport_means;
use crate::rail::error::sign_in::{login_means, message_means, wrong_check_code};

/// The key of the sign-in script. Everybody has it, so it spells the password rather than hides it.
pub const SCRIPT_KEY: [u8; 16] = *b"tiekeyuankp12306";

/// A text as the script writes a password: `@`, then SM4-ECB with PKCS#7 padding in base64.
///
/// ```
/// use daiban_providers::rail::wire::password::sealed;
///
/// // A vector of public clients, under another key.
/// assert_eq!(sealed("1234", b"1234567890123456"), "@woPrxebr8Xvyo1qG8QxAUA==");
/// ```
#[must_use]
pub fn sealed(text: &str, key: &[u8; 16]) -> String {
    let cipher = Sm4::new(&Array::from(*key));
    let mut bytes = text.as_bytes().to_vec();
    let padding = 16 - bytes.len() % 16;
    let letter = u8::try_from(padding).unwrap_or_default();
    bytes.resize(bytes.len() + padding, letter);
    for block in bytes.chunks_exact_mut(16) {
        if let Ok(block) = block.try_into() {
            cipher.encrypt_block(block);
        }
    }
    format!("@{}", STANDARD.encode(bytes))
}

/// Asks what a password of this login name needs besides.
#[must_use]
pub fn login_check(base: &str, username: &str) -> Request {
    let fields = [("username", username), ("appid", "otn")];
    post(base, "/passport/web/checkLoginVerify", &fields).header("referer", login_page(base))
}

/// Asks for a code by text message. `id_tail`: the last four of the holder's ID number.
#[must_use]
pub fn send_code(base: &str, username: &str, id_tail: &str) -> Request {
    let fields = [
        ("appid", "otn"),
        ("username", username),
        ("castNum", id_tail),
    ];
    post(base, "/passport/web/getMessageCode", &fields).header("referer", login_page(base))
}

/// Who signs in.
pub struct Credentials<'a> {
    /// The login name: neither phone nor e-mail.
    pub username: &'a str,
    /// As typed.
    pub password: &'a str,
    /// The code of the text message, when one was needed.
    pub code: Option<&'a str>,
}

/// The sign-in itself. The fields of the slider stay empty.
#[must_use]
pub fn login(base: &str, who: &Credentials<'_>) -> Request {
    // "0" is the text message, "1" the slider, empty when nothing was asked for.
    let mode = who.code.map_or("", |_| "0");
    let password = sealed(who.password, &SCRIPT_KEY);
    let fields = [
        ("sessionId", ""),
        ("sig", ""),
        ("if_check_slide_passcode_token", ""),
        ("scene", ""),
        ("checkMode", mode),
        ("randCode", who.code.unwrap_or_default()),
        ("username", who.username),
        ("password", &password),
        ("appid", "otn"),
    ];
    post(base, "/passport/web/login", &fields)
        .header("referer", login_page(base))
        .header("ispasswordcopy", "N")
        .header("appflag", "")
}

/// Asks for the code of the check that follows some sign-ins (code 92 of `auth/uamtk`).
#[must_use]
pub fn send_check_code(base: &str, token: &str) -> Request {
    let fields = [("type", "login"), ("tk", token)];
    post(base, "/otn/login/sendMobileMsg", &fields).header("referer", login_page(base))
}

/// Hands in the code of that check.
#[must_use]
pub fn check(base: &str, token: &str, code: &str) -> Request {
    let fields = [("tk", token), ("randCode", code)];
    post(base, "/otn/login/checkUpMeg", &fields).header("referer", login_page(base))
}

/// What a password needs besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginCheck {
    /// Nothing.
    Nothing,
    /// A code by text message; a slider would do as well.
    Message,
    /// A slider and nothing else. Never done by a program.
    Slider,
    /// Something newer than this table.
    Unknown,
}

/// Reads the answer of `checkLoginVerify`.
///
/// # Errors
/// What a code or a message means, when nothing is said of a check; `Changed` when it is no JSON.
pub fn login_check_reply(body: &str) -> Result<LoginCheck, ServiceError> {
    let answer: Passport<'_> = private(body)?;
    match answer.login_check_code.0 {
        Some(0) => Ok(LoginCheck::Nothing),
        Some(1 | 3) => Ok(LoginCheck::Message),
        Some(2) => Ok(LoginCheck::Slider),
        Some(_) => Ok(LoginCheck::Unknown),
        None if answer.result_code.0 == Some(0) => {
            Err(ServiceError::changed("login_check_code", "missing"))
        }
        None => Err(passport_means(answer.result_code.0, answer.words())),
    }
}

/// Reads the answer of `getMessageCode`: whether a message is on its way.
///
/// # Errors
/// What a code means (see [`message_means`]); `Changed` when it is no JSON.
pub fn code_sent(body: &str) -> Result<(), ServiceError> {
    let answer: Passport<'_> = private(body)?;
    match answer.result_code.0 {
        Some(0) => Ok(()),
        code => Err(message_means(code, answer.words())),
    }
}

/// Reads the answer of `login`. Codes 91 and 92 are a yes with a check to follow; `auth/uamtk` tells which.
///
/// # Errors
/// What a code means (see [`login_means`]); `Changed` when it is no JSON or has no code.
pub fn logged_in(body: &str, with_code: bool) -> Result<(), ServiceError> {
    let answer: Passport<'_> = private(body)?;
    match answer.result_code.0 {
        Some(0 | 91 | 92) => Ok(()),
        code => Err(login_means(code, answer.words(), with_code)),
    }
}

/// A check by text message that stands between a sign-in and its token.
pub struct MessageCheck {
    /// Who sends the message.
    pub way: MessageWay,
    /// The token, good once the check is passed.
    pub token: Secret,
    /// The last digits of the phone, when told.
    pub phone: Option<String>,
}

/// Who sends the message of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageWay {
    /// The person, to 12306 (code 91).
    Up,
    /// 12306, to the person (code 92).
    Down,
}

/// The check that an answer of `auth/uamtk` asks for, when it asks for one that can be passed: with a token.
#[must_use]
pub fn message_check(body: &str) -> Option<MessageCheck> {
    let answer = private::<Passport<'_>>(body).ok()?;
    let way = match answer.result_code.0? {
        91 => MessageWay::Up,
        92 => MessageWay::Down,
        _ => return None,
    };
    let phone = answer.mobile.as_ref().and_then(|words| tail(&words.0));
    let token = answer.newapptk.or(answer.apptk)?.0.into_owned();
    (!token.trim().is_empty()).then(|| MessageCheck {
        way,
        token: Secret::new(token),
        phone,
    })
}

/// The last four digits and no more of what may be a tail already, a masked number or a whole one.
fn tail(number: &str) -> Option<String> {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let from = digits.len().checked_sub(4)?;
    Some(digits[from..].iter().collect())
}

/// An answer below `/otn/login/`: data when it went well; else none, or words.
#[derive(Deserialize)]
struct Told<'a> {
    data: Option<Value>,
    status: Option<bool>,
    #[serde(borrow)]
    error: Option<Words<'a>>,
}

impl Told<'_> {
    /// As the script asks: anything but nothing, `false`, `0` and `""` is a yes.
    fn has_data(&self) -> bool {
        match &self.data {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::String(words)) => !words.is_empty(),
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(_) => true,
        }
    }
}

/// Reads the answer of `sendMobileMsg`.
///
/// # Errors
/// What its words mean; `Changed` when it is no JSON.
pub fn check_code_sent(body: &str) -> Result<(), ServiceError> {
    let answer: Told<'_> = private(body)?;
    if answer.has_data() && answer.status == Some(true) {
        return Ok(());
    }
    let words = answer.error.as_ref().map_or("", |words| &words.0);
    Err(message_means(None, words))
}

/// Reads the answer of `checkUpMeg`.
///
/// # Errors
/// `Refused` for a wrong code; `Changed` when it is no JSON.
pub fn check_passed(body: &str) -> Result<(), ServiceError> {
    let answer: Told<'_> = private(body)?;
    if answer.has_data() {
        return Ok(());
    }
    match answer.status {
        None => Err(ServiceError::changed("checkUpMeg.status", "missing")),
        Some(_) => Err(wrong_check_code()),
    }
}
