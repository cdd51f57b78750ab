//! All that a page of a car is made of: the account, its cars, the newest reading, the watch, commands, charts.
//!
//! The list of cars and what each can do are asked for once a day, by whoever opens the page first, and waited for a moment
//! only; everything else comes from stored rows.

use std::time::Duration;

use daiban_core::{
    account::{Account, AccountState},
    id::AccountId,
};
use daiban_providers::vehicle::reading::Reading;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    super::{Web, facts::read, visitor::Me},
    chart::DAYS,
    facts::plate,
    place::Areas,
};
use crate::app::{
    AppError, Capabilities, CarListed, CarOrder, CarReading, CarWatch, Cars, SimData, days_ago,
    json_of,
};

/// Which cars there are and what they can do changes rarely.
const LISTS_FOR_S: i64 = 24 * 3600;
/// A page waits so long for them and is then made without.
const PATIENCE: Duration = Duration::from_secs(3);
/// What a person asked for on the page is shown for so long.
pub(super) const LOOKED_FOR_S: i64 = 24 * 3600;
/// So many commands are listed.
const ORDERS: usize = 30;

/// What is known of one car.
pub(super) struct Known {
    pub(super) account: Account,
    /// The last four characters of the car that was asked for or is usually meant.
    pub(super) asked: Option<String>,
    /// The car the page is about, where the list of cars is known.
    pub(super) car: Option<CarListed>,
    /// The others of the account.
    pub(super) cars: Vec<CarListed>,
    pub(super) reading: Option<Reading>,
    pub(super) watch: Option<CarWatch>,
    pub(super) orders: Vec<CarOrder>,
    pub(super) can: Option<Capabilities>,
    pub(super) data: Option<SimData>,
    /// Whether they may see where it is and what was done.
    pub(super) theirs: bool,
    /// Whether they may tell it something.
    pub(super) changes: bool,
}

impl Known {
    /// Everything about a car of an account, named by its last four characters or not.
    pub(super) async fn of(
        web: &Web,
        me: &Me,
        account: &AccountId,
        car: Option<&str>,
        lists: Lists,
    ) -> Result<Self, AppError> {
        let app = &web.app;
        let account = app.account(&me.actor, account).await?;
        if account.service != daiban_core::service::Service::Vehicle {
            return Err(AppError::NotFound {
                what: "account",
                id: account.id.to_string(),
            });
        }
        let theirs = app.may_look_into(&me.actor, &account);
        let cars = match theirs {
            true => listed_cars(web, me, &account, lists).await,
            false => Vec::new(),
        };
        let chosen = chosen(&cars, car);
        let asked = car
            .map(str::to_owned)
            .or(chosen.as_ref().map(|car| car.car.clone()));
        let name = asked.as_deref();
        let watch = app.vehicle_watches(&me.actor, &account.id, name).await?;
        let watch = watch.into_iter().next();
        let reading = match theirs {
            true => app.vehicle_seen(&me.actor, &account.id, name).await?,
            false => watch.as_ref().and_then(CarWatch::reading),
        };
        let can = match theirs {
            true => listed_can(web, me, &account, name, lists).await,
            false => None,
        };
        let mut orders = match theirs {
            true => app.vehicle_orders(&me.actor, &account.id, ORDERS).await?,
            false => Vec::new(),
        };
        orders.retain(|one| is_of(one.order.car.as_deref(), name));
        let data = data(web, &account.id, name, watch.as_ref());
        Ok(Self {
            asked: asked.clone(),
            car: chosen,
            cars,
            reading,
            watch,
            orders,
            can,
            data: data.filter(|_| theirs),
            theirs,
            changes: me.actor.uses(&account.user, account.shared),
            account,
        })
    }

    /// Readings of the last days, oldest first, of this car alone.
    pub(super) async fn readings(&self, web: &Web, me: &Me) -> Result<Vec<CarReading>, AppError> {
        if !self.theirs {
            return Ok(Vec::new());
        }
        let since = days_ago(web.app.now(), DAYS);
        let mut readings = web
            .app
            .vehicle_readings(&me.actor, &self.account.id, since)
            .await?;
        let name = self.name();
        readings.retain(|one| is_of(one.car.as_deref(), name.as_deref()));
        Ok(readings)
    }

    /// The last four characters of its number, as far as anybody has told them.
    pub(super) fn name(&self) -> Option<String> {
        let read = self
            .reading
            .as_ref()
            .and_then(|reading| last_four(&reading.vin));
        self.car.as_ref().map(|car| car.car.clone()).or(read)
    }

    /// Which areas it is in and how far the nearest is: the watch says so of its own last reading, and of no later one.
    pub(super) fn areas(&self, reading: &Reading) -> Areas<'_> {
        let watch = self.watch.as_ref().filter(|watch| {
            let watched = watch.reading();
            watched.is_some_and(|watched| watched.updated_at == reading.updated_at)
        });
        let fact = |name| watch.map_or(&Value::Null, |watch| watch.fact(name));
        Areas {
            inside: fact("areas"),
            near: fact("near"),
        }
    }

    /// The plate, or what the account is called.
    pub(super) fn title(&self) -> String {
        let listed = self.car.as_ref().and_then(|car| car.plate.clone());
        let watched = || self.watch.as_ref().and_then(|watch| plate(&watch.facts));
        listed
            .or_else(watched)
            .unwrap_or_else(|| self.account.name.clone())
    }
}

/// Whether lists are asked for where they are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lists {
    /// A page: once a day.
    Ask,
    /// A part of a page that looks at itself every other second: never.
    Peek,
}

/// A row of a car that names none is about any.
fn is_of(row: Option<&str>, car: Option<&str>) -> bool {
    match (row, car) {
        (Some(row), Some(car)) => row == car,
        _ => true,
    }
}

fn chosen(cars: &[CarListed], car: Option<&str>) -> Option<CarListed> {
    let found = match car {
        Some(car) => cars.iter().find(|one| one.car == car),
        None => cars.iter().find(|one| one.default).or(cars.first()),
    };
    found.cloned()
}

fn last_four(vin: &str) -> Option<String> {
    let from = vin.len().checked_sub(4)?;
    vin.get(from..).map(str::to_owned)
}

/// The cars of an account that they may look into.
pub(in crate::web) async fn cars_of(web: &Web, me: &Me, account: &Account) -> Vec<CarListed> {
    listed_cars(web, me, account, Lists::Ask).await
}

async fn listed_cars(web: &Web, me: &Me, account: &Account, lists: Lists) -> Vec<CarListed> {
    let key = format!("cars/{}", account.id);
    let (app, actor, id) = (web.app.clone(), me.actor.clone(), account.id.clone());
    let ask = async move { json_of(&app.vehicle_cars(&actor, &id).await?) };
    let found: Option<Cars> = listed(web, account, key, lists, ask).await;
    found.unwrap_or_default().cars
}

async fn listed_can(
    web: &Web,
    me: &Me,
    account: &Account,
    car: Option<&str>,
    lists: Lists,
) -> Option<Capabilities> {
    let key = format!("can/{}/{}", account.id, car.unwrap_or_default());
    let (app, actor, id) = (web.app.clone(), me.actor.clone(), account.id.clone());
    let car = car.map(str::to_owned);
    let ask = async move {
        json_of(
            &app.vehicle_capabilities(&actor, &id, car.as_deref())
                .await?,
        )
    };
    listed(web, account, key, lists, ask).await
}

/// A list that was asked for within the day, or a new one. It is asked for on the side, so that a page whose reader goes away
/// or does not wait cuts no visit off.
async fn listed<T: DeserializeOwned>(
    web: &Web,
    account: &Account,
    key: String,
    lists: Lists,
    ask: impl Future<Output = Result<Value, AppError>> + Send + 'static,
) -> Option<T> {
    let now = web.app.now();
    if let Some(kept) = web.kept.peek(&key, now, LISTS_FOR_S) {
        return read(&kept);
    }
    if lists == Lists::Peek || account.state != AccountState::Ready {
        return None;
    }
    let kept = web.kept.clone();
    let asking = tokio::spawn(async move { kept.or_ask(now, key, LISTS_FOR_S, ask).await });
    let answer = tokio::time::timeout(PATIENCE, asking).await.ok()?.ok()?;
    read(&answer.ok()?)
}

/// The key under which a person's look at the data of a SIM card is kept.
pub(super) fn data_key(account: &AccountId, car: Option<&str>) -> String {
    format!("data/{account}/{}", car.unwrap_or_default())
}

/// The newer of what the watch published and what a person looked at.
fn data(
    web: &Web,
    account: &AccountId,
    car: Option<&str>,
    watch: Option<&CarWatch>,
) -> Option<SimData> {
    let published = watch
        .map(|watch| watch.fact("data"))
        .filter(|data| data.is_object());
    let published: Option<SimData> = published.and_then(read);
    let looked = web
        .kept
        .peek(&data_key(account, car), web.app.now(), LOOKED_FOR_S);
    let looked: Option<SimData> = looked.as_ref().and_then(read);
    let both = [published, looked].into_iter().flatten();
    both.max_by_key(|data| data.as_of)
}
