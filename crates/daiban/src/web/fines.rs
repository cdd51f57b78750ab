//! Fines: what was seen last for each car, what looking again costs, and what this month's queries cost.
//!
//! A query costs money, so its price stands on the button, and a form that was sent twice asks once.

use std::{collections::BTreeSet, time::Duration};

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use daiban_core::{
    Lang, Text, Timestamp,
    call::{CallState, Charged},
    dates,
    error::ServiceError,
    id::{AccountId, CallId},
};
use daiban_providers::violation::fines::{Check, Fine, State as Standing};

use super::{
    Web, facts,
    page::{Note, Shell, html, html_with},
    security::Oops,
    visitor::{Fields, Me},
    words::{self, State as Word, m, money},
};
use crate::{
    app::{AppError, CarFines, FinesAccount, LedgerLine},
    say,
};

/// So long a form waits for the answer; after that the page says that it is on its way.
const PATIENCE: Duration = Duration::from_secs(12);
/// More fines than this are a slip of the finger.
const MOST_OPEN: u32 = 999;

/// An account in the list.
struct AccountView {
    href: String,
    name: String,
    cars: Vec<CarView>,
}

/// One car.
struct CarView {
    plate: String,
    /// Sums, state, age.
    seen: Option<facts::Fines>,
    /// Why the last query brought nothing.
    trouble: Option<String>,
    /// What the service added.
    note: Option<String>,
    /// What was new in the last compared answer.
    news: Option<String>,
    fines: Vec<FineView>,
    /// Fines that are over.
    closed: Vec<FineView>,
    /// What is wrong with a note of one's own.
    error: Option<String>,
}

/// One fine.
struct FineView {
    at: String,
    place: String,
    action: String,
    cost: String,
    state: Word,
    is_new: bool,
    /// Where it can be dealt with.
    how: String,
}

/// One line of the ledger.
struct Spent {
    at: String,
    plate: String,
    what: &'static str,
    cost: String,
}

/// What queries cost.
struct Purse {
    price: String,
    /// What this month counts for.
    spent: String,
    /// `None`: nothing is spent without a person's word.
    budget: Option<String>,
    lines: Vec<Spent>,
}

#[derive(Template)]
#[template(path = "fines_list.html")]
struct ListPage {
    s: Shell,
    accounts: Vec<AccountView>,
    writes: bool,
}

/// `GET /fines`
pub(super) async fn list(State(web): State<Web>, me: Me) -> Result<Response, Oops> {
    let (lang, now) = (me.lang, web.app.now());
    let accounts = web.app.fines_accounts(&me.actor).await?;
    let view = |known: &FinesAccount| AccountView {
        href: format!("/fines/{}", known.account.id),
        name: known.account.name.clone(),
        cars: known
            .cars
            .iter()
            .map(|car| car_view(car, lang, now))
            .collect(),
    };
    Ok(html(&ListPage {
        s: Shell::full(&web, &me, "fines").await?,
        accounts: accounts.iter().map(view).collect(),
        writes: me.actor.writes(),
    }))
}

#[derive(Template)]
#[template(path = "fines_account.html")]
struct AccountPage {
    s: Shell,
    id: String,
    name: String,
    cars: Vec<CarView>,
    purse: Purse,
    /// How many queries there have been; a form with another number was sent before.
    seen: usize,
    note: Option<Note>,
    changes: bool,
}

/// `GET /fines/{account}`
pub(super) async fn page(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
) -> Result<Response, Oops> {
    Ok(html(
        &account_page(&web, &me, &AccountId::from(id), None).await?,
    ))
}

async fn account_page(
    web: &Web,
    me: &Me,
    id: &AccountId,
    note: Option<Note>,
) -> Result<AccountPage, AppError> {
    let (lang, now) = (me.lang, web.app.now());
    let known = web.app.fines(&me.actor, id).await?;
    Ok(AccountPage {
        s: Shell::full(web, me, "fines").await?,
        id: id.to_string(),
        name: known.account.name.clone(),
        cars: known
            .cars
            .iter()
            .map(|car| car_view(car, lang, now))
            .collect(),
        purse: purse(&known, lang, now),
        seen: queries(&known),
        note,
        changes: me.actor.changes(&known.account.user),
    })
}

/// Queries that went out or may have; notes of one's own are not among them.
fn queries(known: &FinesAccount) -> usize {
    let lines = known.ledger.iter();
    lines.filter(|line| is_query(line)).count()
}

fn is_query(line: &LedgerLine) -> bool {
    line.call.call.body["do"] == "query"
}

fn car_view(car: &CarFines, lang: Lang, now: Timestamp) -> CarView {
    let check = car.check.as_ref();
    let new: BTreeSet<&str> = car
        .changes
        .iter()
        .flat_map(|changes| &changes.new)
        .map(|fine| fine.id.as_str())
        .collect();
    let listed = check.map_or(&[][..], |check| &check.violations);
    let (open, closed): (Vec<&Fine>, Vec<&Fine>) = listed.iter().partition(|fine| fine.is_due());
    let view = |fine: &&Fine| fine_view(fine, new.contains(fine.id.as_str()), lang);
    CarView {
        plate: car.plate.clone(),
        seen: check.and_then(|check| {
            let name = format!("check/{}", car.plate);
            facts::fines(&name, &check.to_value(), lang, now)
        }),
        trouble: car
            .trouble
            .as_ref()
            .map(|error| error.text().in_lang(lang).to_owned()),
        note: check
            .and_then(|check| check.note.as_ref())
            .map(|note| note.in_lang(lang).to_owned()),
        news: news(car, lang),
        fines: open.iter().map(view).collect(),
        closed: closed.iter().map(view).collect(),
        error: None,
    }
}

/// What the last comparison found. A note of one's own is not compared.
fn news(car: &CarFines, lang: Lang) -> Option<String> {
    let changes = car.changes.as_ref()?;
    car.check.as_ref().filter(|check| check.is_listed())?;
    let (new, changed, gone) = (changes.new.len(), changes.changed.len(), changes.gone.len());
    let mut parts = Vec::new();
    let mut part = |count: usize, what: &str| {
        if count > 0 {
            parts.push(match lang {
                Lang::Zh => format!("{what} {count} 条"),
                Lang::En => format!("{count} {what}"),
            });
        }
    };
    part(new, m(lang, "fines-new-2"));
    part(changed, m(lang, "fines-changed"));
    part(gone, m(lang, "fines-no-longer-listed"));
    Some(match (parts.is_empty(), lang) {
        (true, Lang::Zh) => "跟上一次比，没有变化".to_owned(),
        (true, Lang::En) => "nothing has changed since the time before".to_owned(),
        (false, Lang::Zh) => format!("跟上一次比：{}", parts.join("，")),
        (false, Lang::En) => format!("since the time before: {}", parts.join(", ")),
    })
}

fn fine_view(fine: &Fine, is_new: bool, lang: Lang) -> FineView {
    let unknown = || m(lang, "shell-unknown").to_owned();
    let (class, word) = match fine.state {
        Some(Standing::Open) => ("att", m(lang, "shell-open")),
        Some(Standing::HandledUnpaid) => ("att", m(lang, "shell-handled-unpaid")),
        Some(Standing::Closed) => ("ok", m(lang, "shell-closed")),
        None => ("", m(lang, "shell-unknown")),
    };
    let fee = fine
        .fine_yuan
        .map_or_else(|| "?".to_owned(), |yuan| yuan.to_string());
    let points = fine
        .points
        .map_or_else(|| "?".to_owned(), |points| points.to_string());
    FineView {
        at: fine.at.map_or_else(unknown, |at| {
            format!(
                "{} {}",
                words::day(lang, dates::today(at)),
                words::clock(at)
            )
        }),
        place: fine.place.clone().unwrap_or_else(unknown),
        action: fine.action.clone().unwrap_or_else(unknown),
        cost: match lang {
            Lang::Zh => format!("¥{fee} · {points} 分"),
            Lang::En => format!("¥{fee} · {points} points"),
        },
        state: Word { class, word },
        is_new,
        how: how(fine, lang),
    }
}

/// Where it can be dealt with, as far as the service tells; of one that is over there is nothing to say.
fn how(fine: &Fine, lang: Lang) -> String {
    if !fine.is_due() {
        return String::new();
    }
    let mut parts = vec![match fine.online {
        true => m(lang, "fines-can-be-handled-online-12123").to_owned(),
        false => m(lang, "fines-not-said-to-be-possible").to_owned(),
    }];
    parts.extend(fine.organ.clone().or_else(|| fine.city.clone()));
    parts.join(" · ")
}

fn purse(known: &FinesAccount, lang: Lang, now: Timestamp) -> Purse {
    let lines = known.ledger.iter().rev();
    Purse {
        price: money(known.price_fen),
        spent: money(known.counted_fen()),
        budget: (known.budget_fen > 0).then(|| money(known.budget_fen)),
        lines: lines.map(|line| spent(line, lang, now)).collect(),
    }
}

fn spent(line: &LedgerLine, lang: Lang, now: Timestamp) -> Spent {
    let call = &line.call;
    let query = is_query(line);
    let sent_nothing = call.sent_at.is_none();
    let what = match (query, call.state) {
        (false, _) => m(lang, "fines-noted-by-you"),
        (_, CallState::Queued) => m(lang, "fines-its-turn-has-not-come"),
        (_, CallState::Sent | CallState::Unsure) => m(lang, "fines-waiting-for-the-answer"),
        (_, CallState::Withdrawn) => m(lang, "fines-withdrawn-not-sent"),
        (_, CallState::Settled) if sent_nothing => m(lang, "fines-not-sent-a-stored-answer"),
        (_, CallState::Settled) => m(lang, "fines-asked-once"),
    };
    let cost = match (query, call.charged) {
        (false, _) => String::new(),
        (_, Some(Charged::Yes)) => money(line.counted_fen),
        (_, Some(Charged::Maybe)) => match lang {
            Lang::Zh => format!("{}，可能扣了", money(line.counted_fen)),
            Lang::En => format!("{}, perhaps", money(line.counted_fen)),
        },
        (_, Some(Charged::No)) => m(lang, "fines-free").to_owned(),
        (_, None) => m(lang, "fines-not-known-yet").to_owned(),
    };
    Spent {
        at: words::moment(lang, call.intended_at, now),
        plate: call.call.body["plate"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        what,
        cost,
    }
}

/// `POST /fines/{account}/look`: one paid query, with a person's word.
pub(super) async fn look(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let id = AccountId::from(id);
    let before = queries(&web.app.fines(&me.actor, &id).await?);
    if fields.text("seen") != before.to_string() {
        let error = AppError::NotNow(Text::new(
            "这一页打开以后已经查过了，没有再查，也没有再花钱。下面是现在的样子",
            "there has been a query since this page was opened; nothing was asked again and nothing spent. This is how it stands now",
        ));
        return answered(&web, &me, &id, Err(error)).await;
    }
    let plate = Some(fields.text("plate")).filter(|plate| !plate.is_empty());
    let call = web.app.violation_check(&me.actor, &id, plate, true).await?;
    let came = settled(&web, &call).await;
    answered(&web, &me, &id, came).await
}

/// The answer, or that it is on its way.
async fn settled(web: &Web, call: &CallId) -> Result<Option<Check>, AppError> {
    match web.app.settled(call, PATIENCE).await {
        Ok(value) => Ok(Check::from_value(&value)),
        Err(AppError::Service(ServiceError::Busy { .. } | ServiceError::Unsure { .. }))
            if !web.app.is_settled(call).await? =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

async fn answered(
    web: &Web,
    me: &Me,
    id: &AccountId,
    came: Result<Option<Check>, AppError>,
) -> Result<Response, Oops> {
    let (status, note) = match &came {
        Ok(check) => (StatusCode::OK, note_of(check.as_ref(), me.lang)),
        Err(error @ (AppError::Service(_) | AppError::Invalid(_) | AppError::NotNow(_))) => {
            let status = StatusCode::from_u16(say::status(error));
            let note = Note::of(error, me.lang);
            (status.unwrap_or(StatusCode::BAD_GATEWAY), note)
        }
        Err(_) => return Err(came.err().unwrap_or(AppError::Forbidden).into()),
    };
    Ok(html_with(
        status,
        &account_page(web, me, id, Some(note)).await?,
    ))
}

fn note_of(check: Option<&Check>, lang: Lang) -> Note {
    let Some(check) = check else {
        return Note {
            class: "att",
            text: m(lang, "fines-it-is-being-asked-and").to_owned(),
        };
    };
    let charged = match check.charged {
        Charged::Yes => m(lang, "fines-charged"),
        Charged::Maybe => m(lang, "fines-perhaps-charged"),
        Charged::No => m(lang, "fines-free-2"),
    };
    let text = match (check.count, lang) {
        (Some(count), Lang::Zh) => format!("{}：查到 {count} 条{charged}。", check.plate),
        (Some(count), Lang::En) => format!("{}: {count} listed{charged}.", check.plate),
        (None, Lang::Zh) => format!("{}：服务收下了，还没有结果{charged}。", check.plate),
        (None, Lang::En) => format!("{}: taken, no result yet{charged}.", check.plate),
    };
    Note { class: "ok", text }
}

/// `POST /fines/{account}/manual`: "I looked in 12123 myself".
pub(super) async fn manual(
    State(web): State<Web>,
    me: Me,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Oops> {
    let id = AccountId::from(id);
    let plate = fields.text("plate");
    let Some(open) = count(fields.text("open")) else {
        let mut page = account_page(&web, &me, &id, None).await?;
        let text = m(me.lang, "fines-a-number-0-for-none");
        if let Some(car) = page.cars.iter_mut().find(|car| car.plate == plate) {
            car.error = Some(text.to_owned());
        }
        return Ok(html_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let note = Some(fields.text("note")).filter(|note| !note.is_empty());
    let call = web
        .app
        .violation_manual(&me.actor, &id, plate, open, note)
        .await?;
    match settled(&web, &call).await {
        Ok(Some(_)) => Ok(Redirect::to(&format!("/fines/{id}")).into_response()),
        other => answered(&web, &me, &id, other).await,
    }
}

fn count(text: &str) -> Option<u32> {
    text.parse().ok().filter(|open| *open <= MOST_OPEN)
}
