//! What a car tells, as values: units applied, unknown as `None`.
//!
//! The first part of the names is what others rely on (`daiban car status --json`); what a car does not tell is `null` there
//! and never a guess. How each comes off the wire, with its unknown values, is told in `wire::status`.

use std::collections::BTreeMap;

use daiban_core::{Text, Timestamp, dates};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Everything one status answer told, at the moment the car reported it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// The car's number, all but its last four characters as stars.
    pub vin: String,
    /// Its plate, where the list of cars told it.
    pub plate: Option<String>,
    /// When the car reported this; `None`: not told, and so of unknown age.
    #[serde(with = "dates::rfc3339::option")]
    pub updated_at: Option<Timestamp>,
    /// When daiban asked.
    #[serde(with = "dates::rfc3339::option")]
    pub seen_at: Option<Timestamp>,
    /// `csp` or `tsp`, the two forms in which cars of this family report.
    pub platform: Option<String>,

    /// Where it is.
    pub position: Option<Position>,
    /// Whether all four doors are locked; `None` where one of them is unknown and none is unlocked.
    pub locked: Option<bool>,
    /// Whether the engine runs.
    pub engine: Engine,
    /// The gear lever.
    pub gear: Option<Gear>,
    /// km/h; `None` also where the car marks it as not valid.
    pub speed_kmh: Option<f64>,
    /// Degrees from north, 0–360.
    pub direction_deg: Option<f64>,

    /// Litres in the tank.
    pub fuel_l: Option<f64>,
    /// Per cent of the tank.
    pub fuel_pct: Option<f64>,
    /// Kilometres on fuel, or in all.
    pub range_km: Option<f64>,
    /// Kilometres on the traction battery alone.
    pub electric_range_km: Option<f64>,
    /// Kilometres driven.
    pub odometer_km: Option<f64>,
    /// Litres per 100 km, on average.
    pub consumption_l_100km: Option<f64>,
    /// Litres per 100 km on the last drive.
    pub last_consumption_l_100km: Option<f64>,
    /// km/h on average.
    pub average_speed_kmh: Option<f64>,
    /// The first trip meter as the car gives it; its scale differs between cars.
    pub trip_1: Option<f64>,
    /// The second trip meter.
    pub trip_2: Option<f64>,

    /// Volts of the 12 V battery: 12.0–12.8 at rest, about 14 while charging.
    pub battery_12v_v: Option<f64>,
    /// Per cent of the 12 V battery, where told.
    pub battery_12v_pct: Option<f64>,
    /// Per cent of the traction battery; `None` for a car without one.
    pub soc_pct: Option<f64>,
    /// Minutes until it is full.
    pub time_to_full_min: Option<u32>,
    /// Whether it charges.
    pub charging: Option<bool>,
    /// Whether the cable is in.
    pub plugged: Option<bool>,
    /// Kilowatts it charges with.
    pub charge_kw: Option<f64>,

    /// The four doors.
    pub doors: Corners<Door>,
    /// The four windows.
    pub windows: Corners<Opening>,
    /// How far each window is open, per cent.
    pub window_pct: Corners<Option<f64>>,
    /// The sunroof.
    pub sunroof: Opening,
    /// The sun blind.
    pub curtain: Opening,
    /// The boot.
    pub trunk: Door,
    /// Whether the bonnet is open.
    pub bonnet_open: Option<bool>,
    /// The fuel flap.
    pub tank_flap: Opening,
    /// The charging flap.
    pub charge_lid: Opening,

    /// Tyre pressure.
    pub tyres_kpa: Corners<Option<f64>>,
    /// Whether the car warns of a tyre's pressure.
    pub tyre_warnings: Corners<Option<bool>>,
    /// Tyre temperature, °C.
    pub tyres_c: Corners<Option<f64>>,

    /// °C inside.
    pub interior_c: Option<f64>,
    /// °C outside, as last measured.
    pub exterior_c: Option<f64>,
    /// °C of the coolant.
    pub coolant_c: Option<f64>,
    /// µg/m³ inside.
    pub pm25_in: Option<f64>,
    /// µg/m³ outside.
    pub pm25_out: Option<f64>,
    /// Whether a remote pre-climate runs (not what the driver switched on).
    pub pre_climate: Option<bool>,

    /// Days until service is due.
    pub days_to_service: Option<i64>,
    /// Kilometres until service is due.
    pub km_to_service: Option<f64>,
    /// Engine hours until service is due.
    pub hours_to_service: Option<f64>,

    /// Whether a key is in the car.
    pub key_present: Option<bool>,
    /// Whether the engine is blocked.
    pub engine_blocked: Option<bool>,
    /// Whether the hand brake holds.
    pub hand_brake: Option<bool>,
    /// Whether the electric parking brake holds.
    pub park_brake: Option<bool>,
    /// Seat belts as the car says it; cars disagree about what yes means.
    pub seat_belts: Corners<Option<bool>>,
    /// Whether an airbag is reported as deployed.
    pub airbag_deployed: Option<bool>,
    /// Whether the alarm is reported to sound.
    pub alarm: Option<bool>,

    /// What the car warns of.
    pub warnings: Vec<Warning>,

    /// Every value of the answer by its path, as it came: `basicVehicleStatus.usageMode`. Without positions and numbers that
    /// name the car.
    pub raw: BTreeMap<String, Value>,
    /// Paths of values that were there and not understood.
    pub odd: Vec<String>,
}

/// Four of something, named as seen from the driver's seat.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Corners<T> {
    /// Front, on the driver's side.
    pub driver: T,
    /// Front, on the passenger's side.
    pub passenger: T,
    /// Behind the driver.
    pub driver_rear: T,
    /// Behind the passenger.
    pub passenger_rear: T,
}

impl<T> Corners<T> {
    /// With their names: `driver`, `passenger`, `driver_rear`, `passenger_rear`.
    pub fn each(&self) -> [(&'static str, &T); 4] {
        [
            ("driver", &self.driver),
            ("passenger", &self.passenger),
            ("driver_rear", &self.driver_rear),
            ("passenger_rear", &self.passenger_rear),
        ]
    }
}

/// A place on earth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// What the degrees count from. GCJ-02 is turned into WGS-84 where it is flagged.
    pub datum: Datum,
    /// Whether the car itself trusts it; `None`: not told.
    pub trusted: Option<bool>,
    /// Metres above the sea.
    pub altitude_m: Option<f64>,
    /// When it was fixed, where told.
    #[serde(default, with = "dates::rfc3339::option")]
    pub at: Option<Timestamp>,
}

/// What degrees count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Datum {
    /// As satellites give them.
    #[serde(rename = "WGS-84")]
    Wgs84,
    /// Not told, and the profile does not know.
    #[serde(rename = "unknown")]
    Unknown,
}

/// Whether an engine runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Engine {
    /// It is off.
    Off,
    /// It runs.
    Running,
    /// Not told, or in a word not known.
    #[default]
    Unknown,
}

/// The gear lever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gear {
    /// P
    Park,
    /// R
    Reverse,
    /// N
    Neutral,
    /// D
    Drive,
}

/// Something that opens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// It is closed.
    Closed,
    /// It is open, however little.
    Open,
    /// Not told, not fitted, or in a word not known.
    #[default]
    Unknown,
}

/// A door with a lock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Door {
    /// Whether it stands open.
    pub open: Option<bool>,
    /// Whether it is locked.
    pub locked: Option<bool>,
}

/// Something the car warns of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// `brake_fluid`, `washer_fluid`, `oil_level`, `oil_pressure`, `coolant_level`, `bulb`, `service`, `airbag`, `alarm`,
    /// `tyre_driver` …, `car` for messages of its control units.
    pub code: String,
    /// In words.
    pub text: Text,
}

impl Reading {
    /// Whether it moves, or is ready to: speed, gear and engine as far as they are known; in P it does not. `None`: cannot be
    /// said.
    pub fn moving(&self) -> Option<bool> {
        let rolls = self.speed_kmh.map(|speed| speed > 0.5);
        let in_gear = self.gear.map(|gear| gear != Gear::Park);
        match (rolls, in_gear, self.engine) {
            (Some(true), _, _) => Some(true),
            (_, Some(true), Engine::Running) => Some(true),
            (Some(false), _, _) | (None, Some(false), _) | (None, _, Engine::Off) => Some(false),
            _ => None,
        }
    }

    /// Whether it is under way or about to be: the engine runs, or it moves.
    pub fn in_use(&self) -> bool {
        self.engine == Engine::Running || self.moving() == Some(true)
    }
}
