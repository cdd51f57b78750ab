//! Slowing down guessers by the address they call from, in memory: a restart forgets, and what is remembered is bounded.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
};

use daiban_core::Timestamp;
use jiff::SignedDuration;

/// So many failures from one address within [`WINDOW`]; a household behind one address mistypes less.
const ALLOWED: u32 = 20;
/// After the first failure of a window so long, they are forgotten.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// Addresses remembered at most; beyond, those whose window began first are forgotten.
const MOST: usize = 4096;

/// Failures by address.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    callers: BTreeMap<IpAddr, Window>,
}

#[derive(Debug)]
struct Window {
    since: Timestamp,
    failures: u32,
}

impl Throttle {
    /// Counts a try ahead of its outcome.
    ///
    /// # Errors
    /// Until when no more are taken from there.
    pub(super) fn admit(&mut self, caller: IpAddr, now: Timestamp) -> Result<(), Timestamp> {
        let caller = network(caller);
        self.callers.retain(|_, window| window.ends() > now);
        if !self.callers.contains_key(&caller) {
            self.make_room();
        }
        let window = self.callers.entry(caller).or_insert(Window {
            since: now,
            failures: 0,
        });
        if window.failures >= ALLOWED {
            return Err(window.ends());
        }
        window.failures += 1;
        Ok(())
    }

    /// The try was no failure.
    pub(super) fn forgive(&mut self, caller: IpAddr) {
        if let Some(window) = self.callers.get_mut(&network(caller)) {
            window.failures = window.failures.saturating_sub(1);
        }
    }

    fn make_room(&mut self) {
        if self.callers.len() < MOST {
            return;
        }
        let first = self.callers.iter().min_by_key(|(_, window)| window.since);
        if let Some(first) = first.map(|(caller, _)| *caller) {
            self.callers.remove(&first);
        }
    }
}

impl Window {
    fn ends(&self) -> Timestamp {
        self.since.checked_add(WINDOW).unwrap_or(Timestamp::MAX)
    }
}

/// Whoever has one address of a /64 has all of them.
fn network(caller: IpAddr) -> IpAddr {
    match caller.to_canonical() {
        IpAddr::V4(four) => IpAddr::V4(four),
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + minute * 60).unwrap()
    }

    fn from(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[test]
    fn an_address_fails_so_often_and_then_waits() {
        let mut throttle = Throttle::default();
        let guesser = from("192.0.2.7");
        for _ in 0..ALLOWED {
            throttle.admit(guesser, at(0)).unwrap();
        }
        assert_eq!(throttle.admit(guesser, at(59)), Err(at(60)));
        throttle.admit(from("192.0.2.8"), at(59)).unwrap();
        throttle.admit(guesser, at(60)).unwrap();
    }

    #[test]
    fn what_was_right_is_not_counted() {
        let mut throttle = Throttle::default();
        for _ in 0..1000 {
            throttle.admit(from("192.0.2.7"), at(0)).unwrap();
            throttle.forgive(from("192.0.2.7"));
        }
    }

    #[test]
    fn other_spellings_and_neighbours_count_as_one() {
        for (one, other, same) in [
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
            ("192.0.2.7", "::ffff:192.0.2.7", true),
        ] {
            assert_eq!(
                network(from(one)) == network(from(other)),
                same,
                "{one} {other}"
            );
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut throttle = Throttle::default();
        for number in 0..10_000_u32 {
            let caller = IpAddr::V4(std::net::Ipv4Addr::from_bits(number));
            throttle
                .admit(caller, at(i64::from(number) / 1000))
                .unwrap();
            assert!(throttle.callers.len() <= MOST);
        }
    }
}
