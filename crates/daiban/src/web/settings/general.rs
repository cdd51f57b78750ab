//! Settings that are one's own: language, name, password.

use askama::Template;
use axum::{
    extract,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{Lang, secret::Secret};

use super::{Tabs, asks_code, prove};
use crate::{
    app::{AppError, TwoStepState},
    web::{
        Web,
        cookies::with_session_cookie,
        page::{Note, Shell, html, html_with, said},
        security::Oops,
        sign_in::try_again,
        visitor::{Arriving, Fields, Me},
        words::{self, State},
    },
};

#[derive(Template)]
#[template(path = "settings/general.html")]
struct GeneralPage {
    s: Shell,
    tabs: Tabs,
    name: String,
    /// The name in the form: what was typed, when it comes back.
    typed_name: String,
    needs_code: bool,
    code_error: Option<String>,
    role: &'static str,
    two_step: State,
    has_two_step: bool,
    note: Option<Note>,
    /// A field and what is wrong with it.
    wrong: Option<(&'static str, String)>,
}

impl GeneralPage {
    fn wrong_at(&self, field: &str) -> Option<&str> {
        let (at, said) = self.wrong.as_ref()?;
        (*at == field).then_some(said)
    }
}

async fn general(web: &Web, me: &Me, note: Option<Note>) -> Result<GeneralPage, AppError> {
    let state = web.app.two_step(&me.actor).await?;
    Ok(GeneralPage {
        s: Shell::full(web, me, "settings").await?,
        tabs: Tabs::new(me, ""),
        name: me.actor.name.clone(),
        typed_name: me.actor.name.clone(),
        needs_code: asks_code(web, me).await?,
        code_error: None,
        role: words::role(me.lang, me.actor.role),
        two_step: two_step(me.lang, &state),
        has_two_step: matches!(state, TwoStepState::On { .. }),
        note,
        wrong: None,
    })
}

fn two_step(lang: Lang, state: &TwoStepState) -> State {
    let (class, word) = match state {
        TwoStepState::Off => ("", words::m(lang, "settings-off")),
        TwoStepState::Pending(_) => ("att", words::m(lang, "settings-half-set-up")),
        TwoStepState::On { .. } => ("ok", words::m(lang, "settings-on")),
    };
    State { class, word }
}

/// `GET /settings`
pub(in crate::web) async fn page(
    extract::State(web): extract::State<Web>,
    me: Me,
) -> Result<Response, Oops> {
    Ok(html(&general(&web, &me, None).await?))
}

/// `POST /settings/name`: the name one signs in with.
pub(in crate::web) async fn set_name(
    extract::State(web): extract::State<Web>,
    mut me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let name = fields.text("name");
    if let Some(wrong) = prove(&web, &mut me, &fields).await? {
        let page = GeneralPage {
            typed_name: name.to_owned(),
            code_error: Some(wrong),
            ..general(&web, &me, None).await?
        };
        return Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    }
    match web.app.rename_user(&me.actor, &me.actor.user, name).await {
        Ok(()) => Ok(Redirect::to("/settings").into_response()),
        Err(error) => refused(&web, &me, "name", Some(name), error).await,
    }
}

/// `POST /settings/password`: the old one must be given. All sessions end, this one begins anew. No code was given, so where one
/// is asked for the new session is no fresher than this.
pub(in crate::web) async fn set_password(
    extract::State(web): extract::State<Web>,
    me: Me,
    arriving: Arriving,
    fields: Fields,
) -> Result<Response, Oops> {
    let old = Secret::new(fields.get("old").unwrap_or_default());
    let new = Secret::new(fields.get("new").unwrap_or_default());
    if let Err(error) = web.app.access().check_password(&me.actor.name, &old).await {
        return refused(&web, &me, "old", None, error).await;
    }
    if let Err(error) = web.app.set_password(&me.actor, &me.actor.user, &new).await {
        return refused(&web, &me, "new", None, error).await;
    }
    let access = web.app.access();
    let arrival = arriving.arrival(!asks_code(&web, &me).await?);
    let (cookie, session) = access.open_session_of(&me.actor.user, arrival).await?;
    let again = Me {
        session: (&session).into(),
        csrf: session.csrf,
        ..me.clone()
    };
    let note = Note::ok(words::m(me.lang, "settings-the-password-is-changed-other"));
    let page = html(&general(&web, &again, Some(note)).await?);
    Ok(with_session_cookie(&web, page, cookie.reveal()))
}

/// The page again, with what was wrong at its field.
async fn refused(
    web: &Web,
    me: &Me,
    field: &'static str,
    typed_name: Option<&str>,
    error: AppError,
) -> Result<Response, Oops> {
    let text = match &error {
        AppError::SignIn => words::m(me.lang, "settings-the-present-password-is-wrong").to_owned(),
        AppError::Locked { until } => try_again(me.lang, *until, web.app.access().now()),
        AppError::Invalid(_) => said(&error, me.lang),
        _ => return Err(error.into()),
    };
    let mut page = general(web, me, None).await?;
    page.wrong = Some((field, text));
    if let Some(typed) = typed_name {
        page.typed_name = typed.to_owned();
    }
    Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
