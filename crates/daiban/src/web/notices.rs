//! What was told: every notice with what became of it over each channel, in the provider's own words.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    dates,
    household::{Notice, OutboxState},
    notify::Channel,
};
use serde::Deserialize;

use super::{
    Web,
    page::{Note, Shell, html, html_with},
    security::Oops,
    visitor::{Fields, Me},
    words::{self, State as Word},
};
use crate::app::{AppError, OutboxLine};

/// So many notices are looked through.
const NOTICES: usize = 200;
/// So many are shown.
const SHOWN: usize = 60;
/// So many messages over channels are looked through for them.
const OUTBOX: usize = 1000;

/// A notice as it is listed.
pub(super) struct NoticeView {
    pub(super) class: &'static str,
    pub(super) iso: String,
    pub(super) at: String,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) href: Option<String>,
    /// What became of it over each channel.
    pub(super) sent: Vec<Delivery>,
}

/// One message over one channel.
pub(super) struct Delivery {
    /// Of the message, to send it again.
    pub(super) id: String,
    pub(super) channel: String,
    /// The channel's page, while it is there.
    pub(super) href: Option<String>,
    pub(super) state: Word,
    /// How often it was tried, and when next.
    pub(super) tries: String,
    /// The provider's own words.
    pub(super) answer: Option<String>,
    pub(super) failed: bool,
    /// Whether it can be sent again.
    pub(super) again: bool,
}

/// Which notices.
#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    state: String,
}

#[derive(Template)]
#[template(path = "notices.html")]
struct NoticesPage {
    s: Shell,
    failed_only: bool,
    /// How many of those that are looked through have failed somewhere.
    failed: usize,
    notices: Vec<NoticeView>,
    has_channel: bool,
    writes: bool,
    note: Option<Note>,
}

/// `GET /notices`, `GET /notices?state=failed`
pub(super) async fn page(
    State(web): State<Web>,
    me: Me,
    Query(which): Query<Which>,
) -> Result<Response, Oops> {
    let failed_only = which.state == "failed";
    Ok(html(&notices_page(&web, &me, failed_only, None).await?))
}

async fn notices_page(
    web: &Web,
    me: &Me,
    failed_only: bool,
    note: Option<Note>,
) -> Result<NoticesPage, AppError> {
    let mut notices = told(web, me, NOTICES).await?;
    let failed = |notice: &NoticeView| notice.sent.iter().any(|sent| sent.failed);
    let count = notices.iter().filter(|notice| failed(notice)).count();
    if failed_only {
        notices.retain(failed);
    }
    notices.truncate(SHOWN);
    Ok(NoticesPage {
        s: Shell::full(web, me, "problems").await?,
        failed_only,
        failed: count,
        notices,
        has_channel: !web.app.channels(&me.actor).await?.is_empty(),
        writes: me.actor.writes(),
        note,
    })
}

/// The last notices with what became of them, newest first.
pub(super) async fn told(web: &Web, me: &Me, limit: usize) -> Result<Vec<NoticeView>, AppError> {
    let outbox = web.app.outbox(&me.actor, OUTBOX).await?;
    let channels = web.app.channels(&me.actor).await?;
    let notices = web.app.notices(&me.actor, limit).await?;
    let view = |notice: &Notice| view(web, me, notice, &outbox, &channels);
    Ok(notices.iter().map(view).collect())
}

fn view(
    web: &Web,
    me: &Me,
    notice: &Notice,
    outbox: &[OutboxLine],
    channels: &[Channel],
) -> NoticeView {
    let (lang, now) = (me.lang, web.app.now());
    let sent: Vec<Delivery> = outbox
        .iter()
        .filter(|line| line.row.notice == notice.id)
        .map(|line| delivery(web, me, line, channels))
        .collect();
    NoticeView {
        class: words::severity(notice.severity),
        iso: dates::rfc3339(notice.at),
        at: words::moment(lang, notice.at, now),
        title: notice.title.in_lang(lang).to_owned(),
        body: notice.body.in_lang(lang).to_owned(),
        href: match (&notice.ask, &notice.errand) {
            (Some(ask), _) => Some(format!("/asks/{ask}")),
            (None, errand) => errand.as_ref().map(|errand| format!("/errands/{errand}")),
        },
        sent,
    }
}

/// One message over one channel, as it stands.
pub(super) fn delivery(web: &Web, me: &Me, line: &OutboxLine, channels: &[Channel]) -> Delivery {
    let lang = me.lang;
    let channel = channels
        .iter()
        .find(|channel| channel.id == line.row.channel);
    let failed = line.row.state == OutboxState::Failed;
    let changes = channel.is_some_and(|channel| me.actor.changes(&channel.user));
    Delivery {
        id: line.row.id.clone(),
        channel: line
            .channel_name
            .clone()
            .unwrap_or_else(|| words::m(lang, "notices-a-removed-channel").to_owned()),
        href: channel.map(|channel| format!("/channels/{}", channel.id)),
        state: words::outbox(lang, line.row.state),
        tries: tries(web, me, line),
        answer: line.row.answer.clone().filter(|answer| !answer.is_empty()),
        failed,
        again: failed && changes && line.notice.is_some(),
    }
}

fn tries(web: &Web, me: &Me, line: &OutboxLine) -> String {
    let (lang, now) = (me.lang, web.app.now());
    let mut parts = Vec::new();
    match (line.row.attempts, lang) {
        (0, _) => {}
        (many, daiban_core::Lang::Zh) => parts.push(format!("试了 {many} 次")),
        (1, daiban_core::Lang::En) => parts.push("one try".to_owned()),
        (many, daiban_core::Lang::En) => parts.push(format!("{many} tries")),
    }
    let waits = matches!(line.row.state, OutboxState::Queued | OutboxState::Held);
    if let Some(next) = line.row.next_at.filter(|next| waits && *next > now) {
        let at = words::moment_exact(lang, next, now);
        parts.push(format!("{} {at}", words::m(lang, "notices-next-at")));
    }
    parts.join(words::m(lang, "shell-mark-comma"))
}

/// `POST /notices/{message}/again`: a message that was given up goes once more.
pub(super) async fn again(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Oops> {
    match web.app.send_again(&me.actor, &id).await {
        Ok(()) => Ok(Redirect::to("/notices").into_response()),
        Err(error @ AppError::NotNow(_)) => {
            let note = Some(Note::of(&error, me.lang));
            let page = notices_page(&web, &me, false, note).await?;
            Ok(html_with(StatusCode::CONFLICT, &page))
        }
        Err(error) => Err(error.into()),
    }
}
