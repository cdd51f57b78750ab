//! The car is looked at before anything is sent: what is sensitive rests on it, everything else gets a better word from it.

use daiban_core::Text;
use daiban_core::error::ServiceError;

use super::super::command::Class;
use super::super::reading::Reading;
use super::before::{Check, check};
use super::carry::Stage;
use super::round::Round;
use super::words;
use crate::words::later;

/// Looks before something sensitive, each so many seconds after the answer to the one before: what the cloud has, then one
/// that asks the car, whose report comes some seconds later. `true`: asks the car.
const LOOKS: [(i64, bool); 6] = [
    (0, false),
    (0, true),
    (4, false),
    (5, false),
    (6, false),
    (10, false),
];

/// A look whose answer does not come is held up, and so would be those after it.
pub(super) const LAST: usize = LOOKS.len() - 1;

/// So long the answer to a look is waited for; what is safe does not wait longer than a tap bears.
const PATIENCE_S: i64 = 60;
const SAFE_PATIENCE_S: i64 = 15;

impl Round<'_> {
    /// A stop that follows a start was looked at already.
    pub(super) fn begin(&mut self) {
        match self.carry.is_stop_after() {
            true => self.send(),
            false => self.look_before(0, false),
        }
    }

    /// The car, before it is sent; `yes`: once more, after a person said yes.
    pub(super) fn look_before(&mut self, step: usize, yes: bool) {
        let (pause_s, fresh) = LOOKS.get(step).copied().unwrap_or_default();
        let patience_s = match self.carry.order.command.class() {
            Class::Safe => SAFE_PATIENCE_S,
            Class::Noisy | Class::Sensitive => PATIENCE_S,
        };
        let glance = self.look(fresh, later(self.now, pause_s), patience_s);
        self.carry.stage = Stage::Looking { step, yes, glance };
    }

    pub(super) fn car_seen(
        &mut self,
        (step, yes): (usize, bool),
        result: Result<Reading, ServiceError>,
    ) {
        if let Ok(reading) = &result {
            self.carry.newest = self.carry.newest.max(reading.updated_at);
            self.carry.odometer_km = reading.odometer_km.or(self.carry.odometer_km);
        }
        match (self.carry.order.command.class(), result) {
            (_, Err(ServiceError::SignInLost { text })) => {
                self.reject("sign_in_lost", words::not_done(&text));
            }
            (Class::Safe, _) => self.send(),
            (Class::Noisy, result) => match yes || self.carry.agreed {
                true => self.send(),
                false => self.ask_whether(result.ok().as_ref()),
            },
            (Class::Sensitive, Ok(reading)) => self.weigh((step, yes), &reading),
            (Class::Sensitive, Err(ServiceError::Refused { code, text })) => {
                self.reject(&code, words::not_done(&text));
            }
            (Class::Sensitive, Err(error)) => self.not_known((step, yes), Some(error.text())),
        }
    }

    fn weigh(&mut self, (step, yes): (usize, bool), reading: &Reading) {
        match check(self.carry.order.command, reading, self.now) {
            Check::No(code, text) => self.reject(code, text),
            Check::Stale => self.not_known((step, yes), None),
            Check::Go if yes || self.carry.agreed => self.send(),
            Check::Go => self.ask_whether(Some(reading)),
        }
    }

    /// Nothing recent is known of the car: the next look, while there is one.
    fn not_known(&mut self, (step, yes): (usize, bool), why: Option<&Text>) {
        match step < LAST {
            true => self.look_before(step + 1, yes),
            false => self.reject("stale", words::stale(self.carry.newest, why, self.now)),
        }
    }
}
