//! Places that were tried in vain are left alone for a while, longer each time.

use daiban_core::Timestamp;
use serde::{Deserialize, Serialize};

use crate::hold::FORGET_S;
use crate::words::later;

/// One place that is left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SetAside {
    /// As `choose::name` has it.
    pub(super) name: String,
    pub(super) until: Timestamp,
    /// Tries in vain, in a row.
    strikes: u32,
}

/// The first time until the next look is surely newer; twice as long after each more, half an hour at most.
const FIRST_S: i64 = 5;
const LONGEST_S: i64 = 1800;

/// Notes one more try in vain; `least_s` where it should be longer.
pub(super) fn set_aside(list: &mut Vec<SetAside>, name: String, now: Timestamp, least_s: i64) {
    list.retain(|aside| later(aside.until, FORGET_S) > now);
    let before = list.iter().position(|aside| aside.name == name);
    let strikes = before.map_or(0, |at| list.swap_remove(at).strikes);
    let doubled = FIRST_S << strikes.min(10);
    list.push(SetAside {
        name,
        until: later(now, doubled.min(LONGEST_S).max(least_s)),
        strikes: strikes + 1,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_try_in_vain_is_followed_by_a_longer_rest() {
        let at = |s| Timestamp::from_second(1_795_298_400 + s).unwrap_or_default();
        let mut list = Vec::new();
        for (now, until) in [(0, 5), (5, 15), (15, 35), (35, 75)] {
            set_aside(&mut list, "a".to_owned(), at(now), 0);
            assert_eq!(list[0].until, at(until));
        }
        set_aside(&mut list, "b".to_owned(), at(75), 600);
        assert_eq!((list.len(), list[1].until), (2, at(675)));
        set_aside(&mut list, "a".to_owned(), at(75 + FORGET_S), 0);
        assert_eq!(list.last().map(|one| one.until), Some(at(80 + FORGET_S)));
    }
}
