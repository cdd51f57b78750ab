//! How many requests are borne. No number of the real service is known: these are *guessed*, the words are *seen*.

use std::collections::BTreeMap;

use super::reply::{TOO_MANY, refused, slider};
use crate::answer::Answer;
use crate::world::World;

const MINUTE: i64 = 60_000;
/// So many calls of `product/…` make an average.
const POLLS: usize = 10;

/// By session.
#[derive(Default)]
pub(super) struct Haste(BTreeMap<String, Pace>);

#[derive(Default)]
struct Pace {
    /// Moments of the last minute's requests.
    asked: Vec<i64>,
    /// Moments of the last calls of `product/list` and `product/detail`.
    polls: Vec<i64>,
    closed_until: i64,
    /// Requests while it was closed.
    further: u32,
}

/// The answer in place of the right one, while there were too many.
pub(super) fn stop(world: &mut World, key: &str, path: &str) -> Option<Answer> {
    is_too_many(world, key, path).map(|wants_slider| {
        if wants_slider {
            slider()
        } else {
            refused(TOO_MANY)
        }
    })
}

/// Counts this request. `Some` when it is one too many; whether it is time for a slider.
pub(super) fn is_too_many(world: &mut World, key: &str, path: &str) -> Option<bool> {
    let (now, rules) = (world.now, &world.options.hospital);
    let pace = world.hospital.haste.0.entry(key.into()).or_default();
    if now < pace.closed_until {
        pace.further += 1;
        return Some(pace.further > rules.slider_after);
    }
    pace.note(now, path);
    let is_much = rules.per_minute > 0 && pace.asked.len() > rules.per_minute as usize;
    if !is_much && !pace.polls_faster_than(rules.product_gap_ms) {
        return None;
    }
    *pace = Pace {
        closed_until: now + rules.closed_ms,
        ..Pace::default()
    };
    Some(false)
}

impl Pace {
    fn note(&mut self, now: i64, path: &str) {
        self.asked.retain(|at| now - at < MINUTE);
        self.asked.push(now);
        if path == "product/list" || path == "product/detail" {
            self.polls.push(now);
            let first = self.polls.len().saturating_sub(POLLS);
            self.polls.drain(..first);
        }
    }

    fn polls_faster_than(&self, gap_ms: i64) -> bool {
        let [first, .., last] = self.polls[..] else {
            return false;
        };
        self.polls.len() == POLLS && last - first < gap_ms * (POLLS as i64 - 1)
    }
}
