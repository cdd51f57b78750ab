//! Trains on pages: left tickets, journeys with a change, the form for `rail.ticket` and what its facts say.
//!
//! Nothing is decided here. A form's looks are kept for minutes, so that pressing its buttons asks 12306 nothing twice.

pub(super) mod chart;
pub(super) mod facts;
pub(super) mod form;
mod help;
pub(super) mod order;
mod parts;
mod passengers;
pub(super) mod stations;
pub(super) mod tickets;
mod train;
pub(super) mod wished;
mod wishes;
pub(super) mod words;

/// The errand kind that these pages carry.
pub(super) const TICKET: &str = "rail.ticket";
