//! A person is asked: whether to send what is noisy or sensitive, and whether to send the same again.

use daiban_core::Text;

use super::super::command::{Class, CommandState};
use super::super::reading::Reading;
use super::carry::Stage;
use super::round::Round;
use super::words;
use crate::words::later;

/// A yes is waited for so long: what was shown of the car is not true for much longer.
const PERSON_S: i64 = 300;

impl Round<'_> {
    /// Shows the car as it was seen last, and what will happen.
    pub(super) fn ask_whether(&mut self, reading: Option<&Reading>) {
        let until = later(self.now, PERSON_S);
        let words = words::approve(&self.carry.order, reading, self.now, until);
        self.ask("approve", until, words);
        self.now_is(
            CommandState::NeedsYou,
            words::asking(self.carry.order.command),
        );
        self.carry.stage = Stage::Asking { until };
    }

    pub(super) fn answered(&mut self, yes: bool) {
        if !matches!(self.carry.stage, Stage::Asking { .. }) {
            return;
        }
        match yes {
            true => self.approved(),
            false => self.reject("denied", words::denied()),
        }
    }

    /// What is sensitive is looked at once more: minutes may have passed.
    fn approved(&mut self) {
        self.carry.order.approved_at = Some(self.now);
        self.draft.say("你同意了", "you said yes");
        match self.carry.order.command.class() {
            Class::Sensitive => {
                let preparing = words::preparing(self.carry.order.command);
                self.now_is(CommandState::Preparing, preparing);
                self.look_before(0, true);
            }
            Class::Safe | Class::Noisy => self.send(),
        }
    }

    /// The same was sent a moment ago.
    pub(super) fn ask_whether_again(&mut self, seen: &Text) {
        let until = later(self.now, PERSON_S);
        let words = words::again(self.carry.order.command, seen, until, self.now);
        self.ask("again", until, words);
        self.now_is(CommandState::NeedsYou, seen.clone());
        self.carry.stage = Stage::AskingAgain { until };
    }

    pub(super) fn again_or_not(&mut self, yes: bool) {
        if !matches!(self.carry.stage, Stage::AskingAgain { .. }) {
            return;
        }
        if !yes {
            return self.reject("denied", words::denied());
        }
        self.carry.again = true;
        self.approved();
    }

    pub(super) fn nobody_answered(&mut self) {
        if let Stage::Asking { .. } | Stage::AskingAgain { .. } = self.carry.stage {
            self.reject("expired", words::expired());
        }
    }
}
