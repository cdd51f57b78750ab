//! Where the car is, how fast it goes and which way.

use daiban_core::Timestamp;
use serde_json::Value;

use super::sheet::{BASIC, Section, Sheet};
use crate::vehicle::gcj;
use crate::vehicle::reading::{Datum, Position, Reading};
use crate::vehicle::wire::scalars::{self, Bounds, to_digits};

/// Positions are in thousandths of an arc second. *Seen*; clients of five brands agree.
const PER_DEGREE: f64 = 3_600_000.0;

/// A hundred-thousandth of a degree is a metre; a thousandth of an arc second is less than a hundredth of that.
const DIGITS: i32 = 7;

const METRES: Bounds = Bounds::new(-500.0, 9_000.0);
const KMH: Bounds = Bounds::new(0.0, 250.0);
const DEGREES: Bounds = Bounds::new(0.0, 360.0);

pub(super) fn read(sheet: &Sheet<'_>, reading: &mut Reading) {
    let basic = sheet.section(BASIC);
    reading.position = position(sheet, reading.updated_at);
    reading.speed_kmh = speed(sheet, reading.updated_at);
    reading.direction_deg = basic.quantity("direction", &DEGREES);
}

/// The newer of the two fixes. `position` is of the moment of the report, `extPosition` has its own.
fn position(sheet: &Sheet<'_>, updated_at: Option<Timestamp>) -> Option<Position> {
    let plain = fix(sheet, "basicVehicleStatus.position");
    let other = fix(sheet, "basicVehicleStatus.extPosition");
    match (plain, other) {
        (Some(plain), Some(other)) => {
            let reported = plain.at.or(updated_at);
            let newer = other.at.is_some() && other.at >= reported;
            Some(if newer { other } else { plain })
        }
        (plain, other) => plain.or(other),
    }
}

fn fix(sheet: &Sheet<'_>, path: &str) -> Option<Position> {
    let section = sheet.section(path);
    let (lat, lon) = degrees(section)?;
    let mars = match section.value("marsCoordinates") {
        Value::Null => sheet.codes.mars,
        _ => section.flag("marsCoordinates"),
    };
    let (lat, lon) = match mars {
        Some(true) => gcj::to_wgs84(lat, lon),
        _ => (lat, lon),
    };
    Some(Position {
        lat: to_digits(lat, DIGITS),
        lon: to_digits(lon, DIGITS),
        datum: mars.map_or(Datum::Unknown, |_| Datum::Wgs84),
        trusted: section.flag("posCanBeTrusted"),
        altitude_m: section.quantity("altitude", &METRES),
        at: section.moment("sysTimestamp"),
    })
}

/// Both together or nothing: half a position is none, and 0/0 is a receiver without a fix.
fn degrees(section: Section<'_>) -> Option<(f64, f64)> {
    let lat = half(section, "latitude", 90.0)?;
    let lon = half(section, "longitude", 180.0)?;
    if lat == 0.0 && lon == 0.0 {
        return None;
    }
    // Within twenty metres of 0/0 no car stands: these are degrees of another brand, not ours to divide or multiply.
    if lat.abs() * PER_DEGREE <= 90.0 && lon.abs() * PER_DEGREE <= 180.0 {
        section.note("latitude");
        return None;
    }
    Some((lat, lon))
}

fn half(section: Section<'_>, name: &str, most: f64) -> Option<f64> {
    let number = section.number(name)?;
    let degrees = number / PER_DEGREE;
    if degrees.abs() <= most {
        return Some(degrees);
    }
    if !scalars::is_all_ones(number) {
        section.note(name);
    }
    None
}

/// The newer of the two speeds; of two of one moment the faster, for a car that may move is taken to move.
fn speed(sheet: &Sheet<'_>, updated_at: Option<Timestamp>) -> Option<f64> {
    let basic = sheet.section(BASIC);
    let valid = basic.flag("speedValidity") != Some(false);
    let plain = basic.quantity("speed", &KMH).filter(|_| valid);
    let other = sheet.section("basicVehicleStatus.extSpeed");
    let at = other.moment("sysTimestamp");
    let (Some(plain), Some(other)) = (plain, other.quantity("speed", &KMH)) else {
        return plain.or_else(|| {
            other
                .quantity("speed", &KMH)
                .filter(|_| valid && at.is_some())
        });
    };
    match at.cmp(&updated_at) {
        std::cmp::Ordering::Less => Some(plain),
        std::cmp::Ordering::Equal => Some(plain.max(other)),
        std::cmp::Ordering::Greater => Some(other),
    }
}
