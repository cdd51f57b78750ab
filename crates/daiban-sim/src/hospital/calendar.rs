//! `product/list`: what there is on each day of a week.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::Hospital;
use super::clinics::{held, next_release, released_ms, told_ms};
use super::places::both;
use super::reply::{BUSY, bad_fields, ok, refused};
use super::stock;
use super::strict::{Fields, body};
use crate::answer::{Answer, Call};
use crate::clock;
use crate::world::World;

/// What there is on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayStatus {
    Available,
    SoldOut,
    Nothing,
    Soon,
}

impl DayStatus {
    fn word(self) -> &'static str {
        match self {
            Self::Available => "AVAILABLE",
            Self::SoldOut => "SOLD_OUT",
            Self::Nothing => "NO_INVENTORY",
            Self::Soon => "TOMORROW_OPEN",
        }
    }
}

/// The first week is the seven days from tomorrow, the second the ninth to the fifteenth: the eighth is in neither.
fn first_day(week: &str) -> Option<i64> {
    match week {
        "1" => Some(1),
        "2" => Some(9),
        _ => None,
    }
}

pub(super) fn answer(world: &mut World, call: &Call) -> Result<Answer, Answer> {
    let fields = body(
        call,
        &["firstDeptCode", "secondDeptCode", "hosCode", "week"],
        &["topicKey"],
    )?;
    let first = first_day(fields.text("week")).ok_or_else(bad_fields)?;
    let hospital = department(world, &fields)?;
    if first > 1 && world.options.hospital.second_week_busy {
        return Err(refused(BUSY));
    }
    let today = clock::date(world.now);
    let days = (first..first + 7).map(|ahead| clock::plus_days(today, ahead));
    let rows: Vec<Value> = days
        .map(|date| row(world, &hospital, &fields, date))
        .collect();
    Ok(ok(
        &json!({"calendars": rows, "fhTimestamp": told_next(world, &hospital)}),
    ))
}

/// The hospital of a department that is there.
pub(super) fn department(world: &World, fields: &Fields) -> Result<Hospital, Answer> {
    let (first, second) = (fields.text("firstDeptCode"), fields.text("secondDeptCode"));
    let (hospital, _) = both(world, fields.text("hosCode"), first, second)?;
    Ok(hospital.clone())
}

fn row(world: &mut World, hospital: &Hospital, fields: &Fields, date: Date) -> Value {
    let (first, second) = (fields.text("firstDeptCode"), fields.text("secondDeptCode"));
    let status = status(world, hospital, first, second, date);
    let planned = world.options.hospital.day_words.get(&date);
    let word = planned.map_or(status.word(), String::as_str);
    json!({"dutyDate": date.to_string(), "weekDesc": clock::weekday(date), "status": word})
}

pub(super) fn status(
    world: &mut World,
    hospital: &Hospital,
    first: &str,
    second: &str,
    date: Date,
) -> DayStatus {
    let clinics = held(world, &hospital.code, first, second, date);
    // Not offered for the same day.
    if clinics.is_empty() || date <= clock::date(world.now) {
        return DayStatus::Nothing;
    }
    if released_ms(hospital, date) > world.now {
        let is_next = next_release(hospital, world.now) == date;
        return if is_next {
            DayStatus::Soon
        } else {
            DayStatus::Nothing
        };
    }
    let has_place = |clinic: usize| {
        stock::free(world, clinic, date)
            .iter()
            .any(|left| *left > 0)
    };
    if clinics.into_iter().any(has_place) {
        DayStatus::Available
    } else {
        DayStatus::SoldOut
    }
}

/// The next release as told, ms.
fn told_next(world: &World, hospital: &Hospital) -> i64 {
    let date = next_release(hospital, world.now);
    let told = told_ms(hospital, date);
    if world.options.hospital.told_moves_on && told <= world.now {
        return told_ms(hospital, clock::plus_days(date, 1));
    }
    told
}
