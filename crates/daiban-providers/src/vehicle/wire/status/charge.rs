//! The traction battery. A car without one sends the section all the same, full of zeros.

use serde_json::Value;

use super::sheet::{CONFIGURATION, ELECTRIC, Section, Sheet};
use crate::vehicle::reading::Reading;
use crate::vehicle::wire::scalars::{self, Bounds, Said, to_digits};

const PERCENT: Bounds = Bounds::new(0.0, 100.0);
const KM: Bounds = Bounds::new(0.0, 1_500.0);
/// 2047 is eleven bits of ones: not known, or not charging. *Seen*.
const MINUTES: Bounds = Bounds::new(0.0, 2_880.0).unless(&[2_047.0]);
const VOLTS: Bounds = Bounds::new(0.0, 1_000.0);
const AMPERES: Bounds = Bounds::new(-600.0, 600.0).unless(&[255.0, 511.0]);

/// Fields that are anything but nothing only in a car with a traction battery. Those of a 48 V mild hybrid are not among
/// them.
const TRACTION: &[&str] = &[
    "chargeLevel",
    "distanceToEmptyOnBatteryOnly",
    "distanceToEmptyOnBattery100Soc",
    "distanceToEmptyOnBattery20Soc",
    "chargerState",
    "statusOfChargerConnection",
    "isCharging",
    "isPluggedIn",
    "chargeUAct",
    "chargeIAct",
    "dcChargeIAct",
    "averPowerConsumption",
];

/// `fuelType` and `propulsionType` of a car without a tank. *Seen*.
const ELECTRIC_ONLY: i64 = 4;

pub(super) fn read(sheet: &Sheet<'_>, reading: &mut Reading) {
    let section = sheet.section(ELECTRIC);
    reading.charging = charging(sheet, section);
    reading.plugged = plugged(sheet, section);
    if !has_traction(sheet, section) {
        return;
    }
    reading.soc_pct = section.quantity("chargeLevel", &PERCENT);
    reading.electric_range_km = section.quantity("distanceToEmptyOnBatteryOnly", &KM);
    reading.time_to_full_min = minutes(section, reading.charging);
    if reading.charging == Some(true) {
        reading.charge_kw = kilowatts(section);
    }
}

fn has_traction(sheet: &Sheet<'_>, section: Section<'_>) -> bool {
    let configuration = sheet.section(CONFIGURATION);
    let says_so = |name| scalars::code(configuration.value(name)) == Said::This(ELECTRIC_ONLY);
    says_so("propulsionType")
        || says_so("fuelType")
        || TRACTION
            .iter()
            .any(|name| is_something(section.value(name)))
}

/// Neither missing nor zero nor all ones.
fn is_something(value: &Value) -> bool {
    match (scalars::flag(value), scalars::number(value)) {
        (Said::This(yes), _) => yes,
        (_, Said::This(number)) => number != 0.0 && !scalars::is_all_ones(number),
        _ => false,
    }
}

/// What the car says, what its charger says, and where the two disagree, the current.
fn charging(sheet: &Sheet<'_>, section: Section<'_>) -> Option<bool> {
    let car = section.flag("isCharging");
    let charger = section.yes_no("chargerState", &sheet.codes.charger);
    match (car, charger) {
        (Some(car), Some(charger)) if car != charger => {
            let flows = kilowatts(section).map(|kw| kw > 0.0);
            if flows.is_none() {
                section.note("isCharging");
            }
            flows
        }
        (car, charger) => car.or(charger),
    }
}

/// What the car says, or the state of its socket. Where the two disagree nobody knows.
fn plugged(sheet: &Sheet<'_>, section: Section<'_>) -> Option<bool> {
    let car = section.flag("isPluggedIn");
    let socket = section.yes_no("statusOfChargerConnection", &sheet.codes.plug);
    match (car, socket) {
        (Some(car), Some(socket)) if car != socket => {
            section.note("isPluggedIn");
            None
        }
        (car, socket) => car.or(socket),
    }
}

/// Cars that do not charge send 0, which would read as full at once.
fn minutes(section: Section<'_>, charging: Option<bool>) -> Option<u32> {
    let minutes = section.quantity("timeToFullyCharged", &MINUTES)?;
    let told = minutes > 0.0 || charging == Some(true);
    told.then_some(minutes.round() as u32)
}

/// Volts times amperes; a current into the battery from a DC charger is negative. *Seen*.
fn kilowatts(section: Section<'_>) -> Option<f64> {
    let volts = section.quantity("chargeUAct", &VOLTS)?;
    let direct = section.quantity("dcChargeIAct", &AMPERES);
    let direct = direct.filter(|amperes| *amperes < 0.0).map(f64::abs);
    let amperes = direct.or_else(|| section.quantity("chargeIAct", &AMPERES))?;
    Some(to_digits(volts * amperes.max(0.0) / 1_000.0, 2))
}
