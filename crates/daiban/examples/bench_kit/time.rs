//! Clocks that spare the bench its waiting.

use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use daiban::clock::SystemClock;
use daiban_core::{Timestamp, clock::Clock, dates};
use jiff::SignedDuration;
use tokio::sync::watch;

/// A clock moved by hand. Whoever sleeps on it moves it.
pub(crate) struct ManualClock(AtomicI64);

impl ManualClock {
    pub(crate) fn at(ms: i64) -> Self {
        Self(AtomicI64::new(ms))
    }

    pub(crate) fn ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn set(&self, ms: i64) {
        self.0.fetch_max(ms, Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.ms()).unwrap_or_default()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        self.set(moment.as_millisecond());
    }
}

/// The machine's clock, put forward out of the hours in which 12306 sells nothing.
pub(crate) struct DayClock(SignedDuration);

impl DayClock {
    pub(crate) fn new() -> Self {
        let hour = dates::beijing(Timestamp::now()).hour();
        let by_day = (6..22).contains(&hour);
        Self(SignedDuration::from_hours(if by_day { 0 } else { 8 }))
    }
}

#[async_trait]
impl Clock for DayClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() + self.0
    }

    async fn sleep_until(&self, moment: Timestamp) {
        SystemClock.sleep_until(moment - self.0).await;
    }
}

/// The machine's clock, put forward at will. Who sleeps meanwhile has slept as long.
pub(crate) struct LeapClock(watch::Sender<SignedDuration>);

impl LeapClock {
    /// Showing that moment now.
    pub(crate) fn at(moment: Timestamp) -> Self {
        Self(watch::Sender::new(moment.duration_since(Timestamp::now())))
    }

    /// Puts it forward to that moment. Never back.
    pub(crate) fn leap_to(&self, moment: Timestamp) {
        let ahead = moment.duration_since(Timestamp::now());
        self.0.send_modify(|by| *by = ahead.max(*by));
    }
}

#[async_trait]
impl Clock for LeapClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() + *self.0.borrow()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        let mut leaps = self.0.subscribe();
        loop {
            let by = *leaps.borrow_and_update();
            tokio::select! {
                () = SystemClock.sleep_until(moment - by) => return,
                _ = leaps.changed() => {}
            }
        }
    }
}
