//! Settings that are one's own: language, name, password.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::secret::Secret;

use super::Tabs;
use crate::{
    app::AppError,
    web::{
        Web,
        cookies::with_session_cookie,
        page::{Note, Shell, html, html_with, said},
        security::Oops,
        visitor::{Fields, Me},
        words,
    },
};

#[derive(Template)]
#[template(path = "settings/general.html")]
struct GeneralPage {
    s: Shell,
    tabs: Tabs,
    name: String,
    role: &'static str,
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
    Ok(GeneralPage {
        s: Shell::full(web, me, "settings").await?,
        tabs: Tabs::new(me, ""),
        name: me.actor.name.clone(),
        role: words::role(me.lang, me.actor.role),
        note,
        wrong: None,
    })
}

/// `GET /settings`
pub(in crate::web) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    Ok(html(&general(&web, &me, None).await?))
}

/// `POST /settings/name`: the name one signs in with.
pub(in crate::web) async fn set_name(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let name = fields.text("name");
    match web.app.rename_user(&me.actor, &me.actor.user, name).await {
        Ok(()) => Ok(Redirect::to("/settings").into_response()),
        Err(error) => refused(&web, &me, "name", error).await,
    }
}

/// `POST /settings/password`: the old one must be given. All sessions end, this one begins anew.
pub(in crate::web) async fn set_password(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let old = Secret::new(fields.get("old").unwrap_or_default());
    let new = Secret::new(fields.get("new").unwrap_or_default());
    if let Err(error) = web.app.access().check_password(&me.actor.name, &old).await {
        return refused(&web, &me, "old", error).await;
    }
    if let Err(error) = web.app.set_password(&me.actor, &me.actor.user, &new).await {
        return refused(&web, &me, "new", error).await;
    }
    let (cookie, session) = web.app.access().open_session(&me.actor.user).await?;
    let again = Me {
        csrf: session.csrf,
        ..me.clone()
    };
    let note = Note::ok(words::t(
        me.lang,
        "密码换好了，别处的登录都已退出。",
        "The password is changed; other sessions are over.",
    ));
    let page = html(&general(&web, &again, Some(note)).await?);
    Ok(with_session_cookie(&web, page, cookie.reveal()))
}

/// The page again, with what was wrong at its field.
async fn refused(
    web: &Web,
    me: &Me,
    field: &'static str,
    error: AppError,
) -> Result<Response, Oops> {
    let text = match &error {
        AppError::SignIn => {
            words::t(me.lang, "现在的密码不对", "the present password is wrong").to_owned()
        }
        AppError::Invalid(_) | AppError::Locked { .. } => said(&error, me.lang),
        _ => return Err(error.into()),
    };
    let mut page = general(web, me, None).await?;
    page.wrong = Some((field, text));
    Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
