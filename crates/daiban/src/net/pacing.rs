//! How fast is polite, with a little chance in it so that many installations do not step in time.

use jiff::SignedDuration;

/// A source of chance: 64 bits each time.
pub type Chance = std::sync::Arc<dyn Fn() -> u64 + Send + Sync>;

/// Chance from the operating system. Zero in the unlikely case that there is none: the floors still hold.
pub fn system_chance() -> Chance {
    std::sync::Arc::new(|| getrandom::u64().unwrap_or_default())
}

/// A length with 0–20 % added by chance; never shorter than given.
pub(crate) fn with_jitter(ms: u64, chance: u64) -> u64 {
    let per_mille = chance % 201;
    ms.saturating_add(ms.saturating_mul(per_mille) / 1000)
}

/// Milliseconds as a span, at most some hundred million years.
pub(crate) fn millis(ms: u64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX))
}

/// Seconds in milliseconds.
pub(crate) fn millis_of(seconds: u32) -> u64 {
    u64::from(seconds) * 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_only_adds() {
        assert_eq!(with_jitter(4000, 0), 4000);
        assert_eq!(with_jitter(4000, 200), 4800);
        for chance in [1, 57, 201, 12_345_678, u64::MAX] {
            assert!((4000..=4800).contains(&with_jitter(4000, chance)));
        }
        assert_eq!(with_jitter(u64::MAX, 200), u64::MAX);
    }
}
