//! What is known of bookings under way.

/// Bookings by account.
#[derive(Debug, Default)]
pub(in crate::hospital) struct BookMemory {}
