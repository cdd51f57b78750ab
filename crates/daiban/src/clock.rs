//! Two clocks: the real one, and one that runs faster for the demo.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use daiban_core::{Timestamp, clock::Clock};
use jiff::SignedDuration;

/// The longest single sleep: a computer that was asleep, or whose clock was set, is noticed after this long at most.
const LONGEST_NAP: Duration = Duration::from_secs(20);

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        while let Some(left) = left(self.now(), moment) {
            tokio::time::sleep(left.min(LONGEST_NAP)).await;
        }
    }
}

/// A clock that starts at a chosen moment and runs `speed` times as fast as the machine's.
#[derive(Debug, Clone)]
pub struct FastClock {
    start: Timestamp,
    began: Instant,
    speed: f64,
}

impl FastClock {
    /// Starts now at `start`. A speed that is not a positive number counts as 1.
    pub fn new(start: Timestamp, speed: f64) -> Self {
        let sound = speed.is_finite() && speed > 0.0;
        Self {
            start,
            began: Instant::now(),
            speed: if sound { speed } else { 1.0 },
        }
    }

    /// Virtual seconds for each real one.
    pub fn speed(&self) -> f64 {
        self.speed
    }
}

#[async_trait]
impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        let gone =
            SignedDuration::try_from_secs_f64(self.began.elapsed().as_secs_f64() * self.speed);
        gone.ok()
            .and_then(|gone| self.start.checked_add(gone).ok())
            .unwrap_or(Timestamp::MAX)
    }

    async fn sleep_until(&self, moment: Timestamp) {
        while let Some(left) = left(self.now(), moment) {
            tokio::time::sleep(
                left.min(Duration::from_secs(86_400 * 365))
                    .div_f64(self.speed),
            )
            .await;
        }
    }
}

fn left(now: Timestamp, moment: Timestamp) -> Option<Duration> {
    let left = Duration::try_from(moment.duration_since(now)).ok()?;
    (!left.is_zero()).then_some(left)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn a_fast_hour_is_short() {
        let start: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let clock = FastClock::new(start, 360_000.0);
        let goal = start + SignedDuration::from_hours(1);
        clock.sleep_until(goal).await;
        assert!(clock.now() >= goal);
        assert!(clock.began.elapsed() < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn the_past_needs_no_sleep() {
        SystemClock.sleep_until(Timestamp::UNIX_EPOCH).await;
        FastClock::new(Timestamp::now(), 0.0)
            .sleep_until(Timestamp::MIN)
            .await;
        assert_eq!(FastClock::new(Timestamp::now(), f64::NAN).speed(), 1.0);
    }
}
