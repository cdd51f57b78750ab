//! It is sent: one act, whose every end is taken for what it says. What may have been done is never sent again.

use daiban_core::call::Outcome;
use daiban_core::error::ServiceError;
use daiban_core::{Text, Timestamp, dates};
use serde::Deserialize;
use serde_json::json;

use super::super::command::{Class, CommandState};
use super::carry::Stage;
use super::engine_stop::stops_at;
use super::round::Round;
use super::{gate, shown, words};
use crate::words::later;

/// So long a yes to something sensitive is good for, and a tap for everything else; held up for longer, it stays here.
const SENSITIVE_S: i64 = 120;
const OTHER_S: i64 = 600;
/// Before it is sent once more after the gateway dropped it because of the one before (8070): a bit more than what clients
/// wait (*seen*: 5 s).
const DROPPED_S: i64 = 6;
/// Times it is sent at most where each time surely nothing was done.
const MOST_TRIES: u32 = 3;

/// What an accepted act answers.
#[derive(Deserialize)]
pub(super) struct Taken {
    accepted: bool,
    #[serde(default)]
    session: Option<String>,
    #[serde(with = "dates::rfc3339")]
    sent_at: Timestamp,
    #[serde(default, with = "dates::rfc3339::option")]
    confirmed_by: Option<Timestamp>,
}

impl Round<'_> {
    pub(super) fn send(&mut self) {
        let good_for_s = match self.carry.order.command.class() {
            Class::Sensitive => SENSITIVE_S,
            Class::Safe | Class::Noisy => OTHER_S,
        };
        self.send_before(later(self.now, good_for_s));
    }

    pub(super) fn send_before(&mut self, before: Timestamp) {
        let order = &self.carry.order;
        let mut body = order.command.to_json();
        body["do"] = json!("command");
        body["car"] = json!(order.car);
        body["id"] = json!(order.id);
        body["again"] = json!(self.carry.again);
        body["before"] = json!(dates::rfc3339(before));
        self.act(body);
        self.now_is(
            CommandState::Sending,
            words::sending(self.carry.order.command),
        );
        self.carry.stage = Stage::Sending {
            since: self.now,
            before,
        };
    }

    /// How the act ended.
    pub(super) fn sent(&mut self, outcome: &Outcome) {
        let Stage::Sending { since, before } = self.carry.stage else {
            return self.heard_late(outcome);
        };
        match outcome {
            Outcome::Done(value) => match Taken::deserialize(value) {
                Ok(taken) if taken.accepted => self.taken(taken),
                _ => self.nobody_knows(since, &words::unreadable()),
            },
            Outcome::Failed(error) => self.not_done(error, before),
            Outcome::DidNotHappen(text) => self.reject("did_not_happen", text.clone()),
            Outcome::Unknown(text) => self.nobody_knows(since, text),
        }
    }

    /// The gateway has it.
    fn taken(&mut self, taken: Taken) {
        let order = &mut self.carry.order;
        order.session = taken.session;
        self.left_at(taken.sent_at);
        match taken.confirmed_by {
            Some(by) => self.confirmed(by),
            None if shown::leaves_a_trace(self.carry.order.command) => {
                self.confirm_from(taken.sent_at);
            }
            None => {
                let text = words::accepted(self.carry.order.command);
                self.settle(CommandState::Accepted, text);
            }
        }
    }

    /// Surely nothing was done.
    fn not_done(&mut self, error: &ServiceError, before: Timestamp) {
        let text = error.text();
        match error {
            ServiceError::Refused { code, .. } => self.refused(code, text, before),
            ServiceError::Busy { retry_after_s, .. } => {
                let wait_s = retry_after_s.map_or(DROPPED_S, i64::from);
                self.once_more(error.code(), text, wait_s.max(DROPPED_S), before);
            }
            ServiceError::Unreachable { .. } => {
                self.once_more(error.code(), text, DROPPED_S, before);
            }
            _ => self.reject(error.code(), words::not_done(text)),
        }
    }

    fn refused(&mut self, code: &str, text: &Text, before: Timestamp) {
        match code {
            "spacing" => self.pause(text, gate::SPACING_S, before),
            "duplicate" => self.ask_whether_again(text),
            "8070" if self.carry.refusals == 0 => {
                self.carry.refusals += 1;
                self.pause(text, DROPPED_S, before);
            }
            _ => self.reject(code, words::not_done(text)),
        }
    }

    fn once_more(&mut self, code: &str, text: &Text, wait_s: i64, before: Timestamp) {
        let in_time = later(self.now, wait_s) < before;
        self.carry.refusals += 1;
        match self.carry.refusals < MOST_TRIES && in_time {
            true => self.pause(text, wait_s, before),
            false => self.reject(code, words::not_done(text)),
        }
    }

    fn pause(&mut self, why: &Text, wait_s: i64, before: Timestamp) {
        let until = later(self.now, wait_s);
        self.now_is(CommandState::Sending, words::pausing(why, wait_s));
        self.carry.stage = Stage::Pausing { until, before };
    }

    /// Whether it was taken nobody can say, after everything was asked.
    fn nobody_knows(&mut self, since: Timestamp, text: &Text) {
        self.left_at(since);
        self.unconfirmed("unsure", text);
    }

    /// No outcome came: the car itself is looked at, and it is taken for sent as late as it can have been.
    pub(super) fn no_word(&mut self, since: Timestamp) {
        self.left_at(since);
        match shown::leaves_a_trace(self.carry.order.command) {
            true => self.confirm_from(self.now),
            false => self.unconfirmed("unsure", words::no_answer().text()),
        }
    }

    /// An outcome that came after it was given up to wait for: a no ends it still, unless the car shows otherwise.
    fn heard_late(&mut self, outcome: &Outcome) {
        let is_open = matches!(self.carry.stage, Stage::Confirming { .. } | Stage::Running)
            && self.carry.order.state != CommandState::Confirmed;
        let Outcome::Failed(error) = outcome else {
            return;
        };
        if is_open {
            self.carry.order.sent_at = None;
            self.carry.order.stops_at = None;
            let code = match error {
                ServiceError::Refused { code, .. } => code,
                _ => error.code(),
            };
            self.reject(code, words::not_done(error.text()));
        }
    }

    fn left_at(&mut self, at: Timestamp) {
        self.carry.order.sent_at = Some(at);
        self.carry.order.stops_at = stops_at(self.carry.order.command, at);
    }
}
