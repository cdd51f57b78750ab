//! Our words for permits: what an account's cars have, and which days that covers.
//!
//! Pure. Leaves the service's spelling to `wire` and what to do about a gap to `decide`.

use daiban_core::{
    Timestamp,
    dates::{self, DateSpan},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How far in a permit allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// 六环内: from the border to the 2nd ring without its main road. Twelve times a calendar year.
    Inside,
    /// 六环外: from the border to and including the 6th ring, without 通州. As often as one likes.
    Outside,
}

impl Zone {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
        }
    }

    /// What people call it.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Inside => "六环内",
            Self::Outside => "六环外",
        }
    }

    /// The same in English.
    pub fn en(self) -> &'static str {
        match self {
            Self::Inside => "inside the 6th ring",
            Self::Outside => "outside the 6th ring",
        }
    }

    /// Whether a permit of this zone is good where `wished` is wished for. An inside permit is good outside too (*seen*:
    /// the service voids the outside permit when an inside one begins).
    pub fn serves(self, wished: Zone) -> bool {
        self == wished || self == Zone::Inside
    }
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordState {
    /// Approved and running.
    InEffect,
    /// Taken back by its owner.
    Cancelled,
    /// Approved and over.
    Expired,
    /// Refused by the reviewers.
    Rejected,
    /// With the reviewers.
    InReview,
    /// Approved, begins later.
    Pending,
    /// Approved, then replaced by another permit.
    Voided,
    /// Being taken back.
    Cancelling,
    /// A mark we do not know.
    Unknown,
}

/// One application or permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The service's number, always text.
    pub id: String,
    /// Which zone; `None` when the service sent a mark that is not known.
    pub zone: Option<Zone>,
    /// Where it stands.
    pub state: RecordState,
    /// First day.
    pub from: Option<Date>,
    /// Last day; not told while in review.
    pub to: Option<Date>,
    /// Why it was rejected, as a code, such as `10023`.
    pub reason_code: Option<String>,
    /// Why it was rejected, in the service's words.
    pub reason: Option<String>,
    /// When it was applied for, to the second.
    #[serde(with = "dates::rfc3339::option", default)]
    pub applied_at: Option<Timestamp>,
}

impl Record {
    /// The days it allows, when it allows any and they are told.
    pub fn span(&self) -> Option<DateSpan> {
        let span = DateSpan::new(self.from?, self.to?);
        (self.is_live() && !span.is_empty()).then_some(span)
    }

    /// Approved, and running or about to.
    pub fn is_live(&self) -> bool {
        matches!(self.state, RecordState::InEffect | RecordState::Pending)
    }

    /// Whether it cannot be said what this record allows: an unknown mark, or a permit without readable days or zone.
    pub fn is_doubtful(&self) -> bool {
        self.state == RecordState::Unknown
            || (self.is_live() && (self.span().is_none() || self.zone.is_none()))
    }
}

/// Whether the service would take an application now. `None`: it did not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanApply {
    /// For 六环内.
    pub inside: Option<bool>,
    /// For 六环外.
    pub outside: Option<bool>,
}

impl CanApply {
    /// For one zone.
    pub fn for_zone(self, zone: Zone) -> Option<bool> {
        match zone {
            Zone::Inside => self.inside,
            Zone::Outside => self.outside,
        }
    }
}

/// One car of an account with all its records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vehicle {
    /// The plate as the service writes it.
    pub plate: String,
    /// The police's two digits for the kind of plate; empty when not told.
    pub plate_type: String,
    /// The service's number for the car: 19 digits, always text.
    pub vehicle_id: String,
    /// `01` car, `02` lorry; empty when not told. Sent back with an application.
    pub body_type: String,
    /// The server's word on applying now.
    pub can_apply: CanApply,
    /// Why not, in its words.
    pub why_not: Option<String>,
    /// 六环内 uses left this year. `None`: not told, or without limit.
    pub inside_uses_left: Option<u32>,
    /// The service said that 六环内 has no limit for this car.
    #[serde(default)]
    pub inside_unlimited: bool,
    /// Current and second application together, in the order sent.
    pub records: Vec<Record>,
}

/// Days covered by permits of one zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered {
    /// Which days.
    pub span: DateSpan,
    /// By a permit of which zone.
    pub zone: Zone,
}

impl Vehicle {
    /// Days covered, from all records whatever list they came in, earliest first.
    pub fn covered(&self) -> Vec<Covered> {
        let mut covered = Vec::new();
        for zone in [Zone::Inside, Zone::Outside] {
            let of_zone = self
                .records
                .iter()
                .filter(|record| record.zone == Some(zone));
            let spans = of_zone.filter_map(Record::span).collect();
            covered.extend(
                dates::union(spans)
                    .into_iter()
                    .map(|span| Covered { span, zone }),
            );
        }
        covered.sort_by_key(|covered| (covered.span.from, covered.zone));
        covered
    }

    /// Whether a permit good for that zone covers the day.
    pub fn covers(&self, day: Date, wished: Zone) -> bool {
        let serves = |record: &&Record| record.zone.is_some_and(|zone| zone.serves(wished));
        let mut spans = self.records.iter().filter(serves).filter_map(Record::span);
        spans.any(|span| span.contains(day))
    }

    /// Days covered for that zone, merged.
    pub fn spans_for(&self, wished: Zone) -> Vec<DateSpan> {
        let good = self
            .covered()
            .into_iter()
            .filter(|covered| covered.zone.serves(wished));
        dates::union(good.map(|covered| covered.span).collect())
    }

    /// The first record of which nobody can say what it allows.
    pub fn doubtful(&self) -> Option<&Record> {
        self.records.iter().find(|record| record.is_doubtful())
    }

    /// The first record in that state.
    pub fn in_state(&self, state: RecordState) -> Option<&Record> {
        self.records.iter().find(|record| record.state == state)
    }

    /// The last day of the last live permit that has to run out before the service takes another for that zone: any live
    /// permit, except that an inside one may replace a live outside one.
    pub fn blocked_until(&self, wished: Zone) -> Option<Date> {
        let blocks =
            |record: &&Record| wished == Zone::Outside || record.zone != Some(Zone::Outside);
        let spans = self.records.iter().filter(blocks).filter_map(Record::span);
        spans.map(|span| span.to).max()
    }
}

/// Names and zone texts that the service wants back unchanged, bracket width included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneTexts {
    /// Name of 六环内.
    pub inside_name: String,
    /// Where 六环内 allows.
    pub inside_area: String,
    /// Name of 六环外.
    pub outside_name: String,
    /// Where 六环外 allows.
    pub outside_area: String,
}

/// Everything one status answer says that is not about a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The account's cars.
    pub vehicles: Vec<Vehicle>,
    /// Texts to be sent back with an application.
    pub zones: ZoneTexts,
}

impl Status {
    /// The car with that plate.
    pub fn vehicle(&self, plate: &str) -> Option<&Vehicle> {
        self.vehicles.iter().find(|vehicle| vehicle.plate == plate)
    }

    /// What `permit status` prints.
    pub fn public(&self) -> Value {
        json!({ "vehicles": self.vehicles.iter().map(public_vehicle).collect::<Vec<_>>() })
    }
}

fn public_vehicle(vehicle: &Vehicle) -> Value {
    let record = |record: &Record| {
        json!({
            "id": record.id, "zone": record.zone, "state": record.state,
            "from": record.from, "to": record.to,
            "reason_code": record.reason_code, "reason": record.reason,
        })
    };
    let covered = |covered: Covered| json!({ "from": covered.span.from, "to": covered.span.to, "zone": covered.zone });
    let mut shown = json!({
        "plate": vehicle.plate,
        "plate_type": Some(&vehicle.plate_type).filter(|code| !code.is_empty()),
        "vehicle_id": vehicle.vehicle_id,
        "can_apply": vehicle.can_apply,
        "why_not": vehicle.why_not,
        "inside_uses_left": vehicle.inside_uses_left,
        "records": vehicle.records.iter().map(record).collect::<Vec<_>>(),
        "covered": vehicle.covered().into_iter().map(covered).collect::<Vec<_>>(),
    });
    if vehicle.inside_unlimited {
        shown["inside_unlimited"] = json!(true);
    }
    shown
}
