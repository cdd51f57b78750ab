//! A status that is newer than the command is waited for: it confirms, and nothing else does.

use daiban_core::error::ServiceError;
use daiban_core::notice::Severity;
use daiban_core::{Text, Timestamp};

use super::super::command::{Class, Command, CommandState};
use super::super::reading::Reading;
use super::before::STALE_S;
use super::carry::Stage;
use super::round::Round;
use super::{shown, words};
use crate::words::later;

/// Looks after it was sent, in seconds since; `true`: the car is asked, whose report comes some seconds later, so that the last
/// look is one at what the cloud has by then. Clients give up between one and three minutes (*seen*).
const LOOKS: [(i64, bool); 9] = [
    (5, false),
    (10, false),
    (20, true),
    (30, true),
    (60, true),
    (90, true),
    (120, true),
    (150, true),
    (180, false),
];
/// So long the answer to a look is waited for. One that is held up stays where it is, and many more would only join it.
const PATIENCE_S: i64 = 60;
/// What the car was asked for has come by then.
const REPORT_S: i64 = 6;

/// The next look: which it is, when, and whether the car is asked. Those whose moment has passed, as after a restart, are left
/// out; the last two never are.
fn next(from: Timestamp, now: Timestamp, step: usize) -> (usize, Timestamp, bool) {
    let at = |step: usize| later(from, LOOKS[step].0);
    let last = LOOKS.len() - 1;
    let mut step = step.min(last);
    while step + 1 < last && at(step) < now {
        step += 1;
    }
    let earliest = match step == last {
        true => later(now, REPORT_S),
        false => now,
    };
    (step, at(step).max(earliest), LOOKS[step].1)
}

/// Whether a status was made after that moment and shows what was wished. A clock far ahead of ours proves nothing.
pub(super) fn confirms(
    command: Command,
    reading: &Reading,
    after: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    let at = reading.updated_at?;
    let is_newer = at > after && at <= later(now, STALE_S);
    (is_newer && shown::shows(command, reading)).then_some(at)
}

impl Round<'_> {
    /// Sent at that moment, or at the latest then.
    pub(super) fn confirm_from(&mut self, from: Timestamp) {
        self.now_is(
            CommandState::Confirming,
            words::confirming(self.carry.order.command),
        );
        self.look_for_it(from, 0);
    }

    fn look_for_it(&mut self, from: Timestamp, step: usize) {
        let (step, at, fresh) = next(from, self.now, step);
        let glance = self.look(fresh, at, PATIENCE_S);
        self.carry.stage = Stage::Confirming { from, step, glance };
    }

    /// At once, beside those of the plan.
    pub(super) fn look_again(&mut self, from: Timestamp, step: usize) {
        let glance = self.look(false, self.now, PATIENCE_S);
        self.carry.stage = Stage::Confirming { from, step, glance };
    }

    /// A status; `is_awaited`: the next look follows it.
    pub(super) fn status_seen(
        &mut self,
        (from, step, is_awaited): (Timestamp, usize, bool),
        result: Result<Reading, ServiceError>,
    ) {
        let after = self.carry.newest.map_or(from, |newest| newest.max(from));
        let command = self.carry.order.command;
        match result {
            Ok(reading) => {
                if let Some(by) = confirms(command, &reading, after, self.now) {
                    return self.confirmed(by);
                }
            }
            Err(error) => self.draft.said.push(error.text().clone()),
        }
        if !is_awaited {
            return;
        }
        match step + 1 < LOOKS.len() {
            true => self.look_for_it(from, step + 1),
            false => self.unconfirmed("timeout", &words::nothing_shown()),
        }
    }

    pub(super) fn confirmed(&mut self, by: Timestamp) {
        self.carry.order.confirmed_by = Some(by);
        let text = words::confirmed(self.carry.order.command, by, self.now);
        self.settle(CommandState::Confirmed, text);
    }

    /// It may or may not have been done. Its owner hears of what matters; it is not sent again.
    pub(super) fn unconfirmed(&mut self, code: &str, why: &Text) {
        let command = self.carry.order.command;
        self.carry.order.code = Some(code.to_owned());
        self.settle(CommandState::Unconfirmed, words::unconfirmed(command, why));
        let severity = match (command, command.class()) {
            // Whoever started the engine says what became of stopping it.
            (Command::Stop, _) if self.carry.is_stop_after() => return,
            (Command::Stop, _) => Severity::Urgent,
            (Command::Lock, _) | (_, Class::Sensitive) => Severity::Attention,
            _ => return,
        };
        self.notice("unconfirmed", severity, words::check_the_car(command, why));
    }

    /// Its end is known. An engine that runs, or may, is stopped later.
    pub(super) fn settle(&mut self, state: CommandState, text: Text) {
        self.now_is(state, text);
        self.carry.order.settled_at = Some(self.now);
        self.carry.stage = match self.carry.order.command {
            Command::Start { .. } => Stage::Running,
            _ => Stage::Over,
        };
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn sent() -> Timestamp {
        "2026-11-22T06:00:00+08:00".parse().unwrap()
    }

    #[test]
    fn looks_are_close_at_first_and_end_after_three_minutes() {
        let mut plan = Vec::new();
        let (mut step, mut now) = (0, sent());
        while step < LOOKS.len() {
            let (this, at, fresh) = next(sent(), now, step);
            plan.push((at.as_second() - sent().as_second(), fresh));
            (step, now) = (this + 1, later(at, 1));
        }
        assert_eq!(plan, LOOKS.to_vec());
    }

    #[test]
    fn after_a_restart_the_car_is_asked_once_and_looked_at_once_more() {
        for (late_s, step, expected) in [
            (0, 0, (0, 5, false)),
            (17, 1, (2, 20, true)),
            (40, 0, (4, 60, true)),
            (7200, 3, (7, 7200, true)),
            (7201, 8, (8, 7207, false)),
        ] {
            let now = later(sent(), late_s);
            let (step, at, fresh) = next(sent(), now, step);
            let found = (step, at.as_second() - sent().as_second(), fresh);
            assert_eq!(found, expected, "{late_s} s later");
        }
    }

    #[test]
    fn only_a_newer_status_that_shows_it_confirms() {
        let now = later(sent(), 30);
        for (updated_s, locked, confirmed) in [
            (Some(-1), true, false),
            (Some(0), true, false),
            (Some(1), true, true),
            (Some(1), false, false),
            (None, true, false),
            (Some(7200), true, false),
        ] {
            let at = updated_s.map(|s| daiban_core::dates::rfc3339(later(sent(), s)));
            let reading = json!({ "updated_at": at, "locked": locked });
            let reading: Reading = serde_json::from_value(reading).unwrap();
            let by = confirms(Command::Lock, &reading, sent(), now);
            assert_eq!(by.is_some(), confirmed, "{updated_s:?} {locked}");
        }
    }
}
