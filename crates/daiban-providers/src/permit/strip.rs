//! The fourteen days that pages draw: what is covered, what daiban expects to cover, what will be missing.

use daiban_core::dates::today;
use jiff::{ToSpan, civil::Date};
use serde::Serialize;

use super::{
    coverage::{RecordState, Zone},
    decide::{Facts, Wish, plus},
};

/// Days shown.
const DAYS: usize = 14;
/// Days a permit runs where the service has not said (rule of both zones, *seen* in its own zone texts).
const PERMIT_DAYS: i64 = 7;

/// One day on the strip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Day {
    /// Which.
    pub date: Date,
    /// How it stands.
    pub state: DayState,
}

/// How a day stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// A permit covers it.
    Has,
    /// Not covered yet; expected to be, by the rules. No promise.
    Will,
    /// Needed, and as things stand it will not be covered.
    Miss,
    /// Cannot be said.
    Unknown,
    /// Not covered and not needed.
    None,
}

/// The strip of one car. `stuck`: nothing will be applied for until a person does something.
pub fn strip(wish: &Wish, facts: &Facts<'_>, stuck: bool) -> Vec<Day> {
    let today = today(facts.now);
    let doubt = facts.vehicle.doubtful().is_some();
    let review = facts
        .vehicle
        .in_state(RecordState::InReview)
        .and_then(|record| record.from);
    // In front of this day no new permit can begin.
    let earliest = match (review, facts.vehicle.blocked_until(wish.zone)) {
        (Some(from), _) => from,
        (None, Some(last)) => plus(last, 1),
        (None, None) if facts.too_late_for == Some(today) => plus(today, 1),
        (None, None) => today,
    };
    let mut expected_to: Option<Date> = review.map(|from| plus(from, PERMIT_DAYS - 1));
    let state = |date: Date| {
        if facts.vehicle.covers(date, wish.zone) {
            return DayState::Has;
        }
        if doubt {
            return DayState::Unknown;
        }
        if date >= earliest && expected_to.is_some_and(|to| date <= to) {
            return DayState::Will;
        }
        match wish.days.need(date) {
            false => DayState::None,
            true if stuck || date < earliest => DayState::Miss,
            // Every use of an inside permit waits for its owner's yes.
            true if wish.zone == Zone::Inside => DayState::Unknown,
            true => {
                expected_to = Some(plus(date, PERMIT_DAYS - 1));
                DayState::Will
            }
        }
    };
    let days: Vec<Date> = today.series(1.day()).take(DAYS).collect();
    let states: Vec<DayState> = days.iter().copied().map(state).collect();
    days.into_iter()
        .zip(states)
        .map(|(date, state)| Day { date, state })
        .collect()
}
