//! The service's part of `POST /_sim/world`: `"vehicle":{"owners":[…],"cars":[…],"car":{"vin":…,"change":{…}},
//! "changes":[{"vin":…,"change":{…}}],"plans":[{"vin":…,"legs":[…]}],"elsewhere":[user id…],"expire":[user id…],
//! "auth_codes":[{"user_id":…,"code":…}],"show":[vin…]}`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Car, CarChange, CarOwner, CarTokens, Leg, add_car, change_car, owner, plan_car};
use crate::world::World;

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct VehicleChange {
    owners: Vec<CarOwner>,
    cars: Vec<Car>,
    /// One change, for short.
    car: Option<Changed>,
    changes: Vec<Changed>,
    plans: Vec<Planned>,
    /// Users who sign in on a phone.
    elsewhere: Vec<String>,
    /// Users whose access token expires.
    expire: Vec<String>,
    auth_codes: Vec<GivenCode>,
    /// Cars whose true state the answer tells.
    show: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    vin: String,
    change: CarChange,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Planned {
    vin: String,
    legs: Vec<Leg>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenCode {
    user_id: String,
    code: String,
}

/// Carries it out, in the order of the fields; gives pairs of tokens, and what could be done.
pub(crate) fn change(world: &mut World, change: VehicleChange) -> Value {
    let owners = change.owners.into_iter();
    let tokens: Vec<CarTokens> = owners.map(|it| owner::add_owner(world, it)).collect();
    change.cars.into_iter().for_each(|car| add_car(world, car));
    let changes = change.car.into_iter().chain(change.changes);
    let changed: Vec<bool> = changes
        .map(|it| change_car(world, &it.vin, &it.change))
        .collect();
    let plans = change.plans.into_iter();
    let planned: Vec<bool> = plans.map(|it| plan_car(world, &it.vin, it.legs)).collect();
    let mut each = |users: &[String], act: fn(&mut World, &str) -> bool| -> Vec<bool> {
        users.iter().map(|user| act(world, user)).collect()
    };
    let elsewhere = each(&change.elsewhere, owner::sign_in_elsewhere);
    let expired = each(&change.expire, owner::expire);
    let codes = change.auth_codes.iter();
    let codes: Vec<bool> = codes
        .map(|given| owner::give_code(world, &given.user_id, &given.code))
        .collect();
    json!({
        "tokens": tokens, "changes": changed, "plans": planned, "elsewhere": elsewhere, "expire": expired,
        "auth_codes": codes, "show": show(world, &change.show),
    })
}

fn show(world: &World, vins: &[String]) -> Vec<Value> {
    vins.iter()
        .map(|vin| match world.vehicle.car(vin) {
            Some(known) => json!({"state": known.state, "reported_ms": known.reported_ms}),
            None => Value::Null,
        })
        .collect()
}
