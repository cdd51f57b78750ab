//! The one request that tells the car. Up to it every error says that surely nothing was told; from then on only a clear no
//! does, and everything that is neither that nor a clear yes is unsure.

use daiban_core::error::ServiceError;
use daiban_core::provider::Visit;
use daiban_core::{Text, dates};
use serde_json::{Value, json};

use super::super::command::Command;
use super::super::error::refused;
use super::super::line::{Host, Line};
use super::super::profile::Told;
use super::super::wire::{capabilities, command as wire, paths};
use super::super::{Vehicles, garage, looks};
use crate::body::invalid;

/// What is wished, as the body of the act has it.
pub(super) struct Wish {
    pub(super) command: Command,
    /// The last four characters of the car's number.
    pub(super) car: Option<String>,
}

impl Wish {
    /// Reads the body of `{"do":"command"}`.
    ///
    /// # Errors
    /// `Refused` naming the place.
    pub(super) fn read(body: &Value) -> Result<Self, ServiceError> {
        let word = body["command"].as_str().unwrap_or_default();
        Ok(Self {
            command: Command::read(word, &body["args"]).map_err(invalid)?,
            car: body["car"].as_str().map(str::to_owned),
        })
    }
}

/// Carries out `command`; `None` when the body is another's.
///
/// # Errors
/// `Unsure` once the car may have been told; `Refused` with code `not_offered` for what it cannot be told.
pub(in crate::vehicle) async fn act(
    vehicles: &Vehicles,
    visit: &Visit<'_>,
    body: &Value,
) -> Option<Result<Value, ServiceError>> {
    if body["do"] != "command" {
        return None;
    }
    Some(match Wish::read(body) {
        Ok(wish) => tell(vehicles, visit, &wish).await,
        Err(error) => Err(error),
    })
}

async fn tell(vehicles: &Vehicles, visit: &Visit<'_>, wish: &Wish) -> Result<Value, ServiceError> {
    let line = Line::of(vehicles, visit).await?;
    let profile = line.profile();
    let told = profile.commands.get(wish.command.word());
    let told = told.ok_or_else(not_offered)?;
    let (user, moment) = (line.user()?, (line.now(), profile.timestamp));
    let body = wire::body(told, wish.command, &user, moment).ok_or_else(not_offered)?;
    let car = garage::car(&line, wish.car.as_deref()).await?;
    check_offered(&line, &car, told).await?;
    let path = paths::command(profile, &car.vin);
    let answer = line.tell(line.put(Host::Device, &path, &body)).await?;
    match wire::taken(&answer, line.now()) {
        Some(taken) => Ok(json!({
            "accepted": true, "session": taken.session, "sent_at": dates::rfc3339(taken.at),
        })),
        None => Err(not_clear()),
    }
}

/// What the car's own list says it cannot do is not sent, nor what is not in it, unless cars of this brand are known to take
/// it. Where the list cannot be had, only those are sent.
async fn check_offered(
    line: &Line<'_>,
    car: &garage::Car,
    told: &Told,
) -> Result<(), ServiceError> {
    let functions = match looks::functions(line, car).await {
        Ok(functions) => functions,
        Err(error @ ServiceError::SignInLost { .. }) => return Err(error),
        Err(_) if told.seen => return Ok(()),
        Err(error) => return Err(error),
    };
    match capabilities::allows(told, &functions) {
        true => Ok(()),
        false => Err(not_offered()),
    }
}

fn not_offered() -> ServiceError {
    refused(
        "not_offered",
        Text::new(
            "这辆车的功能列表里没有这个操作",
            "this car's list of functions does not have it",
        ),
    )
}

fn not_clear() -> ServiceError {
    ServiceError::Unsure {
        text: Text::new(
            "网关没有说清这个操作收下了没有",
            "the gateway did not say clearly whether it took the command",
        ),
    }
}
