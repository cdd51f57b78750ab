//! What is kept between calls, in memory only.

use super::garage::GarageMemory;
use super::session::SessionMemory;
use crate::kept::Kept;

/// Cars of the family. Keeps, in memory only, what saves requests.
#[derive(Debug, Default)]
pub struct Vehicles {
    pub(super) garage: Kept<GarageMemory>,
    pub(super) sessions: Kept<SessionMemory>,
}
