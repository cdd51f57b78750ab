//! Coming in and going out: set-up, signing in with a password or a one-time link, signing out.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{Lang, id::UserId, secret::Secret};
use serde::Deserialize;

use super::{
    Web,
    cookies::{session_cookie, with_form_cookie, with_session_cookie, without_session_cookie},
    form::invalid,
    page::{Shell, html, html_with, said},
    security::{Oops, local_path},
    visitor::{Fields, Guest, Me},
};
use crate::{
    access::hash_word,
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
    fields: Fields,
) -> Result<Response, Oops> {
    let password = Secret::new(fields.get("password").unwrap_or_default());
    let next = local_path(fields.text("next")).to_owned();
    match web
        .app
        .access()
        .check_password(fields.text("name"), &password)
        .await
    {
        Ok(user) => come_in(&web, &user.id, &next, Audit::SignedIn).await,
        Err(error @ (AppError::SignIn | AppError::Locked { .. })) => {
            web.app.audit_refused_sign_in(fields.text("name")).await;
            let page = SignInPage {
                s: Shell::alone(guest.lang, guest.csrf),
                name: fields.text("name").to_owned(),
                next,
                error: Some(refused(&error, guest.lang)),
                set_up: true,
            };
            Ok(html_with(status(&error), &page))
        }
        Err(error) => Err(error.into()),
    }
}

fn refused(error: &AppError, lang: Lang) -> String {
    let text = match (error, lang) {
        (AppError::SignIn, Lang::Zh) => "名字或密码不对。连错几次会锁一阵子。",
        (AppError::SignIn, Lang::En) => {
            "Wrong name or password. A few more and it will be locked for a while."
        }
        _ => return said(error, lang),
    };
    text.to_owned()
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
        page.password_error = Some(
            page.s
                .t("两次填的不一样", "the two are not the same")
                .to_owned(),
        );
        return Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    match web
        .app
        .access()
        .set_up(&page.word, &page.name, &Secret::new(password))
        .await
    {
        Ok(user) => come_in(&web, &user.id, "/", Audit::SetUp).await,
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
    Path(word): Path<String>,
) -> Result<Response, Oops> {
    match web.app.access().use_sign_in_word(&word).await {
        Ok(user) => come_in(&web, &user.id, "/", Audit::LinkUsed).await,
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

fn over(lang: Lang) -> &'static str {
    super::words::t(
        lang,
        "这个链接用过了，或过期了。",
        "This link has been used, or is over.",
    )
}

async fn note_refused_word(web: &Web, error: &AppError) {
    if matches!(error, AppError::SignIn) {
        web.app
            .audit_as(None, Audit::WordRefused, About::NOTHING)
            .await;
    }
}

async fn come_in(web: &Web, user: &UserId, next: &str, how: Audit) -> Result<Response, Oops> {
    let (cookie, _) = web.app.access().open_session(user).await?;
    web.app.audit_as(Some(user), how, About::user(user)).await;
    Ok(with_session_cookie(
        web,
        Redirect::to(next).into_response(),
        cookie.reveal(),
    ))
}

fn status(error: &AppError) -> StatusCode {
    StatusCode::from_u16(say::status(error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn fresh_token() -> Result<String, AppError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| AppError::Internal(error.to_string()))?;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(hash_word(&hex))
}
