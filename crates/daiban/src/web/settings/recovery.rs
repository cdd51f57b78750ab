//! New recovery codes without switching two-step off: with password and code, shown once; the old ones end.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::secret::Secret;

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

#[derive(Template)]
#[template(path = "settings/recovery.html")]
struct RecoveryPage {
    s: Shell,
    tabs: Tabs,
    codes_left: u32,
    /// Recovery codes, shown this once.
    fresh: Vec<String>,
    password_error: Option<String>,
    code_error: Option<String>,
}

/// Nothing without a second step.
async fn made(web: &Web, me: &Me) -> Result<Option<RecoveryPage>, AppError> {
    let TwoStepState::On { codes_left, .. } = web.app.two_step(&me.actor).await? else {
        return Ok(None);
    };
    Ok(Some(RecoveryPage {
        s: Shell::full(web, me, "settings").await?,
        tabs: Tabs::new(me, ""),
        codes_left,
        fresh: Vec::new(),
        password_error: None,
        code_error: None,
    }))
}

fn elsewhere() -> Response {
    Redirect::to("/settings/two-step").into_response()
}

/// `GET /settings/two-step/codes`
pub(in crate::web) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let page = made(&web, &me).await?;
    Ok(page.map_or_else(elsewhere, |page| html(&page)))
}

/// `POST /settings/two-step/codes`: ten new ones.
pub(in crate::web) async fn renew(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let password = Secret::new(fields.get("password").unwrap_or_default());
    let code = fields.text("code");
    let renewed = web
        .app
        .renew_recovery_codes(&me.actor, &password, code, &me.session);
    let renewed = renewed.await;
    let Some(mut page) = made(&web, &me).await? else {
        return Ok(elsewhere());
    };
    match renewed {
        Ok(codes) => {
            page.fresh = codes.iter().map(|code| code.reveal().to_owned()).collect();
            return Ok(html(&page));
        }
        Err(AppError::SignIn) => {
            let wrong = words::m(me.lang, "settings-the-password-is-wrong");
            page.password_error = Some(wrong.to_owned());
        }
        Err(error @ AppError::Invalid(_)) => page.code_error = Some(said(&error, me.lang)),
        Err(AppError::Locked { until }) => {
            let again = try_again(me.lang, until, web.app.access().now());
            page.password_error = Some(again);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
