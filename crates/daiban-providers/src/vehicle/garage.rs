//! Which car of an account is meant.

/// The cars of each account, as listed last.
#[derive(Debug, Default)]
pub(super) struct GarageMemory {}
