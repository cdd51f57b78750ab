//! The history of an errand, newest first, a page at a time.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use daiban_core::{household::EventRow, id::ErrandId};
use serde::Deserialize;

use super::super::{
    Web,
    page::{Shell, html},
    security::Oops,
    views::{self, Line},
    visitor::Me,
};
use crate::app::AppError;

/// So many lines the page of an errand shows.
const NEWEST: usize = 8;
/// So many a page of history shows. The same sentence many times over is one line.
const PAGE: usize = 40;
/// So many are read for the page of an errand.
const NEWEST_READ: usize = 200;
/// So many are read for a page of history: beyond them history is for the command line.
const READ_MOST: usize = 1000;

/// Which page.
#[derive(Deserialize)]
pub(in crate::web) struct Before {
    /// Lines before this number; the newest when left out.
    before: Option<i64>,
    /// `1`: lines that only say that a look was answered, too.
    #[serde(default)]
    all: String,
}

#[derive(Template)]
#[template(path = "errand_history.html")]
struct HistoryPage {
    s: Shell,
    id: String,
    title: String,
    lines: Vec<Line>,
    earlier: Option<String>,
    /// Whether every answered look is listed.
    all: bool,
    is_newest: bool,
    /// Whether there may be lines that are not shown on any page.
    is_cut: bool,
}

/// The newest lines, and where those before them are.
pub(super) async fn newest(
    web: &Web,
    me: &Me,
    id: &ErrandId,
) -> Result<(Vec<Line>, Option<String>), AppError> {
    let mut events = web.app.history(&me.actor, id, NEWEST_READ).await?;
    let is_cut = events.len() == NEWEST_READ;
    events.retain(|event| !views::is_routine(event));
    Ok(paged(&events, id, (NEWEST, is_cut), (web, me)))
}

/// `GET /errands/{id}/history?before=`
pub(in crate::web) async fn page(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
    Query(wanted): Query<Before>,
) -> Result<Response, Oops> {
    let id = ErrandId::from(id);
    let row = web.app.errand(&me.actor, &id).await?;
    let mut events = web.app.history(&me.actor, &id, READ_MOST).await?;
    let is_cut = events.len() == READ_MOST;
    let all = wanted.all == "1";
    events.retain(|event| wanted.before.is_none_or(|before| event.seq < before));
    events.retain(|event| all || !views::is_routine(event));
    let (lines, mut earlier) = paged(&events, &id, (PAGE, false), (&web, &me));
    if let Some(earlier) = earlier.as_mut().filter(|_| all) {
        earlier.push_str("&all=1");
    }
    let kind = views::kind_of(&web.app.services(), &row.kind);
    Ok(html(&HistoryPage {
        s: Shell::full(&web, &me, "errands").await?,
        title: kind.map_or(row.kind, |kind| kind.label.in_lang(me.lang).to_owned()),
        id: id.to_string(),
        is_cut: is_cut && earlier.is_none(),
        lines,
        earlier,
        all,
        is_newest: wanted.before.is_none(),
    }))
}

fn paged(
    events: &[EventRow],
    id: &ErrandId,
    (most, is_cut): (usize, bool),
    (web, me): (&Web, &Me),
) -> (Vec<Line>, Option<String>) {
    let mut lines = views::lines(events, me.lang, web.app.now());
    let more = lines.len() > most || is_cut;
    lines.truncate(most);
    let oldest = lines.last().filter(|_| more).map(|line| line.oldest);
    let earlier = oldest.map(|before| format!("/errands/{id}/history?before={before}"));
    (lines, earlier)
}
