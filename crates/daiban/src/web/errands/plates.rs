//! What is known of an account's cars, so that a form offers them instead of asking for them to be typed. Services are asked by
//! a button alone, except for the list of an account's cars, which its page asks for once a day as well.

use daiban_core::{
    account::{Account, AccountState},
    descriptor::ErrandKind,
    plate::Plate,
    service::Service,
};
use serde_json::Value;

use super::{
    super::{
        Web,
        facts::fact,
        vehicle::{areas, known::cars_of},
        visitor::{Fields, Me},
        words::m,
    },
    new::has_areas,
};
use crate::app::{AppError, CarListed};

/// The plates of an account change rarely, and a form's buttons are pressed many times.
const PLATES_FOR_S: i64 = 600;

/// What a form knows of an account.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Known {
    pub(super) plates: Vec<String>,
    /// The name of a car in wishes, and what people call it.
    pub(super) cars: Vec<(String, String)>,
    /// Where the car that is asked about stands, as `lat,lon`.
    pub(super) place: Option<String>,
    /// Whether a button can ask the service for the plates.
    pub(super) can_show: bool,
}

/// What is known of this account; with the form's `show` button the service is asked.
pub(super) async fn known(
    web: &Web,
    me: &Me,
    kind: &ErrandKind,
    account: &Account,
    fields: &Fields,
) -> Result<Known, AppError> {
    match account.service {
        Service::Permit => permit(web, me, account, fields.get("show").is_some()).await,
        Service::Violation => Ok(Known {
            plates: of_settings(account),
            ..Known::default()
        }),
        Service::Vehicle if has_areas(kind) => vehicle(web, me, account, fields).await,
        _ => Ok(Known::default()),
    }
}

async fn permit(web: &Web, me: &Me, account: &Account, ask: bool) -> Result<Known, AppError> {
    let (app, key) = (&web.app, format!("plates/{}", account.id));
    let mut plates = Vec::new();
    let asked = async { app.permit_status(&me.actor, &account.id).await };
    let seen = match ask && account.state == AccountState::Ready {
        true => web
            .kept
            .or_ask(app.now(), key, PLATES_FOR_S, asked)
            .await
            .ok(),
        false => web.kept.peek(&key, app.now(), PLATES_FOR_S),
    };
    plates.extend(seen.iter().flat_map(of_status));
    for errand in app.errands(&me.actor).await? {
        if errand.account == account.id {
            let facts = app.facts(&me.actor, &errand.id).await?;
            plates.extend(of_status(fact(&facts, "status")));
        }
    }
    Ok(Known {
        can_show: plates.is_empty() && account.state == AccountState::Ready,
        plates: once(plates),
        ..Known::default()
    })
}

fn of_status(status: &Value) -> Vec<String> {
    let cars = status["vehicles"].as_array().into_iter().flatten();
    let plates = cars.filter_map(|car| car["plate"].as_str());
    plates.map(str::to_owned).collect()
}

/// A fines account is told its cars in its settings.
fn of_settings(account: &Account) -> Vec<String> {
    let setting = |name: &str| account.settings.get(name).map(String::as_str);
    let more = setting("more_cars").unwrap_or_default();
    let more = more.split([';', '；']).map(|car| {
        let plate = car.split([',', '，']).next();
        plate.unwrap_or_default()
    });
    let all = setting("plate").into_iter().chain(more);
    let read = all.filter_map(|typed| Plate::parse("plate", typed).ok());
    once(read.map(|plate| plate.as_str().to_owned()).collect())
}

async fn vehicle(
    web: &Web,
    me: &Me,
    account: &Account,
    fields: &Fields,
) -> Result<Known, AppError> {
    if !web.app.may_look_into(&me.actor, account) {
        return Ok(Known::default());
    }
    let cars = cars_of(web, me, account).await;
    let asked = Some(fields.text("w.car")).filter(|car| !car.is_empty());
    let first = || cars.iter().find(|car| car.default).or(cars.first());
    let car = asked.or_else(|| first().map(|car| car.car.as_str()));
    let reading = web.app.vehicle_seen(&me.actor, &account.id, car).await?;
    let named = |car: &CarListed| {
        let name = car.plate.clone().or_else(|| car.series.clone());
        let name = name.unwrap_or_else(|| m(me.lang, "shell-no-plate").to_owned());
        (car.car.clone(), format!("{name} · {}", car.car))
    };
    Ok(Known {
        place: reading.as_ref().and_then(areas::place_of),
        cars: cars.iter().map(named).collect(),
        ..Known::default()
    })
}

fn once(plates: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for plate in plates {
        if !out.contains(&plate) {
            out.push(plate);
        }
    }
    out
}
