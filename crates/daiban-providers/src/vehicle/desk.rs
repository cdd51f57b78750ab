//! What is kept between calls, in memory only.

use std::sync::atomic::{AtomicU64, Ordering};

use super::garage::GarageMemory;
use super::line::Shown;
use super::looks::Capable;
use super::session::SessionMemory;
use crate::kept::Kept;

/// Cars of the family. Keeps, in memory only, what saves requests.
#[derive(Debug, Default)]
pub struct Vehicles {
    pub(super) garage: Kept<GarageMemory>,
    pub(super) sessions: Kept<SessionMemory>,
    pub(super) shown: Kept<Shown>,
    pub(super) capable: Kept<Capable>,
    sent: AtomicU64,
}

impl Vehicles {
    /// A number that was not given before in this process.
    pub(super) fn count(&self) -> u64 {
        self.sent.fetch_add(1, Ordering::Relaxed)
    }
}
