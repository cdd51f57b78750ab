//! What came in since the last pass, one thing at a time.

use daiban_core::{ask::Answer, call::Outcome, errand::Incoming, error::ServiceError};
use serde::Deserialize;
use serde_json::Value;

use super::{Round, Stage};
use crate::rail::orders::Unfinished;

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
        self.state.checking = false;
        self.state.check_at = self.now;
        // What was free while nobody was signed in is news again.
        self.state.told.clear();
        if let Stage::Paying { due } = &mut self.state.stage {
            due.check_at = self.now;
        }
    }

    fn called(&mut self, tag: &str, outcome: &Outcome) {
        match tag {
            "route" => self.route_found(outcome),
            "passengers" => {
                self.people_found(outcome);
                self.checked();
                self.show_route();
            }
            "keep_alive" => {
                self.note_sign_in(outcome);
                self.checked();
            }
            "blocking" => self.way_seen(outcome),
            "by_hand" => self.seen_after_hand(outcome),
            "order" => self.ordered(outcome),
            "list" => self.list_seen(outcome),
            "orders" => self.orders_seen(outcome),
            "cancel" => self.cancelled(outcome),
            "standby_check" => self.standby_checked(outcome),
            "standby" => self.lined_up(outcome),
            "standby_list" => self.line_seen(outcome),
            _ => {}
        }
    }

    fn note_sign_in(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Done(_) => {
                self.state.signed_in = Some(true);
                self.clear("sign_in");
            }
            Outcome::Failed(ServiceError::SignInLost { .. }) => self.signed_out(),
            _ => {}
        }
    }

    /// Whether the account's unfinished order is still in the way.
    fn way_seen(&mut self, outcome: &Outcome) {
        self.note_sign_in(outcome);
        if let Some(list) = unfinished(outcome)
            && list.orders.is_empty()
            && list.queued.is_none()
        {
            self.state.blocked = false;
            self.clear("blocked");
        }
        self.checked();
    }

    fn answered(&mut self, tag: &str, answer: &Answer) {
        let yes = *answer == Answer::Approved;
        match tag {
            "take" => self.word_given(yes),
            "pay" => self.payment_answered(yes),
            "cancel" => self.cancel_answered(yes),
            "by_hand" => self.done_by_hand(answer),
            "deposit" => self.deposit_answered(yes),
            _ => {}
        }
    }

    fn unanswered(&mut self, tag: &str) {
        match tag {
            "take" => self.word_given(false),
            "pay" => self.look_at_payment_now(),
            "cancel" => self.cancel_answered(false),
            "deposit" => self.look_at_line_now(),
            _ => {}
        }
    }
}

/// The list, where the call gave one.
pub(super) fn unfinished(outcome: &Outcome) -> Option<Unfinished> {
    match outcome {
        Outcome::Done(value) => read(value),
        _ => None,
    }
}

pub(super) fn read<T: for<'de> Deserialize<'de>>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}
