//! How often one address may ask: a bucket of tokens for each, refilled evenly, and no more buckets than fit in memory.

use std::{collections::HashMap, hash::Hash, net::IpAddr, net::Ipv6Addr, time::Duration};

use tokio::time::Instant;

/// So many addresses are remembered; the one heard of longest ago goes.
const ADDRESSES: usize = 4096;

/// Counts by key.
#[derive(Debug)]
pub(super) struct Limiter<K> {
    buckets: HashMap<K, Bucket>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    used: f64,
    at: Instant,
}

impl<K> Default for Limiter<K> {
    fn default() -> Self {
        Self {
            buckets: HashMap::new(),
        }
    }
}

impl<K: Copy + Eq + Hash> Limiter<K> {
    /// Takes one of so many a minute.
    ///
    /// # Errors
    /// How long until the next one, where none is left.
    pub(super) fn take(&mut self, key: K, per_minute: u32, now: Instant) -> Result<(), Duration> {
        let most = f64::from(per_minute.max(1));
        let used = self.used(key, most, now);
        if used + 1.0 > most {
            let missing = used + 1.0 - most;
            return Err(Duration::from_secs_f64(missing * 60.0 / most));
        }
        self.make_room(key);
        self.buckets.insert(
            key,
            Bucket {
                used: used + 1.0,
                at: now,
            },
        );
        Ok(())
    }

    /// Gives one back that turned out not to count.
    pub(super) fn give_back(&mut self, key: K) {
        if let Some(bucket) = self.buckets.get_mut(&key) {
            bucket.used = (bucket.used - 1.0).max(0.0);
        }
    }

    fn used(&self, key: K, most: f64, now: Instant) -> f64 {
        let Some(bucket) = self.buckets.get(&key) else {
            return 0.0;
        };
        let passed = now.saturating_duration_since(bucket.at).as_secs_f64();
        (bucket.used - passed * most / 60.0).max(0.0)
    }

    fn make_room(&mut self, key: K) {
        if self.buckets.len() < ADDRESSES || self.buckets.contains_key(&key) {
            return;
        }
        let oldest = self.buckets.iter().min_by_key(|(_, bucket)| bucket.at);
        if let Some(oldest) = oldest.map(|(key, _)| *key) {
            self.buckets.remove(&oldest);
        }
    }
}

/// Whoever has an IPv6 address has 2⁶⁴ of them; they count as one.
pub(super) fn household_of(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !(u128::MAX >> 64))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn so_many_a_minute_and_then_one_by_one() {
        let mut limiter = Limiter::default();
        let start = Instant::now();
        let after = |s: u64| start + Duration::from_secs(s);
        for n in 0..20 {
            assert_eq!(limiter.take("a", 20, start), Ok(()), "{n}");
        }
        let wait = limiter.take("a", 20, start).unwrap_err();
        assert_eq!(wait.as_secs_f64().round() as u64, 3);
        assert_eq!(
            limiter.take("b", 20, start),
            Ok(()),
            "others are not held up"
        );
        assert_eq!(limiter.take("a", 20, after(4)), Ok(()));
        assert!(limiter.take("a", 20, after(4)).is_err());
        limiter.give_back("a");
        assert_eq!(limiter.take("a", 20, after(4)), Ok(()));
        for n in 0..20 {
            assert_eq!(limiter.take("a", 20, after(120)), Ok(()), "{n}");
        }
        assert!(limiter.take("a", 20, after(120)).is_err());
    }

    #[test]
    fn memory_is_bounded_and_the_busy_are_not_forgotten() {
        let mut limiter = Limiter::default();
        let start = Instant::now();
        let busy = usize::MAX;
        for n in 0..3 * ADDRESSES {
            let now = start + Duration::from_micros(n as u64);
            limiter.take(n, 20, now).unwrap();
            // Asks all the time and so stays remembered.
            let _ = limiter.take(busy, 20, now);
            assert!(limiter.buckets.len() <= ADDRESSES);
        }
    }

    #[test]
    fn one_house_one_count() {
        let of = |text: &str| household_of(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
