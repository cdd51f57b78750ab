//! What is on which day: trips, visits, permits, deadlines and releases of all errands, collected from their facts.
//!
//! Pure but for the one method of [`App`] that fetches rows. Every entry comes from a stored fact and says how sure it is;
//! what no fact tells has no entry. How an entry is drawn, written into a calendar feed or told to a program is left to
//! those who do it.

use std::collections::{BTreeMap, HashSet};

use daiban_core::{
    Text, Timestamp,
    ask::{Ask, AskState},
    dates,
    errand::Phase,
    household::ErrandRow,
    id::{AccountId, AskId, ErrandId},
    service::Service,
};
use jiff::civil::Date;
use serde::{Serialize, Serializer, de::DeserializeOwned};
use serde_json::Value;

use super::{Actor, App, AppError};

mod car;
mod permit;
mod rail;
#[cfg(test)]
mod tests;
mod visit;

/// So many errands that are over are looked through: a paid trip or a booked visit may still be ahead.
const OVER_LOOKED_AT: usize = 200;
/// Kinds whose entries outlive the errand.
const OUTLIVING: [&str; 2] = ["rail.ticket", "hospital.visit"];

/// A moment, or a whole day where no hour is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A moment.
    At(Timestamp),
    /// A civil day of Asia/Shanghai.
    Day(Date),
}

impl When {
    /// The day it is on.
    #[must_use]
    pub fn date(self) -> Date {
        match self {
            Self::At(at) => dates::today(at),
            Self::Day(date) => date,
        }
    }

    /// The moment, where one is known.
    #[must_use]
    pub fn at(self) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(at),
            Self::Day(_) => None,
        }
    }

    /// Whole days come before the hours of their day.
    fn order(self) -> (Date, Option<Timestamp>) {
        (self.date(), self.at())
    }
}

/// `2026-12-01T09:00:00+08:00` or `2026-12-01`.
impl Serialize for When {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::At(at) => serializer.serialize_str(&dates::rfc3339(*at)),
            Self::Day(date) => serializer.serialize_str(&date.to_string()),
        }
    }
}

/// What sort of thing an entry is, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Days needed that no permit covers, from the first to `until`.
    PermitMissing,
    /// The last moment to pay for an order.
    PayBy,
    /// The last moment for an answer of a person.
    Ask,
    /// A journey by train; `until` is the arrival, where known.
    Trip,
    /// A doctor's appointment.
    Visit,
    /// The last moment to cancel an appointment.
    CancelBy,
    /// When daiban applies for the next permit.
    PermitRenewal,
    /// The last day of a permit.
    PermitEnds,
    /// When tickets go on sale.
    OnSale,
    /// When a department releases places.
    Release,
    /// A day somebody wishes to travel on and has no ticket for yet.
    TripWanted,
    /// When a car is due for service.
    CarService,
    /// When the data or the time of a car's SIM card ends.
    SimData,
}

/// How sure an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Certainty {
    /// The service said so.
    Told,
    /// daiban or its owner means it so; no promise.
    Planned,
    /// Theirs only once it is paid.
    Unpaid,
    /// Reckoned from a report of some age.
    About {
        /// How old the report is; `None`: of unknown age.
        #[serde(with = "dates::rfc3339::option")]
        as_of: Option<Timestamp>,
    },
    /// It stood so when last seen, and nobody knows how it went on.
    Unsure,
}

/// One thing on one day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// When it is, or begins.
    pub when: When,
    /// When it ends, where that is known and something else.
    pub until: Option<When>,
    /// What sort of thing.
    pub kind: Kind,
    /// How sure.
    pub certainty: Certainty,
    /// What it is, in one line.
    pub what: Text,
    /// Who, where exactly, at what price: further facts. May be empty.
    pub more: Text,
    /// Where, as the service writes it.
    pub place: Option<String>,
    /// Of which service.
    pub service: Service,
    /// Of which account.
    pub account: AccountId,
    /// From which errand.
    pub errand: ErrandId,
    /// The ask that belongs to it.
    pub ask: Option<AskId>,
}

/// How a day stands for one car that has to be allowed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PermitDay {
    /// A permit is in force.
    Has,
    /// Expected to be renewed by the rules; no promise.
    Will,
    /// Needed, and as things stand not covered.
    Miss,
    /// Cannot be said.
    Unknown,
}

/// The days of one car.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PermitDays {
    /// Which car.
    pub plate: String,
    /// From which errand.
    pub errand: ErrandId,
    /// The days something is known of; a day that is not here is not needed, or nothing is known of it.
    pub days: BTreeMap<Date, PermitDay>,
}

/// What is on which day.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Agenda {
    /// In the order of time.
    pub entries: Vec<Entry>,
    /// One for each car that permits are kept for.
    pub permits: Vec<PermitDays>,
}

/// An errand with its facts.
#[derive(Debug, Clone)]
pub struct Matter {
    /// The errand.
    pub row: ErrandRow,
    /// Its facts by name.
    pub facts: Vec<(String, Value)>,
}

impl Matter {
    /// A fact by name; null when it was not published.
    fn fact(&self, name: &str) -> &Value {
        let found = self.facts.iter().find(|(known, _)| known == name);
        found.map_or(&Value::Null, |(_, value)| value)
    }

    fn is_over(&self) -> bool {
        self.row.phase.is_over()
    }

    /// Whether somebody goes on with it by himself.
    fn goes_on(&self) -> bool {
        !self.is_over() && self.row.phase != Phase::Paused
    }

    /// A bare entry of this errand.
    fn entry(&self, service: Service, when: When, kind: Kind, what: Text) -> Entry {
        Entry {
            when,
            until: None,
            kind,
            certainty: Certainty::Told,
            what,
            more: Text::default(),
            place: None,
            service,
            account: self.row.account.clone(),
            errand: self.row.id.clone(),
            ask: None,
        }
    }
}

/// What these errands and open asks put on which day.
#[must_use]
pub fn collect(matters: &[Matter], asks: &[Ask]) -> Agenda {
    let mut agenda = Agenda::default();
    for matter in matters {
        match matter.row.kind.as_str() {
            "permit.keep" => permit::collect(matter, &mut agenda),
            "rail.ticket" => rail::collect(matter, &mut agenda.entries),
            "hospital.visit" => visit::collect(matter, &mut agenda.entries),
            "vehicle.watch" => car::collect(matter, &mut agenda.entries),
            _ => {}
        }
    }
    for ask in asks.iter().filter(|ask| ask.state == AskState::Open) {
        add_ask(&mut agenda.entries, ask);
    }
    once(&mut agenda.entries);
    agenda
        .entries
        .sort_by_key(|entry| (entry.when.order(), entry.kind));
    agenda
}

/// An ask to pay is the deadline of its order and not another one.
fn add_ask(entries: &mut Vec<Entry>, ask: &Ask) {
    let Some(deadline) = ask.ask.deadline else {
        return;
    };
    let same = |entry: &&mut Entry| {
        entry.kind == Kind::PayBy
            && entry.errand == ask.errand
            && entry.when == When::At(deadline)
            && entry.ask.is_none()
    };
    if let Some(entry) = entries.iter_mut().find(same) {
        entry.ask = Some(ask.id.clone());
        return;
    }
    entries.push(Entry {
        when: When::At(deadline),
        until: None,
        kind: Kind::Ask,
        certainty: Certainty::Told,
        what: ask.ask.title.clone(),
        more: Text::default(),
        place: None,
        service: ask.service,
        account: ask.account.clone(),
        errand: ask.errand.clone(),
        ask: Some(ask.id.clone()),
    });
}

/// Two errands that wait for one release, or for one sale, say so once.
fn once(entries: &mut Vec<Entry>) {
    let mut seen = HashSet::new();
    entries.retain(|entry| {
        let shared = matches!(entry.kind, Kind::Release | Kind::OnSale);
        !shared
            || seen.insert((
                entry.when.order(),
                entry.what.zh.clone(),
                entry.place.clone(),
            ))
    });
}

impl Agenda {
    /// What touches these days, the first and the last with them.
    #[must_use]
    pub fn between(mut self, first: Date, last: Date) -> Self {
        self.entries.retain(|entry| {
            let ends = entry.until.map_or(entry.when.date(), When::date);
            entry.when.date() <= last && ends >= first
        });
        for car in &mut self.permits {
            car.days.retain(|day, _| (first..=last).contains(day));
        }
        self
    }
}

impl App {
    /// What is on these days for somebody, from the errands and asks they may see.
    ///
    /// # Errors
    /// The store's.
    pub async fn agenda(&self, actor: &Actor, first: Date, last: Date) -> Result<Agenda, AppError> {
        let (mut over, mut matters) = (0, Vec::new());
        for row in self.errands(actor).await? {
            if row.phase.is_over() {
                over += 1;
                if over > OVER_LOOKED_AT || !OUTLIVING.contains(&row.kind.as_str()) {
                    continue;
                }
            }
            let facts = self.facts(actor, &row.id).await?;
            matters.push(Matter { row, facts });
        }
        let asks = self.asks(actor, Some(AskState::Open)).await?;
        Ok(collect(&matters, &asks).between(first, last))
    }
}

/// A value of another shape is unknown.
fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_value(value.clone()).ok()
}

/// A moment as it is published.
fn moment(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

/// A day as it is published.
fn day(value: &Value) -> Option<Date> {
    value.as_str()?.parse().ok()
}

/// `12月1日`, `1 Dec`
fn day_words(date: Date) -> Text {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = MONTHS[usize::try_from(date.month() - 1).unwrap_or(0)];
    Text::new(
        format!("{}月{}日", date.month(), date.day()),
        format!("{} {month}", date.day()),
    )
}

/// Parts in one line.
fn joined(parts: Vec<Text>) -> Text {
    let parts: Vec<Text> = parts
        .into_iter()
        .filter(|part| !part.zh.is_empty())
        .collect();
    let of = |lang: fn(&Text) -> &str, between: &str| {
        let parts: Vec<&str> = parts.iter().map(lang).collect();
        parts.join(between)
    };
    Text::new(of(|part| &part.zh, "；"), of(|part| &part.en, "; "))
}

/// `¥39.50`
fn yuan(fen: i64) -> String {
    match fen % 100 {
        0 => format!("¥{}", fen / 100),
        rest => format!("¥{}.{rest:02}", fen / 100),
    }
}
