//! Requests and replies in the service's own spelling.

pub mod calendar;
pub mod catalogue;
pub mod detail;

pub(super) mod told;
