//! Permit records: how they move with time, and what may be asked for.
//!
//! Left to others: how they are shown (`page`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{PermitAccount, cars_of, next_record_id};
use crate::clock;
use crate::world::{KnownVehicle, World};

/// Days a permit runs, counting its first.
pub(crate) const DAYS: i64 = 7;
/// Permits inside the 6th ring in a calendar year.
const INSIDE_A_YEAR: i64 = 12;
/// How long a cancellation is under way.
const CANCELLING_MS: i64 = 60_000;

pub(crate) const INSIDE: &str = "01";
pub(crate) const OUTSIDE: &str = "02";
pub(crate) const REJECTION: &str = "审核未通过，该车辆在京有未处理的交通违法行为。";
pub(crate) const ONE_CAR: &str = "每个用户同一时间只能为一辆机动车申请办理进京证。";
const WAITING: &str = "您的申请已提交审核，请耐心等待!";

/// What the review made of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Not decided yet.
    InReview,
    /// Allowed; the day decides between pending, in effect and expired.
    Approved,
    /// Refused because of a fine in Beijing.
    Rejected,
    /// The owner called it off and this is under way.
    Cancelling,
    /// Called off.
    Cancelled,
    /// Replaced by a permit for inside the 6th ring.
    Voided,
}

/// A permit or application as if made before the world began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermitRecord {
    /// Plate of a known car.
    pub plate: String,
    /// `01` inside the 6th ring, `02` outside.
    pub kind: String,
    /// First day of its seven.
    pub first_day: Date,
    /// When it was asked for, ms; `None` for 20:10 the day before the first day, or now if that is still to come.
    #[serde(default)]
    pub applied_ms: Option<i64>,
    /// State it is in; `InReview` is decided after the usual delay.
    pub outcome: Outcome,
}

pub(crate) struct Record {
    pub(crate) id: String,
    pub(crate) vehicle_id: String,
    pub(crate) kind: String,
    pub(crate) first: Date,
    pub(crate) applied_ms: i64,
    pub(crate) review_due_ms: i64,
    pub(crate) cancel_asked_ms: Option<i64>,
    pub(crate) outcome: Outcome,
    /// Purpose and address as they were sent, for the detail page.
    pub(crate) sent: Map<String, Value>,
}

/// The service's own status numbers, `blzt` (*seen* in the vendor's mini-program, 2026-08).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    InEffect = 1,
    Cancelled = 2,
    Expired = 3,
    Rejected = 4,
    InReview = 5,
    Pending = 6,
    Voided = 7,
    Cancelling = 8,
}

impl Status {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::InEffect => "审核通过(生效中)",
            Self::Cancelled => "已取消",
            Self::Expired => "审核通过(已失效)",
            Self::Rejected => "失败(审核不通过)",
            Self::InReview => "审核中",
            Self::Pending => "审核通过(待生效)",
            Self::Voided => "审核通过(已作废)",
            Self::Cancelling => "取消办理中",
        }
    }

    /// The last day is told only once the service has said yes.
    pub(crate) fn has_end(self) -> bool {
        matches!(
            self,
            Self::InEffect | Self::Expired | Self::Pending | Self::Voided
        )
    }
}

impl Record {
    pub(crate) fn last(&self) -> Date {
        clock::plus_days(self.first, DAYS - 1)
    }

    pub(crate) fn status(&self, today: Date) -> Status {
        match self.outcome {
            Outcome::InReview => Status::InReview,
            Outcome::Rejected => Status::Rejected,
            Outcome::Cancelling => Status::Cancelling,
            Outcome::Cancelled => Status::Cancelled,
            Outcome::Voided => Status::Voided,
            Outcome::Approved if today < self.first => Status::Pending,
            Outcome::Approved if today <= self.last() => Status::InEffect,
            Outcome::Approved => Status::Expired,
        }
    }

    /// Uses up one of the year's permits.
    fn counts(&self, year: i16) -> bool {
        let used = matches!(
            self.outcome,
            Outcome::InReview | Outcome::Approved | Outcome::Voided
        );
        self.kind == INSIDE && used && self.first.year() == year
    }
}

pub(crate) fn add_record(world: &mut World, record: PermitRecord) -> Option<String> {
    let vehicle_id = world.vehicle_by_plate(&record.plate)?.id.clone();
    let id = next_record_id(world);
    let eve = clock::start_of(clock::plus_days(record.first_day, -1)) + 72_600_000;
    let applied_ms = record.applied_ms.unwrap_or(eve.min(world.now));
    let review_due_ms = review_due(world, applied_ms);
    world.permit.records.push(Record {
        id: id.clone(),
        vehicle_id,
        kind: record.kind,
        first: record.first_day,
        applied_ms,
        review_due_ms,
        cancel_asked_ms: (record.outcome == Outcome::Cancelling).then_some(world.now),
        outcome: record.outcome,
        sent: Map::new(),
    });
    Some(id)
}

pub(crate) fn review_due(world: &mut World, applied_ms: i64) -> i64 {
    let (least, most) = (world.options.review_min_ms, world.options.review_max_ms);
    applied_ms + world.chance.between(least, most)
}

/// Lets reviews, cancellations and replacements happen that were due by now.
pub(crate) fn settle(world: &mut World) {
    for index in 0..world.permit.records.len() {
        finish_cancelling(world, index);
        review(world, index);
    }
    void_replaced(world);
}

fn finish_cancelling(world: &mut World, index: usize) {
    let record = &mut world.permit.records[index];
    let Some(asked) = record.cancel_asked_ms.filter(|asked| {
        record.outcome == Outcome::Cancelling && asked + CANCELLING_MS <= world.now
    }) else {
        return;
    };
    record.outcome = Outcome::Cancelled;
    let text = format!("permit.cancelled {}", named(world, index));
    world.effect_at(asked + CANCELLING_MS, "permit", text);
}

fn review(world: &mut World, index: usize) {
    let record = &world.permit.records[index];
    let due = record.review_due_ms;
    if record.outcome != Outcome::InReview || due > world.now {
        return;
    }
    let plate = plate_of(world, &record.vehicle_id);
    let blocked = world
        .violation
        .fines
        .iter()
        .any(|fine| fine.blocks_permit(&plate, due));
    world.permit.records[index].outcome = if blocked {
        Outcome::Rejected
    } else {
        Outcome::Approved
    };
    let verb = if blocked {
        "permit.rejected"
    } else {
        "permit.approved"
    };
    let text = format!("{verb} {}", named(world, index));
    world.effect_at(due, "permit", text);
}

/// An outside permit ends when an inside permit of the same car begins.
fn void_replaced(world: &mut World) {
    let today = clock::date(world.now);
    for index in 0..world.permit.records.len() {
        let outside = &world.permit.records[index];
        if outside.kind != OUTSIDE || outside.outcome != Outcome::Approved {
            continue;
        }
        let replaced_by = world.permit.records.iter().find(|inside| {
            inside.kind == INSIDE
                && inside.vehicle_id == outside.vehicle_id
                && inside.outcome == Outcome::Approved
                && inside.applied_ms >= outside.applied_ms
                && inside.first <= today
                && inside.first <= outside.last()
        });
        let Some(at) =
            replaced_by.map(|inside| clock::start_of(inside.first).max(inside.review_due_ms))
        else {
            continue;
        };
        world.permit.records[index].outcome = Outcome::Voided;
        let text = format!("permit.voided {}", named(world, index));
        world.effect_at(at, "permit", text);
    }
}

/// `冀R0D001 02 2026-11-26`: a record in the journal.
pub(crate) fn named(world: &World, index: usize) -> String {
    let record = &world.permit.records[index];
    format!(
        "{} {} {}",
        plate_of(world, &record.vehicle_id),
        record.kind,
        record.first
    )
}

fn plate_of(world: &World, vehicle_id: &str) -> String {
    world
        .vehicles
        .iter()
        .find(|known| known.id == vehicle_id)
        .map(|known| known.car.plate.clone())
        .unwrap_or_default()
}

/// A car's records in the order they were asked for.
pub(crate) fn records_of<'a>(world: &'a World, vehicle_id: &'a str) -> Vec<&'a Record> {
    let mut records: Vec<&Record> = world
        .permit
        .records
        .iter()
        .filter(|record| record.vehicle_id == vehicle_id)
        .collect();
    records.sort_by_key(|record| record.applied_ms);
    records
}

/// What the service says may be asked for now.
pub(crate) struct Allowed {
    pub(crate) inside: bool,
    pub(crate) outside: bool,
    pub(crate) why_not: Option<&'static str>,
    /// One application is in review, pending or being cancelled.
    pub(crate) engaged: bool,
    pub(crate) other_car: bool,
    pub(crate) quota_left: i64,
}

pub(crate) fn allowed(world: &World, account: &PermitAccount, known: &KnownVehicle) -> Allowed {
    let today = clock::date(world.now);
    let records = records_of(world, &known.id);
    let quota_left = quota_left(world, known, today);
    let engaged = records.iter().any(|record| {
        matches!(
            record.status(today),
            Status::InReview | Status::Pending | Status::Cancelling
        )
    });
    let live = records
        .iter()
        .rev()
        .find(|record| record.status(today) == Status::InEffect);
    let nothing = Allowed {
        inside: false,
        outside: false,
        why_not: None,
        engaged,
        other_car: false,
        quota_left,
    };
    if another_car_holds(world, account, known, today) {
        return Allowed {
            why_not: Some(ONE_CAR),
            other_car: true,
            ..nothing
        };
    }
    if engaged {
        let first_in_review = live.is_none()
            && records
                .iter()
                .any(|record| record.status(today) == Status::InReview);
        return Allowed {
            why_not: first_in_review.then_some(WAITING),
            ..nothing
        };
    }
    let (inside, outside) = match live {
        // Before its last day only the step from outside to inside is open.
        Some(record) if today < record.last() => (record.kind == OUTSIDE, false),
        _ => (true, true),
    };
    let rejected = live.is_none()
        && records
            .last()
            .is_some_and(|record| record.status(today) == Status::Rejected);
    Allowed {
        inside: inside && quota_left > 0,
        outside,
        why_not: rejected.then_some(REJECTION),
        ..nothing
    }
}

fn another_car_holds(
    world: &World,
    account: &PermitAccount,
    known: &KnownVehicle,
    today: Date,
) -> bool {
    cars_of(world, account)
        .filter(|other| other.id != known.id)
        .any(|other| {
            records_of(world, &other.id).iter().any(|record| {
                matches!(
                    record.status(today),
                    Status::InEffect | Status::InReview | Status::Pending | Status::Cancelling
                )
            })
        })
}

pub(crate) fn used_inside(world: &World, known: &KnownVehicle, today: Date) -> i64 {
    let counted = records_of(world, &known.id)
        .iter()
        .filter(|record| record.counts(today.year()))
        .count() as i64;
    let earlier = if clock::date(known.added_ms).year() == today.year() {
        i64::from(known.car.inside_used)
    } else {
        0
    };
    counted + earlier
}

pub(crate) fn quota_left(world: &World, known: &KnownVehicle, today: Date) -> i64 {
    (INSIDE_A_YEAR - used_inside(world, known, today)).max(0)
}

/// Days that may be the first day of a new permit: today only before noon, at most three days
/// ahead, and only after the last day of a permit that the new one doesn't replace.
pub(crate) fn offered_days(
    world: &World,
    account: &PermitAccount,
    known: &KnownVehicle,
    kind: &str,
) -> Vec<Date> {
    let allowed = allowed(world, account, known);
    let open = if kind == INSIDE {
        allowed.inside
    } else {
        kind == OUTSIDE && allowed.outside
    };
    if !open {
        return Vec::new();
    }
    let now = clock::civil(world.now);
    let today = now.date();
    let mut first = if now.hour() < 12 {
        today
    } else {
        clock::plus_days(today, 1)
    };
    for record in records_of(world, &known.id) {
        let replaces = kind == INSIDE && record.kind == OUTSIDE;
        if record.status(today) == Status::InEffect && !replaces {
            first = first.max(clock::plus_days(record.last(), 1));
        }
    }
    let last = clock::plus_days(today, 3);
    std::iter::successors(Some(first), |day| Some(clock::plus_days(*day, 1)))
        .take_while(|day| *day <= last)
        .collect()
}
