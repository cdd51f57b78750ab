//! Which car of an account is meant.
//!
//! An account may have several. The setting `vin` names those that daiban is about, the first is the one usually meant;
//! without it all that the service lists are. The list is kept in memory, since it seldom changes and every look wants it.

use std::collections::HashMap;

use daiban_core::error::ServiceError;
use daiban_core::id::AccountId;
use daiban_core::secret::Secret;
use daiban_core::vin::Vin;
use daiban_core::{Text, Timestamp};
use serde_json::{Value, json};

use super::account;
use super::error::refused;
use super::line::{Host, Line};
use super::session::whose;
use super::wire::ids::Iccid;
use super::wire::{cars as wire, paths};
use crate::body::invalid;
use crate::words::later;

/// A list is good for a day.
const LIST_S: i64 = 86_400;
/// A car that is not in the list is looked for in another one, if the list is older than this.
const MISS_S: i64 = 600;

/// One car.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::vehicle) struct Car {
    pub(in crate::vehicle) vin: Vin,
    pub(in crate::vehicle) plate: Option<Secret>,
    pub(in crate::vehicle) series: Option<String>,
    /// Of its SIM card.
    pub(in crate::vehicle) iccid: Option<Iccid>,
    /// `csp` or `tsp`, the two forms in which cars report.
    pub(in crate::vehicle) platform: Option<String>,
    /// Whether the service calls it the user's own first one.
    pub(in crate::vehicle) is_default: bool,
}

/// The cars of each account, as listed last.
#[derive(Debug, Default)]
pub(super) struct GarageMemory(HashMap<Option<AccountId>, Listed>);

#[derive(Debug, Clone)]
struct Listed {
    at: Timestamp,
    cars: Vec<Car>,
}

impl Car {
    /// One of which the number is known and no more.
    fn named(vin: Vin) -> Self {
        Self {
            vin,
            plate: None,
            series: None,
            iccid: None,
            platform: None,
            is_default: false,
        }
    }

    /// The last four characters of its number: how a body names it.
    pub(in crate::vehicle) fn tail(&self) -> &str {
        self.vin.as_str().get(13..).unwrap_or_default()
    }
}

/// The cars of the account as the service lists them now, for people. `missing`: cars of the setting `vin` that it does not
/// list.
///
/// # Errors
/// One of the eight.
pub(super) async fn listed(line: &Line<'_>) -> Result<Value, ServiceError> {
    let named = named(line)?;
    let cars = cars(line).await?;
    let usual = usual(&named, &cars).map(|car| car.vin);
    let shown = |car: &Car| {
        json!({
            "car": car.tail(),
            "vin": car.vin.masked(),
            "plate": car.plate.as_ref().map(|plate| plate.reveal()),
            "series": car.series,
            "default": usual.as_ref() == Some(&car.vin),
        })
    };
    let is_missing = |car: &&Car| !cars.iter().any(|listed| listed.vin == car.vin);
    let missing: Vec<_> = named.iter().filter(is_missing).map(Car::tail).collect();
    Ok(json!({
        "signed_in": true,
        "cars": cars.iter().map(shown).collect::<Vec<_>>(),
        "missing": missing,
    }))
}

/// The cars of the account as the service lists them now.
///
/// # Errors
/// One of the eight.
pub(in crate::vehicle) async fn cars(line: &Line<'_>) -> Result<Vec<Car>, ServiceError> {
    let path = paths::cars(line.profile(), &line.user()?);
    // By its path a matter of devices; clients with one host cannot tell (*guessed*).
    let answer = line.ask(line.get(Host::Device, &path)).await?;
    let cars = wire::cars(&answer)?;
    for car in &cars {
        let plate = car.plate.as_ref().map(Secret::reveal);
        let private = [
            Some(car.vin.as_str()),
            plate,
            car.iccid.as_ref().map(Iccid::as_str),
        ];
        let vault = line.visit().vault;
        private.into_iter().flatten().for_each(|it| vault.hide(it));
    }
    let listed = Listed {
        at: line.now(),
        cars: cars.clone(),
    };
    let mut memory = line.vehicles().garage.open();
    memory.0.insert(whose(line.visit()), listed);
    Ok(cars)
}

/// The car that is meant: the one usually meant, or the one whose number ends so.
///
/// # Errors
/// `Refused` with code `invalid_input:car` where there is none, or more than one; one of the eight where the list is asked.
pub(in crate::vehicle) async fn car(
    line: &Line<'_>,
    wanted: Option<&str>,
) -> Result<Car, ServiceError> {
    let named = named(line)?;
    if !named.is_empty() {
        let found = pick(&named, wanted)?.ok_or_else(|| no_such(wanted))?;
        return Ok(as_listed(line, found));
    }
    let known = known(line, LIST_S).await?;
    if let Some(found) = pick(&known, wanted)? {
        return Ok(found);
    }
    pick(&self::known(line, MISS_S).await?, wanted)?.ok_or_else(|| no_such(wanted))
}

/// The number of the SIM card of a car: the setting `iccid` for the car usually meant, else what the list says.
///
/// # Errors
/// `Refused` with code `setting` where neither tells it; one of the eight where the list is asked.
pub(in crate::vehicle) async fn iccid(line: &Line<'_>, of: &Car) -> Result<Iccid, ServiceError> {
    if let Some(iccid) = &of.iccid {
        return Ok(iccid.clone());
    }
    if let Ok(set) = line.visit().setting("iccid")
        && car(line, None).await?.vin == of.vin
    {
        return Iccid::parse(set).map_err(invalid);
    }
    let known = known(line, LIST_S).await?;
    let listed = known.into_iter().find(|it| it.vin == of.vin);
    listed.and_then(|it| it.iccid).ok_or_else(no_iccid)
}

fn no_iccid() -> ServiceError {
    refused(
        "setting",
        Text::new(
            "服务没有说这辆车的物联网卡号，要在账号里填 iccid",
            "the service does not tell the number of this car's SIM card; fill in the setting iccid",
        ),
    )
}

/// Those of the setting `vin`.
fn named(line: &Line<'_>) -> Result<Vec<Car>, ServiceError> {
    let given = line.visit().setting("vin").unwrap_or_default();
    let vins = account::vins(given).map_err(invalid)?;
    Ok(vins.into_iter().map(Car::named).collect())
}

/// The one usually meant: the first that is named, the service's first one, or the first of the list.
fn usual(named: &[Car], listed: &[Car]) -> Option<Car> {
    let first = listed.iter().find(|car| car.is_default);
    named.first().or(first).or(listed.first()).cloned()
}

/// The one that is meant among these; `None`: none of them.
fn pick(cars: &[Car], wanted: Option<&str>) -> Result<Option<Car>, ServiceError> {
    let Some(wanted) = wanted.map(str::trim) else {
        let first = cars.iter().find(|car| car.is_default);
        return Ok(first.or(cars.first()).cloned());
    };
    let mut fitting = cars
        .iter()
        .filter(|car| car.tail().eq_ignore_ascii_case(wanted));
    match (fitting.next(), fitting.next()) {
        (found, None) => Ok(found.cloned()),
        _ => Err(refused(
            NO_CAR,
            Text::new(
                "账号里有两辆车末四位一样，分不清是哪辆",
                "two cars of the account end in the same four characters and cannot be told apart",
            ),
        )),
    }
}

const NO_CAR: &str = "invalid_input:car";

fn no_such(wanted: Option<&str>) -> ServiceError {
    let text = match wanted {
        Some(_) => Text::new(
            "账号里没有末四位是这个的车",
            "the account has no car whose number ends so",
        ),
        None => Text::new("账号里没有车", "the account has no car"),
    };
    refused(NO_CAR, text)
}

/// With what the list says of it, where there is one.
fn as_listed(line: &Line<'_>, car: Car) -> Car {
    let memory = line.vehicles().garage.open();
    let listed = memory.0.get(&whose(line.visit()));
    let same = listed.and_then(|it| it.cars.iter().find(|it| it.vin == car.vin));
    same.cloned().unwrap_or(car)
}

/// The list, if it is not older than so many seconds, or another one.
async fn known(line: &Line<'_>, good_s: i64) -> Result<Vec<Car>, ServiceError> {
    let listed = line
        .vehicles()
        .garage
        .open()
        .0
        .get(&whose(line.visit()))
        .cloned();
    match listed.filter(|it| line.now() <= later(it.at, good_s)) {
        Some(listed) => Ok(listed.cars),
        None => cars(line).await,
    }
}
