//! One person of the household, for admins: what they may do, and removing them.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{household::Role, id::UserId};

use super::{Tabs, asks_code, prove, role_of};
use crate::{
    app::{AppError, Belongings, Member},
    web::{
        Web,
        page::{Note, Shell, html, html_with},
        security::Oops,
        visitor::{Fields, Me},
        words::{self, State as Badge},
    },
};

#[derive(Template)]
#[template(path = "settings/member.html")]
struct MemberPage {
    s: Shell,
    tabs: Tabs,
    id: String,
    name: String,
    role: Role,
    role_word: &'static str,
    state: Badge,
    /// Until when they are locked out; empty: they are not.
    locked: String,
    since: String,
    seen: String,
    two_step: bool,
    sessions: usize,
    tokens: usize,
    accounts: Vec<String>,
    is_last_admin: bool,
    note: Option<Note>,
    needs_code: bool,
    code_error: Option<String>,
}

impl MemberPage {
    /// For `selected`.
    fn is(&self, role: &str) -> bool {
        role_of(role) == Some(self.role)
    }
}

async fn made(web: &Web, me: &Me, member: Member) -> Result<MemberPage, AppError> {
    let (lang, now) = (me.lang, web.app.access().now());
    let locked = member.user.locked_until.filter(|until| *until > now);
    let (class, word) = match (locked, member.sessions) {
        (Some(_), _) => ("att", words::m(lang, "settings-locked")),
        (None, 0) => ("", words::m(lang, "settings-not-signed-in-anywhere")),
        (None, _) => ("ok", words::m(lang, "settings-signed-in")),
    };
    Ok(MemberPage {
        s: Shell::full(web, me, "settings").await?,
        tabs: Tabs::new(me, "users"),
        id: member.user.id.to_string(),
        role: member.user.role,
        role_word: words::role(lang, member.user.role),
        state: Badge { class, word },
        locked: locked.map_or_else(String::new, |until| words::moment(lang, until, now)),
        since: words::moment(lang, member.user.created_at, now),
        seen: match member.seen_at {
            Some(at) => words::ago(lang, at, now),
            None => words::m(lang, "settings-not-known").to_owned(),
        },
        two_step: member.two_step,
        sessions: member.sessions,
        tokens: member.tokens,
        accounts: member
            .accounts
            .iter()
            .map(|account| {
                let service = account.service.name();
                format!("{} · {}", service.in_lang(lang), account.name)
            })
            .collect(),
        is_last_admin: member.is_last_admin,
        name: member.user.name,
        note: None,
        needs_code: asks_code(web, me).await?,
        code_error: None,
    })
}

/// `GET /settings/users/{id}`
pub(in crate::web) async fn page(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let member = web.app.member(&me.actor, &UserId::from(id)).await?;
    Ok(html(&made(&web, &me, member).await?))
}

/// `POST /settings/users/{id}`: what they may do.
pub(in crate::web) async fn set_role(
    State(web): State<Web>,
    mut me: Me,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let id = UserId::from(id);
    let member = web.app.member(&me.actor, &id).await?;
    let Some(role) = role_of(fields.text("role")) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let code_error = prove(&web, &mut me, &fields).await?;
    let note = match &code_error {
        Some(_) => None,
        None => match web.app.set_role(&me.actor, &id, role).await {
            Ok(_) => return Ok(changed(&me, &id)),
            Err(error @ AppError::Invalid(_)) => Some(Note::of(&error, me.lang)),
            Err(error) => return Err(error.into()),
        },
    };
    let page = MemberPage {
        role,
        note,
        code_error,
        ..made(&web, &me, member).await?
    };
    Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Whoever has just made themselves less than an admin does not see this page any more.
fn changed(me: &Me, id: &UserId) -> Response {
    let to = match me.actor.user == *id {
        true => "/settings".to_owned(),
        false => format!("/settings/users/{id}"),
    };
    Redirect::to(&to).into_response()
}

#[derive(Template)]
#[template(path = "settings/member_remove.html")]
struct RemovePage {
    s: Shell,
    tabs: Tabs,
    id: String,
    name: String,
    role_word: &'static str,
    sessions: usize,
    tokens: usize,
    accounts: Vec<String>,
    /// Whether accounts can be moved to whoever looks: they are somebody else.
    moves: bool,
    /// `move`, `remove` or empty.
    chosen: String,
    note: Option<Note>,
    needs_code: bool,
    code_error: Option<String>,
}

impl RemovePage {
    fn ways_in(&self) -> String {
        let args = [
            ("sessions", self.sessions.into()),
            ("tokens", self.tokens.into()),
        ];
        self.s.say("settings-sessions-and-tokens", &args)
    }
}

async fn asked(web: &Web, me: &Me, member: Member) -> Result<RemovePage, AppError> {
    let moves = member.user.id != me.actor.user;
    let page = made(web, me, member).await?;
    Ok(RemovePage {
        s: page.s,
        tabs: page.tabs,
        id: page.id,
        name: page.name,
        role_word: page.role_word,
        sessions: page.sessions,
        tokens: page.tokens,
        accounts: page.accounts,
        moves,
        chosen: String::new(),
        note: None,
        needs_code: page.needs_code,
        code_error: None,
    })
}

/// `GET /settings/users/{id}/remove`: says what ends, and asks what becomes of what they own.
pub(in crate::web) async fn remove_form(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let member = web.app.member(&me.actor, &UserId::from(id)).await?;
    Ok(html(&asked(&web, &me, member).await?))
}

/// `POST /settings/users/{id}/remove`
pub(in crate::web) async fn remove(
    State(web): State<Web>,
    mut me: Me,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let id = UserId::from(id);
    let member = web.app.member(&me.actor, &id).await?;
    let chosen = fields.text("accounts");
    let code_error = prove(&web, &mut me, &fields).await?;
    let note = match &code_error {
        Some(_) => None,
        None => match web
            .app
            .remove_user(&me.actor, &id, belongings(chosen))
            .await
        {
            Ok(()) => return Ok(Redirect::to("/settings/users").into_response()),
            Err(error @ AppError::Invalid(_)) => Some(Note::of(&error, me.lang)),
            Err(error) => return Err(error.into()),
        },
    };
    let page = RemovePage {
        chosen: chosen.to_owned(),
        note,
        code_error,
        ..asked(&web, &me, member).await?
    };
    Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn belongings(word: &str) -> Belongings {
    match word {
        "move" => Belongings::Move,
        "remove" => Belongings::Remove,
        _ => Belongings::Refuse,
    }
}
