//! Tank, ranges, consumption, and the engine's temperature.

use super::sheet::{BASIC, RUNNING, Sheet};
use crate::vehicle::reading::Reading;
use crate::vehicle::wire::scalars::{Bounds, to_digits};

/// The largest tank of this family has 60 litres.
const LITRES: Bounds = Bounds::new(0.0, 120.0);
const PERCENT: Bounds = Bounds::new(0.0, 100.0);
const KM: Bounds = Bounds::new(0.0, 2_000.0);
const PER_100_KM: Bounds = Bounds::new(0.0, 60.0);
const TENTHS: Bounds = Bounds::new(0.0, 600.0).unless(&[255.0, 511.0]);
const KMH: Bounds = Bounds::new(0.0, 250.0);
const TRIP: Bounds = Bounds::new(0.0, 1_000_000.0).unless(&[65_535.0]);

/// 215 is all ones in eight bits, counted from −40.
const COOLANT: Bounds = Bounds::new(-39.9, 150.0).unless(&[-40.0, 215.0]);

/// After the traction battery: a car without a tank has no range on fuel.
pub(super) fn read(sheet: &Sheet<'_>, reading: &mut Reading) {
    let running = sheet.section(RUNNING);
    reading.fuel_l = running.quantity("fuelLevel", &LITRES);
    reading.fuel_pct = running.quantity("fuelLevelPct", &PERCENT);
    reading.range_km = range(sheet, reading);
    reading.consumption_l_100km = running.quantity("aveFuelConsumption", &PER_100_KM);
    reading.last_consumption_l_100km = last_consumption(sheet);
    reading.average_speed_kmh = running.quantity("avgSpeed", &KMH);
    reading.trip_1 = running.quantity("tripMeter1", &TRIP);
    reading.trip_2 = running.quantity("tripMeter2", &TRIP);
    reading.coolant_c = running.quantity("engineCoolantTemperature", &COOLANT);
}

/// Electric cars send 0, or nothing, where others send the range on fuel.
fn range(sheet: &Sheet<'_>, reading: &Reading) -> Option<f64> {
    let range = sheet.section(BASIC).quantity("distanceToEmpty", &KM)?;
    let no_tank = reading.fuel_l.is_none_or(|litres| litres == 0.0) && reading.fuel_pct.is_none();
    let electric = reading.electric_range_km.is_some_and(|km| km > 0.0);
    (range > 0.0 || !(no_tank && electric)).then_some(range)
}

/// Tenths of a litre: 165 on a car that uses 9.0 on average. *Guessed* from that; a value with a fraction is no count of
/// tenths, and so is not understood.
fn last_consumption(sheet: &Sheet<'_>) -> Option<f64> {
    let name = "aveFuelConsumptionInLatestDrivingCycle";
    let running = sheet.section(RUNNING);
    let tenths = running.quantity(name, &TENTHS)?;
    if tenths.fract() != 0.0 {
        running.note(name);
        return None;
    }
    Some(to_digits(tenths / 10.0, 1))
}
