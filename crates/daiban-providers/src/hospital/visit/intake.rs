//! What came in since the last pass, one thing at a time.

use daiban_core::{ask::Answer, call::Outcome, errand::Incoming, error::ServiceError};
use serde::Deserialize;
use serde_json::Value;

use super::{Round, Stage};

impl Round<'_> {
    pub(super) fn take(&mut self, incoming: &Incoming) {
        match incoming {
            Incoming::Woken | Incoming::Resumed => self.state.check_at = self.now,
            Incoming::SignedIn => self.signed_in_again(),
            Incoming::Called { tag, outcome, .. } => self.called(tag, outcome),
            Incoming::Answered { tag, answer } => self.answered(tag, answer),
            Incoming::AskExpired { tag } => self.unanswered(tag),
        }
    }

    fn signed_in_again(&mut self) {
        self.state.signed_in = Some(true);
        self.state.real_name = false;
        self.state.check_at = self.now;
        // What was free while nobody was signed in is news again.
        self.state.looked.clear();
        if let Stage::Booked { after } = &mut self.state.stage {
            after.look_now(self.now);
        }
    }

    fn called(&mut self, tag: &str, outcome: &Outcome) {
        self.state.asking.remove(tag);
        match tag {
            "patients" => self.patients_found(outcome),
            "signed_in" | "real_name" => self.sign_in_seen(outcome),
            "book" => self.booked(outcome),
            "send_code" => self.code_sent(outcome),
            "lineup" => self.line_seen(outcome),
            "order" => self.page_seen(outcome),
            "check" => self.order_looked_at(outcome),
            "truth" => self.orders_seen(outcome),
            _ => match tag.split_once(' ') {
                Some(("department", department)) => self.names_found(department, outcome),
                Some(("hospital", department)) => self.hospital_found(department, outcome),
                _ => {}
            },
        }
    }

    /// Whether the sign-in lives.
    pub(super) fn note_sign_in(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Done(_) => self.state.signed_in = Some(true),
            Outcome::Failed(ServiceError::SignInLost { .. }) => self.signed_out(),
            _ => {}
        }
    }

    fn answered(&mut self, tag: &str, answer: &Answer) {
        let yes = *answer == Answer::Approved;
        match (tag, answer) {
            ("take", _) => self.word_given(yes),
            ("changed", _) => self.change_agreed(yes),
            ("sms", Answer::Text(code)) => self.code_typed(code),
            ("card", Answer::Text(number)) => self.card_typed(number),
            ("unsure", _) => self.truth_told(yes),
            ("again", _) => self.again_or_not(yes),
            _ => {}
        }
    }

    fn unanswered(&mut self, tag: &str) {
        match tag {
            "take" => self.word_given(false),
            "changed" | "sms" | "card" => self.nobody_answered(),
            "again" => self.again_or_not(false),
            _ => {}
        }
    }
}

pub(super) fn read<T: for<'de> Deserialize<'de>>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}
