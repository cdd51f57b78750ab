//! Doors, windows, roof, boot, bonnet, flaps.

use super::sheet::{CLIMATE, ELECTRIC, SAFETY, Section, Sheet, corners};
use crate::vehicle::profile::YesNo;
use crate::vehicle::reading::{Corners, Door, Opening, Reading};
use crate::vehicle::wire::scalars::{self, Bounds, Said};

/// 0 is closed, 100 wide open, 101 and more "not fitted" or "not told". *Seen*.
const PERCENT: Bounds = Bounds::new(0.0, 100.0);
const NOT_FITTED: f64 = 101.0;

pub(super) fn read(sheet: &Sheet<'_>, reading: &mut Reading) {
    let safety = sheet.section(SAFETY);
    let codes = sheet.codes;
    reading.doors = doors(sheet);
    reading.locked = locked(&reading.doors);
    reading.window_pct = corners("winPos", |name| open_pct(sheet.section(CLIMATE), name));
    reading.windows = windows(sheet, &reading.window_pct);
    reading.sunroof = roof(sheet, "sunroofOpenStatus", "sunroofPos");
    reading.curtain = roof(sheet, "curtainOpenStatus", "curtainPos");
    reading.trunk = Door {
        open: safety.yes_no("trunkOpenStatus", &codes.door),
        locked: safety.yes_no("trunkLockStatus", &codes.lock),
    };
    reading.bonnet_open = safety.yes_no("engineHoodOpenStatus", &codes.door);
    reading.tank_flap = opening(safety.yes_no("tankFlapStatus", &codes.flap));
    reading.charge_lid = charge_lid(sheet);
}

fn doors(sheet: &Sheet<'_>) -> Corners<Door> {
    let safety = sheet.section(SAFETY);
    corners("", |corner| Door {
        open: door_open(safety, corner, &sheet.codes.door),
        locked: safety.yes_no(&format!("doorLockStatus{corner}"), &sheet.codes.lock),
    })
}

/// Some cars tell how far a door is open instead; of that only 0, closed, is *seen*.
fn door_open(safety: Section<'_>, corner: &str, table: &YesNo) -> Option<bool> {
    let told = safety.yes_no(&format!("doorOpenStatus{corner}"), table);
    let at = scalars::number(safety.value(&format!("doorPos{corner}")));
    told.or((at == Said::This(0.0)).then_some(false))
}

/// Of the four doors alone: the code of the central lock reads 0 on cars whose doors are all locked.
fn locked(doors: &Corners<Door>) -> Option<bool> {
    let each = doors.each().map(|(_, door)| door.locked);
    if each.contains(&Some(false)) {
        return Some(false);
    }
    (!each.contains(&None)).then_some(true)
}

/// How far it is open; `None` also for "not fitted".
fn open_pct(section: Section<'_>, name: &str) -> Option<f64> {
    match scalars::number(section.value(name)) {
        Said::This(number) if number >= NOT_FITTED => None,
        _ => section.quantity(name, &PERCENT),
    }
}

fn windows(sheet: &Sheet<'_>, pct: &Corners<Option<f64>>) -> Corners<Opening> {
    let climate = sheet.section(CLIMATE);
    let codes = corners("winStatus", |name| {
        climate.yes_no(name, &sheet.codes.window)
    });
    let settle = |name: &str, pct: Option<f64>, code: Option<bool>| match (pct, code) {
        // Either may be the stale one.
        (Some(0.0), Some(true)) => {
            climate.note(&format!("winPos{name}"));
            Opening::Unknown
        }
        (Some(pct), _) => opening(Some(pct > 0.0)),
        (None, code) => opening(code),
    };
    Corners {
        driver: settle("Driver", pct.driver, codes.driver),
        passenger: settle("Passenger", pct.passenger, codes.passenger),
        driver_rear: settle("DriverRear", pct.driver_rear, codes.driver_rear),
        passenger_rear: settle("PassengerRear", pct.passenger_rear, codes.passenger_rear),
    }
}

/// A roof that is not fitted says closed and 101.
fn roof(sheet: &Sheet<'_>, status: &str, place: &str) -> Opening {
    let climate = sheet.section(CLIMATE);
    let code = climate.yes_no(status, &sheet.codes.sunroof);
    let not_fitted =
        matches!(scalars::number(climate.value(place)), Said::This(at) if at >= NOT_FITTED);
    match (code, open_pct(climate, place)) {
        (Some(true), _) => Opening::Open,
        _ if not_fitted => Opening::Unknown,
        (Some(false), Some(pct)) if pct > 0.0 => {
            climate.note(place);
            Opening::Unknown
        }
        (code, pct) => opening(code.or(pct.map(|pct| pct > 0.0))),
    }
}

/// One for each kind of charging; either may be open. Cars have them in either of two sections.
fn charge_lid(sheet: &Sheet<'_>) -> Opening {
    let mut lids = Vec::new();
    for section in [sheet.section(SAFETY), sheet.section(ELECTRIC)] {
        for name in ["chargeLidAcStatus", "chargeLidDcAcStatus"] {
            lids.extend(section.yes_no(name, &sheet.codes.flap));
        }
    }
    opening(lids.into_iter().reduce(|any, one| any || one))
}

fn opening(open: Option<bool>) -> Opening {
    match open {
        Some(true) => Opening::Open,
        Some(false) => Opening::Closed,
        None => Opening::Unknown,
    }
}
