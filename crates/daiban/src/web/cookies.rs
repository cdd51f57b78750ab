//! The cookies: the session, the sign-in form's token.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

use super::Web;
use crate::access::SESSION_DAYS;

/// Holds the token of the sign-in form, before there is a session.
pub(super) const FORM_COOKIE: &str = "daiban_form";

/// Stands for a right password until the code is given. Only the pages of signing in get it.
pub(super) const HALF_WAY_COOKIE: &str = "daiban_half_way";
/// A browser is known so long.
const DEVICE_S: i64 = 400 * 86_400;

/// A page shown to somebody without a session brings the cookie its form is checked against.
pub(super) fn with_form_cookie(web: &Web, mut response: Response, token: &str) -> Response {
    let secure = web.secure_mark();
    add(
        &mut response,
        &format!("{FORM_COOKIE}={token}; Path=/signin; HttpOnly; SameSite=Strict{secure}"),
    );
    response
}

/// Brings the session's cookie.
pub(super) fn with_session_cookie(web: &Web, mut response: Response, cookie: &str) -> Response {
    let max_age = SESSION_DAYS * 86_400;
    let (name, secure) = (web.session_cookie(), web.secure_mark());
    add(
        &mut response,
        &format!("{name}={cookie}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}"),
    );
    response
}

/// Brings the word between password and code, for five minutes.
pub(super) fn with_half_way_cookie(web: &Web, mut response: Response, word: &str) -> Response {
    let secure = web.secure_mark();
    add(
        &mut response,
        &format!(
            "{HALF_WAY_COOKIE}={word}; Path=/signin; Max-Age=300; HttpOnly; SameSite=Strict{secure}"
        ),
    );
    response
}

/// Takes it away.
pub(super) fn without_half_way_cookie(web: &Web, mut response: Response) -> Response {
    let secure = web.secure_mark();
    add(
        &mut response,
        &format!("{HALF_WAY_COOKIE}=; Path=/signin; Max-Age=0; HttpOnly; SameSite=Strict{secure}"),
    );
    response
}

fn device_name(web: &Web) -> &'static str {
    if web.secure_cookies {
        "__Host-daiban_device"
    } else {
        "daiban_device"
    }
}

/// The cookie by which a browser is known from one sign-in to the next. It opens nothing.
pub(super) fn device_cookie(web: &Web, headers: &HeaderMap) -> Option<String> {
    read(headers, device_name(web))
}

/// Brings it.
pub(super) fn with_device_cookie(web: &Web, mut response: Response, cookie: &str) -> Response {
    let (name, secure) = (device_name(web), web.secure_mark());
    add(
        &mut response,
        &format!("{name}={cookie}; Path=/; Max-Age={DEVICE_S}; HttpOnly; SameSite=Lax{secure}"),
    );
    response
}

/// Takes the session's cookie away.
pub(super) fn without_session_cookie(web: &Web, mut response: Response) -> Response {
    let (name, secure) = (web.session_cookie(), web.secure_mark());
    add(
        &mut response,
        &format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}"),
    );
    response
}

/// The session's cookie as it was sent.
pub(super) fn session_cookie(web: &Web, headers: &HeaderMap) -> Option<String> {
    read(headers, web.session_cookie())
}

/// Adds a cookie.
pub(super) fn add(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// A cookie as it was sent; an empty one counts as none.
pub(super) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = all
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
        .filter(|value| !value.is_empty())
}
