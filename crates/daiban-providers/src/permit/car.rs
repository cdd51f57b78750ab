//! What `permit.keep` remembers about one car: attempts, what stands in the way, what was renewed.

use std::collections::BTreeMap;

use daiban_core::{
    Text, Timestamp,
    dates::{self, DateSpan},
};
use jiff::{SignedDuration, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    coverage::{Record, RecordState, Vehicle, Zone},
    decide::{Attempt, Decision, End},
    error::names_a_fine,
    flow::Prepared,
};

/// Our clock and theirs may differ by this much.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(2);
/// Attempts remembered; a year of weekly renewals.
const MEMORY: usize = 60;

/// One car.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Car {
    /// Attempts to apply, oldest first.
    pub(super) attempts: Vec<Attempt>,
    /// Rejected records that no longer stand in the way.
    pub(super) lifted: Vec<String>,
    /// What stands in the way.
    pub(super) block: Option<Block>,
    /// Blocks about which the fines account was asked, with what it named.
    pub(super) fines: BTreeMap<String, Option<Text>>,
    /// Day and moment of the next application.
    pub(super) planned: Option<(Date, Timestamp)>,
    /// The checks of this round.
    pub(super) prepared: Option<Prepared>,
    /// A day the server did not offer when it was that day.
    pub(super) too_late_for: Option<Date>,
    /// The owner agreed to an inside permit from that day.
    pub(super) agreed: Option<Date>,
    /// The renewal day for which fines were looked up beforehand.
    pub(super) looked_ahead: Option<Date>,
    /// A fine found beforehand.
    pub(super) ahead: Option<Text>,
    /// Approved applications of this errand.
    pub(super) renewals: Vec<Renewal>,
}

/// Something that only a person can clear away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Block {
    /// The record behind it, or a word.
    pub(super) id: String,
    /// Whether the service has said so beside the car too.
    pub(super) said: bool,
    /// How often the owner has said to go on.
    pub(super) owner_words: u8,
}

/// An application of ours that was approved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Renewal {
    /// The permit's record.
    pub(super) record: String,
    /// Which zone.
    pub(super) zone: Zone,
    /// First day.
    pub(super) from: Option<Date>,
    /// Last day.
    pub(super) to: Option<Date>,
}

impl Renewal {
    /// Its days, when both ends are told.
    pub(super) fn span(&self) -> Option<DateSpan> {
        Some(DateSpan::new(self.from?, self.to?))
    }
}

impl Car {
    /// A new attempt, before anything is sent. The yes and the dates it rests on are used up.
    pub(super) fn attempt(&mut self, from: Date, at: Timestamp) {
        self.push(Attempt {
            from,
            at,
            end: End::Open,
            code: None,
            words: None,
        });
        self.agreed = None;
        self.prepared = None;
    }

    /// The open attempt for that day has ended.
    pub(super) fn end(&mut self, from: Date, end: End, code: Option<String>, words: Option<Text>) {
        // Records are the truth: an attempt that they have shown already is not brought back to a lesser end.
        let open = |attempt: &&mut Attempt| attempt.from == from && attempt.end == End::Open;
        if let Some(attempt) = self.attempts.iter_mut().rev().find(open) {
            (attempt.end, attempt.code, attempt.words) = (end, code, words);
        }
    }

    /// The checks before an application said no.
    pub(super) fn refuse(&mut self, code: &str, words: Text, at: Timestamp) {
        let (code, words) = (Some(code.to_owned()), Some(words));
        self.push(Attempt {
            from: dates::today(at),
            at,
            end: End::Stopped,
            code,
            words,
        });
    }

    /// The owner did not say yes.
    pub(super) fn decline(&mut self, from: Date, at: Timestamp) {
        self.push(Attempt {
            from,
            at,
            end: End::Declined,
            code: None,
            words: None,
        });
    }

    fn push(&mut self, attempt: Attempt) {
        self.attempts.push(attempt);
        let surplus = self.attempts.len().saturating_sub(MEMORY);
        self.attempts.drain(..surplus);
    }

    /// Compares attempts with the records, newest first; a record belongs to one attempt. Gives the approvals that are news.
    pub(super) fn compare(&mut self, vehicle: &Vehicle, zone: Zone) -> Vec<Renewal> {
        let mut news = Vec::new();
        let mut taken: Vec<String> = self
            .renewals
            .iter()
            .map(|renewal| renewal.record.clone())
            .collect();
        for attempt in self.attempts.iter_mut().rev() {
            if !matches!(
                attempt.end,
                End::Open | End::Submitted | End::Unknown | End::DidNotHappen
            ) {
                continue;
            }
            let free =
                |record: &&Record| is_of(record, attempt, zone) && !taken.contains(&record.id);
            let Some(record) = vehicle.records.iter().rev().find(free) else {
                continue;
            };
            taken.push(record.id.clone());
            let Some(end) = end_of(record.state) else {
                continue;
            };
            attempt.end = end;
            attempt.words = record.reason.as_deref().map(Text::quoted);
            attempt.code = record.reason_code.clone();
            if end == End::Approved {
                news.push(Renewal {
                    record: record.id.clone(),
                    zone,
                    from: record.from,
                    to: record.to,
                });
            }
        }
        if !news.is_empty() {
            self.ahead = None;
            // What was found about a word, not a record, is old by now.
            self.fines.retain(|id, _| !id.contains(':'));
        }
        self.renewals.extend(news.iter().cloned());
        news
    }

    /// Lets go of what no longer stands in the way: the service stopped saying so, or the owner says to go on. While the service
    /// itself still says so, the owner has to say it twice.
    pub(super) fn heed(&mut self, vehicle: &Vehicle, zone: Zone, word: bool) {
        let says = vehicle.why_not.as_deref().is_some_and(names_a_fine);
        if let Some(block) = &mut self.block {
            let cured = block.said && !says;
            block.said |= says;
            block.owner_words += u8::from(word);
            if cured || (word && (!says || block.owner_words > 1)) {
                self.lifted.push(block.id.clone());
                self.block = None;
            }
        }
        if !word {
            return;
        }
        for attempt in &mut self.attempts {
            let seen = vehicle
                .records
                .iter()
                .any(|record| is_of(record, attempt, zone));
            let over = matches!(
                attempt.end,
                End::Refused | End::Stopped | End::Declined | End::Withdrawn
            );
            let lost = matches!(attempt.end, End::Unknown | End::Submitted) && !seen;
            if over || lost {
                attempt.end = End::Lifted;
            }
        }
    }

    /// Keeps what the decision chose or found.
    pub(super) fn remember(&mut self, decision: &Decision, vehicle: &Vehicle) {
        if let Decision::Rest {
            plan: Some(plan), ..
        } = decision
        {
            self.planned = Some(*plan);
        }
        match decision {
            Decision::Doubt { .. } => {}
            Decision::Blocked { id, .. } => {
                if self.block.as_ref().is_none_or(|block| block.id != *id) {
                    let said = vehicle.why_not.as_deref().is_some_and(names_a_fine);
                    self.block = Some(Block {
                        id: id.clone(),
                        said,
                        owner_words: 0,
                    });
                }
            }
            _ => self.block = None,
        }
    }

    /// How many applications were approved.
    pub(super) fn renewals(&self) -> usize {
        self.renewals.len()
    }

    /// Attempts and how they ended, for pages.
    pub(super) fn renewed(&self, plate: &str, zone: Zone) -> Vec<Value> {
        let sent = self
            .attempts
            .iter()
            .filter(|attempt| !matches!(attempt.end, End::Declined | End::Stopped));
        sent.map(|attempt| {
            let permit = self.renewals.iter().find(|renewal| renewal.from == Some(attempt.from));
            json!({
                "plate": plate, "zone": zone, "applied_at": dates::rfc3339(attempt.at), "from": attempt.from,
                "to": permit.and_then(|permit| permit.to), "result": attempt.end, "words": attempt.words,
            })
        })
        .collect()
    }
}

/// Whether that record is what the attempt has led to.
fn is_of(record: &Record, attempt: &Attempt, zone: Zone) -> bool {
    let recent = record
        .applied_at
        .is_none_or(|at| at.as_second() >= (attempt.at - CLOCKS_APART).as_second());
    record.zone == Some(zone) && record.from == Some(attempt.from) && recent
}

fn end_of(state: RecordState) -> Option<End> {
    match state {
        RecordState::InReview => Some(End::Submitted),
        RecordState::InEffect | RecordState::Pending | RecordState::Expired => Some(End::Approved),
        RecordState::Rejected => Some(End::Rejected),
        RecordState::Cancelled | RecordState::Voided => Some(End::Withdrawn),
        RecordState::Cancelling | RecordState::Unknown => None,
    }
}
