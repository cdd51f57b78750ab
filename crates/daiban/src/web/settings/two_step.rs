//! The second step of signing in: switched on with the app on the phone, recovery codes shown once, switched off.

use askama::Template;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::secret::Secret;
use qrcode::{QrCode, render::svg};

use super::Tabs;
use crate::{
    app::{AppError, TwoStepState},
    web::{
        Web,
        page::{Shell, html, html_with, said},
        security::Oops,
        sign_in::try_again,
        visitor::{Fields, Me},
        words,
    },
};

const HERE: &str = "/settings/two-step";
/// The picture is made at this size and shown smaller or larger by the style sheet.
const PICTURE_PX: u32 = 260;

#[derive(Template)]
#[template(path = "settings/two_step.html")]
struct TwoStepPage {
    s: Shell,
    tabs: Tabs,
    /// `off`, `pending`, `on`
    state: &'static str,
    /// In groups of four, to be typed in, while it is being set up.
    secret: String,
    since: String,
    codes_left: u32,
    /// Recovery codes, shown this once.
    fresh: Vec<String>,
    password_error: Option<String>,
    code_error: Option<String>,
}

async fn made(web: &Web, me: &Me) -> Result<TwoStepPage, AppError> {
    let mut page = TwoStepPage {
        s: Shell::full(web, me, "settings").await?,
        tabs: Tabs::new(me, ""),
        state: "off",
        secret: String::new(),
        since: String::new(),
        codes_left: 0,
        fresh: Vec::new(),
        password_error: None,
        code_error: None,
    };
    match web.app.two_step(&me.actor).await? {
        TwoStepState::Off => {}
        TwoStepState::Pending(set_up) => {
            page.state = "pending";
            page.secret = grouped(set_up.secret.reveal());
        }
        TwoStepState::On { since, codes_left } => {
            page.state = "on";
            page.since = words::moment(me.lang, since, web.app.access().now());
            page.codes_left = codes_left;
        }
    }
    Ok(page)
}

fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    groups.join(" ")
}

/// `GET /settings/two-step`
pub(in crate::web) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    Ok(html(&made(&web, &me).await?))
}

/// `POST /settings/two-step/begin`: makes a secret; nothing is asked for yet.
pub(in crate::web) async fn begin(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let password = Secret::new(fields.get("password").unwrap_or_default());
    match web.app.begin_two_step(&me.actor, &password).await {
        // There is one already: the page shows it.
        Ok(()) | Err(AppError::NotFound { .. }) => Ok(Redirect::to(HERE).into_response()),
        Err(error) => refused(&web, &me, error).await,
    }
}

/// `GET /settings/two-step/picture`: the QR code for the app, while it is being set up.
pub(in crate::web) async fn picture(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let TwoStepState::Pending(set_up) = web.app.two_step(&me.actor).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let code = QrCode::new(set_up.address.reveal())
        .map_err(|error| AppError::Internal(error.to_string()))?;
    let drawn = code
        .render::<svg::Color<'_>>()
        .min_dimensions(PICTURE_PX, PICTURE_PX)
        .build();
    Ok(([(header::CONTENT_TYPE, "image/svg+xml")], drawn).into_response())
}

/// `POST /settings/two-step/confirm`: on from now; the recovery codes are shown this once.
pub(in crate::web) async fn confirm(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let code = fields.text("code");
    match web.app.confirm_two_step(&me.actor, code, &me.session).await {
        Ok(codes) => {
            let mut page = made(&web, &me).await?;
            page.fresh = codes.iter().map(|code| code.reveal().to_owned()).collect();
            Ok(html(&page))
        }
        Err(AppError::NotFound { .. }) => Ok(Redirect::to(HERE).into_response()),
        Err(error) => refused(&web, &me, error).await,
    }
}

/// `POST /settings/two-step/leave`: not set up after all.
pub(in crate::web) async fn leave(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    match web.app.leave_two_step(&me.actor).await {
        Ok(()) | Err(AppError::NotFound { .. }) => Ok(Redirect::to(HERE).into_response()),
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/two-step/off`: with password and code.
pub(in crate::web) async fn end(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let password = Secret::new(fields.get("password").unwrap_or_default());
    let code = fields.text("code");
    match web.app.end_two_step(&me.actor, &password, code).await {
        Ok(()) => Ok(Redirect::to(HERE).into_response()),
        Err(error) => refused(&web, &me, error).await,
    }
}

/// The page again, with what was wrong at its field.
async fn refused(web: &Web, me: &Me, error: AppError) -> Result<Response, Oops> {
    let mut page = made(web, me).await?;
    match &error {
        AppError::SignIn => {
            let wrong = words::m(me.lang, "settings-the-password-is-wrong");
            page.password_error = Some(wrong.to_owned());
        }
        AppError::Invalid(_) => page.code_error = Some(said(&error, me.lang)),
        AppError::Locked { until } => {
            let again = try_again(me.lang, *until, web.app.access().now());
            page.password_error = Some(again);
        }
        _ => return Err(error.into()),
    }
    Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
