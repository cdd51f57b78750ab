//! What several test files use: moments, cars, records, wishes.

use daiban_core::Timestamp;
use daiban_core::dates::{BEIJING, DateSpan};
use daiban_core::window::DayWindow;
use daiban_providers::permit::coverage::{CanApply, Record, RecordState, Vehicle, Zone};
use daiban_providers::permit::decide::{Days, Wish};
use jiff::civil::{Date, DateTime};

pub(crate) const PLATE: &str = "冀R0D001";

pub(crate) fn moment(text: &str) -> Timestamp {
    BEIJING
        .to_timestamp(text.parse::<DateTime>().unwrap())
        .unwrap()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn record(
    id: &str,
    zone: Zone,
    state: RecordState,
    from: &str,
    to: Option<&str>,
) -> Record {
    Record {
        id: id.to_owned(),
        zone: Some(zone),
        state,
        from: Some(day(from)),
        to: to.map(day),
        reason_code: None,
        reason: None,
        applied_at: None,
    }
}

pub(crate) fn car(can: Option<bool>, records: Vec<Record>) -> Vehicle {
    Vehicle {
        plate: PLATE.to_owned(),
        plate_type: "02".to_owned(),
        vehicle_id: "1900000000000000001".to_owned(),
        body_type: "01".to_owned(),
        can_apply: CanApply {
            inside: can,
            outside: can,
        },
        why_not: None,
        inside_uses_left: Some(9),
        inside_unlimited: false,
        records,
    }
}

pub(crate) fn wish(zone: Zone, days: Days) -> Wish {
    Wish {
        zone,
        days,
        window: DayWindow::parse("window", "07:30-08:30").unwrap(),
    }
}

pub(crate) fn span(from: &str, to: &str) -> DateSpan {
    DateSpan::new(day(from), day(to))
}
