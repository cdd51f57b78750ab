//! What is kept between calls, in memory only.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::book::memory::BookMemory;
use super::calendar::CalendarMemory;
use super::catalogue::CatalogueMemory;
use super::people::PeopleMemory;
use super::release::ReleaseMemory;
use super::session::Keys;

/// The hospitals of Beijing behind 114. Keeps, in memory only, what saves requests.
#[derive(Debug, Default)]
pub struct Hospitals {
    pub(super) catalogue: CatalogueMemory,
    pub(super) calendars: CalendarMemory,
    pub(super) releases: Kept<ReleaseMemory>,
    pub(super) keys: Kept<Keys>,
    pub(super) people: Kept<PeopleMemory>,
    pub(super) bookings: Kept<BookMemory>,
}

/// Something behind a lock that is never held while a request is under way.
#[derive(Debug, Default)]
pub(super) struct Kept<T>(Mutex<T>);

impl<T> Kept<T> {
    /// What is under the lock is whole even where a holder panicked: each change is one statement.
    pub(super) fn open(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
