//! The railway over REST, beyond stations, tickets and stops: transfers, sale times, and what an account shows its owner.

use axum::{extract::Path, response::Response};
use daiban_core::id::AccountId;
use serde::Deserialize;

use super::{Asked, Query};
use crate::app::{RailOrders, RailTransfers};

pub(super) async fn transfers(asked: Asked, Query(wish): Query<RailTransfers>) -> Response {
    asked.ok(asked.app.rail_transfers(&wish).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SaleTimes {
    /// Names or telecodes with commas.
    #[serde(default)]
    stations: String,
}

pub(super) async fn sale_times(asked: Asked, Query(wish): Query<SaleTimes>) -> Response {
    let stations: Vec<String> = wish
        .stations
        .split([',', '，'])
        .map(str::to_owned)
        .collect();
    asked.ok(asked.app.rail_sale_times(&stations).await)
}

pub(super) async fn passengers(asked: Asked, Path(account): Path<AccountId>) -> Response {
    asked.ok(asked.app.rail_passengers(&asked.actor, &account).await)
}

pub(super) async fn orders(
    asked: Asked,
    Path(account): Path<AccountId>,
    Query(wish): Query<RailOrders>,
) -> Response {
    let orders = asked.app.rail_orders(&asked.actor, &account, &wish).await;
    asked.ok(orders)
}

pub(super) async fn unfinished(asked: Asked, Path(account): Path<AccountId>) -> Response {
    asked.ok(asked.app.rail_unfinished(&asked.actor, &account).await)
}

pub(super) async fn standby(asked: Asked, Path(account): Path<AccountId>) -> Response {
    asked.ok(asked.app.rail_standby(&asked.actor, &account).await)
}
