//! A scripted service and a driver that runs an errand against it on a virtual clock.

use std::collections::BTreeMap;

use daiban_core::Text;
use daiban_core::Timestamp;
use daiban_core::ask::{Answer, NewAsk};
use daiban_core::call::{NewCall, Outcome};
use daiban_core::dates::today;
use daiban_core::errand::{Incoming, Machine, Pass, Phase, Step};
use daiban_core::error::ServiceError;
use daiban_core::notice::{NewNotice, ProblemChange};
use daiban_core::service::Service;
use daiban_providers::permit::coverage::{
    CanApply, Record, RecordState as S, Status, Vehicle, Zone,
};
use daiban_providers::permit::decide::{after, plus};
use daiban_providers::permit::flow::Apply;
use daiban_providers::permit::keep::Keep;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::common::{car, moment};

/// What happens to the next application.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fate {
    Approved,
    Rejected,
    Outcome(Outcome),
    /// It arrives, but the answer is lost for good.
    ArrivesUnknown,
    StaysInReview,
}

/// The service as it really is.
pub(crate) struct World {
    pub(crate) cars: Vec<Vehicle>,
    pub(crate) fates: Vec<Fate>,
    pub(crate) review_min: i64,
    pub(crate) looks: Vec<Result<(), ServiceError>>,
    pub(crate) fine_open: bool,
    pub(crate) acts: Vec<(Timestamp, String, Date)>,
    pub(crate) fine_queries: usize,
    pub(crate) seen: usize,
    pub(crate) route_needed: bool,
    next_id: u32,
    /// Record ids with the moment their review ends and how.
    reviews: Vec<(String, Timestamp, S)>,
}

impl World {
    pub(crate) fn new(cars: Vec<Vehicle>) -> Self {
        Self {
            cars,
            fates: Vec::new(),
            review_min: 4,
            looks: Vec::new(),
            fine_open: false,
            acts: Vec::new(),
            fine_queries: 0,
            seen: 0,
            route_needed: false,
            next_id: 500,
            reviews: Vec::new(),
        }
    }

    /// Reviews end, permits begin and run out.
    fn settle(&mut self, now: Timestamp) {
        let today = today(now);
        for record in self.cars.iter_mut().flat_map(|car| &mut car.records) {
            if let Some((_, _, end)) = self
                .reviews
                .iter()
                .find(|(id, at, _)| *id == record.id && *at <= now)
                && record.state == S::InReview
            {
                record.state = *end;
                if *end == S::Pending {
                    record.to = record.from.map(|from| plus(from, 6));
                } else {
                    record.reason_code = Some("10023".to_owned());
                    record.reason =
                        Some("审核未通过，该车辆在京有未处理的交通违法行为。".to_owned());
                }
            }
            if record.state == S::Pending && record.from.is_some_and(|from| from <= today) {
                record.state = S::InEffect;
            }
            if record.state == S::InEffect && record.to.is_some_and(|to| to < today) {
                record.state = S::Expired;
            }
        }
        let fine = self.fine_open;
        for car in &mut self.cars {
            let review = car.in_state(S::InReview).is_some();
            let can = !review
                && car
                    .blocked_until(Zone::Outside)
                    .is_none_or(|last| last <= today);
            let inside = !review
                && car
                    .blocked_until(Zone::Inside)
                    .is_none_or(|last| last <= today);
            car.can_apply = CanApply {
                inside: Some(inside),
                outside: Some(can),
            };
            let rejected = car.in_state(S::Rejected).is_some();
            car.why_not =
                (fine && rejected).then(|| "该车辆在京有未处理的交通违法行为。".to_owned());
        }
    }

    fn answer(&mut self, call: &NewCall, now: Timestamp) -> Outcome {
        if call.service == Service::Violation {
            self.fine_queries += 1;
            return Outcome::Done(self.fines(now));
        }
        self.settle(now);
        match call.body["do"].as_str().unwrap() {
            "status" => self.status(),
            "prepare" => self.prepare(call, now),
            "apply" => self.apply(call, now),
            other => panic!("{other}"),
        }
    }

    fn status(&mut self) -> Outcome {
        self.seen += 1;
        if !self.looks.is_empty()
            && let Err(error) = self.looks.remove(0)
        {
            return Outcome::Failed(error);
        }
        let status = Status {
            vehicles: self.cars.clone(),
            ..Status::default()
        };
        Outcome::Done(json!({ "public": status.public(), "inner": status }))
    }

    fn prepare(&self, call: &NewCall, now: Timestamp) -> Outcome {
        let today = today(now);
        let car = self
            .cars
            .iter()
            .find(|car| call.body["plate"] == car.plate)
            .unwrap();
        let zone: Zone = serde_json::from_value(call.body["zone"].clone()).unwrap();
        let noon = daiban_core::dates::beijing(now).hour() >= 12;
        let first = i64::from(noon || car.covers(today, zone));
        let offered: Vec<Date> = (first..4).map(|days| plus(today, days)).collect();
        Outcome::Done(json!({ "offered": offered, "days": 7, "route_needed": self.route_needed }))
    }

    fn apply(&mut self, call: &NewCall, now: Timestamp) -> Outcome {
        let apply = Apply::deserialize(&call.body).unwrap();
        self.acts.push((now, apply.plate.clone(), apply.from));
        let fate = if self.fates.is_empty() {
            Fate::Approved
        } else {
            self.fates.remove(0)
        };
        if let Fate::Outcome(outcome) = fate {
            return outcome;
        }
        let id = self.next_id.to_string();
        self.next_id += 1;
        let end = if fate == Fate::Rejected {
            S::Rejected
        } else {
            S::Pending
        };
        if fate != Fate::StaysInReview {
            self.reviews
                .push((id.clone(), after(now, self.review_min * 60), end));
        }
        let record = Record {
            id,
            zone: Some(apply.zone),
            state: S::InReview,
            from: Some(apply.from),
            to: None,
            reason_code: None,
            reason: None,
            applied_at: Some(now),
        };
        self.cars
            .iter_mut()
            .find(|car| car.plate == apply.plate)
            .unwrap()
            .records
            .push(record);
        if fate == Fate::ArrivesUnknown {
            return Outcome::Unknown(Text::new("不知道", "not known"));
        }
        Outcome::Done(json!({ "submitted": true }))
    }

    fn fines(&self, now: Timestamp) -> Value {
        let violations = if self.fine_open {
            json!([{
                "id": "1", "at": "2026-11-01T08:00:00+08:00", "place": "测试路口", "action": "不按导向车道行驶", "code": "1208",
                "fine_yuan": 100, "points": 2, "city": "北京", "city_code": "110000", "organ": null, "state": "open", "online": true,
            }])
        } else {
            json!([])
        };
        json!({
            "plate": crate::common::PLATE, "checked_at": daiban_core::dates::rfc3339(now), "source": "live", "charged": "yes",
            "meaning": if self.fine_open { "found" } else { "nothing_found" }, "violations": violations,
            "count": i32::from(self.fine_open), "fine_total_yuan": 100, "points_total": 2, "answer_code": 10000,
        })
    }
}

/// Runs one errand.
pub(crate) struct Run {
    machine: Box<dyn Machine>,
    pub(crate) world: World,
    pub(crate) now: Timestamp,
    wishes: Value,
    state: Value,
    due: Timestamp,
    chance: u64,
    waiting: Vec<Incoming>,
    pub(crate) phase: Phase,
    pub(crate) checkpoint: String,
    pub(crate) reason: String,
    pub(crate) next_due: Option<Timestamp>,
    pub(crate) facts: BTreeMap<String, Value>,
    pub(crate) notices: Vec<NewNotice>,
    pub(crate) problems: BTreeMap<String, String>,
    pub(crate) asks: Vec<NewAsk>,
    pub(crate) outcome: Option<Value>,
    /// What a person says to asks, if anything.
    pub(crate) says: Option<Answer>,
}

pub(crate) fn wishes(change: Value) -> Value {
    let mut wishes = json!({
        "plates": [crate::common::PLATE], "purpose": "03", "district": "010", "address": "测试路 1 号",
        "in_beijing": false, "entry_road": "00606",
    });
    for (name, value) in change.as_object().unwrap() {
        wishes[name] = value.clone();
    }
    wishes
}

impl Run {
    pub(crate) fn new(world: World, start: &str, change: Value) -> Self {
        let machine: Box<dyn Machine> = Box::new(Keep);
        let (now, wishes) = (moment(start), wishes(change));
        let state = machine.begin(&wishes, now).unwrap();
        Self {
            machine,
            world,
            now,
            wishes,
            state,
            due: now,
            chance: 1234,
            waiting: Vec::new(),
            phase: Phase::Waiting,
            checkpoint: String::new(),
            reason: String::new(),
            next_due: Some(now),
            facts: BTreeMap::new(),
            notices: Vec::new(),
            problems: BTreeMap::new(),
            asks: Vec::new(),
            outcome: None,
            says: None,
        }
    }

    /// Delivers and runs until the errand sleeps or waits for a person.
    pub(crate) fn tell(&mut self, incoming: Incoming) {
        self.waiting.push(incoming);
        self.due = self.now;
        self.pass();
    }

    fn pass(&mut self) {
        for _ in 0..20 {
            let calls = self.one_pass();
            for call in &calls {
                self.now = after(self.now, 1);
                let outcome = self.world.answer(call, self.now);
                let (tag, body) = (call.tag.clone(), call.body.clone());
                self.waiting.push(Incoming::Called {
                    tag,
                    body,
                    at: self.now,
                    outcome,
                });
            }
            if let (Phase::NeedsYou, "asking", Some(answer)) =
                (self.phase, self.checkpoint.as_str(), self.says.clone())
            {
                self.waiting.push(Incoming::Answered {
                    tag: "inside".to_owned(),
                    answer,
                });
            }
            if self.waiting.is_empty() {
                return;
            }
            self.due = self.now;
        }
        panic!("never sleeps: {} {}", self.checkpoint, self.reason);
    }

    fn one_pass(&mut self) -> Vec<NewCall> {
        let incoming = std::mem::take(&mut self.waiting);
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let pass = Pass {
            errand: &"e1".into(),
            account: &"a1".into(),
            now: self.now,
            due: self.due,
            chance: self.chance >> 11,
            wishes: &self.wishes,
            incoming: &incoming,
            seen: &BTreeMap::new(),
        };
        let step = self.machine.advance(1, self.state.clone(), &pass).unwrap();
        self.keep(step)
    }

    fn keep(&mut self, step: Step<Value>) -> Vec<NewCall> {
        // What is stored is plain JSON without personal data.
        let text = step.state.to_string();
        assert!(!text.contains("jsrxm") && !text.contains("sfzmhm"));
        (self.state, self.phase, self.checkpoint) =
            (step.state, step.phase, step.checkpoint.to_owned());
        (self.reason, self.next_due, self.outcome) = (step.reason.zh, step.next_due, step.outcome);
        self.facts.extend(step.facts);
        self.notices.extend(step.notices);
        self.asks.extend(step.asks);
        for change in step.problems {
            match change {
                ProblemChange::Raise { key, text, .. } => self.problems.insert(key, text.zh),
                ProblemChange::Clear { key } => self.problems.remove(&key),
            };
        }
        step.calls
    }

    /// Lets the clock run until that moment, waking the errand whenever it is due.
    pub(crate) fn until(&mut self, end: &str) {
        let end = moment(end);
        while let Some(due) = self
            .next_due
            .filter(|due| *due <= end && !self.phase.is_over())
        {
            self.now = self.now.max(due);
            self.due = due;
            self.pass();
            assert!(
                self.next_due.is_none_or(|next| next > self.now),
                "{} sleeps in the past",
                self.checkpoint
            );
        }
        self.now = end;
    }

    /// Day by day, whether somebody could drive in: permits that have run out by now were good in their time.
    pub(crate) fn covered(&self, from: &str, days: i64) -> Vec<bool> {
        let first = crate::common::day(from);
        let granted =
            |record: &&Record| matches!(record.state, S::InEffect | S::Pending | S::Expired);
        let good = |day: Date| {
            let mut permits = self.world.cars[0].records.iter().filter(granted);
            permits.any(|permit| permit.from.unwrap() <= day && day <= permit.to.unwrap())
        };
        (0..days).map(|offset| good(plus(first, offset))).collect()
    }
}

pub(crate) fn fresh_car() -> Vehicle {
    car(Some(true), Vec::new())
}
