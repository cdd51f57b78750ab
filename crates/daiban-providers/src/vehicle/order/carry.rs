//! The way of one command, for the errand that carries it: `vehicle.command`, or a watch that was told to lock.
//!
//! Pure, and kept whole between passes, so that it goes on after a restart at any point. Every stage has a moment after which
//! it goes on without what it waits for: answers may be held up for long, and some never come.

use daiban_core::errand::{Incoming, Pass, Phase};
use daiban_core::id::{AccountId, ErrandId};
use daiban_core::record::Record;
use daiban_core::{Text, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::super::command::{Command, CommandState, Order};
use super::round::Round;
use super::words;
use crate::draft::Draft;

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
    pub(super) prefix: String,
    /// Looks made; each has its number.
    pub(super) looks: u32,
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
    pub(super) number: u32,
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
    #[cfg_attr(
        not(test),
        allow(dead_code, reason = "for errands that ask themselves")
    )]
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
