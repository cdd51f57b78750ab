//! Requests and replies in the service's own spelling.

pub mod confirm;
pub mod order;
pub mod save;
pub mod words;
