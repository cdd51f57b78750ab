//! Status, capabilities, data of the SIM card.
//!
//! | look | gives |
//! | --- | --- |
//! | `{"do":"status","car":null,"fresh":false,"poll":true}` | a [`Reading`] |
//! | `{"do":"data","car":null}` | a [`Flow`](super::wire::flow::Flow) and `"iccid"`, all but its last four characters as stars |
//! | `{"do":"capabilities","car":null}` | `{"functions":{"remote_lock":true,…},"commands":["lock",…],"seen_at"}` |
//!
//! `car` is the last four characters of a car's number, or `null` for the one usually meant. `fresh` asks the car itself and
//! may wake it; a `poll` never does, whatever else it says. The list of cars is in `session` and `garage`.

use std::collections::HashMap;

use daiban_core::error::ServiceError;
use daiban_core::id::AccountId;
use daiban_core::provider::Visit;
use daiban_core::vin::Vin;
use daiban_core::{Text, Timestamp, dates};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Vehicles;
use super::error::refused;
use super::garage::{self, Car};
use super::line::{Host, Line};
use super::reading::Reading;
use super::session::whose;
use super::wire::capabilities::{self, Functions};
use super::wire::{flow, paths, status as wire};
use crate::body::asked;
use crate::words::later;

/// What a car can be told changes with its software.
const LIST_S: i64 = 86_400;

/// What each car said it can be told.
#[derive(Debug, Default)]
pub(super) struct Capable(HashMap<(Option<AccountId>, Vin), Listed>);

/// One such list and when it was read.
#[derive(Debug, Clone)]
struct Listed {
    at: Timestamp,
    functions: Functions,
}

/// How a status is wished.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    car: Option<String>,
    fresh: bool,
    poll: bool,
}

/// Answers `status`, `data` and `capabilities`; `None` when the body is another's.
pub(super) async fn look(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    Some(match body["do"].as_str()? {
        "status" => told(vehicles, visit, body).await,
        "data" => data(vehicles, visit, body).await,
        "capabilities" => capable(vehicles, visit, body).await,
        _ => return None,
    })
}

/// The last status of each car is kept: `status/` and the last four characters of its number, or nothing for the first car.
pub(super) fn book_key(body: &Value) -> Option<String> {
    let car = body["car"].as_str().unwrap_or_default();
    (body["do"] == "status").then(|| format!("status/{car}"))
}

async fn told(vehicles: &Vehicles, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
    let reading = read(vehicles, visit, asked(body)?).await?;
    Ok(json!(reading))
}

/// Everything a car tells, as a step of something begun.
///
/// # Errors
/// One of the eight.
pub(super) async fn status(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
    car: Option<&str>,
    fresh: bool,
) -> Result<Reading, ServiceError> {
    let wish = Wish {
        car: car.map(str::to_owned),
        fresh,
        poll: false,
    };
    read(vehicles, visit, wish).await
}

async fn read(vehicles: &Vehicles, visit: &Visit<'_>, wish: Wish) -> Result<Reading, ServiceError> {
    let line = Line::of(vehicles, visit).await?;
    let car = garage::car(&line, wish.car.as_deref()).await?;
    let fresh = wish.fresh && !wish.poll;
    let path = paths::status(line.profile(), &car.vin, &line.user()?, fresh);
    let request = line.get(Host::Device, &path);
    let request = if wish.poll { request.poll() } else { request };
    let answer = line.ask(request).await?;
    let known = wire::Known {
        profile: line.profile(),
        vin: Some(&car.vin),
        platform: car.platform.as_deref(),
        tyre_kpa_per_unit: tyre_scale(visit)?,
        seen_at: Some(visit.now),
    };
    let reading = wire::status(&answer, &known)?;
    Ok(Reading {
        plate: car.plate.as_ref().map(|plate| plate.reveal().to_owned()),
        ..reading
    })
}

/// The owner's own, where it is set; checked when the account was stored.
fn tyre_scale(visit: &Visit<'_>) -> Result<Option<f64>, ServiceError> {
    let Ok(set) = visit.setting("tyre_kpa_per_unit") else {
        return Ok(None);
    };
    match set.trim().parse() {
        Ok(scale) => Ok(Some(scale)),
        Err(_) => Err(refused(
            "setting",
            Text::new(
                "账号设置 tyre_kpa_per_unit 不是数字",
                "the setting tyre_kpa_per_unit is no number",
            ),
        )),
    }
}

async fn data(vehicles: &Vehicles, visit: &Visit<'_>, body: &Value) -> Result<Value, ServiceError> {
    let wish: Wish = asked(body)?;
    let line = Line::of(vehicles, visit).await?;
    let car = garage::car(&line, wish.car.as_deref()).await?;
    let iccid = garage::iccid(&line, &car).await?;
    let path = paths::flow(line.profile(), &iccid).ok_or_else(no_flow)?;
    let answer = line.ask(line.get(Host::Device, &path)).await?;
    let mut told = json!(flow::flow(&answer, visit.now)?);
    told["iccid"] = json!(iccid.masked());
    Ok(told)
}

fn no_flow() -> ServiceError {
    refused(
        "not_offered",
        Text::new(
            "这个品牌没有已知的流量查询",
            "this brand has no known place to ask for the data of a SIM card",
        ),
    )
}

async fn capable(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
    body: &Value,
) -> Result<Value, ServiceError> {
    let wish: Wish = asked(body)?;
    let line = Line::of(vehicles, visit).await?;
    let car = garage::car(&line, wish.car.as_deref()).await?;
    let listed = listed(&line, &car).await?;
    Ok(json!({
        "functions": listed.functions,
        "commands": capabilities::commands(line.profile(), &listed.functions),
        "seen_at": dates::rfc3339(listed.at),
    }))
}

/// What a car says it can be told, not older than a day.
///
/// # Errors
/// One of the eight where the list is asked.
pub(super) async fn functions(line: &Line<'_>, car: &Car) -> Result<Functions, ServiceError> {
    Ok(listed(line, car).await?.functions)
}

async fn listed(line: &Line<'_>, car: &Car) -> Result<Listed, ServiceError> {
    let key = (whose(line.visit()), car.vin.clone());
    let kept = line.vehicles().capable.open().0.get(&key).cloned();
    if let Some(kept) = kept.filter(|kept| line.now() <= later(kept.at, LIST_S)) {
        return Ok(kept);
    }
    let path = paths::capabilities(line.profile(), &car.vin);
    let answer = line.ask(line.get(Host::Device, &path)).await?;
    let listed = Listed {
        at: line.now(),
        functions: capabilities::capabilities(&answer)?,
    };
    let mut memory = line.vehicles().capable.open();
    memory.0.insert(key, listed.clone());
    Ok(listed)
}
