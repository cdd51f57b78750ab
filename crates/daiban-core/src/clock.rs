//! The port to time.

use async_trait::async_trait;

use crate::Timestamp;

/// A clock. The engine and the net read it; providers get `now` as an argument.
#[async_trait]
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> Timestamp;

    /// Comes back at or after that moment.
    async fn sleep_until(&self, moment: Timestamp);
}
