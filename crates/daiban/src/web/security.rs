//! The layers around every page: who may come in, forged forms, headers, pages for errors.
//!
//! The gate stands outside routing and denies by default: a path that is not in `Door::of`'s short list needs a session,
//! whether a route exists for it or not. Every `POST` needs the token of its form; no handler can forget to ask for it.

use axum::{
    Extension,
    body::{Body, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::Lang;

use super::{
    Web,
    cookies::{self, FORM_COOKIE},
    language::{self, asked_lang, lang_of},
    page,
    visitor::{Fields, Guest, Me},
};
use crate::{
    access::hash_word,
    app::{
        About, AppError, Audit,
        audit::{self, Origin},
    },
    front::add_headers,
    say,
};

pub use crate::front::Caller;

/// Longer forms are refused.
const FORM_BYTES: usize = 128 * 1024;
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
            ["signin"] | ["signin", "code"] => Self::SignIn,
            ["setup" | "enter" | "join" | "a", word] | ["a", word, "picture" | "live"]
                if !word.is_empty() =>
            {
                Self::Word((*word).to_owned())
            }
            _ => Self::Closed,
        }
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
        response = page::error(lang, status, oops.as_ref().map(|oops| &oops.0));
    }
    if let Some(lang) = asked {
        language::remember(&mut response, lang);
    }
    add_headers(response.headers_mut());
    response
}

/// The gate: a session, or an open door; and for a form, its token.
pub(super) async fn gate(
    State(web): State<Web>,
    Extension(lang): Extension<Lang>,
    request: Request,
    next: Next,
) -> Response {
    let caller = Caller::of(request.extensions());
    let posted = match *request.method() {
        Method::GET | Method::HEAD => false,
        Method::POST => true,
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    if posted && !from_our_own_page(request.headers()) {
        return forged();
    }
    let cookie = cookies::session_cookie(&web, request.headers());
    let origin = Origin {
        ip: Some(caller.ip),
        via: None,
    };
    let signed_in = match cookie.as_deref() {
        Some(cookie) => match web.app.access().by_cookie(cookie).await {
            Ok(found) => found,
            Err(error) => return Oops(error).into_response(),
        },
        None => None,
    };
    let door = Door::of(request.uri().path());
    let mut request = request;
    let mut actor = None;
    let mut origin = origin;
    let expected = match (door, signed_in) {
        (Door::Assets, _) if posted => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
        (Door::Assets, _) => return next.run(request).await,
        // Its token lives in a cookie, so that nobody can be signed in under somebody else's name.
        (Door::SignIn, _) => {
            let token = cookies::read(request.headers(), FORM_COOKIE);
            guest(&mut request, lang, token)
        }
        (Door::Word(word), _) => {
            origin.via = Some("link".to_owned());
            guest(&mut request, lang, Some(hash_word(&format!("form/{word}"))))
        }
        (Door::Closed, None) => return turned_away(&request, posted),
        (Door::Closed, Some((who, session))) => {
            let csrf = session.csrf.clone();
            origin.via = Some(format!("session/{}", session.id));
            actor = Some(who.clone());
            request.extensions_mut().insert(Me {
                actor: who,
                session: (&session).into(),
                csrf: session.csrf,
                lang,
            });
            Some(csrf)
        }
    };
    audit::from(origin, async {
        if !posted {
            return next.run(request).await;
        }
        let route = route_of(&request);
        let answer = match read_form(request, expected.as_deref()).await {
            Ok(request) => {
                let response = next.run(request).await;
                web.app.live().hint();
                response
            }
            Err(response) => response,
        };
        if let (Some(actor), true) = (&actor, is_forbidden(&answer)) {
            let about = About::route("POST", &route);
            web.app.audit(Some(actor), Audit::NotAllowed, about).await;
        }
        answer
    })
    .await
}

/// A route as the router spells it: no id, nothing that was typed.
fn route_of(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or_else(String::new, |path| path.as_str().to_owned())
}

/// They asked for what they may not do; a forged form is something else.
fn is_forbidden(answer: &Response) -> bool {
    let refused = answer.extensions().get::<Oops>();
    refused.is_some_and(|oops| matches!(oops.0, AppError::Forbidden))
}

/// Notes a guest and gives back the token their form must carry.
fn guest(request: &mut Request, lang: Lang, token: Option<String>) -> Option<String> {
    request.extensions_mut().insert(Guest {
        lang,
        csrf: token.clone().unwrap_or_default(),
    });
    token
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
        .map_err(|error| unread(&error).into_response())?;
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

/// Too long, or not there in time, or cut off.
fn unread(error: &axum::Error) -> StatusCode {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<std::io::Error>() {
            return StatusCode::REQUEST_TIMEOUT;
        }
        cause = error.source();
    }
    StatusCode::PAYLOAD_TOO_LARGE
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
    // A script leads to the sign-in form by itself; it could make nothing of that page.
    let by_script = request.headers().contains_key("daiban-part");
    if posted || by_script {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use axum::http::HeaderValue;

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
}
