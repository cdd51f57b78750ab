//! Cars over REST, each for its owner: what one tells, what it is told to do and what became of it.

use std::time::Duration;

use axum::{extract::Path, http::StatusCode, response::Response};
use daiban_core::id::{AccountId, ErrandId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, Json, Query};
use crate::{
    app::{AppError, CarOrder, days_ago, json_of},
    say,
};

/// A command is answered when it waits for a person, has left or is over, and after this at the latest.
const BEGINNING: Duration = Duration::from_secs(3);
/// Readings of so many days are given when nothing is said.
const DAYS: u16 = 14;
/// So many commands.
const COMMANDS: usize = 50;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Look {
    /// The last four characters of its number; the account's first car when left out.
    car: Option<String>,
    /// Whether the car is woken for it.
    #[serde(default)]
    fresh: bool,
}

pub(super) async fn status(
    asked: Asked,
    Path(account): Path<AccountId>,
    Query(look): Query<Look>,
) -> Response {
    let (app, car) = (&asked.app, look.car.as_deref());
    let seen = app
        .vehicle_status(&asked.actor, &account, car, look.fresh)
        .await;
    asked.ok(seen.map(|reading| say::reading(&reading)))
}

pub(super) async fn cars(asked: Asked, Path(account): Path<AccountId>) -> Response {
    let cars = asked.app.vehicle_cars(&asked.actor, &account).await;
    asked.ok(cars.and_then(|cars| json_of(&cars)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    car: Option<String>,
}

pub(super) async fn data(
    asked: Asked,
    Path(account): Path<AccountId>,
    Query(which): Query<Which>,
) -> Response {
    let (app, car) = (&asked.app, which.car.as_deref());
    let data = app.vehicle_data(&asked.actor, &account, car).await;
    asked.ok(data.and_then(|data| json_of(&data)))
}

pub(super) async fn capabilities(
    asked: Asked,
    Path(account): Path<AccountId>,
    Query(which): Query<Which>,
) -> Response {
    let (app, car) = (&asked.app, which.car.as_deref());
    let can = app.vehicle_capabilities(&asked.actor, &account, car).await;
    asked.ok(can.and_then(|can| json_of(&can)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Since {
    days: Option<u16>,
    car: Option<String>,
}

pub(super) async fn readings(
    asked: Asked,
    Path(account): Path<AccountId>,
    Query(since): Query<Since>,
) -> Response {
    let since_at = days_ago(asked.app.now(), since.days.unwrap_or(DAYS));
    let readings = asked
        .app
        .vehicle_readings(&asked.actor, &account, since_at)
        .await;
    let wanted = readings.map(|mut readings| {
        readings.retain(|one| since.car.is_none() || one.car == since.car);
        readings
    });
    asked.ok(wanted.and_then(|readings| json_of(&readings)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Told {
    #[serde(default)]
    command: String,
    #[serde(default)]
    args: Value,
    #[serde(default)]
    car: Option<String>,
}

pub(super) async fn begin(
    asked: Asked,
    Path(account): Path<AccountId>,
    Json(told): Json<Told>,
) -> Response {
    let order = begun(&asked, &account, &told).await;
    asked.answer(
        StatusCode::ACCEPTED,
        order.map(|order| said(&asked, &order)),
    )
}

async fn begun(asked: &Asked, account: &AccountId, told: &Told) -> Result<CarOrder, AppError> {
    let (app, actor, car) = (&asked.app, &asked.actor, told.car.as_deref());
    let command = (told.command.as_str(), &told.args);
    let id = app
        .vehicle_command(actor, account, car, command, "api")
        .await?;
    app.vehicle_order_begun(actor, account, &id, BEGINNING)
        .await
}

pub(super) async fn command(
    asked: Asked,
    Path((account, id)): Path<(AccountId, ErrandId)>,
) -> Response {
    let order = asked.app.vehicle_order(&asked.actor, &account, &id).await;
    asked.ok(order.map(|order| said(&asked, &order)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limit {
    limit: Option<usize>,
}

pub(super) async fn commands(
    asked: Asked,
    Path(account): Path<AccountId>,
    Query(limit): Query<Limit>,
) -> Response {
    let limit = limit.limit.unwrap_or(COMMANDS);
    let orders = asked
        .app
        .vehicle_orders(&asked.actor, &account, limit)
        .await;
    asked.ok(orders.map(|orders| {
        json!(
            orders
                .iter()
                .map(|order| said(&asked, order))
                .collect::<Vec<_>>()
        )
    }))
}

fn said(asked: &Asked, order: &CarOrder) -> Value {
    say::order(&order.order, order.ask.as_ref(), asked.lang)
}
