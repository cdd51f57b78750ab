//! The people of the household, for admins.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{Lang, Timestamp, household::User, secret::Secret};

use super::{Tabs, asks_code, prove, role_of};
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
    id: String,
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
    /// What was typed, when it comes back.
    typed: Typed,
    needs_code: bool,
    /// A form, `invite` or `add`, and what is wrong with its code.
    wrong_code: Option<(&'static str, String)>,
    /// The link of an invitation just made, shown this once.
    fresh: Option<String>,
}

impl UsersPage {
    fn code_error(&self, form: &str) -> Option<String> {
        let (at, said) = self.wrong_code.as_ref()?;
        (*at == form).then(|| said.clone())
    }

    /// For `selected`.
    fn chose(&self, form: &str, role: &str) -> bool {
        self.typed.form == form && self.typed.role == role
    }

    fn name_in(&self, form: &str) -> &str {
        if self.typed.form == form {
            &self.typed.name
        } else {
            ""
        }
    }
}

#[derive(Default)]
struct Typed {
    /// `invite` or `add`.
    form: &'static str,
    name: String,
    role: String,
}

impl Typed {
    fn of(form: &'static str, fields: &Fields) -> Self {
        Self {
            form,
            name: fields.text("name").to_owned(),
            role: fields.text("role").to_owned(),
        }
    }
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
    let (lang, now) = (me.lang, web.app.access().now());
    let users = web.app.people(&me.actor).await?;
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
        typed: Typed::default(),
        needs_code: asks_code(web, me).await?,
        wrong_code: None,
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
        id: user.id.to_string(),
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
    mut me: Me,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Oops> {
    let Some(role) = role_of(fields.text("role")) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    if let Some(wrong) = prove(&web, &mut me, &fields).await? {
        return unproved(&web, &me, Typed::of("invite", &fields), wrong).await;
    }
    match web.app.invite(&me.actor, role, fields.get("name")).await {
        Ok((word, _)) => {
            let mut page = users(&web, &me, None).await?;
            page.fresh = Some(format!("{}/join/{}", origin(&web, &headers), word.reveal()));
            Ok(html(&page))
        }
        Err(error) => refused(&web, &me, Typed::of("invite", &fields), error).await,
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
    mut me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let Some(role) = role_of(fields.text("role")) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    if let Some(wrong) = prove(&web, &mut me, &fields).await? {
        return unproved(&web, &me, Typed::of("add", &fields), wrong).await;
    }
    let password = Secret::new(fields.get("password").unwrap_or_default());
    let name = fields.text("name");
    match web.app.add_user(&me.actor, name, role, &password).await {
        Ok(_) => Ok(Redirect::to("/settings/users").into_response()),
        Err(error) => refused(&web, &me, Typed::of("add", &fields), error).await,
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

/// The page again, with what is wrong with the code.
async fn unproved(web: &Web, me: &Me, typed: Typed, wrong: String) -> Result<Response, Oops> {
    let page = UsersPage {
        wrong_code: Some((typed.form, wrong)),
        typed,
        ..users(web, me, None).await?
    };
    Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn refused(web: &Web, me: &Me, typed: Typed, error: AppError) -> Result<Response, Oops> {
    let AppError::Invalid(_) = error else {
        return Err(error.into());
    };
    let note = Note::of(&error, me.lang);
    let page = UsersPage {
        typed,
        ..users(web, me, Some(note)).await?
    };
    Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
