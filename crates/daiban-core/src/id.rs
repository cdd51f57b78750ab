//! Names of rows. Short, sortable by time, safe in an address or a file name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Timestamp;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Spells the moment (48 bits of milliseconds) and 42 bits of chance in 18 characters of Crockford's base 32.
fn spell(now: Timestamp, chance: u64) -> String {
    let moment = u128::from(now.as_millisecond().max(0).unsigned_abs() & 0xffff_ffff_ffff);
    let bits = (moment << 42) | u128::from(chance & 0x3ff_ffff_ffff);
    (0..18)
        .rev()
        .map(|i| char::from(ALPHABET[((bits >> (i * 5)) & 31) as usize]))
        .collect()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new name from a moment and 42 bits of chance.
            pub fn new(now: Timestamp, chance: u64) -> Self {
                Self(spell(now, chance))
            }

            /// The name as stored and shown.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(name: String) -> Self {
                Self(name)
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self(name.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

ids! {
    /// A person with a sign-in to daiban.
    UserId,
    /// One sign-in at one service.
    AccountId,
    /// A standing wish.
    ErrandId,
    /// Something only a person can do.
    AskId,
    /// A request to a service, reading or changing.
    CallId,
    /// One delivery to an errand; the same id is told once.
    EventId,
    /// A message to a person.
    NoticeId,
    /// A way to reach a person.
    ChannelId,
    /// A shared observation, such as `rail/2026-12-04/BJP/ZZF`.
    LookoutKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_differ_by_chance() {
        let early = Timestamp::from_millisecond(1_790_000_000_000).expect("in range");
        let late = Timestamp::from_millisecond(1_790_000_000_001).expect("in range");
        assert!(ErrandId::new(early, u64::MAX) < ErrandId::new(late, 0));
        assert_ne!(ErrandId::new(early, 1), ErrandId::new(early, 2));
        assert_eq!(ErrandId::new(early, 7).as_str().len(), 18);
    }
}
