//! What is kept between calls, in memory only.

use super::book::memory::BookMemory;
use super::calendar::CalendarMemory;
use super::catalogue::CatalogueMemory;
use super::people::PeopleMemory;
use super::release::ReleaseMemory;
use super::session::Keys;
pub(super) use crate::kept::Kept;

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
