//! What a car has ahead: service, and the end of its SIM card's data.

use daiban_core::{Text, Timestamp, dates, service::Service};
use daiban_providers::vehicle::reading::Reading;
use jiff::{ToSpan, civil::Date};

use super::{Certainty, Entry, Kind, Matter, When, read};
use crate::app::SimData;

/// From the facts `reading` and `data`. Of a watch that is over nobody knows how the car went on.
pub(super) fn collect(matter: &Matter, entries: &mut Vec<Entry>) {
    if matter.is_over() {
        return;
    }
    let reading: Option<Reading> = read(matter.fact("reading"));
    let plate = reading.as_ref().and_then(|reading| reading.plate.clone());
    let plate = plate.unwrap_or_default();
    entries.extend(reading.and_then(|reading| service(matter, &reading, &plate)));
    let data = Some(matter.fact("data")).filter(|data| data.is_object());
    if let Some(data) = data.and_then(read::<SimData>) {
        entries.extend(sim(matter, &data, &plate));
    }
}

/// Days count from the moment the car reported them.
fn service(matter: &Matter, reading: &Reading, plate: &str) -> Option<Entry> {
    let as_of = reading.updated_at.or(reading.seen_at)?;
    let due = later(as_of, reading.days_to_service?)?;
    let what = Text::new(
        format!("{plate} 大约该保养了").trim().to_owned(),
        format!("{plate} about due for service").trim().to_owned(),
    );
    let more = reading.km_to_service.map(|km| {
        Text::new(
            format!("或再开 {km:.0} 公里"),
            format!("or after another {km:.0} km"),
        )
    });
    Some(Entry {
        certainty: Certainty::About { as_of: Some(as_of) },
        more: more.unwrap_or_default(),
        ..matter.entry(Service::Vehicle, When::Day(due), Kind::CarService, what)
    })
}

fn sim(matter: &Matter, data: &SimData, plate: &str) -> Vec<Entry> {
    let about = Certainty::About { as_of: data.as_of };
    let reckoned = || later(data.as_of?, data.days_left?).map(|day| (When::Day(day), about));
    let told = data
        .until
        .map(|at| (When::Day(dates::today(at)), Certainty::Told));
    let entry = |(when, certainty), zh: &str, en: &str| Entry {
        certainty,
        ..matter.entry(
            Service::Vehicle,
            when,
            Kind::SimData,
            Text::new(
                format!("{plate} {zh}").trim().to_owned(),
                format!("{plate} {en}").trim().to_owned(),
            ),
        )
    };
    let data_ends = told.or_else(reckoned);
    let card_ends = data.basic.as_ref().and_then(|basic| basic.until);
    let card_ends = card_ends.map(|at| (When::Day(dates::today(at)), Certainty::Told));
    let data_ends = data_ends.map(|when| entry(when, "车机流量到期", "SIM data ends"));
    let card_ends = card_ends.map(|when| entry(when, "车机卡到期", "SIM card ends"));
    data_ends.into_iter().chain(card_ends).collect()
}

fn later(as_of: Timestamp, days: i64) -> Option<Date> {
    let days = i32::try_from(days).ok()?;
    dates::today(as_of).checked_add(days.days()).ok()
}
