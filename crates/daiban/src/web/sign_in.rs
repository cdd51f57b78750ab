//! Coming in and going out: set-up, signing in with a password or a one-time link and, where it is asked for, a code;
//! signing out. Coming in by an invitation is in `join`.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{Lang, Timestamp, household::User, id::UserId, secret::Secret};
use serde::Deserialize;

use super::{
    Web,
    cookies::{
        self, HALF_WAY_COOKIE, session_cookie, with_device_cookie, with_form_cookie,
        with_half_way_cookie, with_session_cookie, without_half_way_cookie, without_session_cookie,
    },
    form::invalid,
    page::{Shell, html, html_with, said},
    security::{Oops, local_path},
    visitor::{Arriving, Fields, Guest, Me},
    words,
};
use crate::{
    access::{FirstStep, hash_word},
    app::{About, AppError, Audit},
    say,
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    s: Shell,
    name: String,
    next: String,
    error: Option<String>,
    set_up: bool,
}

/// Where to go on to.
#[derive(Deserialize)]
pub(super) struct Onward {
    #[serde(default)]
    next: String,
}

/// `GET /signin`
pub(super) async fn form(
    State(web): State<Web>,
    guest: Guest,
    Query(onward): Query<Onward>,
) -> Result<Response, Oops> {
    let token = match guest.csrf.is_empty() {
        true => fresh_token()?,
        false => guest.csrf,
    };
    let page = SignInPage {
        s: Shell::alone(guest.lang, token.clone()),
        name: String::new(),
        next: local_path(&onward.next).to_owned(),
        error: None,
        set_up: web.app.access().is_set_up().await?,
    };
    Ok(with_form_cookie(&web, html(&page), &token))
}

/// `POST /signin`
pub(super) async fn sign_in(
    State(web): State<Web>,
    guest: Guest,
    arriving: Arriving,
    fields: Fields,
) -> Result<Response, Oops> {
    let password = Secret::new(fields.get("password").unwrap_or_default());
    let next = local_path(fields.text("next")).to_owned();
    match web
        .app
        .access()
        .first_step(Some(arriving.from), fields.text("name"), &password)
        .await
    {
        Ok(step) => go_on(&web, &arriving, step, &next, Audit::SignedIn).await,
        Err(error @ (AppError::SignIn | AppError::Locked { .. })) => {
            web.app.audit_refused_sign_in(fields.text("name")).await;
            let page = SignInPage {
                s: Shell::alone(guest.lang, guest.csrf),
                name: fields.text("name").to_owned(),
                next,
                error: Some(refused(&web, &error, guest.lang)),
                set_up: true,
            };
            Ok(html_with(status(&error), &page))
        }
        Err(error) => Err(error.into()),
    }
}

fn refused(web: &Web, error: &AppError, lang: Lang) -> String {
    match error {
        AppError::SignIn => words::m(lang, "shell-wrong-name-or-password-a").to_owned(),
        AppError::Locked { until } => try_again(lang, *until, web.app.access().now()),
        _ => said(error, lang),
    }
}

/// When somebody who was wrong too often may try again.
pub(super) fn try_again(lang: Lang, until: Timestamp, now: Timestamp) -> String {
    let at = words::moment(lang, until, now);
    match lang {
        Lang::Zh => format!("错了太多次，{at} 以后再试。现在填对了也不行。"),
        Lang::En => format!(
            "Wrong too often; try again after {at}. Until then the right one is not taken either."
        ),
    }
}

#[derive(Template)]
#[template(path = "sign_in_code.html")]
struct CodePage {
    s: Shell,
    name: String,
    next: String,
    code_error: Option<String>,
}

/// `GET /signin/code`: the second step, for somebody whose password was right.
pub(super) async fn code_form(
    State(web): State<Web>,
    guest: Guest,
    headers: HeaderMap,
    Query(onward): Query<Onward>,
) -> Result<Response, Oops> {
    let Some((_, user)) = half_way(&web, &headers).await? else {
        return Ok(Redirect::to("/signin").into_response());
    };
    let token = match guest.csrf.is_empty() {
        true => fresh_token()?,
        false => guest.csrf,
    };
    let page = CodePage {
        s: Shell::alone(guest.lang, token.clone()),
        name: user.name,
        next: local_path(&onward.next).to_owned(),
        code_error: None,
    };
    Ok(with_form_cookie(&web, html(&page), &token))
}

/// `POST /signin/code`
pub(super) async fn give_code(
    State(web): State<Web>,
    guest: Guest,
    arriving: Arriving,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Oops> {
    let Some((word, user)) = half_way(&web, &headers).await? else {
        return Ok(Redirect::to("/signin").into_response());
    };
    let next = local_path(fields.text("next")).to_owned();
    let (access, from) = (web.app.access(), Some(arriving.from));
    match access.second_step(from, &word, fields.text("code")).await {
        Ok(user) => {
            let arrival = (&arriving, true);
            let inside = come_in(&web, arrival, &user.id, &next, Audit::SignedIn).await?;
            Ok(without_half_way_cookie(&web, inside))
        }
        Err(AppError::SignIn) => Ok(Redirect::to("/signin").into_response()),
        Err(error @ (AppError::Invalid(_) | AppError::Locked { .. })) => {
            web.app
                .audit_as(Some(&user.id), Audit::SignInRefused, About::NOTHING)
                .await;
            let page = CodePage {
                s: Shell::alone(guest.lang, guest.csrf),
                name: user.name,
                next,
                code_error: Some(refused(&web, &error, guest.lang)),
            };
            Ok(html_with(status(&error), &page))
        }
        Err(error) => Err(error.into()),
    }
}

async fn half_way(web: &Web, headers: &HeaderMap) -> Result<Option<(String, User)>, AppError> {
    let Some(word) = cookies::read(headers, HALF_WAY_COOKIE) else {
        return Ok(None);
    };
    let user = web.app.access().half_way(&word).await?;
    Ok(user.map(|user| (word, user)))
}

/// `POST /signout`
pub(super) async fn sign_out(
    State(web): State<Web>,
    me: Me,
    headers: HeaderMap,
) -> Result<Response, Oops> {
    if let Some(cookie) = session_cookie(&web, &headers) {
        web.app.access().close_session(&cookie).await?;
        web.app
            .audit(Some(&me.actor), Audit::SignedOut, About::NOTHING)
            .await;
    }
    Ok(without_session_cookie(
        &web,
        Redirect::to("/signin").into_response(),
    ))
}

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage {
    s: Shell,
    word: String,
    name: String,
    name_error: Option<String>,
    password_error: Option<String>,
    error: Option<String>,
    done: bool,
}

/// `GET /setup/{word}`: shows the form and uses nothing up.
pub(super) async fn setup_form(
    State(web): State<Web>,
    guest: Guest,
    Path(word): Path<String>,
) -> Result<Response, Oops> {
    let page = SetupPage {
        s: Shell::alone(guest.lang, guest.csrf),
        word,
        name: String::new(),
        name_error: None,
        password_error: None,
        error: None,
        done: web.app.access().is_set_up().await?,
    };
    Ok(html(&page))
}

/// `POST /setup/{word}`: makes the first admin; good input uses the word up.
pub(super) async fn set_up(
    State(web): State<Web>,
    guest: Guest,
    arriving: Arriving,
    Path(word): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let password = fields.get("password").unwrap_or_default();
    let lang = guest.lang;
    let mut page = SetupPage {
        s: Shell::alone(lang, guest.csrf),
        name: fields.text("name").to_owned(),
        name_error: None,
        password_error: None,
        error: None,
        done: false,
        word,
    };
    if fields.get("again").unwrap_or_default() != password {
        page.password_error = Some(page.s.m("shell-the-two-are-not-the").to_owned());
        return Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    match web
        .app
        .access()
        .set_up(&page.word, &page.name, &Secret::new(password))
        .await
    {
        Ok(user) => come_in(&web, (&arriving, true), &user.id, "/", Audit::SetUp).await,
        Err(error) => {
            note_refused_word(&web, &error).await;
            let text = said(&error, lang);
            match invalid(&error).map(|invalid| invalid.field.as_str()) {
                Some("name") => page.name_error = Some(text),
                Some("password") => page.password_error = Some(text),
                _ if error == AppError::SignIn => page.error = Some(over(lang).to_owned()),
                _ => return Err(error.into()),
            }
            Ok(html_with(status(&error), &page))
        }
    }
}

#[derive(Template)]
#[template(path = "enter.html")]
struct EnterPage {
    s: Shell,
    word: String,
    error: Option<String>,
}

/// `GET /enter/{word}`: one button, so that a preview of the link does not use it up.
pub(super) async fn enter_form(guest: Guest, Path(word): Path<String>) -> Response {
    html(&EnterPage {
        s: Shell::alone(guest.lang, guest.csrf),
        word,
        error: None,
    })
}

/// `POST /enter/{word}`: signs in and uses the word up.
pub(super) async fn enter(
    State(web): State<Web>,
    guest: Guest,
    arriving: Arriving,
    Path(word): Path<String>,
) -> Result<Response, Oops> {
    match web.app.access().use_sign_in_word(&word).await {
        Ok(user) => {
            let step = web.app.access().past_first_step(user).await?;
            go_on(&web, &arriving, step, "/", Audit::LinkUsed).await
        }
        Err(error @ AppError::SignIn) => {
            note_refused_word(&web, &error).await;
            let page = EnterPage {
                error: Some(over(guest.lang).to_owned()),
                s: Shell::alone(guest.lang, guest.csrf),
                word,
            };
            Ok(html_with(status(&error), &page))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn over(lang: Lang) -> &'static str {
    words::m(lang, "shell-this-link-has-been-used-2")
}

pub(super) async fn note_refused_word(web: &Web, error: &AppError) {
    if matches!(error, AppError::SignIn) {
        web.app
            .audit_as(None, Audit::WordRefused, About::NOTHING)
            .await;
    }
}

/// In, or on to the code.
async fn go_on(
    web: &Web,
    arriving: &Arriving,
    step: FirstStep,
    next: &str,
    how: Audit,
) -> Result<Response, Oops> {
    match step {
        FirstStep::In(user) => {
            let fresh = how != Audit::LinkUsed;
            come_in(web, (arriving, fresh), &user.id, next, how).await
        }
        FirstStep::Code(word) => {
            let onward: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
            let onward = Redirect::to(&format!("/signin/code?next={onward}"));
            Ok(with_half_way_cookie(
                web,
                onward.into_response(),
                word.reveal(),
            ))
        }
    }
}

/// Opens a session, and knows the browser again the next time. `fresh`: with a password or code.
pub(super) async fn come_in(
    web: &Web,
    (arriving, fresh): (&Arriving, bool),
    user: &UserId,
    next: &str,
    how: Audit,
) -> Result<Response, Oops> {
    let access = web.app.access();
    let arrival = arriving.arrival(fresh);
    let (cookie, session) = access.open_session_of(user, arrival).await?;
    web.app.audit_as(Some(user), how, About::user(user)).await;
    let (device, hash) = access.device(arriving.device.as_deref())?;
    let first = matches!(how, Audit::SetUp | Audit::InvitationUsed);
    web.app.arrived(user, &session, &hash, first).await?;
    let response = Redirect::to(next).into_response();
    let response = with_session_cookie(web, response, cookie.reveal());
    Ok(with_device_cookie(web, response, device.reveal()))
}

pub(super) fn status(error: &AppError) -> StatusCode {
    StatusCode::from_u16(say::status(error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn fresh_token() -> Result<String, AppError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| AppError::Internal(error.to_string()))?;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(hash_word(&hex))
}
