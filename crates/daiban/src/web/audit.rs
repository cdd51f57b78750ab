//! The audit log as a page: who did what, newest first, fifty at a time.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use daiban_core::{Lang, dates, household::AuditRow};
use serde::Deserialize;

use super::{
    Web,
    page::{Shell, html},
    security::Oops,
    visitor::Me,
    words,
};
use crate::app::{AppError, Audit, audit::AUDIT_PAGE};

struct LineView {
    iso: String,
    at: String,
    who: String,
    what: String,
    about: String,
    href: Option<String>,
    by: String,
    refused: bool,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    s: Shell,
    lines: Vec<LineView>,
    /// Whether only what concerns oneself is shown.
    own: bool,
    /// The number to go on from.
    older: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    before: Option<i64>,
}

/// `GET /settings/audit`: everything for an admin, what concerns oneself for everybody else.
pub(super) async fn page(
    State(web): State<Web>,
    me: Me,
    Query(part): Query<Part>,
) -> Result<Response, Oops> {
    let app = &web.app;
    let rows = app
        .audit_lines(&me.actor, part.before, AUDIT_PAGE + 1)
        .await?;
    let names = Names::read(&web, &me).await?;
    let shown = rows.iter().take(AUDIT_PAGE);
    let page = AuditPage {
        s: Shell::full(&web, &me, "more").await?,
        lines: shown
            .map(|row| line(row, &names, &me, app.wall_now()))
            .collect(),
        own: !me.actor.governs(),
        older: rows
            .get(AUDIT_PAGE)
            .and(rows.get(AUDIT_PAGE - 1))
            .map(|row| row.seq),
    };
    Ok(html(&page))
}

fn line(row: &AuditRow, names: &Names, me: &Me, now: daiban_core::Timestamp) -> LineView {
    let lang = me.lang;
    let what = Audit::of_word(&row.what);
    LineView {
        iso: dates::rfc3339(row.at),
        at: words::moment(lang, row.at, now),
        who: match &row.user {
            Some(user) => names.of("user", user.as_str(), lang),
            None => words::m(lang, "settings-somebody-not-signed-in").to_owned(),
        },
        what: what.map_or_else(
            || row.what.clone(),
            |audit| audit.text().in_lang(lang).to_owned(),
        ),
        about: row
            .about
            .as_deref()
            .map_or_else(String::new, |about| names.about(about, lang)),
        href: row
            .about
            .as_deref()
            .and_then(href)
            .or_else(|| own_session(row, me)),
        by: by(row, lang),
        refused: row.refused,
    }
}

/// From where and by which key.
fn by(row: &AuditRow, lang: Lang) -> String {
    let via = match row.via.as_deref().and_then(|via| via.split('/').next()) {
        Some("session") => words::m(lang, "settings-web-page"),
        Some("token") => words::m(lang, "settings-api-token"),
        Some("link") => words::m(lang, "settings-link"),
        Some("command_line") => words::m(lang, "settings-command-line"),
        _ => "",
    };
    let parts = [via, row.origin.as_deref().unwrap_or_default()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

/// Among one's own sessions, the one it was done in.
fn own_session(row: &AuditRow, me: &Me) -> Option<String> {
    let own = row.user.as_ref() == Some(&me.actor.user);
    let via = row.via.as_deref().filter(|_| own)?;
    let id = via.strip_prefix("session/")?;
    Some(format!("/settings/sessions#s-{id}"))
}

/// Where the thing itself is shown.
fn href(about: &str) -> Option<String> {
    let (kind, id) = about.split_once('/')?;
    let place = match kind {
        "account" => "accounts",
        "errand" => "errands",
        "ask" => "asks",
        _ => return None,
    };
    Some(format!("/{place}/{id}"))
}

/// What people call the things that lines are about, as far as this person sees them.
struct Names(BTreeMap<(&'static str, String), String>);

impl Names {
    async fn read(web: &Web, me: &Me) -> Result<Self, AppError> {
        let (app, actor) = (&web.app, &me.actor);
        let users = app.users(actor).await?.into_iter();
        let users = users.map(|user| ("user", user.id.to_string(), user.name));
        let accounts = app.accounts(actor).await?.into_iter();
        let accounts = accounts.map(|account| ("account", account.id.to_string(), account.name));
        let channels = app.channels(actor).await?.into_iter();
        let channels = channels.map(|channel| ("channel", channel.id.to_string(), channel.name));
        let tokens = app.tokens(actor).await?.into_iter();
        let tokens = tokens.map(|token| ("token", token.id, token.name));
        let all = users.chain(accounts).chain(channels).chain(tokens);
        Ok(Self(
            all.map(|(kind, id, name)| ((kind, id), name)).collect(),
        ))
    }

    fn of(&self, kind: &'static str, id: &str, lang: Lang) -> String {
        let known = self.0.get(&(kind, id.to_owned()));
        let other = || words::m(lang, "settings-somebody-else").to_owned();
        known.cloned().unwrap_or_else(other)
    }

    fn about(&self, about: &str, lang: Lang) -> String {
        let Some((kind, id)) = about.split_once('/') else {
            return about.to_owned();
        };
        let word = match kind {
            "user" => return self.of("user", id, lang),
            "account" => words::m(lang, "shell-account"),
            "channel" => words::m(lang, "settings-channel"),
            "token" => words::m(lang, "settings-token"),
            "errand" => return words::m(lang, "settings-the-errand").to_owned(),
            "ask" => return words::m(lang, "settings-the-ask").to_owned(),
            "session" => words::m(lang, "settings-a-session"),
            "setting" => words::m(lang, "settings-setting"),
            // An address as the router spells it.
            _ => return about.to_owned(),
        };
        let named = self
            .0
            .iter()
            .find(|((of, known), _)| *of == kind && known == id);
        format!("{word} {}", named.map_or(id, |(_, name)| name))
    }
}
