//! The errand `vehicle.watch`: knows how the car is, as seldom as that takes, and says once what its owner should hear.
//!
//! It reads what the cloud has and never wakes the car (`latest=true` is for a person's word and for commands). A reading is
//! taken in (`learning`), judged (`conditions`), and what stands is told once when it begins and once when it is over
//! (`telling`). How often to look is in `pace`; areas are in `areas`: pure, like the passes themselves.
//!
//! A car that stands unlocked may be locked with one tap: the yes to that ask begins a command, carried like any other
//! (`order`), and only a newer reading ends the matter.

mod areas;
mod conditions;
mod data;
mod learning;
mod offer;
mod pace;
mod telling;
mod wishes;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use daiban_core::{
    Text, Timestamp,
    ask::Answer,
    call::NewCall,
    dates,
    errand::{Errand, Incoming, Pass, Phase, Step},
    error::ServiceError,
    invalid::InvalidInput,
    service::Service,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::command::Command;
use super::order::{Carry, Turn};
use crate::draft::Draft;
use crate::words::later;
use telling::Standing;

pub use offer::WATCH;
pub use wishes::{WhenUnlocked, Wishes};

/// The errand.
pub struct Watch;

/// What is kept between passes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// What people call the car, once it was seen.
    name: Option<Text>,
    /// Whether a look is under way.
    looking: bool,
    /// When to look next; `None`: when somebody says so.
    look_at: Option<Timestamp>,
    /// Whether the SIM card's data is being asked for.
    asking_data: bool,
    /// When to ask for it next.
    data_at: Option<Timestamp>,
    /// The report seen last.
    reported_at: Option<Timestamp>,
    /// Looks in a row that showed that same report.
    unchanged: u32,
    /// The most kilometres the car ever showed.
    odometer_km: Option<f64>,
    /// What is wrong, or may turn out to be.
    standing: BTreeMap<String, Standing>,
    /// Which areas it is in.
    areas: BTreeMap<String, bool>,
    /// Failures in a row.
    failures: u32,
    /// Whether the account has to be signed in first.
    signed_out: bool,
    /// Problems the owner knows of.
    raised: BTreeSet<String>,
    /// The command under way.
    carry: Option<Carry>,
    /// Commands begun so far, for their names.
    commands: u32,
    /// Since when the owner is being asked whether to lock it.
    lock_asked: Option<Timestamp>,
}

impl Errand for Watch {
    const KIND: &'static str = "vehicle.watch";
    const VERSION: u32 = 1;
    type State = State;
    type Wishes = Wishes;

    fn begin(&self, wishes: &Wishes, now: Timestamp) -> Result<State, InvalidInput> {
        wishes.check()?;
        Ok(State {
            look_at: Some(now),
            data_at: (wishes.data_mb > 0).then_some(now),
            ..State::default()
        })
    }

    fn advance(&self, state: State, pass: &Pass<'_, Wishes>) -> Step<State> {
        let mut round = Round {
            state,
            pass,
            draft: Draft::new("watching"),
        };
        for incoming in pass.incoming {
            round.take(incoming);
        }
        round.go_on_with_command();
        round.look_when_due();
        round.close();
        round.draft.step(round.state)
    }
}

/// One pass while it is being worked out.
struct Round<'a> {
    state: State,
    pass: &'a Pass<'a, Wishes>,
    draft: Draft,
}

/// The names of calls and asks.
const STATUS: &str = "status";
const DATA: &str = "data";
const LOCK: &str = "lock";
/// The SIM card's data is asked for once a day.
const DATA_EVERY_S: i64 = 24 * 3600;
/// After a failure the next look is this far off, twice as far after each more, a day at most.
const AGAIN_S: i64 = 300;

impl Round<'_> {
    fn take(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Woken | Incoming::Resumed => self.look_now(),
            Incoming::SignedIn => {
                self.state.signed_out = false;
                self.look_now();
            }
            Incoming::Called { tag, outcome, .. } if tag == STATUS => {
                self.state.looking = false;
                match outcome.clone().into_result() {
                    Ok(value) => self.learn(&value),
                    Err(error) => self.failed(&error),
                }
            }
            Incoming::Called { tag, outcome, .. } if tag == DATA => {
                self.state.asking_data = false;
                self.state.data_at = Some(later(self.pass.now, DATA_EVERY_S));
                match outcome.clone().into_result() {
                    Ok(value) => self.learn_data(value),
                    Err(error) => self.no_data(&error),
                }
            }
            Incoming::Answered { tag, answer } if tag == LOCK => self.answered(answer),
            Incoming::AskExpired { tag } if tag == LOCK => self.state.lock_asked = None,
            _ => {}
        }
    }

    /// The owner wants to know now; a pause may also have eaten what was waited for.
    fn look_now(&mut self) {
        self.state.looking = false;
        self.state.asking_data = false;
        self.state.look_at = Some(self.pass.now);
    }

    /// The owner says whether to lock the car.
    fn answered(&mut self, answer: &Answer) {
        self.state.lock_asked = None;
        if *answer != Answer::Approved || self.state.carry.is_some() {
            self.draft.say("没有让锁车", "it was not told to lock");
            return;
        }
        self.state.commands += 1;
        let id = format!("{}-{}", self.pass.errand, self.state.commands);
        let car = self.pass.wishes.car.clone();
        let carry = Carry::new(id, Command::Lock, car, "watch", self.pass.now);
        self.state.carry = Some(carry.agreed());
    }

    fn go_on_with_command(&mut self) {
        let Some(carry) = &mut self.state.carry else {
            return;
        };
        let turn = Turn::of(self.pass);
        carry.advance(&turn, &mut self.draft);
        if carry.is_over() {
            self.state.carry = None;
            self.state.look_at = Some(self.pass.now);
        }
    }

    fn look_when_due(&mut self) {
        if self.state.signed_out {
            return;
        }
        let due = |at: Option<Timestamp>| at.is_some_and(|at| at <= self.pass.now);
        if !self.state.looking && due(self.state.look_at) {
            self.state.looking = true;
            let body = json!({ "do": "status", "car": self.pass.wishes.car, "fresh": false, "poll": true });
            self.call(STATUS, body);
        }
        if self.may_ask_data() && due(self.state.data_at) {
            self.state.asking_data = true;
            let body = json!({ "do": "data", "car": self.pass.wishes.car });
            self.call(DATA, body);
        }
    }

    fn call(&mut self, tag: &str, body: Value) {
        let call = NewCall::look(tag, Service::Vehicle, self.pass.account, body);
        self.draft.calls.push(call);
    }

    /// Where the errand stands and when it is looked at again.
    fn close(&mut self) {
        for at in [self.wakes_for_look(), self.wakes_for_data()]
            .into_iter()
            .flatten()
        {
            self.draft.wake_at(at);
        }
        let now = self.pass.now;
        let (phase, checkpoint, said) = if self.state.signed_out {
            let said = Text::new("等账号重新登录", "waits for the account to be signed in");
            (Phase::Waiting, "needs_sign_in", said)
        } else if let Some(carry) = &self.state.carry {
            let (phase, _, said) = carry.waits_for();
            (phase, "command", said)
        } else if self.state.lock_asked.is_some() {
            let said = Text::new("等你说要不要锁车", "waits for your word on locking it");
            (Phase::NeedsYou, "asking", said)
        } else if self.state.looking {
            (Phase::Working, "looking", Text::new("看车", "looking"))
        } else {
            (Phase::Waiting, "watching", self.until(now))
        };
        self.draft.rest(phase, checkpoint, said);
    }

    fn wakes_for_look(&self) -> Option<Timestamp> {
        let idle = !self.state.looking && !self.state.signed_out;
        self.state.look_at.filter(|_| idle)
    }

    /// What is told of the data names the car, so the car is looked at first.
    fn may_ask_data(&self) -> bool {
        !self.state.asking_data && !self.state.signed_out && self.state.name.is_some()
    }

    fn wakes_for_data(&self) -> Option<Timestamp> {
        self.state.data_at.filter(|_| self.may_ask_data())
    }

    fn until(&self, now: Timestamp) -> Text {
        match self.state.look_at {
            Some(at) => {
                let at = dates::spoken(at, now);
                Text::new(format!("{} 再看", at.zh), format!("next look {}", at.en))
            }
            None => Text::new("等你按「现在看」", "waits until you say so"),
        }
    }

    /// A look that failed. Nothing is known of the car then, and nothing is told of it.
    fn failed(&mut self, error: &ServiceError) {
        self.state.failures += 1;
        let text = error.text();
        self.draft.say(
            format!("没看成：{}", text.zh),
            format!("the look failed: {}", text.en),
        );
        if matches!(error, ServiceError::SignInLost { .. }) {
            self.state.signed_out = true;
            self.state.look_at = None;
            return;
        }
        if !error.may_pass() {
            self.raise_refusal(error);
        }
        self.state.look_at = Some(self.again_at(error));
    }

    fn again_at(&self, error: &ServiceError) -> Timestamp {
        let wait_s = match error {
            error if !error.may_pass() => DATA_EVERY_S,
            ServiceError::Busy {
                retry_after_s: Some(seconds),
                ..
            } => i64::from(*seconds),
            _ => 0,
        };
        let doubled = AGAIN_S << self.state.failures.saturating_sub(1).min(9);
        let again = later(self.pass.now, wait_s.max(doubled).min(DATA_EVERY_S));
        let opens_at = match error {
            ServiceError::Closed { opens_at, .. } => *opens_at,
            _ => None,
        };
        self.pass
            .wishes
            .after_quiet(again.max(opens_at.unwrap_or(again)))
    }
}

#[cfg(test)]
mod tests;
