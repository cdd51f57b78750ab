//! API tokens: made, shown once, revoked.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    Lang, Timestamp,
    household::{ApiToken, Scope},
};

use super::{Tabs, asks_code, prove};
use crate::{
    app::AppError,
    web::{
        Web,
        page::{Note, Shell, html, html_with},
        security::Oops,
        visitor::{Fields, Me},
        words,
    },
};

struct TokenView {
    id: String,
    name: String,
    scope: &'static str,
    line: String,
}

#[derive(Template)]
#[template(path = "settings/tokens.html")]
struct TokensPage {
    s: Shell,
    tabs: Tabs,
    tokens: Vec<TokenView>,
    writes: bool,
    note: Option<Note>,
    /// What was typed, when it comes back.
    name: String,
    scope: Scope,
    needs_code: bool,
    code_error: Option<String>,
    /// A token just made, shown this once.
    fresh: Option<String>,
}

/// `GET /settings/tokens`
pub(in crate::web) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    Ok(html(&tokens(&web, &me, None).await?))
}

async fn tokens(web: &Web, me: &Me, note: Option<Note>) -> Result<TokensPage, AppError> {
    let (lang, now) = (me.lang, web.app.access().now());
    let tokens = web.app.tokens(&me.actor).await?;
    Ok(TokensPage {
        s: Shell::full(web, me, "settings").await?,
        tabs: Tabs::new(me, "tokens"),
        tokens: tokens
            .into_iter()
            .map(|token| view(token, lang, now))
            .collect(),
        writes: me.actor.writes(),
        note,
        name: String::new(),
        scope: Scope::Read,
        needs_code: asks_code(web, me).await?,
        code_error: None,
        fresh: None,
    })
}

/// The page again, with what was typed.
async fn again(
    web: &Web,
    me: &Me,
    typed: (&str, Scope),
    note: Option<Note>,
    code_error: Option<String>,
) -> Result<Response, Oops> {
    let page = TokensPage {
        name: typed.0.to_owned(),
        scope: typed.1,
        code_error,
        ..tokens(web, me, note).await?
    };
    Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn view(token: ApiToken, lang: Lang, now: Timestamp) -> TokenView {
    TokenView {
        line: match token.used_at {
            Some(at) => format!(
                "{} {}",
                words::m(lang, "settings-used"),
                words::ago(lang, at, now)
            ),
            None => words::m(lang, "settings-never-used").to_owned(),
        },
        scope: words::scope(lang, token.scope),
        id: token.id,
        name: token.name,
    }
}

/// `POST /settings/tokens`: makes a token and shows it this once. One that changes things outlives this session and is never
/// asked for a code, so its making is.
pub(in crate::web) async fn add(
    State(web): State<Web>,
    mut me: Me,
    fields: Fields,
) -> Result<Response, Oops> {
    let Some(scope) = scope_of(fields.text("scope")) else {
        return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
    };
    let name = fields.text("name");
    if scope > Scope::Read
        && let Some(wrong) = prove(&web, &mut me, &fields).await?
    {
        return again(&web, &me, (name, scope), None, Some(wrong)).await;
    }
    match web
        .app
        .add_token(&me.actor, &me.actor.user, name, scope)
        .await
    {
        Ok((secret, _)) => {
            let mut page = tokens(&web, &me, None).await?;
            page.fresh = Some(secret.reveal().to_owned());
            Ok(html(&page))
        }
        Err(error @ AppError::Invalid(_)) => {
            let note = Some(Note::of(&error, me.lang));
            again(&web, &me, (name, scope), note, None).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/tokens/{id}/revoke`
pub(in crate::web) async fn revoke(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    web.app.revoke_token(&me.actor, &id).await?;
    Ok(Redirect::to("/settings/tokens").into_response())
}

fn scope_of(word: &str) -> Option<Scope> {
    match word {
        "read" => Some(Scope::Read),
        "write" => Some(Scope::Write),
        "admin" => Some(Scope::Admin),
        _ => None,
    }
}
