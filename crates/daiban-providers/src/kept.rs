//! Something providers keep between calls, in memory only.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Something behind a lock that is never held while a request is under way.
#[derive(Debug, Default)]
pub(crate) struct Kept<T>(Mutex<T>);

impl<T> Kept<T> {
    /// What is under the lock is whole even where a holder panicked: each change is one statement.
    pub(crate) fn open(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
