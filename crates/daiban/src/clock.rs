//! Two clocks: the real one, and one that runs faster for the demo.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

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

/// A clock that starts at a chosen moment and runs faster than the machine's; how much faster may change while it runs.
/// Clones are the same clock.
#[derive(Debug, Clone)]
pub struct FastClock(Arc<Mutex<Pace>>);

/// Where it stood when its speed was last set.
#[derive(Debug, Clone, Copy)]
struct Pace {
    from: Timestamp,
    since: Instant,
    speed: f64,
}

/// A sleeper looks up this often, in case the speed has changed.
const FAST_NAP: Duration = Duration::from_millis(50);

impl FastClock {
    /// Starts now at `start`. A speed that is not a positive number counts as 1.
    pub fn new(start: Timestamp, speed: f64) -> Self {
        Self(Arc::new(Mutex::new(Pace {
            from: start,
            since: Instant::now(),
            speed: sound(speed),
        })))
    }

    /// Virtual seconds for each real one.
    pub fn speed(&self) -> f64 {
        self.pace().speed
    }

    /// Goes on at another speed from here.
    pub fn set_speed(&self, speed: f64) {
        let mut pace = self.pace();
        let since = Instant::now();
        *pace = Pace {
            from: pace.at(since),
            since,
            speed: sound(speed),
        };
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pace {
    fn at(&self, moment: Instant) -> Timestamp {
        let real = moment.saturating_duration_since(self.since);
        let gone = SignedDuration::try_from_secs_f64(real.as_secs_f64() * self.speed);
        gone.ok()
            .and_then(|gone| self.from.checked_add(gone).ok())
            .unwrap_or(Timestamp::MAX)
    }
}

fn sound(speed: f64) -> f64 {
    if speed.is_finite() && speed > 0.0 {
        speed
    } else {
        1.0
    }
}

#[async_trait]
impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        self.pace().at(Instant::now())
    }

    async fn sleep_until(&self, moment: Timestamp) {
        while let Some(left) = left(self.now(), moment) {
            let real = left
                .min(Duration::from_secs(86_400 * 365))
                .div_f64(self.speed());
            tokio::time::sleep(real.min(FAST_NAP)).await;
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
        assert!(clock.pace().since.elapsed() < Duration::from_secs(5));
    }

    #[tokio::test]
    async fn a_change_of_speed_reaches_who_sleeps() {
        let start: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let clock = FastClock::new(start, 1.0);
        let goal = start + SignedDuration::from_hours(1);
        let (other, began) = (clock.clone(), Instant::now());
        let sleeper = tokio::spawn(async move { other.sleep_until(goal).await });
        clock.set_speed(360_000.0);
        sleeper.await.unwrap();
        assert!(clock.now() >= goal && began.elapsed() < Duration::from_secs(5));
        assert!(
            clock.now() < goal + SignedDuration::from_hours(1000),
            "time goes on from where it stood"
        );
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
