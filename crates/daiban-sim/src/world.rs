//! The one world the services share: clock, chance, cars, fines, and each service's own part.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::hospital::{HospitalRules, Platform};
use crate::journal::Effect;
use crate::permit::Permit;
use crate::rail::{OrderRules, Rail, SignedOut, StandbyRules};
use crate::vehicle::{Garage, VehicleRules};
use crate::violation::Violation;

pub(crate) struct World {
    /// Latest time seen, ms; the world never goes backwards.
    pub(crate) now: i64,
    pub(crate) chance: Chance,
    pub(crate) options: WorldOptions,
    pub(crate) vehicles: Vec<KnownVehicle>,
    pub(crate) permit: Permit,
    pub(crate) violation: Violation,
    pub(crate) rail: Rail,
    pub(crate) hospital: Platform,
    pub(crate) vehicle: Garage,
    /// Changes not yet in the journal.
    pub(crate) effects: Vec<Effect>,
}

/// Rules that may differ between runs. Each default is the usual case.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct WorldOptions {
    /// Shortest review of a permit application, ms.
    pub review_min_ms: i64,
    /// Longest review, ms.
    pub review_max_ms: i64,
    /// A new sign-in makes older tokens of the same door worthless.
    pub one_token_per_channel: bool,
    /// Tokens die this long after they were issued, ms; `None`: never.
    pub token_life_ms: Option<i64>,
    /// A lost token is answered with code 500 and a text instead of 401 (*seen* in a public client's tests).
    pub lost_token_as_500: bool,
    /// Numbers as strings and strings as numbers where the permit service was seen to mix them.
    pub mixed_types: bool,
    /// A clean car is answered with 10000 and no items instead of 10025.
    pub violation_zero_as_10000: bool,
    /// Last part of the path of the left-ticket query that works now.
    pub rail_query: String,
    /// Last part of the path of the query for journeys with a change.
    pub rail_transfer_query: String,
    /// Days of presale counting today.
    pub presale_days: i64,
    /// The phone of the first rail account scans a sign-in code after half this time and confirms
    /// it after the whole, ms, unless somebody else scanned it; `None`: it waits to be told.
    pub rail_phone_confirms_ms: Option<i64>,
    /// What the rail service asks for with a password, `login_check_code`: `0` nothing, `1` slider
    /// or SMS code, `2` slider, `3` SMS code. A slider can't be passed here.
    pub rail_login_check: String,
    /// `result_code` of a sign-in with the right password: 0, or what is demanded beside it. 91 and
    /// 92 (SMS) can be met at checkUpMeg; 94 station window, 95 app, 97 slider, 101 password too old.
    pub rail_login_code: i64,
    /// `result_code` of auth/uamtk for a person who is signed in; anything but 0 stops the sign-in
    /// there (91 and 92 SMS, 94 station window, 95 app, 97 slider, 101 password too old).
    pub rail_uamtk_code: i64,
    /// Rail sign-ins end this long after they were made, ms; `None`: never.
    pub rail_session_life_ms: Option<i64>,
    /// The rail service knows nobody as signed in, as long as this is set.
    pub rail_session_loss: bool,
    /// How the rail service tells that a call needs a sign-in.
    pub rail_signed_out: SignedOut,
    /// Standby orders of the rail service.
    pub rail_standby: StandbyRules,
    /// How the rail service takes orders.
    pub rail_order: OrderRules,
    /// The hospital service.
    pub hospital: HospitalRules,
    /// The vehicle service.
    pub vehicle: VehicleRules,
}

impl Default for WorldOptions {
    fn default() -> Self {
        Self {
            review_min_ms: 60_000,
            review_max_ms: 360_000,
            one_token_per_channel: false,
            token_life_ms: None,
            lost_token_as_500: false,
            mixed_types: false,
            violation_zero_as_10000: false,
            rail_query: "queryG".into(),
            rail_transfer_query: "queryG".into(),
            presale_days: 15,
            rail_phone_confirms_ms: None,
            rail_login_check: "2".into(),
            rail_login_code: 0,
            rail_uamtk_code: 0,
            rail_session_life_ms: None,
            rail_session_loss: false,
            rail_signed_out: SignedOut::default(),
            rail_standby: StandbyRules::default(),
            rail_order: OrderRules::default(),
            hospital: HospitalRules::default(),
            vehicle: VehicleRules::default(),
        }
    }
}

/// A car, known to the permit service when `owner_id` is one of its accounts, and to the violation API.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Vehicle {
    /// ID number of the permit account it is bound to; empty for none.
    #[serde(default)]
    pub owner_id: String,
    /// Plate, upper case.
    pub plate: String,
    /// 号牌种类: `02` small car, `52` small new-energy car.
    pub plate_type: String,
    /// `01` passenger car, `02` lorry.
    #[serde(default = "passenger_car")]
    pub kind: String,
    /// Engine number, upper case.
    pub engine_number: String,
    /// Frame number, upper case.
    pub frame_number: String,
    /// The permit service holds all it needs about the car.
    #[serde(default = "yes")]
    pub complete: bool,
    /// A route must be given with an application (lorries).
    #[serde(default)]
    pub route_needed: bool,
    /// Permits inside the 6th ring used this year before the world began.
    #[serde(default)]
    pub inside_used: u32,
}

fn passenger_car() -> String {
    "01".into()
}

fn yes() -> bool {
    true
}

impl Default for Vehicle {
    fn default() -> Self {
        Self {
            owner_id: String::new(),
            plate: String::new(),
            plate_type: "02".into(),
            kind: passenger_car(),
            engine_number: String::new(),
            frame_number: String::new(),
            complete: true,
            route_needed: false,
            inside_used: 0,
        }
    }
}

pub(crate) struct KnownVehicle {
    pub(crate) id: String,
    pub(crate) added_ms: i64,
    pub(crate) car: Vehicle,
}

impl World {
    pub(crate) fn new(now: i64, seed: u64, rail_data: Option<&Path>) -> Self {
        Self {
            now,
            chance: Chance::new(seed),
            options: WorldOptions::default(),
            vehicles: Vec::new(),
            permit: Permit::default(),
            violation: Violation::default(),
            rail: Rail::new(rail_data),
            hospital: Platform::default(),
            vehicle: Garage::default(),
            effects: Vec::new(),
        }
    }

    pub(crate) fn add_vehicle(&mut self, car: Vehicle) -> String {
        let id = nineteen_digits(self.vehicles.len() + 1);
        self.vehicles.push(KnownVehicle {
            id: id.clone(),
            added_ms: self.now,
            car,
        });
        id
    }

    pub(crate) fn vehicle_by_plate(&self, plate: &str) -> Option<&KnownVehicle> {
        self.vehicles
            .iter()
            .find(|vehicle| vehicle.car.plate == plate)
    }

    /// Notes a change of the world made by the request at hand.
    pub(crate) fn effect(&mut self, service: &'static str, text: String) {
        self.effect_at(self.now, service, text);
    }

    pub(crate) fn effect_at(&mut self, at_ms: i64, service: &'static str, text: String) {
        self.effects.push(Effect {
            at_ms,
            service,
            text,
        });
    }
}

/// Ids of the permit service: 19 digits, larger than a double can tell from its neighbour.
pub(crate) fn nineteen_digits(number: usize) -> String {
    format!("19{number:017}")
}
