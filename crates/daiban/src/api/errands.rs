//! Errands over REST.

use axum::{extract::Path, http::StatusCode, response::Response};
use daiban_core::{
    id::{AccountId, ErrandId},
    lifecycle::Verb,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Asked, Json, Query};
use crate::{
    app::{AppError, NewErrand, Started},
    say,
};

pub(super) async fn list(asked: Asked) -> Response {
    let errands = asked.app.errands(&asked.actor).await;
    asked.ok(errands.map(|errands| {
        errands
            .iter()
            .map(|errand| say::errand(errand, asked.lang))
            .collect()
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wished {
    kind: String,
    account: AccountId,
    #[serde(default)]
    wishes: Map<String, Value>,
    #[serde(default)]
    dry_run: bool,
}

pub(super) async fn add(asked: Asked, Json(wished): Json<Wished>) -> Response {
    let new = NewErrand {
        kind: wished.kind,
        account: wished.account,
        wishes: wished.wishes,
    };
    match asked
        .app
        .add_errand(&asked.actor, new, wished.dry_run)
        .await
    {
        Ok(Started::Errand(errand)) => {
            asked.answer(StatusCode::CREATED, Ok(say::errand(&errand, asked.lang)))
        }
        Ok(Started::DryRun(dry)) => asked.ok(Ok(say::dry_run(&dry, asked.lang))),
        Err(error) => asked.ok(Err(error)),
    }
}

pub(super) async fn show(asked: Asked, Path(id): Path<ErrandId>) -> Response {
    let errand = asked.app.errand(&asked.actor, &id).await;
    asked.ok(errand.map(|errand| say::errand(&errand, asked.lang)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limit {
    #[serde(default)]
    limit: Option<usize>,
}

pub(super) async fn events(
    asked: Asked,
    Path(id): Path<ErrandId>,
    Query(limit): Query<Limit>,
) -> Response {
    let events = asked
        .app
        .history(&asked.actor, &id, limit.limit.unwrap_or(100))
        .await;
    asked.ok(events.map(|events| {
        events
            .iter()
            .map(|event| say::event(event, asked.lang))
            .collect()
    }))
}

pub(super) async fn why(asked: Asked, Path(id): Path<ErrandId>) -> Response {
    let why = asked.app.why(&asked.actor, &id).await;
    asked.ok(why.map(|why| say::why(&why, asked.lang)))
}

pub(super) async fn tell(asked: Asked, Path((id, verb)): Path<(ErrandId, String)>) -> Response {
    let verb = match verb.as_str() {
        "run" => Verb::Run,
        "pause" => Verb::Pause,
        "resume" => Verb::Resume,
        "cancel" => Verb::Cancel,
        _ => {
            return asked.ok(Err(AppError::NotFound {
                what: "verb",
                id: verb,
            }));
        }
    };
    let told = asked.app.tell(&asked.actor, &id, verb).await;
    asked.ok(told.map(|errand| say::errand(&errand, asked.lang)))
}
