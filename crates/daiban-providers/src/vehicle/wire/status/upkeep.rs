//! Odometer, service, the 12 V battery, tyres.

use super::Known;
use super::sheet::{MAINTENANCE, Section, Sheet, corners};
use crate::vehicle::reading::{Corners, Reading};
use crate::vehicle::wire::scalars::{self, Bounds, to_digits};

const ODOMETER: Bounds = Bounds::new(0.0, 2_000_000.0).unless(&[1_048_575.0]);
/// Service that is overdue counts below zero.
const DAYS: Bounds = Bounds::new(-3_650.0, 1_100.0).unless(&[1_023.0]);
const KM: Bounds = Bounds::new(-100_000.0, 60_000.0).unless(&[32_767.0]);
const HOURS: Bounds = Bounds::new(-10_000.0, 3_000.0).unless(&[2_047.0]);
const VOLTS: Bounds = Bounds::new(4.0, 18.0).unless(&[0.0, 15.0]);
const PERCENT: Bounds = Bounds::new(0.5, 100.0).unless(&[0.0]);
const CELSIUS: Bounds = Bounds::new(-39.9, 120.0).unless(&[-40.0, 215.0]);
const TYRE_KPA: std::ops::RangeInclusive<f64> = 30.0..=600.0;

/// kPa for one unit of the sensors' own count. Every value of a public `tsp` answer is a whole multiple of it, and the
/// counts of a `csp` car times this are the pressures its door plate asks for. *Guessed* from that.
const KPA_PER_COUNT: f64 = 1.373;

pub(super) fn read(sheet: &Sheet<'_>, reading: &mut Reading, known: &Known<'_>) {
    let section = sheet.section(MAINTENANCE);
    reading.odometer_km = section.quantity("odometer", &ODOMETER);
    reading.days_to_service = section
        .quantity("daysToService", &DAYS)
        .map(|days| days.round() as i64);
    reading.km_to_service = section.quantity("distanceToService", &KM);
    reading.hours_to_service = section.quantity("engineHrsToService", &HOURS);
    battery(sheet, reading);
    reading.tyres_kpa = tyres(section, reading.platform.as_deref(), known);
    reading.tyre_warnings = corners("tyrePreWarning", |name| section.flag(name));
    reading.tyres_c = corners("tyreTemp", |name| section.quantity(name, &CELSIUS));
}

/// `stateOfCharge` and `stateOfHealth` are codes and no per cent; a `chargeLevel` of 0 is one that is not told, for a battery
/// with nothing in it tells nothing.
fn battery(sheet: &Sheet<'_>, reading: &mut Reading) {
    let section = sheet.section("additionalVehicleStatus.maintenanceStatus.mainBatteryStatus");
    reading.battery_12v_v = section.quantity("voltage", &VOLTS);
    reading.battery_12v_pct = section.quantity("chargeLevel", &PERCENT);
}

fn tyres(section: Section<'_>, platform: Option<&str>, known: &Known<'_>) -> Corners<Option<f64>> {
    let told = corners("tyreStatus", |name| section.number(name));
    let set = known
        .tyre_kpa_per_unit
        .or(known.profile.codes.tyre_kpa_per_unit);
    let scale = set.or_else(|| scale(&told, platform));
    corners("tyreStatus", |name| pressure(section, name, scale))
}

/// Counts or kPa, worked out from the values. A `csp` car counts when they are whole and too low for kPa; one of unknown form
/// whose values could be either is not understood.
fn scale(told: &Corners<Option<f64>>, platform: Option<&str>) -> Option<f64> {
    let each = told.each().into_iter().filter_map(|(_, told)| *told);
    let counts = each
        .filter(|told| !is_unknown_count(*told))
        .all(|told| told.fract() == 0.0 && told < 230.0);
    match (platform, counts) {
        (Some("csp"), true) => Some(KPA_PER_COUNT),
        (None, true) => None,
        _ => Some(1.0),
    }
}

fn pressure(section: Section<'_>, name: &str, scale: Option<f64>) -> Option<f64> {
    let told = section.number(name)?;
    let counts = scale != Some(1.0);
    let unknown = told == 0.0 || (counts && is_unknown_count(told)) || is_unknown_kpa(told);
    if unknown {
        return None;
    }
    let kpa = scale.map(|scale| to_digits(told * scale, 1));
    let kpa = kpa.filter(|kpa| TYRE_KPA.contains(kpa));
    if kpa.is_none() && !scalars::is_all_ones(told) {
        section.note(name);
    }
    kpa
}

/// None, or all ones in eight bits.
fn is_unknown_count(told: f64) -> bool {
    told == 0.0 || told == 255.0
}

/// All ones in eight bits, made kPa.
fn is_unknown_kpa(told: f64) -> bool {
    (told - 255.0 * KPA_PER_COUNT).abs() < 0.01
}
