//! What the services offer, and what a person asks of one directly, over REST.

use std::time::Duration;

use axum::{extract::Path, response::Response};
use daiban_core::id::AccountId;
use serde::Deserialize;

use super::{Asked, Json, Query};
use crate::{app::RailTickets, say};

/// How long a request waits for a command to be settled.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn list(asked: Asked) -> Response {
    let services = asked.app.services();
    asked.ok(Ok(services
        .iter()
        .map(|service| say::service(service, asked.lang))
        .collect()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    #[serde(default)]
    q: String,
}

pub(super) async fn stations(asked: Asked, Query(words): Query<Words>) -> Response {
    asked.ok(asked.app.rail_stations(&words.q).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tickets {
    date: String,
    from: String,
    to: String,
    /// Train numbers with commas.
    #[serde(default)]
    train: String,
    #[serde(default)]
    student: bool,
}

pub(super) async fn tickets(asked: Asked, Query(tickets): Query<Tickets>) -> Response {
    let trains = tickets
        .train
        .split(',')
        .map(str::trim)
        .filter(|train| !train.is_empty());
    let question = RailTickets {
        trains: trains.map(str::to_owned).collect(),
        date: tickets.date,
        from: tickets.from,
        to: tickets.to,
        student: tickets.student,
    };
    asked.ok(asked.app.rail_tickets(&question).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stops {
    train_no: String,
    from: String,
    to: String,
    date: String,
}

pub(super) async fn stops(asked: Asked, Query(stops): Query<Stops>) -> Response {
    let Stops {
        train_no,
        from,
        to,
        date,
    } = stops;
    asked.ok(asked.app.rail_stops(&train_no, &from, &to, &date).await)
}

pub(super) async fn permit_status(asked: Asked, Path(account): Path<AccountId>) -> Response {
    asked.ok(asked.app.permit_status(&asked.actor, &account).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    record: String,
}

pub(super) async fn permit_cancel(
    asked: Asked,
    Path(account): Path<AccountId>,
    Json(record): Json<Record>,
) -> Response {
    let said = match asked
        .app
        .permit_cancel(&asked.actor, &account, &record.record)
        .await
    {
        Ok(call) => asked.app.settled(&call, PATIENCE).await,
        Err(error) => Err(error),
    };
    asked.ok(said)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Check {
    #[serde(default)]
    plate: Option<String>,
    #[serde(default)]
    spend: bool,
}

pub(super) async fn violation_check(
    asked: Asked,
    Path(account): Path<AccountId>,
    Json(check): Json<Check>,
) -> Response {
    let begun = asked
        .app
        .violation_check(&asked.actor, &account, check.plate.as_deref(), check.spend)
        .await;
    let said = match begun {
        Ok(call) => asked.app.settled(&call, PATIENCE).await,
        Err(error) => Err(error),
    };
    asked.ok(said)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    plate: String,
    open: u32,
    #[serde(default)]
    note: Option<String>,
}

pub(super) async fn violation_note(
    asked: Asked,
    Path(account): Path<AccountId>,
    Json(note): Json<Note>,
) -> Response {
    let begun = asked
        .app
        .violation_manual(
            &asked.actor,
            &account,
            &note.plate,
            note.open,
            note.note.as_deref(),
        )
        .await;
    let said = match begun {
        Ok(call) => asked.app.settled(&call, PATIENCE).await,
        Err(error) => Err(error),
    };
    asked.ok(said)
}

pub(super) async fn violation_ledger(asked: Asked, Path(account): Path<AccountId>) -> Response {
    let lines = asked.app.violation_ledger(&asked.actor, &account).await;
    asked.ok(lines.map(|lines| say::ledger(&lines, asked.app.now())))
}
