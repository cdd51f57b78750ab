//! The people of the household, for admins.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{Lang, Timestamp, household::User, secret::Secret};

use super::{Tabs, role_of};
use crate::{
    access::Invitation,
    app::AppError,
    web::{
        Web,
        page::{Note, Shell, html, html_with},
        security::Oops,
        visitor::{Fields, Me},
        words,
    },
};

struct UserView {
    name: String,
    role: &'static str,
    /// Until when they are locked out; empty: they are not.
    locked: String,
}

#[derive(Template)]
#[template(path = "settings/users.html")]
struct UsersPage {
    s: Shell,
    tabs: Tabs,
    users: Vec<UserView>,
    invitations: Vec<InvitationView>,
    note: Option<Note>,
    /// The link of an invitation just made, shown this once.
    fresh: Option<String>,
}

struct InvitationView {
    id: String,
    /// The name proposed, or empty.
    name: String,
    role: &'static str,
    until: String,
}

/// `GET /settings/users`
pub(in crate::web) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    Ok(html(&users(&web, &me, None).await?))
}

async fn users(web: &Web, me: &Me, note: Option<Note>) -> Result<UsersPage, AppError> {
    if !me.actor.governs() {
        return Err(AppError::Forbidden);
    }
    let (lang, now) = (me.lang, web.app.access().now());
    let users = web.app.users(&me.actor).await?;
    let invitations = web.app.invitations(&me.actor).await?;
    Ok(UsersPage {
        s: Shell::full(web, me, "settings").await?,
        tabs: Tabs::new(me, "users"),
        users: users
            .into_iter()
            .map(|user| view(user, lang, now))
            .collect(),
        invitations: invitations
            .into_iter()
            .map(|invitation| invited(invitation, lang, now))
            .collect(),
        note,
        fresh: None,
    })
}

fn view(user: User, lang: Lang, now: Timestamp) -> UserView {
    UserView {
        locked: match user.locked_until.filter(|until| *until > now) {
            Some(until) => format!(
                "{} {}",
                words::m(lang, "settings-locked-until"),
                words::moment(lang, until, now)
            ),
            None => String::new(),
        },
        role: words::role(lang, user.role),
        name: user.name,
    }
}

fn invited(invitation: Invitation, lang: Lang, now: Timestamp) -> InvitationView {
    InvitationView {
        until: words::moment(lang, invitation.until, now),
        role: words::role(lang, invitation.role),
        name: invitation.name.unwrap_or_default(),
        id: invitation.id,
    }
}

/// `POST /settings/users/invite`: makes a link and shows it this once.
pub(in crate::web) async fn invite(
    State(web): State<Web>,
    me: Me,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Oops> {
    let Some(role) = role_of(fields.text("role")) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    match web.app.invite(&me.actor, role, fields.get("name")).await {
        Ok((word, _)) => {
            let mut page = users(&web, &me, None).await?;
            page.fresh = Some(format!("{}/join/{}", origin(&web, &headers), word.reveal()));
            Ok(html(&page))
        }
        Err(error) => refused(&web, &me, error).await,
    }
}

/// `POST /settings/users/invitations/{id}/revoke`
pub(in crate::web) async fn revoke_invitation(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    web.app.revoke_invitation(&me.actor, &id).await?;
    Ok(Redirect::to("/settings/users").into_response())
}

/// Where the admin sees daiban, so that the link can be copied whole. It is shown to them alone.
fn origin(web: &Web, headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let scheme = if web.secure_cookies { "https" } else { "http" };
    host.map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

/// `POST /settings/users`: adds somebody.
pub(in crate::web) async fn add(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let Some(role) = role_of(fields.text("role")) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let password = Secret::new(fields.get("password").unwrap_or_default());
    let name = fields.text("name");
    match web.app.add_user(&me.actor, name, role, &password).await {
        Ok(_) => Ok(Redirect::to("/settings/users").into_response()),
        Err(error) => refused(&web, &me, error).await,
    }
}

/// `POST /settings/users/unlock`: lets somebody try their password again.
pub(in crate::web) async fn unlock(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let user = web.app.user_named(&me.actor, fields.text("name")).await?;
    web.app.unlock(&me.actor, &user.id).await?;
    Ok(Redirect::to("/settings/users").into_response())
}

async fn refused(web: &Web, me: &Me, error: AppError) -> Result<Response, Oops> {
    let AppError::Invalid(_) = error else {
        return Err(error.into());
    };
    let page = users(web, me, Some(Note::of(&error, me.lang))).await?;
    Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
