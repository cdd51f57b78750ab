//! What a test does to the vehicle service by hand.

use super::{
    Car, CarChange, CarOwner, CarState, CarTokens, Leg, VehicleRules, add_car, change_car, owner,
    plan_car,
};
use crate::Sim;

impl Sim {
    /// Adds a user of the vehicle service, signed in, or puts them in the place of the one with that id. Gives the pair
    /// of tokens: the one in `owner`, made up where it is empty.
    pub fn add_car_owner(&self, owner: CarOwner) -> CarTokens {
        self.change(|world| owner::add_owner(world, owner))
    }

    /// Adds a car, or puts it in the place of the one with that number. It has reported right now.
    pub fn add_car(&self, car: Car) {
        self.change(|world| add_car(world, car));
    }

    /// Somebody does something to a car, or a test bends its answers. False when there is no such car.
    pub fn change_car(&self, vin: &str, change: CarChange) -> bool {
        self.change(|world| change_car(world, vin, &change))
    }

    /// What a car is going to do, beside what was planned before. False when there is no such car.
    pub fn plan_car(&self, vin: &str, legs: Vec<Leg>) -> bool {
        self.change(|world| plan_car(world, vin, legs))
    }

    /// How a car truly stands now.
    pub fn car(&self, vin: &str) -> Option<CarState> {
        self.change(|world| world.vehicle.car(vin).map(|known| known.state.clone()))
    }

    /// When the cloud last heard of a car, ms since the epoch.
    pub fn car_reported_ms(&self, vin: &str) -> Option<i64> {
        self.change(|world| world.vehicle.car(vin).map(|known| known.reported_ms))
    }

    /// The pair of tokens that is good now; `None`: signed out, signed in elsewhere, or nobody.
    pub fn car_tokens(&self, user_id: &str) -> Option<CarTokens> {
        self.change(|world| owner::tokens(world, user_id))
    }

    /// The user signs in on a phone: both tokens of the session here are worthless. False when there is no such user.
    pub fn sign_in_elsewhere(&self, user_id: &str) -> bool {
        self.change(|world| owner::sign_in_elsewhere(world, user_id))
    }

    /// The access token has expired; the refresh token is good. False when there is no session.
    pub fn expire_car_token(&self, user_id: &str) -> bool {
        self.change(|world| owner::expire(world, user_id))
    }

    /// A further auth code of a user, good once. False when there is no such user.
    pub fn give_car_auth_code(&self, user_id: &str, code: &str) -> bool {
        self.change(|world| owner::give_code(world, user_id, code))
    }

    /// Changes rules of the vehicle service: `sim.vehicle_rules(|rules| rules.deaf = true)`.
    pub fn vehicle_rules(&self, change: impl FnOnce(&mut VehicleRules)) {
        self.change(|world| change(&mut world.options.vehicle));
    }
}
