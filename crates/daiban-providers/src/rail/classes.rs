//! Which classes a type of train can have at all: what tells a wish that cannot come true from one that is sold out.
//!
//! Generous: a class is only ruled out where trains of that type are known not to have it. Source: left-ticket answers of
//! 2018–2026, *seen*; classes that no row had and the code table of 12306's order page lists, *guessed*.

use super::seats::SeatCode;

/// Seats of the fast trains; 无座 is sold beside 二等座.
const FAST: &str = "9PMDOSQEW";

/// What 动车 has besides: sleepers of the night trains.
const FAST_SLEEPERS: &str = "FAIJ46";

/// Classes of the trains with a locomotive.
const PLAIN: &str = "12345678HWBCKLE";

/// Whether trains called like this one may have a class; `None` when the type is unknown, and so anything may be.
///
/// ```
/// use daiban_providers::rail::seats::{SeatCode, train_may_have};
///
/// let sleeper = SeatCode::named("硬卧").expect("a class");
/// assert_eq!(train_may_have("G105", sleeper), Some(false));
/// assert_eq!(train_may_have("Z277", sleeper), Some(true));
/// assert_eq!(train_may_have("S501", sleeper), None);
/// ```
#[must_use]
pub fn train_may_have(train: &str, seat: SeatCode) -> Option<bool> {
    let has = |classes: &str| classes.contains(seat.as_char());
    let first = train.trim().chars().next()?.to_ascii_uppercase();
    Some(match first {
        'G' | 'C' => has(FAST),
        'D' => has(FAST) || has(FAST_SLEEPERS),
        'Z' | 'T' | 'K' | 'L' | '0'..='9' => has(PLAIN),
        // Tourist trains are made of both kinds of carriages (guessed).
        'Y' => has(PLAIN) || has(FAST) || has(FAST_SLEEPERS),
        _ => return None,
    })
}
