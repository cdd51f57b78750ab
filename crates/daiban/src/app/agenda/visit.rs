//! Appointments: the booked visit, until when it can be cancelled, and releases that are waited for.

use daiban_core::{Text, dates, service::Service};
use daiban_providers::hospital::booking::{Booking, BookingState};
use serde_json::Value;

use super::{Certainty, Entry, Kind, Matter, When, joined, moment, read};
use crate::{app::visits, ics};

/// From the facts `booking`, `place` and `calendar`.
pub(super) fn collect(matter: &Matter, entries: &mut Vec<Entry>) {
    let fact = matter.fact("booking");
    let booking = read::<Booking>(fact);
    // Only what both the order's page and the errand call booked is.
    let stands = fact["stage"] == "booked";
    let booked = booking.filter(|booking| stands && booking.state == BookingState::Booked);
    if let Some(booking) = booked {
        entries.extend(visit(matter, &booking));
        entries.extend(cancel_by(matter, &booking));
    } else if matter.goes_on() {
        entries.extend(releases(matter));
    }
}

fn visit(matter: &Matter, booking: &Booking) -> Option<Entry> {
    let (when, hour_told) = visits::when(booking)?;
    let (when, until) = match when {
        ics::When::Between(from, to) if hour_told => (
            When::At(dates::at(from.date(), from.time())),
            Some(When::At(dates::at(to.date(), to.time()))),
        ),
        other => (When::Day(other.begins().date()), None),
    };
    let who = booking.patient.as_deref().unwrap_or_default();
    let what = Text::new(
        format!("{who} {}看诊", booking.department.name)
            .trim()
            .to_owned(),
        format!("{who} {}: doctor", booking.department.name)
            .trim()
            .to_owned(),
    );
    let doctor = [booking.doctor.as_deref(), booking.title.as_deref()];
    let doctor: Vec<&str> = doctor.into_iter().flatten().collect();
    let mut more = vec![
        Text::quoted(&booking.hospital.name),
        Text::quoted(&doctor.join(" ")),
    ];
    if !hour_told {
        let half = booking.visit_text.as_str();
        more.push(Text::new(
            format!("{half}，几点没说"),
            format!("{half}, hour not told"),
        ));
    }
    Some(Entry {
        until,
        more: joined(more),
        place: Some(booking.hospital.name.clone()),
        ..matter.entry(Service::Hospital, when, Kind::Visit, what)
    })
}

fn cancel_by(matter: &Matter, booking: &Booking) -> Option<Entry> {
    let at = booking.cancel_before?;
    let name = &booking.department.name;
    let what = Text::new(
        format!("{name}的号，最晚这时取消"),
        format!("{name}: last moment to cancel"),
    );
    let words = booking.cancel_text.as_deref().unwrap_or_default();
    Some(Entry {
        more: Text::quoted(words),
        ..matter.entry(Service::Hospital, When::At(at), Kind::CancelBy, what)
    })
}

/// When departments release places, as the service or the errand's own watching tells.
fn releases(matter: &Matter) -> Vec<Entry> {
    let calendar = matter.fact("calendar").as_object();
    let departments = calendar.into_iter().flatten();
    let release = |(code, known): (&String, &Value)| {
        let at = moment(&known["release_at"])?;
        let (department, hospital) = named(matter, code);
        let name = department.unwrap_or_else(|| code.clone());
        let what = Text::new(format!("{name}放号"), format!("{name} releases places"));
        Some(Entry {
            more: Text::quoted(hospital.as_deref().unwrap_or_default()),
            place: hospital,
            certainty: Certainty::Planned,
            ..matter.entry(Service::Hospital, When::At(at), Kind::Release, what)
        })
    };
    departments.filter_map(release).collect()
}

/// Department and hospital of a code such as `162/04/644`.
fn named(matter: &Matter, code: &str) -> (Option<String>, Option<String>) {
    let place = matter.fact("place");
    let found = place["departments"].as_array().into_iter().flatten();
    let found = found.into_iter().find(|one| one["code"] == code);
    let name = |value: &Value| value["name"].as_str().map(str::to_owned);
    let department = found.and_then(|one| name(&one["second"]));
    let hospital = found.and_then(|one| name(&one["hospital"]));
    (department, hospital.or_else(|| name(&place["hospital"])))
}
