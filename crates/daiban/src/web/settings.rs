//! The rest: who is signed in, language, password, people, API tokens.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    household::{Role, Scope},
    id::UserId,
    secret::Secret,
    service::Service,
};

use super::{
    Web,
    cookies::with_session_cookie,
    page::{Note, Shell, html, html_with, said},
    security::Oops,
    visitor::{Fields, Me},
    words,
};
use crate::app::AppError;

struct TokenView {
    id: String,
    name: String,
    scope: &'static str,
    line: String,
}

struct UserView {
    name: String,
    role: &'static str,
    line: String,
}

#[derive(Template)]
#[template(path = "more.html")]
struct MorePage {
    s: Shell,
    name: String,
    role: &'static str,
    tokens: Vec<TokenView>,
    users: Vec<UserView>,
    governs: bool,
    writes: bool,
    note: Option<Note>,
    /// A token just made, shown this once.
    fresh: Option<String>,
    /// Whether departments can be looked for.
    hospital: bool,
}

/// `GET /more`
pub(super) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    Ok(html(&more(&web, &me, None).await?))
}

async fn more(web: &Web, me: &Me, note: Option<Note>) -> Result<MorePage, AppError> {
    let (app, lang, now) = (&web.app, me.lang, web.app.now());
    let users = app.users(&me.actor).await?;
    let tokens = app
        .tokens(&me.actor)
        .await?
        .into_iter()
        .map(|token| TokenView {
            line: match token.used_at {
                Some(at) => format!(
                    "{} {}",
                    words::t(lang, "用过：", "used"),
                    words::ago(lang, at, now)
                ),
                None => words::t(lang, "还没用过", "never used").to_owned(),
            },
            scope: words::scope(lang, token.scope),
            id: token.id,
            name: token.name,
        });
    let users = users.into_iter().map(|user| UserView {
        line: match user.locked_until.filter(|until| *until > now) {
            Some(until) => format!(
                "{} {}",
                words::t(lang, "锁到", "locked until"),
                words::moment(lang, until, now)
            ),
            None => String::new(),
        },
        role: words::role(lang, user.role),
        name: user.name,
    });
    Ok(MorePage {
        s: Shell::full(web, me, "more").await?,
        name: me.actor.name.clone(),
        role: words::role(lang, me.actor.role),
        tokens: tokens.collect(),
        users: users.collect(),
        governs: me.actor.governs(),
        writes: me.actor.writes(),
        note,
        fresh: None,
        hospital: app.descriptor(Service::Hospital).is_ok(),
    })
}

/// `POST /tokens`: makes a token and shows it this once.
pub(super) async fn add_token(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let Some(scope) = scope_of(fields.text("scope")) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    match web
        .app
        .add_token(&me.actor, &me.actor.user, fields.text("name"), scope)
        .await
    {
        Ok((secret, _)) => {
            let mut page = more(&web, &me, None).await?;
            page.fresh = Some(secret.reveal().to_owned());
            Ok(html(&page))
        }
        Err(error) => refused(&web, &me, error).await,
    }
}

/// `POST /tokens/{id}/revoke`
pub(super) async fn revoke_token(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    web.app.revoke_token(&me.actor, &id).await?;
    Ok(Redirect::to("/more#tokens").into_response())
}

/// `POST /password`: sets one's own password; the old one must be given. All sessions end, this one begins anew.
pub(super) async fn set_password(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let old = Secret::new(fields.get("old").unwrap_or_default());
    let new = Secret::new(fields.get("new").unwrap_or_default());
    if let Err(error) = web.app.access().check_password(&me.actor.name, &old).await {
        return refused(&web, &me, error).await;
    }
    if let Err(error) = web.app.set_password(&me.actor, &me.actor.user, &new).await {
        return refused(&web, &me, error).await;
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
    let page = html(&more(&web, &again, Some(note)).await?);
    Ok(with_session_cookie(&web, page, cookie.reveal()))
}

/// `POST /users`: adds somebody. Admins only.
pub(super) async fn add_user(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let Some(role) = role_of(fields.text("role")) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let password = Secret::new(fields.get("password").unwrap_or_default());
    match web
        .app
        .add_user(&me.actor, fields.text("name"), role, &password)
        .await
    {
        Ok(_) => Ok(Redirect::to("/more#users").into_response()),
        Err(error) => refused(&web, &me, error).await,
    }
}

/// `POST /users/unlock`: lets somebody try their password again. Admins only.
pub(super) async fn unlock(
    State(web): State<Web>,
    me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let user = web.app.user_named(&me.actor, fields.text("name")).await?;
    web.app
        .unlock(&me.actor, &UserId::from(user.id.as_str()))
        .await?;
    Ok(Redirect::to("/more#users").into_response())
}

async fn refused(web: &Web, me: &Me, error: AppError) -> Result<Response, Oops> {
    match error {
        AppError::Invalid(_) | AppError::SignIn | AppError::Locked { .. } => {
            let text = match &error {
                AppError::SignIn => {
                    words::t(me.lang, "现在的密码不对", "the present password is wrong").to_owned()
                }
                other => said(other, me.lang),
            };
            let note = Note { class: "urg", text };
            Ok(html_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &more(web, me, Some(note)).await?,
            ))
        }
        other => Err(other.into()),
    }
}

fn scope_of(word: &str) -> Option<Scope> {
    match word {
        "read" => Some(Scope::Read),
        "write" => Some(Scope::Write),
        "admin" => Some(Scope::Admin),
        _ => None,
    }
}

fn role_of(word: &str) -> Option<Role> {
    match word {
        "admin" => Some(Role::Admin),
        "member" => Some(Role::Member),
        "viewer" => Some(Role::Viewer),
        _ => None,
    }
}
