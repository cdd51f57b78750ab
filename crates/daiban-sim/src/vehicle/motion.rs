//! How a car changes by itself as time goes by: where it is, what it burns, what warms up.

use super::car::CarState;

const HOUR_MS: f64 = 3_600_000.0;
const MINUTE_MS: f64 = 60_000.0;
/// °C of a warm engine.
const WARM_C: f64 = 89.0;
/// Counts that a drive adds to tyres.
const WARM_TYRES: f64 = 6.0;
/// Litres an idling engine burns in an hour (*guessed*).
const IDLE_L_H: f64 = 0.8;
/// Per cent of the traction battery for a kilometre (*guessed*).
const PCT_PER_KM: f64 = 1.5;
/// Below this it drives on fuel (*guessed*).
const LEAST_PCT: f64 = 15.0;

/// A drive or a charge under way, as it was when it began.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
    pub(super) kind: WayKind,
    pub(super) start: CarState,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum WayKind {
    Drive { to: (f64, f64), km: f64 },
    Charge { to_pct: f64 },
}

impl Way {
    /// How much of it lies behind, 0–1.
    fn part(&self, at: i64) -> f64 {
        let whole = (self.to_ms - self.from_ms).max(1) as f64;
        ((at - self.from_ms) as f64 / whole).clamp(0.0, 1.0)
    }

    pub(super) fn is_drive(&self) -> bool {
        matches!(self.kind, WayKind::Drive { .. })
    }

    fn carry(&self, state: &mut CarState, at: i64) {
        let part = self.part(at);
        match self.kind {
            WayKind::Drive { to, km } => self.drive(state, part, to, km),
            WayKind::Charge { to_pct } => self.charge(state, part, to_pct),
        }
    }

    fn drive(&self, state: &mut CarState, part: f64, to: (f64, f64), km: f64) {
        let (start, gone) = (&self.start, km * part);
        state.lat = start.lat + (to.0 - start.lat) * part;
        state.lon = start.lon + (to.1 - start.lon) * part;
        state.odometer_km = start.odometer_km + gone;
        state.trip_km = start.trip_km + gone;
        state.km_to_service = start.km_to_service - gone;
        let on_battery = gone.min((start.soc_pct - LEAST_PCT).max(0.0) / PCT_PER_KM);
        state.soc_pct = start.soc_pct - on_battery * PCT_PER_KM;
        let burnt = (gone - on_battery) * start.consumption / 100.0;
        state.fuel_l = (start.fuel_l - burnt).max(0.0);
    }

    fn charge(&self, state: &mut CarState, part: f64, to_pct: f64) {
        let gain = (to_pct - self.start.soc_pct).max(0.0);
        state.soc_pct = self.start.soc_pct + gain * part;
        let minutes = (self.to_ms - self.from_ms) as f64 / MINUTE_MS;
        let to_full = (100.0 - state.soc_pct) * minutes / gain.max(0.1);
        state.to_full_min = to_full.round().clamp(0.0, 2046.0) as i64;
    }
}

/// Sets what a drive is from its first metre on.
pub(super) fn set_off(state: &mut CarState, to: (f64, f64), km: f64, lasts_ms: i64) {
    state.speed_kmh = (km / (lasts_ms.max(1) as f64 / HOUR_MS) * 2.0).round() / 2.0;
    state.direction_deg = bearing((state.lat, state.lon), to);
    state.doors_open = super::car::CarCorners::all(false);
    state.trunk_open = false;
    state.lock();
    state.engine = true;
    state.in_drive = true;
    state.key = true;
    state.hand_brake = false;
    state.plugged = false;
    state.alarm = false;
    state.interior_c = 21.0;
}

/// It stands, the engine is off, and whoever drove has locked it.
pub(super) fn park(state: &mut CarState) {
    state.speed_kmh = 0.0;
    state.engine = false;
    state.in_drive = false;
    state.key = false;
    state.hand_brake = true;
    state.lock();
}

/// From `from` to `to` with nothing happening in between.
pub(super) fn drift(state: &mut CarState, way: Option<&Way>, from: i64, to: i64) {
    let passed_ms = (to - from).max(0) as f64;
    let minutes = passed_ms / MINUTE_MS;
    if let Some(way) = way {
        way.carry(state, to);
    }
    if state.engine {
        state.coolant_c = (state.coolant_c + 12.0 * minutes).min(WARM_C.max(state.coolant_c));
    } else {
        let least = (state.exterior_c + 15.0).min(state.coolant_c);
        state.coolant_c = (state.coolant_c - 0.5 * minutes).max(least);
    }
    if state.engine && !state.is_driven() {
        state.fuel_l = (state.fuel_l - IDLE_L_H * passed_ms / HOUR_MS).max(0.0);
    }
    let warming = if state.is_driven() { 0.4 } else { -0.1 };
    state.tyres_warm = (state.tyres_warm + warming * minutes).clamp(0.0, WARM_TYRES);
}

/// Degrees from north, on the flat map of a short way.
fn bearing(from: (f64, f64), to: (f64, f64)) -> i64 {
    let north = to.0 - from.0;
    let east = (to.1 - from.1) * from.0.to_radians().cos();
    let degrees = east.atan2(north).to_degrees().round() as i64;
    degrees.rem_euclid(360)
}
