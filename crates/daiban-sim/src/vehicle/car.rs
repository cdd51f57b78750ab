//! A car of the vehicle service: what it is, and how it stands.

use serde::{Deserialize, Serialize};

use super::sim_card::SimCard;

/// A car and its first state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Car {
    /// Seventeen characters.
    pub vin: String,
    /// Plate.
    pub plate: String,
    /// User id of its owner.
    pub owner: String,
    /// User ids of those it is shared with.
    pub shared_with: Vec<String>,
    /// Those it is shared with may command it; otherwise 8160.
    pub sharers_may_command: bool,
    /// Number of its SIM card.
    pub iccid: String,
    /// The form of its reports: `csp` (numbers) or `tsp` (texts, more fields).
    pub platform: String,
    /// It has a traction battery and a plug.
    pub phev: bool,
    /// `领克01`.
    pub series: String,
    /// `seriesCodeVs`.
    pub series_code: String,
    /// Litres its tank holds.
    pub tank_l: f64,
    /// The user's usual one.
    pub default: bool,
    /// It lives on the brand's other host, which here is the prefix `/second`; elsewhere 8063.
    pub second_host: bool,
    /// `functionId` of what its capability list has switched on (names *guessed*); a command whose function is missing is 1404.
    pub functions: Vec<String>,
    /// Its SIM card.
    pub sim: SimCard,
    /// How it stands when it is added; its first report.
    pub state: CarState,
}

impl Default for Car {
    fn default() -> Self {
        let functions = [
            "remote_lock",
            "remote_unlock",
            "remote_engine",
            "remote_find",
        ];
        Self {
            vin: "LTESTVHC7E0000001".into(),
            plate: "冀R0D001".into(),
            owner: "1000001".into(),
            shared_with: Vec::new(),
            sharers_may_command: true,
            iccid: "89860000000000000000".into(),
            platform: "csp".into(),
            phev: false,
            series: "领克01".into(),
            series_code: "CX11".into(),
            tank_l: 54.0,
            default: true,
            second_host: false,
            functions: functions.map(String::from).into(),
            sim: SimCard::default(),
            state: CarState::default(),
        }
    }
}

/// How a car truly stands, whatever it has reported. The default is parked and locked, the engine cold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CarState {
    /// Degrees north, WGS-84.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Metres.
    pub altitude_m: i64,
    /// The car trusts its position.
    pub trusted: bool,
    /// `marsCoordinates`; `None`: not told.
    pub mars: Option<bool>,
    /// It tells its position.
    pub position_told: bool,
    /// km/h.
    pub speed_kmh: f64,
    /// Degrees from north.
    pub direction_deg: i64,
    /// The engine runs.
    pub engine: bool,
    /// In gear D; otherwise P.
    pub in_drive: bool,
    /// A key is in the car.
    pub key: bool,
    /// Doors that stand open.
    pub doors_open: CarCorners<bool>,
    /// Doors that are locked.
    pub doors_locked: CarCorners<bool>,
    /// How far windows are open, per cent.
    pub windows_pct: CarCorners<u8>,
    /// The sunroof is open.
    pub sunroof_open: bool,
    /// The boot stands open.
    pub trunk_open: bool,
    /// The boot is locked.
    pub trunk_locked: bool,
    /// The bonnet is open.
    pub bonnet_open: bool,
    /// Litres.
    pub fuel_l: f64,
    /// Litres per 100 km.
    pub consumption: f64,
    /// km/h on average.
    pub average_speed_kmh: i64,
    /// km
    pub odometer_km: f64,
    /// km on the second trip meter.
    pub trip_km: f64,
    /// Volts of the 12 V battery at rest; about 14 while the engine runs or it charges.
    pub battery_12v_v: f64,
    /// Cold pressure as counts of 1.373 kPa.
    pub tyres: CarCorners<f64>,
    /// Counts that driving has added.
    pub tyres_warm: f64,
    /// The car warns of a tyre.
    pub tyre_warnings: CarCorners<bool>,
    /// Per cent of the traction battery.
    pub soc_pct: f64,
    /// The cable is in.
    pub plugged: bool,
    /// It charges.
    pub charging: bool,
    /// Minutes until the battery is full, while it charges.
    pub to_full_min: i64,
    /// °C inside, as told; a csp car says 0 when nobody is in it.
    pub interior_c: f64,
    /// °C outside.
    pub exterior_c: f64,
    /// °C
    pub coolant_c: f64,
    /// The alarm sounds.
    pub alarm: bool,
    /// The hand brake holds.
    pub hand_brake: bool,
    /// Days.
    pub days_to_service: i64,
    /// km
    pub km_to_service: f64,
    /// Engine hours.
    pub hours_to_service: i64,
    /// It has a network.
    pub online: bool,
    /// It sleeps and reports nothing.
    pub asleep: bool,
    /// It takes commands for granted and carries out none.
    pub deaf: bool,
}

impl Default for CarState {
    fn default() -> Self {
        Self {
            lat: 39.9087,
            lon: 116.3975,
            altitude_m: 44,
            trusted: true,
            mars: Some(false),
            position_told: true,
            speed_kmh: 0.0,
            direction_deg: 0,
            engine: false,
            in_drive: false,
            key: false,
            doors_open: CarCorners::all(false),
            doors_locked: CarCorners::all(true),
            windows_pct: CarCorners::all(0),
            sunroof_open: false,
            trunk_open: false,
            trunk_locked: true,
            bonnet_open: false,
            fuel_l: 49.0,
            consumption: 9.0,
            average_speed_kmh: 37,
            odometer_km: 33_253.0,
            trip_km: 12.0,
            battery_12v_v: 12.4,
            tyres: CarCorners {
                driver: 180.0,
                passenger: 179.0,
                driver_rear: 175.0,
                passenger_rear: 176.0,
            },
            tyres_warm: 0.0,
            tyre_warnings: CarCorners::all(false),
            soc_pct: 0.0,
            plugged: false,
            charging: false,
            to_full_min: 0,
            interior_c: 0.0,
            exterior_c: 4.0,
            coolant_c: 21.0,
            alarm: false,
            hand_brake: true,
            days_to_service: 278,
            km_to_service: 6274.0,
            hours_to_service: 379,
            online: true,
            asleep: false,
            deaf: false,
        }
    }
}

impl CarState {
    pub(super) fn is_locked(&self) -> bool {
        self.doors_locked == CarCorners::all(true)
    }

    /// Every door that can be locked is.
    pub(super) fn lock(&mut self) {
        let is_shut = |open: bool| !open;
        self.doors_locked = self.doors_open.map(is_shut);
        self.trunk_locked = !self.trunk_open;
    }

    pub(super) fn unlock(&mut self) {
        self.doors_locked = CarCorners::all(false);
        self.trunk_locked = false;
    }

    /// It moves, or somebody sits in it and is about to.
    pub(super) fn is_driven(&self) -> bool {
        self.in_drive || self.speed_kmh > 0.0
    }
}

/// Four of something, as seen from the driver's seat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CarCorners<T: Default> {
    /// Front, on the driver's side.
    pub driver: T,
    /// Front, on the other.
    pub passenger: T,
    /// Behind the driver.
    pub driver_rear: T,
    /// Behind the passenger.
    pub passenger_rear: T,
}

impl<T: Copy + Default> CarCorners<T> {
    /// The same on each.
    pub fn all(value: T) -> Self {
        Self {
            driver: value,
            passenger: value,
            driver_rear: value,
            passenger_rear: value,
        }
    }

    pub(super) fn map<U: Default>(self, change: impl Fn(T) -> U) -> CarCorners<U> {
        CarCorners {
            driver: change(self.driver),
            passenger: change(self.passenger),
            driver_rear: change(self.driver_rear),
            passenger_rear: change(self.passenger_rear),
        }
    }
}
