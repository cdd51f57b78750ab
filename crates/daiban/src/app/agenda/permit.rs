//! Days of permits: what is in force, what will be renewed, what is missing, and the last days.

use std::collections::BTreeMap;

use daiban_core::{Text, service::Service};
use daiban_providers::permit::coverage::Zone;
use jiff::civil::Date;
use serde_json::Value;

use super::{
    Agenda, Certainty, Entry, Kind, Matter, PermitDay, PermitDays, When, day, moment, read,
};

/// One permit as the fact `status` shows it.
struct Permit {
    zone: Zone,
    from: Date,
    to: Date,
    /// Running or about to.
    is_live: bool,
}

/// From the facts `status`, `coverage` and `planned`.
pub(super) fn collect(matter: &Matter, agenda: &mut Agenda) {
    let cars = matter.fact("status")["vehicles"].as_array();
    for car in cars.into_iter().flatten() {
        let Some(plate) = car["plate"].as_str() else {
            continue;
        };
        let known = agenda.permits.iter().any(|known| known.plate == plate);
        if known || !is_wished(matter, plate) {
            continue;
        }
        let permits = permits(car);
        let days = days(matter, plate, &permits);
        agenda.entries.extend(ends(matter, plate, &permits, &days));
        agenda.entries.extend(missing(matter, plate, &days));
        agenda.entries.extend(renewal(matter, plate));
        agenda.permits.push(PermitDays {
            plate: plate.to_owned(),
            errand: matter.row.id.clone(),
            days,
        });
    }
}

fn is_wished(matter: &Matter, plate: &str) -> bool {
    let wished = matter.row.wishes["plates"].as_array();
    wished.is_none_or(|plates| plates.iter().any(|wished| wished == plate))
}

/// Those that allow days; of one whose zone or days are not known nothing can be said.
fn permits(car: &Value) -> Vec<Permit> {
    let read = |record: &Value| {
        let state = record["state"].as_str()?;
        let is_live = matches!(state, "in_effect" | "pending");
        (is_live || state == "expired").then_some(())?;
        Some(Permit {
            zone: read(&record["zone"])?,
            from: day(&record["from"])?,
            to: day(&record["to"])?,
            is_live,
        })
    };
    let records = car["records"].as_array().into_iter().flatten();
    records.filter_map(read).collect()
}

/// Permits say what was and is; what is expected comes from the errand, as long as it goes on.
fn days(matter: &Matter, plate: &str, permits: &[Permit]) -> BTreeMap<Date, PermitDay> {
    let wished = read(&matter.row.wishes["zone"]).unwrap_or(Zone::Outside);
    let mut days = BTreeMap::new();
    let expected = matter.fact("coverage")[plate].as_array();
    for one in expected.into_iter().flatten() {
        let state = match one["state"].as_str() {
            Some("has") => PermitDay::Has,
            Some("will") if matter.goes_on() => PermitDay::Will,
            Some("miss") => PermitDay::Miss,
            Some("none") | None => continue,
            Some(_) => PermitDay::Unknown,
        };
        days.extend(day(&one["date"]).map(|date| (date, state)));
    }
    for permit in permits.iter().filter(|permit| permit.zone.serves(wished)) {
        let span = daiban_core::dates::DateSpan::new(permit.from, permit.to);
        days.extend(span.days().map(|date| (date, PermitDay::Has)));
    }
    days
}

fn ends(
    matter: &Matter,
    plate: &str,
    permits: &[Permit],
    days: &BTreeMap<Date, PermitDay>,
) -> Vec<Entry> {
    let live = permits.iter().filter(|permit| permit.is_live);
    live.map(|permit| {
        let what = Text::new(
            format!("{plate} 的{}进京证最后一天", permit.zone.zh()),
            format!("{plate}: last day of the permit {}", permit.zone.en()),
        );
        let next = permit.to.tomorrow().ok().and_then(|next| days.get(&next));
        let more = match next {
            Some(PermitDay::Has) => Text::new("第二天接着有证", "covered the day after too"),
            Some(PermitDay::Will) => Text::new("到时会续", "will be renewed"),
            Some(PermitDay::Miss) => Text::new("第二天没有能用的证", "no permit the day after"),
            Some(PermitDay::Unknown) | None => Text::default(),
        };
        Entry {
            more,
            ..matter.entry(
                Service::Permit,
                When::Day(permit.to),
                Kind::PermitEnds,
                what,
            )
        }
    })
    .collect()
}

/// Days in a row are one entry.
fn missing(matter: &Matter, plate: &str, days: &BTreeMap<Date, PermitDay>) -> Vec<Entry> {
    let mut runs: Vec<(Date, Date)> = Vec::new();
    let missed = days.iter().filter(|(_, state)| **state == PermitDay::Miss);
    for (date, _) in missed {
        match runs.last_mut() {
            Some((_, last)) if last.tomorrow().ok() == Some(*date) => *last = *date,
            _ => runs.push((*date, *date)),
        }
    }
    let what = Text::new(
        format!("{plate} 没有能用的进京证"),
        format!("{plate}: no permit"),
    );
    let entry = |(first, last): (Date, Date)| Entry {
        until: (first != last).then_some(When::Day(last)),
        certainty: Certainty::Planned,
        more: Text::new(
            "照现在的安排，开进来会在检查站被劝返",
            "as things stand the car will be turned back at the checkpoint",
        ),
        ..matter.entry(
            Service::Permit,
            When::Day(first),
            Kind::PermitMissing,
            what.clone(),
        )
    };
    runs.into_iter().map(entry).collect()
}

fn renewal(matter: &Matter, plate: &str) -> Option<Entry> {
    let at = moment(&matter.fact("planned")[plate]).filter(|_| matter.goes_on())?;
    let what = Text::new(
        format!("去续 {plate} 的进京证"),
        format!("{plate}: the permit is renewed"),
    );
    Some(Entry {
        certainty: Certainty::Planned,
        ..matter.entry(Service::Permit, When::At(at), Kind::PermitRenewal, what)
    })
}
