//! What somebody does to a car by hand, and what of its answers is bent for a test.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::car::{CarCorners, CarState};
use super::life::KnownCar;
use super::sim_card::SimCard;

/// A change of a car: what is `None` stays. The car tells it two seconds later, unless it sleeps or has no network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CarChange {
    /// All doors that are shut, and the boot.
    pub locked: Option<bool>,
    /// Single doors.
    pub doors_locked: CarCorners<Option<bool>>,
    /// Doors that stand open.
    pub doors_open: CarCorners<Option<bool>>,
    /// Per cent.
    pub windows_pct: CarCorners<Option<u8>>,
    /// The sunroof is open.
    pub sunroof_open: Option<bool>,
    /// The boot stands open.
    pub trunk_open: Option<bool>,
    /// The bonnet is open.
    pub bonnet_open: Option<bool>,
    /// The engine runs.
    pub engine: Option<bool>,
    /// In gear D.
    pub in_drive: Option<bool>,
    /// A key is in the car.
    pub key: Option<bool>,
    /// km/h
    pub speed_kmh: Option<f64>,
    /// Litres.
    pub fuel_l: Option<f64>,
    /// km
    pub odometer_km: Option<f64>,
    /// Volts at rest.
    pub battery_12v_v: Option<f64>,
    /// Per cent of the traction battery.
    pub soc_pct: Option<f64>,
    /// The cable is in.
    pub plugged: Option<bool>,
    /// Cold pressure as counts of 1.373 kPa.
    pub tyres: CarCorners<Option<f64>>,
    /// The car warns of a tyre.
    pub tyre_warnings: CarCorners<Option<bool>>,
    /// Degrees north and east.
    pub position: Option<(f64, f64)>,
    /// The car trusts its position.
    pub trusted: Option<bool>,
    /// `marsCoordinates`.
    pub mars: Option<bool>,
    /// `marsCoordinates` is left out.
    pub mars_missing: bool,
    /// It tells its position.
    pub position_told: Option<bool>,
    /// °C
    pub interior_c: Option<f64>,
    /// °C
    pub exterior_c: Option<f64>,
    /// The alarm sounds.
    pub alarm: Option<bool>,
    /// Days.
    pub days_to_service: Option<i64>,
    /// km
    pub km_to_service: Option<f64>,
    /// It has a network.
    pub online: Option<bool>,
    /// It sleeps.
    pub asleep: Option<bool>,
    /// Commands are taken and not carried out.
    pub deaf: Option<bool>,
    /// What is left on its SIM card.
    pub sim: Option<SimCard>,
    /// It lives on the other host from now on, or no longer.
    pub second_host: Option<bool>,
    /// The capability list as it is from now on.
    pub functions: Option<Vec<String>>,
    /// The cloud has it at once.
    pub report_now: bool,
    /// In every status from now on, whatever the car reports: a value by its path below `vehicleStatus`, such as
    /// `basicVehicleStatus.usageMode`.
    pub raw: BTreeMap<String, Value>,
    /// Paths below `vehicleStatus` left out of every status from now on.
    pub raw_missing: BTreeSet<String>,
    /// Forgets earlier `raw` and `raw_missing` first.
    pub raw_clear: bool,
}

impl CarChange {
    /// Somebody locks or unlocks it.
    pub fn locked(locked: bool) -> Self {
        Self {
            locked: Some(locked),
            ..Self::default()
        }
    }

    /// One value of every status from now on.
    pub fn raw(path: &str, value: Value) -> Self {
        Self {
            raw: [(path.to_owned(), value)].into(),
            ..Self::default()
        }
    }

    /// On the car; what concerns answers alone is taken by `bend`.
    pub(super) fn apply(&self, state: &mut CarState) {
        self.move_doors(state);
        self.move_rest(state);
        self.place(state);
        self.measure(state);
        set(&mut state.online, self.online);
        set(&mut state.asleep, self.asleep);
        set(&mut state.deaf, self.deaf);
    }

    fn move_doors(&self, state: &mut CarState) {
        set_each(&mut state.doors_open, self.doors_open);
        set(&mut state.trunk_open, self.trunk_open);
        match self.locked {
            Some(true) => state.lock(),
            Some(false) => state.unlock(),
            None => {}
        }
        set_each(&mut state.doors_locked, self.doors_locked);
        // An open one is not locked, whoever says so.
        state.trunk_locked &= !state.trunk_open;
        for (locked, open) in [
            (&mut state.doors_locked.driver, state.doors_open.driver),
            (
                &mut state.doors_locked.passenger,
                state.doors_open.passenger,
            ),
            (
                &mut state.doors_locked.driver_rear,
                state.doors_open.driver_rear,
            ),
            (
                &mut state.doors_locked.passenger_rear,
                state.doors_open.passenger_rear,
            ),
        ] {
            *locked &= !open;
        }
    }

    fn move_rest(&self, state: &mut CarState) {
        set_each(&mut state.windows_pct, self.windows_pct);
        set(&mut state.sunroof_open, self.sunroof_open);
        set(&mut state.bonnet_open, self.bonnet_open);
        set(&mut state.engine, self.engine);
        set(&mut state.in_drive, self.in_drive);
        set(&mut state.key, self.key);
        set(&mut state.speed_kmh, self.speed_kmh);
        set(&mut state.alarm, self.alarm);
        set(&mut state.plugged, self.plugged);
    }

    fn place(&self, state: &mut CarState) {
        if let Some((lat, lon)) = self.position {
            (state.lat, state.lon) = (lat, lon);
        }
        set(&mut state.trusted, self.trusted);
        set(&mut state.position_told, self.position_told);
        if self.mars.is_some() || self.mars_missing {
            state.mars = self.mars;
        }
    }

    fn measure(&self, state: &mut CarState) {
        set(&mut state.fuel_l, self.fuel_l);
        set(&mut state.odometer_km, self.odometer_km);
        set(&mut state.battery_12v_v, self.battery_12v_v);
        set(&mut state.soc_pct, self.soc_pct);
        set_each(&mut state.tyres, self.tyres);
        set_each(&mut state.tyre_warnings, self.tyre_warnings);
        set(&mut state.interior_c, self.interior_c);
        set(&mut state.exterior_c, self.exterior_c);
        set(&mut state.days_to_service, self.days_to_service);
        set(&mut state.km_to_service, self.km_to_service);
    }

    /// What is bent of the answers about the car.
    pub(super) fn bend(&self, known: &mut KnownCar) {
        set(&mut known.car.sim, self.sim.clone());
        set(&mut known.car.functions, self.functions.clone());
        set(&mut known.car.second_host, self.second_host);
        if self.raw_clear {
            known.raw.clear();
            known.raw_missing.clear();
        }
        known.raw.extend(self.raw.clone());
        known.raw_missing.extend(self.raw_missing.clone());
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn set_each<T: Copy + Default>(fields: &mut CarCorners<T>, values: CarCorners<Option<T>>) {
    set(&mut fields.driver, values.driver);
    set(&mut fields.passenger, values.passenger);
    set(&mut fields.driver_rear, values.driver_rear);
    set(&mut fields.passenger_rear, values.passenger_rear);
}
