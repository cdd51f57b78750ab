//! The vehicle service: tokens, cars, what they report, and what they are told.
//!
//! Stands for the gateway of 2020, which nothing is signed for, and for the signed one since 2023; paths tell them apart,
//! and both of its hosts are one port here. Left to others: which call a request is (`call`), the signature
//! (`signature`), who may ask (`gate`), tokens (`owner`), how a car lives (`life`, `motion`, `plan`, `deed`), how it
//! spells its state (`status`), commands (`command`), the SIM card (`sim_card`).
//!
//! Paths, fields and codes were *seen* in a public description of 2020–2023 and in public clients of this family of
//! services, unless marked *guessed*.

mod call;
mod car;
mod cars;
mod change;
mod command;
mod deed;
mod family;
mod gate;
mod hand;
mod hand_change;
mod life;
mod motion;
mod owner;
mod plan;
mod reply;
mod rules;
mod signature;
mod sim_card;
mod status;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::answer::{Answer, Call};
use crate::world::World;
use call::{About, Asked, Word};
pub use car::{Car, CarCorners, CarState};
pub(crate) use change::{VehicleChange, change};
pub(crate) use family::fill;
pub use family::{HouseholdDriver, HouseholdVehicles};
pub use hand_change::CarChange;
use life::KnownCar;
pub(crate) use life::settle;
use owner::KnownOwner;
pub use owner::{CarOwner, CarTokens};
pub use plan::{Leg, LegKind};
use reply::{BAD_REQUEST, NOTHING, Refusal};
pub(crate) use reply::{coded, maintenance};
pub use rules::{VehicleRules, VehicleSaid};
pub use sim_card::{SimCard, SimPackage};

/// The service's part of the world.
#[derive(Default)]
pub(crate) struct Garage {
    owners: Vec<KnownOwner>,
    cars: Vec<KnownCar>,
    /// Nonces of requests that could still be in time, and when they came.
    nonces: BTreeMap<String, i64>,
}

impl Garage {
    /// Keys that requests may be signed with.
    fn secrets(&self) -> impl Iterator<Item = &str> {
        let secrets = self
            .owners
            .iter()
            .map(|known| known.owner.app_secret.as_str());
        secrets.filter(|secret| !secret.is_empty())
    }

    /// Cars a user may see.
    fn cars_for(&self, user_id: &str) -> impl Iterator<Item = &KnownCar> {
        self.cars.iter().filter(move |known| known.is_for(user_id))
    }

    fn car(&self, vin: &str) -> Option<&KnownCar> {
        self.cars.iter().find(|known| known.car.vin == vin)
    }

    fn car_mut(&mut self, vin: &str) -> Option<&mut KnownCar> {
        self.cars.iter_mut().find(|known| known.car.vin == vin)
    }
}

pub(crate) fn answer(world: &mut World, call: &Call) -> Answer {
    let asked = match call::read(call) {
        None => return reply::not_found(),
        Some(Err(allowed)) => return reply::wrong_method(allowed),
        Some(Ok(asked)) => asked,
    };
    if let Some(said) = reply::say(world, asked.word.name()) {
        return said;
    }
    let answer = gate::check_form(world, &asked).and_then(|()| match asked.about {
        About::Account => of_account(world, &asked),
        About::Car => of_car(world, &asked),
    });
    answer.unwrap_or_else(|refusal| reply::refused(world, &asked, refusal))
}

fn of_account(world: &mut World, asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let body = || serde_json::from_slice::<Value>(&asked.call.body).unwrap_or_default();
    let token = asked.call.header("authorization");
    let data = match asked.word {
        Word::SignIn => {
            let body = body();
            let has_address = asked.form == call::Form::Signed || body["redirectUri"].is_string();
            let code = body["authCode"].as_str();
            let code = code.filter(|_| has_address && cars::is_brand(asked));
            owner::exchange(world, code.ok_or(BAD_REQUEST)?)?
        }
        Word::SignOut => {
            let user = gate::who(world, asked)?;
            sign_out(world, user);
            Value::Null
        }
        _ => {
            let body = body();
            let refresh = body["refreshToken"].as_str().ok_or(BAD_REQUEST)?;
            owner::refresh(world, token, refresh)?
        }
    };
    Ok(reply::ok_account(&data))
}

fn sign_out(world: &mut World, user: usize) {
    let known = &mut world.vehicle.owners[user];
    known.end();
    let text = format!("vehicle.sign_out {}", known.owner.user_id);
    world.effect("vehicle", text);
}

fn of_car(world: &mut World, asked: &Asked<'_>) -> Result<Answer, Refusal> {
    let user = gate::who(world, asked)?;
    match asked.word {
        Word::Cars => return cars::list(world, asked, user),
        Word::Bind => return cars::bind(world, asked, user),
        Word::Flow => return sim_card::answer(world, asked, user),
        _ => {}
    }
    let car = gate::car(world, asked, user)?;
    match asked.word {
        Word::Capability => cars::capabilities(world, asked, car),
        Word::Command => command::answer(world, asked, user, car),
        Word::State => status::light(world, car),
        Word::Soc => status::charge_limit(world, asked, car),
        // What a trip looks like is not known.
        Word::Trips => Err(NOTHING),
        _ => status::answer(world, asked, car),
    }
}

fn add_car(world: &mut World, car: Car) {
    let now = world.now;
    let cars = &mut world.vehicle.cars;
    cars.retain(|known| known.car.vin != car.vin);
    cars.push(KnownCar::new(car, now));
}

/// False when there is no such car.
fn change_car(world: &mut World, vin: &str, change: &CarChange) -> bool {
    let known = world.vehicle.car_mut(vin);
    known.map(|known| known.change(change)).is_some()
}

/// False when there is no such car.
fn plan_car(world: &mut World, vin: &str, legs: Vec<Leg>) -> bool {
    let known = world.vehicle.car_mut(vin);
    known.map(|known| known.plan(legs)).is_some()
}
