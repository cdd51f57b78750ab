//! The drivers of the demo: one with a petrol car, one with a plug-in hybrid, each with an account of their own.

use serde::{Deserialize, Serialize};

use super::{Car, CarOwner, CarState, add_car, owner};
use crate::world::World;

/// Those who drive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdVehicles {
    /// A petrol car that reports in numbers (`csp`), parked and locked.
    pub petrol: HouseholdDriver,
    /// A plug-in hybrid that reports in texts (`tsp`), parked and locked.
    pub plug_in: HouseholdDriver,
}

/// A user of the vehicle service and their car.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseholdDriver {
    /// User id.
    pub user_id: String,
    /// `clientId`.
    pub client_id: String,
    /// Key of signatures, 32 characters, used as text.
    pub app_secret: String,
    /// Good for two hours from now.
    pub access_token: String,
    /// Renews it.
    pub refresh_token: String,
    /// Can be exchanged once.
    pub auth_code: String,
    /// The car's number.
    pub vin: String,
    /// Plate.
    pub plate: String,
    /// Number of its SIM card.
    pub iccid: String,
}

const SECRET: &str = "daiban-made-up-key-0123456789abc";

pub(crate) fn fill(world: &mut World) -> HouseholdVehicles {
    HouseholdVehicles {
        petrol: driver(world, 1, Car::default()),
        plug_in: driver(world, 2, plug_in()),
    }
}

fn plug_in() -> Car {
    let functions = [
        "remote_lock",
        "remote_unlock",
        "remote_engine",
        "remote_find",
        "remote_window_close",
        "remote_window_vent",
        "remote_trunk_open",
    ];
    Car {
        vin: "LTESTVHC9E0000002".into(),
        plate: "冀RD00002".into(),
        iccid: "89860000000000000001".into(),
        platform: "tsp".into(),
        phev: true,
        series: "领克01 PHEV".into(),
        series_code: "CX11P".into(),
        tank_l: 42.0,
        functions: functions.map(String::from).into(),
        state: CarState {
            lat: 39.9996,
            lon: 116.2755,
            fuel_l: 31.0,
            consumption: 6.1,
            odometer_km: 12_408.0,
            soc_pct: 63.0,
            interior_c: 8.0,
            ..CarState::default()
        },
        ..Car::default()
    }
}

fn driver(world: &mut World, number: u32, car: Car) -> HouseholdDriver {
    let user_id = format!("100000{number}");
    let known = CarOwner {
        user_id: user_id.clone(),
        client_id: format!("TEST0000CLIENT{number:019}"),
        app_secret: SECRET.into(),
        auth_code: format!("test-auth-code-{number}"),
        ..CarOwner::default()
    };
    let tokens = owner::add_owner(world, known.clone());
    let household = HouseholdDriver {
        user_id: user_id.clone(),
        client_id: known.client_id,
        app_secret: known.app_secret,
        access_token: tokens.access_token,
        refresh_token: tokens.refresh_token,
        auth_code: known.auth_code,
        vin: car.vin.clone(),
        plate: car.plate.clone(),
        iccid: car.iccid.clone(),
    };
    add_car(
        world,
        Car {
            owner: user_id,
            ..car
        },
    );
    household
}
