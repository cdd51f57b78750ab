//! How long acting at all waits after acts that came to nothing, and it grows: refusals in quick succession cost an account
//! its standing.

use daiban_core::Timestamp;
use serde::{Deserialize, Serialize};

use crate::words::later;

/// Acting waits until then.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hold {
    pub(crate) until: Timestamp,
    /// Acts in a row that came to nothing.
    streak: u32,
    /// When the last of them ended.
    at: Timestamp,
}

/// Between two acts that came to nothing: five seconds, twice as long after each more, five minutes at most.
const FIRST_HOLD_S: i64 = 5;
const LONGEST_HOLD_S: i64 = 300;
/// After so long without a refusal it counts as the first again.
pub(crate) const FORGET_S: i64 = 3600;

impl Hold {
    /// One more act came to nothing.
    pub(crate) fn grow(&mut self, now: Timestamp, least_s: i64) {
        if later(self.at, FORGET_S) < now {
            self.streak = 0;
        }
        let doubled = FIRST_HOLD_S << self.streak.min(8);
        self.until = later(now, doubled.min(LONGEST_HOLD_S).max(least_s));
        self.streak += 1;
        self.at = now;
    }

    pub(crate) fn holds(&self, now: Timestamp) -> bool {
        now < self.until
    }
}
