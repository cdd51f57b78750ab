//! Requests and replies in the service's own spelling.

pub mod calendar;
pub mod catalogue;
pub mod confirm;
pub mod detail;
pub mod order;
pub mod people;
pub mod save;
pub mod sign_in;
pub(super) mod told;
pub mod words;
