//! Today: what needs a person, what is wrong, what comes next, one pane for each errand.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use daiban_core::{
    Lang, Timestamp, ask::AskState, dates, errand::Phase, household::ErrandRow, notice::Severity,
};

use super::{
    Web, live,
    matters::{self, Ghost, Group},
    page::{Shell, html},
    security::Oops,
    views::{self, AskView, ErrandView, ProblemView},
    visitor::Me,
    words,
};
use crate::app::AppError;

/// So many errands that are over are shown.
const OVER_SHOWN: usize = 3;
/// So many next moments are listed.
const COMING_SHOWN: usize = 4;

/// What is shown, and shown again while the page is open.
struct Board {
    date: String,
    time: String,
    asks: Vec<AskView>,
    problems: Vec<ProblemView>,
    coming: Vec<Coming>,
    groups: Vec<Group>,
    /// What nothing is carried for yet; only for those who may begin it.
    ghost: Option<Ghost>,
    /// Whether there is no errand at all.
    is_empty: bool,
    has_account: bool,
    writes: bool,
    /// Seconds after which it is asked for even without news.
    every_s: u32,
}

/// A moment at which something will be done.
struct Coming {
    time: String,
    day: String,
    what: String,
    why: String,
    href: String,
}

#[derive(Template)]
#[template(path = "today.html")]
struct TodayPage {
    s: Shell,
    board: Board,
}

#[derive(Template)]
#[template(path = "today_live.html")]
struct LivePart {
    s: Shell,
    board: Board,
}

/// `GET /`
pub(super) async fn page(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let (s, board) = board(&web, &me).await?;
    Ok(html(&TodayPage { s, board }))
}

/// `GET /today/live`: the board alone, or 204 when it is as it was.
pub(super) async fn live(
    State(web): State<Web>,
    me: Me,
    headers: HeaderMap,
) -> Result<Response, Oops> {
    let (s, board) = board(&web, &me).await?;
    Ok(live::part(&headers, &LivePart { s, board })?)
}

async fn board(web: &Web, me: &Me) -> Result<(Shell, Board), AppError> {
    let (app, lang, now) = (&web.app, me.lang, web.app.now());
    let accounts = app.accounts(&me.actor).await?;
    let asks = app.asks(&me.actor, Some(AskState::Open)).await?;
    let mut problems = app.problems(&me.actor).await?;
    problems.sort_by_key(|problem| match problem.severity {
        Severity::Urgent => 0,
        Severity::Attention => 1,
        Severity::Info => 2,
    });
    let rows = shown(app.errands(&me.actor).await?);
    let services = app.services();
    let facts = app.facts_of(&me.actor, &rows).await?;
    let view = |row: &ErrandRow| {
        let facts = facts.get(&row.id).map(Vec::as_slice).unwrap_or_default();
        views::errand(row, facts, &services, &accounts, (lang, now))
    };
    let errands: Vec<ErrandView> = rows.iter().map(view).collect();
    let today = dates::today(now);
    let clock = dates::beijing(now);
    let shell = Shell {
        here: "today",
        asks: asks.len(),
        problems: problems.len(),
        ..Shell::alone(lang, me.csrf.clone())
    };
    let board = Board {
        date: words::day(lang, today),
        time: format!("{:02}:{:02}", clock.hour(), clock.minute()),
        asks: asks
            .iter()
            .map(|ask| views::ask(ask, &accounts, lang, now))
            .collect(),
        problems: problems
            .iter()
            .map(|problem| views::problem(problem, lang, now))
            .collect(),
        coming: coming(&rows, &errands, lang, now),
        ghost: matters::ghost(&rows, &accounts, &services, lang)
            .filter(|_| me.actor.writes() && !rows.is_empty()),
        is_empty: errands.is_empty(),
        groups: matters::groups(errands, &services, lang),
        has_account: !accounts.is_empty(),
        writes: me.actor.writes(),
        every_s: web.refresh_s(),
    };
    Ok((shell, board))
}

/// What needs a person first, then what goes on, then the last few that are over.
fn shown(rows: Vec<ErrandRow>) -> Vec<ErrandRow> {
    let (mut going, mut over): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| !row.phase.is_over());
    over.retain(|row| row.phase != Phase::Cancelled);
    over.truncate(OVER_SHOWN);
    going.sort_by_key(|row| match row.phase {
        Phase::NeedsYou => 0,
        Phase::Working | Phase::Waiting => 1,
        _ => 2,
    });
    going.into_iter().chain(over).collect()
}

fn coming(rows: &[ErrandRow], errands: &[ErrandView], lang: Lang, now: Timestamp) -> Vec<Coming> {
    let mut moments: Vec<_> = rows
        .iter()
        .zip(errands)
        .filter(|(row, _)| matches!(row.phase, Phase::Waiting | Phase::Working))
        .filter_map(|(row, errand)| Some((row.next_at?, errand)))
        .collect();
    moments.sort_by_key(|(at, _)| *at);
    let coming = |(at, errand): (Timestamp, &ErrandView)| Coming {
        time: words::clock(at),
        day: words::near_day(lang, dates::today(at), dates::today(now)),
        what: format!("{} · {}", errand.kind, errand.heading()),
        why: errand.reason.clone(),
        href: errand.href.clone(),
    };
    moments.into_iter().take(COMING_SHOWN).map(coming).collect()
}
