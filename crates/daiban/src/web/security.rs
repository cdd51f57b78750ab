//! The layers around every page: who may come in, forged forms, headers, pages for errors.
//!
//! The gate stands outside routing and denies by default: a path that is not in [`Door::of`]'s short list needs a session,
//! whether a route exists for it or not. Every `POST` needs the token of its form; no handler can forget to ask for it.

use axum::{
    Extension,
    body::{Body, to_bytes},
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::Lang;

use super::{Web, page};
use crate::{
    access::{Actor, hash_word},
    app::AppError,
    say,
};

/// Longer forms are refused.
const FORM_BYTES: usize = 128 * 1024;
/// Only our own files, no inline script or style, nobody may frame us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
     form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
/// Holds the token of the sign-in form, before there is a session.
const FORM_COOKIE: &str = "daiban_form";
/// Holds the chosen language.
const LANG_COOKIE: &str = "daiban_lang";

/// Which paths are open to people without a session.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Door {
    /// Style sheet, scripts, icons.
    Assets,
    /// The sign-in form.
    SignIn,
    /// A path that carries its own secret word.
    Word(String),
    /// Everything else.
    Closed,
}

impl Door {
    /// By the path as it was sent, undecoded: other spellings of an open path are closed.
    fn of(path: &str) -> Self {
        let steps: Vec<&str> = path.split('/').skip(1).collect();
        match steps.as_slice() {
            ["assets", _] => Self::Assets,
            ["signin"] => Self::SignIn,
            ["setup" | "enter" | "a", word] | ["a", word, "picture"] if !word.is_empty() => {
                Self::Word((*word).to_owned())
            }
            _ => Self::Closed,
        }
    }
}

/// Somebody with a session.
#[derive(Clone)]
pub(super) struct Me {
    pub(super) actor: Actor,
    pub(super) csrf: String,
    pub(super) lang: Lang,
}

/// Somebody without one, or whose session does not matter here.
#[derive(Clone)]
pub(super) struct Guest {
    pub(super) lang: Lang,
    /// What the form on this page must carry.
    pub(super) csrf: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Me {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(StatusCode::UNAUTHORIZED)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Guest {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(StatusCode::UNAUTHORIZED)
    }
}

/// The fields of a posted form whose token was right.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// From names and values.
    #[cfg(test)]
    pub(super) fn from_pairs(pairs: &[(&str, &str)]) -> Self {
        Self(
            pairs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    /// The last value of that name: a checkbox stands behind the hidden field that means no.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The same, without blanks around it, empty when absent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default().trim()
    }

    /// All fields whose name begins so, without that beginning.
    pub(super) fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter_map(move |(key, value)| Some((key.strip_prefix(prefix)?, value.as_str())))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Fields {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(StatusCode::FORBIDDEN)
    }
}

/// What went wrong in a handler. The outer layer makes a page of it.
#[derive(Debug, Clone)]
pub(super) struct Oops(pub(super) AppError);

impl<E: Into<AppError>> From<E> for Oops {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Oops {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(say::status(&self.0)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The outermost layer: language, headers, pages for errors.
pub(super) async fn dress(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let asked = asked_lang(request.uri().query());
    let lang = asked.unwrap_or_else(|| lang_of(request.headers(), web.app.lang()));
    request.extensions_mut().insert(lang);
    let mut response = next.run(request).await;
    let oops = response.extensions_mut().remove::<Oops>();
    let bare = response.headers().get(header::CONTENT_TYPE).is_none();
    let failed = response.status().is_client_error() || response.status().is_server_error();
    if failed && bare {
        let status = response.status();
        let kept = response.headers().get("hx-redirect").cloned();
        response = page::error(lang, status, oops.as_ref().map(|oops| &oops.0));
        if let Some(kept) = kept {
            response.headers_mut().insert("hx-redirect", kept);
        }
    }
    if let Some(lang) = asked {
        add_cookie(
            &mut response,
            &format!(
                "{LANG_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax",
                page::tag(lang)
            ),
        );
    }
    add_headers(response.headers_mut());
    response
}

fn add_headers(headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(
        "cross-origin-opener-policy",
        HeaderValue::from_static("same-origin"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

/// The gate: a session, or an open door; and for a form, its token.
pub(super) async fn gate(
    State(web): State<Web>,
    Extension(lang): Extension<Lang>,
    request: Request,
    next: Next,
) -> Response {
    let posted = match *request.method() {
        Method::GET | Method::HEAD => false,
        Method::POST => true,
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    if posted && !from_our_own_page(request.headers()) {
        return forged();
    }
    let signed_in = match session_cookie(&web, request.headers()) {
        Some(cookie) => match web.app.access().by_cookie(&cookie).await {
            Ok(found) => found,
            Err(error) => return Oops(error).into_response(),
        },
        None => None,
    };
    let door = Door::of(request.uri().path());
    let mut request = request;
    let expected = match (door, signed_in) {
        (Door::Assets, _) if posted => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
        (Door::Assets, _) => return next.run(request).await,
        // Its token lives in a cookie, so that nobody can be signed in under somebody else's name.
        (Door::SignIn, _) => {
            let token = cookie(request.headers(), FORM_COOKIE);
            guest(&mut request, lang, token)
        }
        (Door::Word(word), _) => {
            guest(&mut request, lang, Some(hash_word(&format!("form/{word}"))))
        }
        (Door::Closed, None) => return turned_away(&request, posted),
        (Door::Closed, Some((actor, session))) => {
            let csrf = session.csrf.clone();
            request.extensions_mut().insert(Me {
                actor,
                csrf: session.csrf,
                lang,
            });
            Some(csrf)
        }
    };
    if !posted {
        return next.run(request).await;
    }
    match read_form(request, expected.as_deref()).await {
        Ok(request) => next.run(request).await,
        Err(response) => response,
    }
}

/// Notes a guest and gives back the token their form must carry.
fn guest(request: &mut Request, lang: Lang, token: Option<String>) -> Option<String> {
    request.extensions_mut().insert(Guest {
        lang,
        csrf: token.clone().unwrap_or_default(),
    });
    token
}

/// A page shown to somebody without a session brings the cookie its form is checked against.
pub(super) fn with_form_cookie(web: &Web, mut response: Response, token: &str) -> Response {
    let secure = web.secure_mark();
    add_cookie(
        &mut response,
        &format!("{FORM_COOKIE}={token}; Path=/signin; HttpOnly; SameSite=Strict{secure}"),
    );
    response
}

/// Brings the session's cookie.
pub(super) fn with_session_cookie(web: &Web, mut response: Response, cookie: &str) -> Response {
    let max_age = crate::access::SESSION_DAYS * 86_400;
    let (name, secure) = (web.session_cookie(), web.secure_mark());
    add_cookie(
        &mut response,
        &format!("{name}={cookie}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}"),
    );
    response
}

/// Takes the session's cookie away.
pub(super) fn without_session_cookie(web: &Web, mut response: Response) -> Response {
    let (name, secure) = (web.session_cookie(), web.secure_mark());
    add_cookie(
        &mut response,
        &format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}"),
    );
    response
}

/// The session's cookie as it was sent.
pub(super) fn session_cookie(web: &Web, headers: &HeaderMap) -> Option<String> {
    cookie(headers, web.session_cookie())
}

fn add_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

async fn read_form(request: Request, expected: Option<&str>) -> Result<Request, Response> {
    let (mut parts, body) = request.into_parts();
    let content_type = parts
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(|given| given.starts_with("application/x-www-form-urlencoded")) {
        return Err(forged());
    }
    let bytes = to_bytes(body, FORM_BYTES)
        .await
        .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    let fields: Vec<(String, String)> = form_urlencoded::parse(&bytes).into_owned().collect();
    let fields = Fields(fields);
    let given = fields.get("csrf").unwrap_or_default();
    let right = expected.is_some_and(|expected| !expected.is_empty() && same(expected, given));
    if !right {
        return Err(forged());
    }
    parts.extensions.insert(fields);
    Ok(Request::from_parts(parts, Body::empty()))
}

/// Compared by hash, so that the time taken tells nothing about where they differ.
fn same(one: &str, other: &str) -> bool {
    hash_word(one) == hash_word(other)
}

fn forged() -> Response {
    StatusCode::FORBIDDEN.into_response()
}

/// Whether the browser says that the form was on a page of ours. Browsers that say nothing are held by the form's token alone:
/// over plain HTTP in a home network there is no `Sec-Fetch-Site`, and without referrers `Origin` is `null`.
fn from_our_own_page(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match text("origin") {
        None | Some("null") => true,
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.is_some() && host == text("host")
        }
    }
}

fn turned_away(request: &Request, posted: bool) -> Response {
    let sign_in = "/signin";
    if request.headers().contains_key("hx-request") {
        return (StatusCode::UNAUTHORIZED, [("hx-redirect", sign_in)]).into_response();
    }
    if posted {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let wanted = request.uri().path();
    if wanted == "/" {
        return Redirect::to(sign_in).into_response();
    }
    let next: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
    Redirect::to(&format!("{sign_in}?next={next}")).into_response()
}

/// A path of ours to go on to after signing in, and nothing else.
pub(super) fn local_path(given: &str) -> &str {
    let plain = given
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let local = given.starts_with('/') && !given.starts_with("//");
    if plain && local { given } else { "/" }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
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

fn asked_lang(query: Option<&str>) -> Option<Lang> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let (_, value) = pairs.find(|(key, _)| key == "lang")?;
    known_lang(&value)
}

fn lang_of(headers: &HeaderMap, otherwise: Lang) -> Lang {
    if let Some(lang) = cookie(headers, LANG_COOKIE).as_deref().and_then(known_lang) {
        return lang;
    }
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut ranges: Vec<(&str, f32)> = accepted.split(',').map(weighed).collect();
    ranges.sort_by(|one, other| other.1.total_cmp(&one.1));
    let mut known = ranges
        .into_iter()
        .filter(|(_, weight)| *weight > 0.0)
        .filter_map(|(tag, _)| known_lang(tag));
    known.next().unwrap_or(otherwise)
}

fn weighed(range: &str) -> (&str, f32) {
    let (tag, weight) = range
        .trim()
        .split_once(';')
        .unwrap_or((range.trim(), "q=1"));
    let weight = weight
        .trim()
        .strip_prefix("q=")
        .and_then(|weight| weight.parse().ok());
    (tag.trim(), weight.unwrap_or(1.0))
}

fn known_lang(tag: &str) -> Option<Lang> {
    match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_a_few_doors_are_open() {
        for path in [
            "/",
            "/errands",
            "/assets",
            "/assets/",
            "/assets/../errands",
            "/%73ignin",
            "/signin/",
            "//signin",
            "/SIGNIN",
            "/a",
            "/a/",
            "/a/x/y",
            "/setup/",
            "/nothing",
        ] {
            let open = Door::of(path) != Door::Closed;
            assert_eq!(open, path == "/assets/", "{path}");
        }
        assert_eq!(Door::of("/signin"), Door::SignIn);
        assert_eq!(Door::of("/a/w.x/picture"), Door::Word("w.x".to_owned()));
        assert_eq!(Door::of("/setup/w"), Door::Word("w".to_owned()));
    }

    #[test]
    fn forms_of_other_sites_are_turned_away() {
        let check = |pairs: &[(&'static str, &'static str)], ours: bool| {
            let headers: HeaderMap = pairs
                .iter()
                .map(|(name, value)| {
                    (
                        header::HeaderName::from_static(name),
                        HeaderValue::from_static(value),
                    )
                })
                .collect();
            assert_eq!(from_our_own_page(&headers), ours, "{pairs:?}");
        };
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(
            &[("sec-fetch-site", "same-site"), ("origin", "null")],
            false,
        );
        check(
            &[
                ("origin", "http://home.example:8420"),
                ("host", "home.example:8420"),
            ],
            true,
        );
        check(
            &[
                ("origin", "http://evil.example"),
                ("host", "home.example:8420"),
            ],
            false,
        );
        check(
            &[
                ("origin", "http://home.example"),
                ("host", "home.example:8420"),
            ],
            false,
        );
        check(&[("origin", "null")], true);
        check(&[], true);
    }

    #[test]
    fn going_on_after_sign_in_stays_here() {
        for bad in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/a\r\nb",
            "javascript:1",
        ] {
            assert_eq!(local_path(bad), "/", "{bad:?}");
        }
        assert_eq!(local_path("/asks/01?x=1"), "/asks/01?x=1");
    }

    #[test]
    fn languages() {
        let check = |accepted: &'static str, lang| {
            let headers: HeaderMap =
                [(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted))]
                    .into_iter()
                    .collect();
            assert_eq!(lang_of(&headers, Lang::Zh), lang, "{accepted}");
        };
        check("en-US,en;q=0.9", Lang::En);
        check("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh);
        check("de,en;q=0.5,zh;q=0.7", Lang::Zh);
        check("de", Lang::Zh);
        check("", Lang::Zh);
        check("en;q=0", Lang::Zh);
    }
}
