//! The way of one command, for the errand that carries it: `vehicle.command`, or a watch that was told to lock.
//!
//! Pure, and kept whole between passes, so that it goes on after a restart at any point. Every stage has a moment after which
//! it goes on without what it waits for: answers may be held up for long, and some never come.

use daiban_core::ask::{Answer, NewAsk};
use daiban_core::call::{NewCall, Outcome};
use daiban_core::errand::{Incoming, Pass, Phase};
use daiban_core::error::ServiceError;
use daiban_core::id::{AccountId, ErrandId};
use daiban_core::notice::Severity;
use daiban_core::record::Record;
use daiban_core::service::Service;
use daiban_core::{Text, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::command::{Command, CommandState, Order};
use super::super::reading::Reading;
use super::words;
use crate::draft::Draft;
use crate::words::later;

/// What has not been sent so long after it was asked for is not sent any more: whoever asked has gone on.
const LATEST_S: i64 = 900;
/// Days the audit keeps a command.
const KEEP_DAYS: u16 = 400;

/// What a pass gives to the commands it carries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn<'a> {
    pub(crate) errand: &'a ErrandId,
    pub(crate) account: &'a AccountId,
    pub(crate) now: Timestamp,
    pub(crate) incoming: &'a [Incoming],
}

impl<'a> Turn<'a> {
    pub(crate) fn of<W>(pass: &'a Pass<'_, W>) -> Self {
        Self {
            errand: pass.errand,
            account: pass.account,
            now: pass.now,
            incoming: pass.incoming,
        }
    }
}

/// One command on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Carry {
    pub(super) order: Order,
    pub(super) stage: Stage,
    /// What its tags begin with.
    prefix: String,
    /// Looks made; each has its number.
    looks: u32,
    /// Times it was sent and surely not done.
    pub(super) refusals: u32,
    /// A person has said yes already.
    pub(super) agreed: bool,
    /// The same was sent a moment ago, and is meant to be sent again.
    pub(super) again: bool,
    /// The newest report of the car before it was sent: a status is newer than the command only if it is newer than this too.
    pub(super) newest: Option<Timestamp>,
    /// Kilometres driven, before it was sent.
    pub(super) odometer_km: Option<f64>,
    /// Tries to stop the engine.
    pub(super) stops: u32,
    /// Whether the owner was told that the engine may still run.
    pub(super) warned: bool,
}

/// Where it stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "at")]
pub(super) enum Stage {
    /// Nothing was done yet.
    #[default]
    Begin,
    /// The car is looked at; `yes`: once more, after a person said yes.
    Looking {
        step: usize,
        yes: bool,
        glance: Glance,
    },
    /// A person is asked whether to send it.
    Asking {
        until: Timestamp,
    },
    /// A person is asked whether to send the same again.
    AskingAgain {
        until: Timestamp,
    },
    /// Sent then; what went before surely changed nothing.
    Pausing {
        until: Timestamp,
        before: Timestamp,
    },
    /// On its way, or held up; sent before that moment or not at all.
    Sending {
        since: Timestamp,
        before: Timestamp,
    },
    /// A status newer than that moment is waited for.
    Confirming {
        from: Timestamp,
        step: usize,
        glance: Glance,
    },
    /// The engine runs, or may.
    Running,
    /// The car is looked at before its engine is stopped.
    Ending {
        step: usize,
        glance: Glance,
    },
    /// The engine is told to stop.
    Stopping {
        stop: Box<Carry>,
    },
    /// It did not stop; once more then.
    StopLater {
        until: Timestamp,
    },
    Over,
}

/// A look under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Glance {
    number: u32,
    /// An answer is waited for until then.
    pub(super) until: Timestamp,
}

impl Carry {
    /// A command that was just asked for. `by`: `cli`, `web`, `api`, `watch`.
    pub(crate) fn new(
        id: String,
        command: Command,
        car: Option<String>,
        by: &str,
        now: Timestamp,
    ) -> Self {
        Self {
            order: Order {
                id,
                command,
                car,
                state: CommandState::Preparing,
                code: None,
                text: words::preparing(command),
                by: by.to_owned(),
                asked_at: now,
                approved_at: None,
                sent_at: None,
                settled_at: None,
                confirmed_by: None,
                stops_at: None,
                session: None,
            },
            stage: Stage::Begin,
            prefix: "command".to_owned(),
            looks: 0,
            refusals: 0,
            agreed: false,
            again: false,
            newest: None,
            odometer_km: None,
            stops: 0,
            warned: false,
        }
    }

    /// A person has just said yes to exactly this: it is not asked again.
    #[must_use]
    pub(crate) fn agreed(mut self) -> Self {
        self.agreed = true;
        self.order.approved_at = Some(self.order.asked_at);
        self
    }

    /// The stop that follows a start: meant, whatever was sent a moment ago, and without another look.
    pub(super) fn stop_after(start: &Self, now: Timestamp) -> Self {
        let nth = match start.stops {
            0 | 1 => String::new(),
            more => format!("-{more}"),
        };
        let id = format!("{}-stop{nth}", start.order.id);
        let car = start.order.car.clone();
        Self {
            prefix: format!("{}/stop", start.prefix),
            again: true,
            ..Self::new(id, Command::Stop, car, "timer", now)
        }
    }

    /// All that is known of it.
    pub(crate) fn order(&self) -> &Order {
        &self.order
    }

    /// Whether nothing more will happen.
    pub(crate) fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// Whether it follows a start.
    pub(super) fn is_stop_after(&self) -> bool {
        self.prefix.ends_with("/stop")
    }

    /// What is waited for: the phase, the name of the checkpoint, in words.
    pub(crate) fn waits_for(&self) -> (Phase, &'static str, Text) {
        let order = &self.order;
        match &self.stage {
            Stage::Begin | Stage::Looking { .. } => {
                (Phase::Working, "preparing", words::preparing(order.command))
            }
            Stage::Asking { .. } | Stage::AskingAgain { .. } => {
                (Phase::NeedsYou, "asking", words::asking(order.command))
            }
            Stage::Pausing { .. } => (Phase::Waiting, "pausing", order.text.clone()),
            Stage::Sending { .. } => (Phase::Working, "sending", words::sending(order.command)),
            Stage::Confirming { .. } => (
                Phase::Working,
                "confirming",
                words::confirming(order.command),
            ),
            Stage::Running => (Phase::Waiting, "running", words::running(order)),
            Stage::Ending { .. } | Stage::Stopping { .. } => {
                (Phase::Working, "stopping", words::stopping())
            }
            Stage::StopLater { .. } => (Phase::Waiting, "stopping", words::stopping()),
            Stage::Over => (Phase::Waiting, "over", order.text.clone()),
        }
    }

    /// One pass: what came in is taken, the stage goes on, and what is to be done is put into the draft, with the order as a
    /// record and as the fact `command` where it has changed.
    pub(crate) fn advance(&mut self, turn: &Turn<'_>, draft: &mut Draft) {
        let before = self.order.clone();
        let is_new = self.stage == Stage::Begin;
        let mut round = Round {
            carry: self,
            turn,
            draft,
            now: turn.now,
        };
        for incoming in turn.incoming {
            round.take(incoming);
        }
        round.go_on();
        round.wake();
        if is_new || self.order != before {
            self.write(draft);
        }
    }

    fn write(&self, draft: &mut Draft) {
        let value = json!(self.order);
        if !self.is_stop_after() {
            draft.fact("command", value.clone());
        }
        draft.records.push(Record {
            kind: "command".to_owned(),
            id: self.order.id.clone(),
            at: self.order.asked_at,
            value,
            keep_days: KEEP_DAYS,
        });
    }
}

/// One pass over a command while it is being worked out.
pub(super) struct Round<'a> {
    pub(super) carry: &'a mut Carry,
    pub(super) turn: &'a Turn<'a>,
    pub(super) draft: &'a mut Draft,
    pub(super) now: Timestamp,
}

impl Round<'_> {
    fn take(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Woken | Incoming::Resumed | Incoming::SignedIn => self.hurry(),
            Incoming::Called { tag, outcome, .. } => match self.own(tag) {
                Some("send") => self.sent(outcome),
                Some(tag) => {
                    if let Some(Ok(number)) = tag.strip_prefix("look/").map(str::parse) {
                        self.looked(number, outcome);
                    }
                }
                None => {}
            },
            Incoming::Answered { tag, answer } => {
                let yes = *answer == Answer::Approved;
                match self.own(tag) {
                    Some("approve") => self.answered(yes),
                    Some("again") => self.again_or_not(yes),
                    _ => {}
                }
            }
            Incoming::AskExpired { tag } => {
                if let Some("approve" | "again") = self.own(tag) {
                    self.nobody_answered();
                }
            }
        }
    }

    /// What a tag of this command says; `None`: it is another's.
    fn own<'t>(&self, tag: &'t str) -> Option<&'t str> {
        tag.strip_prefix(self.carry.prefix.as_str())?
            .strip_prefix('/')
    }

    fn looked(&mut self, number: u32, outcome: &Outcome) {
        let result = outcome.clone().into_result().and_then(read);
        match self.carry.stage.clone() {
            Stage::Looking { step, yes, glance } if glance.number == number => {
                self.car_seen((step, yes), result);
            }
            Stage::Confirming { from, step, glance } => {
                let is_awaited = glance.number == number;
                self.status_seen((from, step, is_awaited), result);
            }
            Stage::Ending { step, glance } if glance.number == number => {
                self.seen_at_the_end(step, result);
            }
            _ => {}
        }
    }

    /// What a moment brings.
    fn go_on(&mut self) {
        let now = self.now;
        if self.is_late() {
            return self.reject("late", words::late());
        }
        match self.carry.stage.clone() {
            Stage::Begin => self.begin(),
            Stage::Looking { step, yes, glance } if now >= glance.until => {
                self.car_seen((step, yes), Err(words::no_answer()));
            }
            Stage::Asking { until } | Stage::AskingAgain { until } if now >= later(until, 60) => {
                self.nobody_answered();
            }
            Stage::Pausing { until, before } if now >= until => self.send_before(before),
            Stage::Sending { since, before } if now >= no_word_at(before) => self.no_word(since),
            Stage::Confirming { from, step, glance } if now >= glance.until => {
                self.status_seen((from, step, true), Err(words::no_answer()));
            }
            Stage::Running if self.carry.order.stops_at.is_none_or(|at| now >= at) => {
                self.look_at_the_end(0);
            }
            Stage::Ending { step, glance } if now >= glance.until => {
                self.seen_at_the_end(step, Err(words::no_answer()));
            }
            Stage::Stopping { stop } => self.stop(*stop),
            Stage::StopLater { until } if now >= until => self.look_at_the_end(0),
            _ => {}
        }
    }

    fn is_late(&self) -> bool {
        let nothing_left = matches!(
            self.carry.stage,
            Stage::Begin
                | Stage::Looking { .. }
                | Stage::Asking { .. }
                | Stage::AskingAgain { .. }
                | Stage::Pausing { .. }
        );
        nothing_left && self.now > later(self.carry.order.asked_at, LATEST_S)
    }

    /// When it goes on whatever happens.
    fn wake(&mut self) {
        let at = match &self.carry.stage {
            Stage::Looking { glance, .. }
            | Stage::Confirming { glance, .. }
            | Stage::Ending { glance, .. } => glance.until,
            Stage::Asking { until } | Stage::AskingAgain { until } => later(*until, 60),
            Stage::Pausing { until, .. } | Stage::StopLater { until } => *until,
            Stage::Sending { before, .. } => no_word_at(*before),
            Stage::Running => self.carry.order.stops_at.unwrap_or(self.now),
            // The stop wakes for itself.
            Stage::Begin | Stage::Stopping { .. } | Stage::Over => return,
        };
        self.draft.wake_at(at.max(later(self.now, 1)));
    }

    /// The owner looks, or has just signed in: what is waited for may be there.
    fn hurry(&mut self) {
        match self.carry.stage.clone() {
            Stage::Confirming { from, step, .. } => self.look_again(from, step),
            Stage::StopLater { .. } => self.look_at_the_end(0),
            _ => {}
        }
    }

    /// A look at the car, not before that moment; its answer is waited for so many seconds.
    pub(super) fn look(&mut self, fresh: bool, at: Timestamp, patience_s: i64) -> Glance {
        self.carry.looks += 1;
        let number = self.carry.looks;
        let tag = format!("{}/look/{number}", self.carry.prefix);
        let body = json!({ "do": "status", "car": self.carry.order.car, "fresh": fresh });
        let call = NewCall::look(&tag, Service::Vehicle, self.turn.account, body);
        self.draft.calls.push(call.not_before(at));
        let until = later(at.max(self.now), patience_s);
        Glance { number, until }
    }

    pub(super) fn act(&mut self, body: Value) {
        let tag = format!("{}/send", self.carry.prefix);
        let call = NewCall::act(&tag, Service::Vehicle, self.turn.account, body);
        self.draft.calls.push(call);
    }

    pub(super) fn ask(&mut self, word: &str, until: Timestamp, (title, body): (Text, Text)) {
        self.draft.asks.push(NewAsk {
            tag: format!("{}/{word}", self.carry.prefix),
            kind: daiban_core::ask::AskKind::Approve,
            title,
            body,
            told: Some(words::without_facts(until, self.now)),
            picture: None,
            deadline: Some(until),
        });
    }

    /// How far it has come, in words that are kept with it.
    pub(super) fn now_is(&mut self, state: CommandState, text: Text) {
        self.carry.order.state = state;
        self.carry.order.text = text;
    }

    /// Surely not done, and nothing more will be.
    pub(super) fn reject(&mut self, code: &str, text: Text) {
        self.now_is(CommandState::Rejected, text);
        self.carry.order.code = Some(code.to_owned());
        self.carry.order.settled_at = Some(self.now);
        self.carry.stage = Stage::Over;
    }

    pub(super) fn notice(&mut self, key: &str, severity: Severity, words: (Text, Text)) {
        let key = format!("command/{}/{key}", self.carry.order.id);
        self.draft.notice(self.turn.errand, &key, severity, words);
    }
}

/// By then an act has an outcome: asking what became of one takes three minutes at most after it was sent.
fn no_word_at(before: Timestamp) -> Timestamp {
    later(before, 240)
}

fn read(value: Value) -> Result<Reading, ServiceError> {
    serde_json::from_value(value).map_err(|error| ServiceError::changed("status", error))
}
