//! The page of one errand: where it stands, what it does next and why. What changes by itself is a part of the page with an
//! address of its own.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    Lang, Timestamp,
    account::Account,
    descriptor::{ErrandKind, Form, Wish},
    errand::Phase,
    id::ErrandId,
    lifecycle::Verb,
};
use serde_json::Value;

use super::super::{
    Web, form, hospital, live as fresh,
    page::{Note, Shell, html, html_with},
    rail,
    security::Oops,
    vehicle,
    views::{self, AskView, ErrandView, Line, ProblemView},
    visitor::Me,
    words::{self, m, t},
};
use super::history;
use crate::{app::AppError, ics};

#[derive(Template)]
#[template(path = "errand.html")]
struct DetailPage {
    s: Shell,
    board: Board,
    note: Option<Note>,
}

#[derive(Template)]
#[template(path = "errand_live.html")]
struct LivePart {
    s: Shell,
    board: Board,
}

/// What changes while the page is open.
struct Board {
    errand: ErrandView,
    asks: Vec<AskView>,
    problems: Vec<ProblemView>,
    /// Label, value, and a smaller word below: when it looks next and the like.
    now: Vec<(&'static str, String, String)>,
    /// Label and value of every wish.
    wishes: Vec<(String, String)>,
    lines: Vec<Line>,
    /// Where lines before these are.
    earlier: Option<String>,
    since: String,
    buttons: Vec<Button>,
    /// Whether they may give it up.
    may_cancel: bool,
}

/// A verb that makes sense now.
struct Button {
    verb: &'static str,
    label: &'static str,
}

/// `GET /errands/{id}`
pub(in crate::web) async fn page(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    Ok(html(&detail(&web, &me, &ErrandId::from(id), None).await?))
}

/// `GET /errands/{id}/live`: the part alone, or 204 when it is what the browser says it has.
pub(in crate::web) async fn live(
    State(web): State<Web>,
    me: Me,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let (_, board) = board(&web, &me, &ErrandId::from(id)).await?;
    let s = Shell::alone(me.lang, me.csrf.clone());
    Ok(fresh::part(&headers, &LivePart { s, board })?)
}

/// `GET /errands/{id}/visit.ics`: a booked visit for the phone's own calendar.
pub(in crate::web) async fn entry(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    let id = ErrandId::from(id);
    let text = web.app.visit_calendar(&me.actor, &id, me.lang).await?;
    let headers = [
        (header::CONTENT_TYPE, ics::CONTENT_TYPE),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"visit.ics\"",
        ),
    ];
    Ok((headers, text).into_response())
}

/// `POST /errands/{id}/{verb}`: run, pause, resume; cancelling has a page of its own.
pub(in crate::web) async fn tell(
    State(web): State<Web>,
    me: Me,
    Path((id, verb)): Path<(String, String)>,
) -> Result<Response, Oops> {
    let id = ErrandId::from(id);
    let Some(verb) = verb_of(&verb) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    match web.app.tell(&me.actor, &id, verb).await {
        Ok(_) => Ok(Redirect::to(&format!("/errands/{id}")).into_response()),
        Err(error) => refused(&web, &me, &id, error).await,
    }
}

fn verb_of(word: &str) -> Option<Verb> {
    match word {
        "run" => Some(Verb::Run),
        "pause" => Some(Verb::Pause),
        "resume" => Some(Verb::Resume),
        _ => None,
    }
}

/// The page, with a note on top where something was not done.
pub(super) async fn refused(
    web: &Web,
    me: &Me,
    id: &ErrandId,
    error: AppError,
) -> Result<Response, Oops> {
    if !matches!(error, AppError::NotNow(_)) {
        return Err(error.into());
    }
    let note = Some(Note::of(&error, me.lang));
    let page = detail(web, me, id, note).await?;
    Ok(html_with(StatusCode::CONFLICT, &page))
}

async fn detail(
    web: &Web,
    me: &Me,
    id: &ErrandId,
    note: Option<Note>,
) -> Result<DetailPage, AppError> {
    let (again_s, board) = board(web, me, id).await?;
    let mut s = Shell::full(web, me, "errands").await?;
    (s.again_s, s.live) = (again_s, true);
    Ok(DetailPage { s, board, note })
}

/// The part that changes, and after how many seconds a page without JavaScript loads itself again.
async fn board(web: &Web, me: &Me, id: &ErrandId) -> Result<(u32, Board), AppError> {
    let (app, lang, now) = (&web.app, me.lang, web.app.now());
    let (accounts, services) = (app.accounts(&me.actor).await?, app.services());
    let why = app.why(&me.actor, id).await?;
    let facts = app.facts(&me.actor, id).await?;
    let (lines, earlier) = history::newest(web, me, id).await?;
    let row = &why.errand;
    let may_use = app.may_use(&me.actor, &row.user, &row.account).await?;
    let may_change = me.actor.changes(&row.user);
    let mut errand = views::errand(row, &facts, &services, &accounts, (lang, now));
    if let Some(visit) = &mut errand.visit {
        visit.draw_patterns(&app.hospital_appeared(&me.actor).await?, lang, now);
    }
    let ask = |ask| views::ask(ask, &accounts, lang, now);
    let problem = |one| {
        told_once(
            elsewhere(views::problem(one, lang, now), id),
            &errand.reason,
        )
    };
    let kind = views::kind_of(&services, &row.kind);
    let board = Board {
        now: next_looks(&errand, row.next_at, lang, now),
        asks: why.asks.iter().map(ask).collect(),
        problems: why.problems.iter().map(problem).collect(),
        errand,
        wishes: wished(kind, &row.wishes, &accounts, lang),
        lines,
        earlier,
        since: words::moment(lang, row.created_at, now),
        buttons: match may_use {
            true => buttons(row.phase, lang),
            false => Vec::new(),
        },
        may_cancel: may_change && !row.phase.is_over(),
    };
    Ok((views::again_s(row), board))
}

/// When it looks next, how often and until when: what its own facts say, else its timer.
fn next_looks(
    errand: &ErrandView,
    next_at: Option<Timestamp>,
    lang: Lang,
    now: Timestamp,
) -> Vec<(&'static str, String, String)> {
    let label = m(lang, "shell-next-look");
    if let Some(ticket) = &errand.ticket {
        return ticket.now.clone();
    }
    if let Some(visit) = &errand.visit {
        return visit.now.clone();
    }
    if let Some(car) = &errand.car {
        let why = car.pace.why.clone().unwrap_or_default();
        let next = car.pace.next.clone();
        return next.map(|next| (label, next, why)).into_iter().collect();
    }
    let (Some(next), Some(at)) = (errand.next.clone(), next_at) else {
        return Vec::new();
    };
    let wait_s = at.as_second() - now.as_second();
    let soon = (wait_s > 0).then(|| words::later(lang, wait_s));
    vec![(label, next, soon.unwrap_or_default())]
}

/// What is wrong is often why the errand stands as it does; then the page has said it, and what to do is left.
fn told_once(mut problem: ProblemView, reason: &str) -> ProblemView {
    if problem.text == reason {
        problem.text.clear();
    }
    problem
}

/// The way to the page one is on is left out.
fn elsewhere(mut problem: ProblemView, here: &ErrandId) -> ProblemView {
    problem.way = problem
        .way
        .filter(|(href, _)| !href.ends_with(here.as_str()));
    problem
}

fn buttons(phase: Phase, lang: Lang) -> Vec<Button> {
    let button = |verb, zh, en| Button {
        verb,
        label: t(lang, zh, en),
    };
    let run = button("run", "现在看一次", "Look now");
    let pause = button("pause", "暂停", "Pause");
    match phase {
        Phase::Waiting | Phase::Working | Phase::NeedsYou => vec![run, pause],
        Phase::Paused => vec![button("resume", "继续", "Resume")],
        Phase::Done | Phase::Failed | Phase::Cancelled => Vec::new(),
    }
}

fn wished(
    kind: Option<&ErrandKind>,
    wishes: &Value,
    accounts: &[Account],
    lang: Lang,
) -> Vec<(String, String)> {
    let Some(kind) = kind else {
        return Vec::new();
    };
    match kind.kind {
        rail::TICKET => return rail::wished::wished(kind, wishes, lang),
        hospital::VISIT => return hospital::wished::wished(kind, wishes, lang),
        vehicle::WATCH | vehicle::COMMAND => return vehicle::words::wished(kind, wishes, lang),
        _ => {}
    }
    let shown = |wish: &Wish| {
        let value = form::typed(&wishes[wish.name], lang).filter(|_| !wish.secret)?;
        Some((
            wish.label.in_lang(lang).to_owned(),
            in_words(wish.form, value, accounts, lang),
        ))
    };
    kind.wishes.iter().filter_map(shown).collect()
}

fn in_words(form: Form, value: String, accounts: &[Account], lang: Lang) -> String {
    match form {
        Form::Choice(choices) => {
            let label = choices
                .iter()
                .find(|(word, _)| *word == value)
                .map(|(_, label)| label.in_lang(lang).to_owned());
            label.unwrap_or(value)
        }
        Form::Account(_) => {
            let name = accounts
                .iter()
                .find(|account| account.id.as_str() == value)
                .map(|account| account.name.clone());
            name.unwrap_or(value)
        }
        _ => value,
    }
}
