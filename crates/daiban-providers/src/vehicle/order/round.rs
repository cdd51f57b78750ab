//! One pass over a command: what came in goes to the room of its stage, and every stage goes on when its moment comes.

use daiban_core::ask::{Answer, AskKind, NewAsk};
use daiban_core::call::{NewCall, Outcome};
use daiban_core::errand::Incoming;
use daiban_core::error::ServiceError;
use daiban_core::notice::Severity;
use daiban_core::service::Service;
use daiban_core::{Text, Timestamp};
use serde_json::{Value, json};

use super::super::command::CommandState;
use super::super::reading::Reading;
use super::carry::{Carry, Glance, Stage, Turn};
use super::{engine_stop, looking, words};
use crate::draft::Draft;
use crate::words::later;

/// What has not been sent so long after it was asked for is not sent any more: whoever asked has gone on.
const LATEST_S: i64 = 900;

/// One pass over a command while it is being worked out.
pub(super) struct Round<'a> {
    pub(super) carry: &'a mut Carry,
    pub(super) turn: &'a Turn<'a>,
    pub(super) draft: &'a mut Draft,
    pub(super) now: Timestamp,
}

impl Round<'_> {
    pub(super) fn take(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Woken | Incoming::Resumed | Incoming::SignedIn => self.hurry(),
            Incoming::Called {
                tag, body, outcome, ..
            } => self.called(tag, body, outcome),
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

    fn called(&mut self, tag: &str, body: &Value, outcome: &Outcome) {
        match self.own(tag) {
            // An errand may carry several commands, one after the other.
            Some("send") if body["id"] == *self.carry.order.id => self.sent(outcome),
            Some(tag) => {
                if let Some(Ok(number)) = tag.strip_prefix("look/").map(str::parse) {
                    self.looked(number, outcome);
                }
            }
            None => {}
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
    pub(super) fn go_on(&mut self) {
        let now = self.now;
        if self.is_late() {
            return self.reject("late", words::late());
        }
        match self.carry.stage.clone() {
            Stage::Begin => self.begin(),
            Stage::Looking { yes, glance, .. } if now >= glance.until => {
                self.car_seen((looking::LAST, yes), Err(words::no_answer()));
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
            Stage::Ending { glance, .. } if now >= glance.until => {
                self.seen_at_the_end(engine_stop::LAST, Err(words::no_answer()));
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
    pub(super) fn wake(&mut self) {
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
            kind: AskKind::Approve,
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
