//! The errand `permit.keep`: keeps cars allowed in, one application at a time.
//!
//! A round is: look at the account, decide for each car in the owner's order, make the checks, apply, look again. What is
//! decided stands in `decide`; here it is turned into calls, asks, notices and problems, and what comes back is taken in.
//! Personal data never enters the state: the driver is fetched by the act itself.

mod intake;
mod problems;
mod rest;

use std::collections::BTreeMap;

use daiban_core::{
    Text, Timestamp,
    ask::{AskKind, NewAsk},
    call::NewCall,
    dates::{self, today},
    errand::{Errand, Incoming, Pass, Phase, Step},
    error::ServiceError,
    invalid::InvalidInput,
    notice::NewNotice,
    service::Service,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    car::Car,
    coverage::{RecordState, Status, Vehicle},
    decide::{Cause, Decision, Facts, Wish, after, decide},
    flow::Apply,
    wishes::Wishes,
    words,
};
use crate::violation;

/// Minutes until the next try after a failure, and after every further one.
const BACK_OFF_MIN: [i64; 5] = [5, 10, 20, 40, 60];
/// A call that has told nothing for so long is not waited for any more.
const PATIENCE_S: i64 = 3600;
/// After an application it is in review; a look before this is impolite.
const AFTER_APPLYING_S: i64 = 300;
/// A review longer than this is worth a word.
const LONG_REVIEW_S: i64 = 7200;

/// The errand.
pub struct Keep;

/// What is kept between passes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// What is under way.
    stage: Stage,
    /// Since when.
    #[serde(with = "dates::rfc3339")]
    since: Timestamp,
    /// The account as last seen.
    status: Option<Status>,
    /// Whether that was in the round under way.
    fresh: bool,
    /// Each wished car by plate.
    cars: BTreeMap<String, Car>,
    /// The account's sign-in is lost, in the service's words.
    signed_out: Option<Text>,
    /// The service fails.
    trouble: Option<Trouble>,
    /// No look before that moment: an application was just taken.
    #[serde(with = "dates::rfc3339::option", default)]
    pause: Option<Timestamp>,
    /// The owner has said to go on, in this round.
    word: bool,
    /// Problems raised, with the words they were raised in.
    problems: BTreeMap<String, String>,
}

/// What is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Stage {
    Idle,
    Looking,
    Preparing { plate: String },
    Asking { plate: String, from: Date },
    Applying { plate: String, from: Date },
    NamingFines { plate: String },
}

/// The service has failed so often in a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Trouble {
    tries: usize,
    #[serde(with = "dates::rfc3339")]
    until: Timestamp,
    error: ServiceError,
}

impl Errand for Keep {
    const KIND: &'static str = "permit.keep";
    const VERSION: u32 = 1;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, wishes: &Wishes, now: Timestamp) -> Result<State, InvalidInput> {
        wishes.check()?;
        Ok(State {
            stage: Stage::Idle,
            since: now,
            status: None,
            fresh: false,
            cars: wishes
                .plates
                .iter()
                .map(|plate| (plate.clone(), Car::default()))
                .collect(),
            signed_out: None,
            trouble: None,
            pause: None,
            word: false,
            problems: BTreeMap::new(),
        })
    }

    fn advance(&self, state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
        let Some(wish) = pass.wishes.wish() else {
            let reason = Text::new("申请时段读不懂", "the window of the day cannot be read");
            return Step::failed(state, json!({ "wrong": "window" }), reason);
        };
        let mut round = Round {
            state,
            wish,
            pass,
            notices: Vec::new(),
        };
        for incoming in pass.incoming {
            round.take(incoming);
        }
        round.next()
    }
}

/// One pass.
struct Round<'a> {
    state: State,
    wish: Wish,
    pass: &'a Pass<'a, Wishes>,
    notices: Vec<NewNotice>,
}

// What is done next.
impl Round<'_> {
    fn next(mut self) -> Step<State> {
        if let Some(words) = self.state.signed_out.clone() {
            return self.signed_out(words);
        }
        if let Some(step) = self.under_way() {
            return step;
        }
        if let Some(trouble) = self
            .state
            .trouble
            .clone()
            .filter(|trouble| trouble.until > self.pass.now)
        {
            return self.trouble(trouble);
        }
        if let Some(until) = self.state.pause.filter(|until| *until > self.pass.now) {
            return self.submitted(until);
        }
        let Some(status) = self.state.status.clone().filter(|_| self.state.fresh) else {
            return self.look();
        };
        let missing = self.missing(&status);
        let decisions = self.decisions(&status);
        for (plate, decision) in &decisions {
            let Some(vehicle) = status.vehicle(plate) else {
                continue;
            };
            if let Some(step) = self.act(&status, vehicle, decision) {
                return step;
            }
        }
        self.rest(&status, decisions, missing)
    }

    /// Waits for a call or a person, but not for ever.
    fn under_way(&mut self) -> Option<Step<State>> {
        let (phase, checkpoint, reason, patient) = match &self.state.stage {
            Stage::Idle => return None,
            Stage::Looking => (
                Phase::Working,
                "looking",
                Text::new("正在看进京证状态", "looking at the permits"),
                true,
            ),
            Stage::Preparing { .. } => (
                Phase::Working,
                "preparing",
                Text::new(
                    "正在做申请前的校验",
                    "making the checks before an application",
                ),
                true,
            ),
            Stage::Applying { from, .. } => (
                Phase::Working,
                "applying",
                Text::new(
                    format!("{from} 起的申请正在提交，等结果"),
                    format!(
                        "the application from {from} is being submitted; waiting for its outcome"
                    ),
                ),
                true,
            ),
            Stage::NamingFines { .. } => (
                Phase::Working,
                "naming_fines",
                Text::new("正在查是哪条违章", "looking up which fine it is"),
                true,
            ),
            Stage::Asking { from, .. } => (
                Phase::NeedsYou,
                "asking",
                Text::new(
                    format!("等你决定要不要用一次六环内（{from} 起）"),
                    format!("waiting for your word on an inside permit from {from}"),
                ),
                false,
            ),
        };
        let give_up = after(self.state.since, PATIENCE_S);
        if patient && self.pass.now >= give_up {
            // The call's outcome is still taken in when it comes; an attempt stays open until then and is never repeated.
            self.set(Stage::Idle);
            self.state.fresh = false;
            return None;
        }
        let mut step = Step::new(self.state.clone(), phase, checkpoint, reason);
        step.next_due = patient.then_some(give_up);
        step.notices = std::mem::take(&mut self.notices);
        Some(step)
    }

    /// Taken by the service, which is not approved.
    fn submitted(self, until: Timestamp) -> Step<State> {
        let at = words::clock(until, self.pass.now);
        let reason = Text::new(
            format!("已提交，等审核（提交不等于通过），{at} 看结果"),
            format!(
                "submitted and waiting for the review (submitted is not approved); looking at {at}"
            ),
        );
        let facts = self.last_seen();
        let mut step = Step::at(self.state, until, "in_review", reason);
        step.facts = facts;
        step.notices = self.notices;
        step
    }

    fn look(mut self) -> Step<State> {
        self.set(Stage::Looking);
        self.state.pause = None;
        for car in self.state.cars.values_mut() {
            car.prepared = None;
        }
        let late = self
            .pass
            .incoming
            .is_empty()
            .then(|| words::late(self.pass.due, self.pass.now))
            .flatten();
        let reason = late.unwrap_or_else(|| {
            Text::new("看进京证现在的状态", "looking at the permits as they stand")
        });
        // A timer repeats a question, and so does a person who presses "look now" again and again: both keep the floor. An
        // answer or a new sign-in is news and worth a look at once.
        let news =
            |incoming: &Incoming| !matches!(incoming, Incoming::Called { .. } | Incoming::Woken);
        let poll = self.state.status.is_some() && !self.pass.incoming.iter().any(news);
        let call = NewCall::look(
            "status",
            Service::Permit,
            self.pass.account,
            json!({ "do": "status", "poll": poll }),
        );
        self.working(call, "looking", reason)
    }

    fn working(self, call: NewCall, checkpoint: &'static str, reason: Text) -> Step<State> {
        let give_up = after(self.pass.now, PATIENCE_S);
        let mut step = Step::call(self.state, call, checkpoint, reason);
        step.next_due = Some(give_up);
        step.notices = self.notices;
        step
    }

    fn missing(&self, status: &Status) -> Option<Text> {
        let missing: Vec<&str> = self
            .pass
            .wishes
            .plates
            .iter()
            .filter(|plate| status.vehicle(plate).is_none())
            .map(String::as_str)
            .collect();
        if missing.is_empty() {
            return None;
        }
        let has: Vec<&str> = status
            .vehicles
            .iter()
            .map(|vehicle| vehicle.plate.as_str())
            .collect();
        let (zh, en) = match has.is_empty() {
            true => ("没有绑定任何车".to_owned(), "has no car".to_owned()),
            false => (
                format!("只有 {}", has.join("、")),
                format!("has {}", has.join(", ")),
            ),
        };
        let missing = missing.join("、");
        Some(Text::new(
            format!("账号里没有 {missing}，{zh}；请先在北京交警里绑定"),
            format!(
                "{missing} is not in this account, which {en}; bind it in the 北京交警 app first"
            ),
        ))
    }

    /// One decision for every wished car the account has, in the owner's order.
    fn decisions(&mut self, status: &Status) -> Vec<(String, Decision)> {
        let mut decisions = Vec::new();
        for plate in self.pass.wishes.plates.clone() {
            let Some(vehicle) = status.vehicle(&plate) else {
                continue;
            };
            let car = self.state.cars.entry(plate.clone()).or_default();
            let facts = facts(self.pass, status, vehicle, car);
            let decision = decide(&self.wish, &facts);
            car.remember(&decision, vehicle);
            decisions.push((plate, decision));
        }
        decisions
    }

    /// Does what the decision says, when it says to do something now.
    fn act(
        &mut self,
        status: &Status,
        vehicle: &Vehicle,
        decision: &Decision,
    ) -> Option<Step<State>> {
        match decision {
            Decision::Prepare { gap } => Some(self.prepare(vehicle, *gap)),
            Decision::Apply { from, to } if self.needs_yes(vehicle, *from) => {
                Some(self.ask(vehicle, (*from, *to)))
            }
            Decision::Apply { from, .. } => Some(self.apply(status, vehicle, *from)),
            Decision::Blocked {
                cause: Cause::Fine, ..
            } => self.name_fines(vehicle),
            Decision::Rest {
                plan: Some((due, moment)),
                ..
            } => self.look_ahead(vehicle, *due, *moment),
            _ => None,
        }
    }

    fn prepare(&mut self, vehicle: &Vehicle, gap: Date) -> Step<State> {
        self.set(Stage::Preparing {
            plate: vehicle.plate.clone(),
        });
        let body = json!({
            "do": "prepare", "vehicle_id": vehicle.vehicle_id, "plate": vehicle.plate,
            "plate_type": vehicle.plate_type, "zone": self.wish.zone,
        });
        let reason = Text::new(
            format!("{}：{gap} 还没有证，问服务能办哪几天", vehicle.plate),
            format!(
                "{}: {gap} is not covered; asking which days can be had",
                vehicle.plate
            ),
        );
        let call = NewCall::look("prepare", Service::Permit, self.pass.account, body);
        self.take_out().working(call, "preparing", reason)
    }

    fn needs_yes(&self, vehicle: &Vehicle, from: Date) -> bool {
        let agreed = self
            .state
            .cars
            .get(&vehicle.plate)
            .and_then(|car| car.agreed);
        self.wish.zone == super::coverage::Zone::Inside && agreed != Some(from)
    }

    /// An inside permit is one of twelve a year: asked about each time, and silence means no.
    fn ask(&mut self, vehicle: &Vehicle, span: (Date, Option<Date>)) -> Step<State> {
        let (now, from) = (self.pass.now, span.0);
        let noon = dates::at(from, jiff::civil::time(11, 45, 0, 0));
        let evening = dates::at(today(now), jiff::civil::time(22, 0, 0, 0));
        let last = if from == today(now) { noon } else { evening };
        let deadline = last.max(after(now, 1800));
        let (title, body) = words::inside_question(vehicle, span, &words::clock(deadline, now));
        self.set(Stage::Asking {
            plate: vehicle.plate.clone(),
            from,
        });
        let ask = NewAsk {
            tag: "inside".to_owned(),
            kind: AskKind::Approve,
            title,
            body,
            told: None,
            picture: None,
            deadline: Some(deadline),
        };
        let reason = Text::new(
            format!("{}：{from} 起可以办六环内，要你点头", vehicle.plate),
            format!(
                "{}: an inside permit from {from} can be had; it needs your yes",
                vehicle.plate
            ),
        );
        let round = self.take_out();
        let mut step = Step::ask(round.state, ask, "asking", reason);
        step.notices = round.notices;
        step
    }

    fn apply(&mut self, status: &Status, vehicle: &Vehicle, from: Date) -> Step<State> {
        self.set(Stage::Applying {
            plate: vehicle.plate.clone(),
            from,
        });
        let apply = Apply {
            what: "apply".to_owned(),
            vehicle_id: vehicle.vehicle_id.clone(),
            plate: vehicle.plate.clone(),
            plate_type: vehicle.plate_type.clone(),
            body_type: vehicle.body_type.clone(),
            can_apply: vehicle.can_apply,
            zones: status.zones.clone(),
            zone: self.wish.zone,
            from,
            trip: self.pass.wishes.trip(),
        };
        if let Some(car) = self.state.cars.get_mut(&vehicle.plate) {
            car.attempt(from, self.pass.now);
        }
        let reason = Text::new(
            format!(
                "{}：提交{}进京证申请，{from} 起",
                vehicle.plate,
                self.wish.zone.zh()
            ),
            format!(
                "{}: applying for a permit {} from {from}",
                vehicle.plate,
                self.wish.zone.en()
            ),
        );
        let call = NewCall::act("apply", Service::Permit, self.pass.account, json!(apply));
        self.take_out().working(call, "applying", reason)
    }

    /// Once for each rejection: which fine is it?
    fn name_fines(&mut self, vehicle: &Vehicle) -> Option<Step<State>> {
        let account = self.pass.wishes.violation_account.as_ref()?;
        let car = self.state.cars.get_mut(&vehicle.plate)?;
        let block = car
            .block
            .as_ref()
            .filter(|block| !car.fines.contains_key(&block.id))?;
        car.fines.insert(block.id.clone(), None);
        let reason = Text::new(
            format!("{}：审核说在京有未处理的违法，查一次是哪条", vehicle.plate),
            format!(
                "{}: rejected for an unhandled fine; looking up which",
                vehicle.plate
            ),
        );
        let call = violation::query_agreed("fines", &account.clone(), &vehicle.plate);
        Some(self.query_fines(&vehicle.plate, call, reason))
    }

    /// On the day before an application, when the owner has asked for that.
    fn look_ahead(
        &mut self,
        vehicle: &Vehicle,
        due: Date,
        moment: Timestamp,
    ) -> Option<Step<State>> {
        let account = self
            .pass
            .wishes
            .violation_account
            .clone()
            .filter(|_| self.pass.wishes.check_violations)?;
        let car = self.state.cars.get_mut(&vehicle.plate)?;
        let is_time = self.pass.now >= after(moment, -86_400) && today(self.pass.now) < due;
        if !is_time || car.looked_ahead == Some(due) {
            return None;
        }
        car.looked_ahead = Some(due);
        let reason = Text::new(
            format!("{}：明天续办，先查一次违章", vehicle.plate),
            format!(
                "{}: to be renewed tomorrow; checking for fines first",
                vehicle.plate
            ),
        );
        let call = violation::query_within("fines", &account, &vehicle.plate, 1);
        Some(self.query_fines(&vehicle.plate, call, reason))
    }

    fn query_fines(&mut self, plate: &str, call: NewCall, reason: Text) -> Step<State> {
        self.set(Stage::NamingFines {
            plate: plate.to_owned(),
        });
        self.take_out().working(call, "naming_fines", reason)
    }

    /// The round itself, leaving an empty one behind: the step that is made of it ends the pass.
    fn take_out(&mut self) -> Self {
        Round {
            state: self.state.clone(),
            wish: self.wish.clone(),
            pass: self.pass,
            notices: std::mem::take(&mut self.notices),
        }
    }
}

/// The facts about one car as this pass has them.
fn facts<'a>(
    pass: &Pass<'_, Wishes>,
    status: &'a Status,
    vehicle: &'a Vehicle,
    car: &'a Car,
) -> Facts<'a> {
    let reviewed = |other: &&Vehicle| {
        other.plate != vehicle.plate && other.in_state(RecordState::InReview).is_some()
    };
    Facts {
        now: pass.now,
        vehicle,
        prepared: car.prepared.as_ref(),
        attempts: &car.attempts,
        lifted: &car.lifted,
        blocked_by: car.block.as_ref().map(|block| block.id.as_str()),
        too_late_for: car.too_late_for,
        planned: car.planned,
        other_in_review: status.vehicles.iter().find(reviewed).is_some(),
        chance: pass.chance,
    }
}
