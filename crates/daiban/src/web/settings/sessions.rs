//! Where somebody is signed in: which browser, since when, last when; and the ending of it.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{Lang, Timestamp, household::Session};

use super::Tabs;
use crate::{
    access::{IDLE_DAYS, SESSION_DAYS},
    say,
    web::{
        Web,
        page::{Shell, html},
        security::Oops,
        visitor::Me,
        words,
    },
};

struct SessionView {
    id: String,
    device: String,
    since: String,
    seen: String,
    from: String,
    here: bool,
}

#[derive(Template)]
#[template(path = "settings/sessions.html")]
struct SessionsPage {
    s: Shell,
    tabs: Tabs,
    sessions: Vec<SessionView>,
    days: i64,
    idle_days: i64,
}

/// `GET /settings/sessions`
pub(in crate::web) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let now = web.app.access().now();
    let mut sessions = web.app.sessions(&me.actor).await?;
    sessions.sort_by_key(|session| session.id != me.session.id);
    let sessions = sessions
        .into_iter()
        .map(|session| view(session, &me.session.id, me.lang, now));
    Ok(html(&SessionsPage {
        sessions: sessions.collect(),
        s: Shell::full(&web, &me, "settings").await?,
        tabs: Tabs::new(&me, "sessions"),
        days: SESSION_DAYS,
        idle_days: IDLE_DAYS,
    }))
}

fn view(session: Session, here: &str, lang: Lang, now: Timestamp) -> SessionView {
    SessionView {
        device: say::device(&session.agent).in_lang(lang).to_owned(),
        since: words::moment(lang, session.created_at, now),
        seen: words::ago(lang, session.seen_at, now),
        from: session.from,
        here: session.id == here,
        id: session.id,
    }
}

/// `POST /settings/sessions/{id}/end`
pub(in crate::web) async fn end(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    web.app.end_session(&me.actor, &id).await?;
    Ok(Redirect::to("/settings/sessions").into_response())
}

/// `POST /settings/sessions/others`: ends all but this one.
pub(in crate::web) async fn end_others(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    web.app.end_other_sessions(&me.actor, &me.session).await?;
    Ok(Redirect::to("/settings/sessions").into_response())
}
