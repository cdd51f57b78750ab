//! Engine, gear, key, brakes, belts.

use super::sheet::{BASIC, DRIVING, SAFETY, Sheet, corners};
use crate::vehicle::profile::Gears;
use crate::vehicle::reading::{Engine, Gear, Reading};
use crate::vehicle::wire::scalars::{self, Said};

pub(super) fn read(sheet: &Sheet<'_>, reading: &mut Reading) {
    let basic = sheet.section(BASIC);
    let safety = sheet.section(SAFETY);
    reading.engine = basic.meaning("engineStatus", engine).unwrap_or_default();
    reading.gear = gear(sheet);
    reading.key_present = basic.meaning("keyStatus", key);
    reading.engine_blocked = basic.meaning("engineBlockedStatus", blocked);
    reading.hand_brake = safety.yes_no("handBrakeStatus", &sheet.codes.hand_brake);
    reading.park_brake = safety.yes_no("electricParkBrakeStatus", &sheet.codes.park_brake);
    reading.seat_belts = corners("seatBeltStatus", |name| safety.flag(name));
}

/// *Seen* in capitals, in small letters and with a hyphen.
fn engine(word: &str) -> Option<Engine> {
    match word {
        "engineoff" => Some(Engine::Off),
        "enginerunning" => Some(Engine::Running),
        _ => None,
    }
}

/// `NO_KEY_INSERTED` is *seen*, its opposite *guessed* from it.
fn key(word: &str) -> Option<bool> {
    match word {
        "keyinserted" => Some(true),
        "nokeyinserted" => Some(false),
        _ => None,
    }
}

/// `UNBLOCKED` is *seen*, its opposite *guessed* from it.
fn blocked(word: &str) -> Option<bool> {
    match word {
        "blocked" => Some(true),
        "unblocked" => Some(false),
        _ => None,
    }
}

/// The name is spelt as the service spells it. A parked car said 240, which is in no client's table.
fn gear(sheet: &Sheet<'_>) -> Option<Gear> {
    let section = sheet.section(DRIVING);
    let name = "transimissionGearPostion";
    let Said::This(code) = scalars::code(section.value(name)) else {
        return section.code(name).and(None);
    };
    let gear = named(&sheet.codes.gear, code);
    if gear.is_none() {
        section.note(name);
    }
    gear
}

fn named(gears: &Gears, code: i64) -> Option<Gear> {
    let table = [
        (&gears.park, Gear::Park),
        (&gears.reverse, Gear::Reverse),
        (&gears.neutral, Gear::Neutral),
        (&gears.drive, Gear::Drive),
    ];
    let mut fitting = table.iter().filter(|(codes, _)| codes.contains(&code));
    fitting.next().map(|(_, gear)| *gear)
}
