//! Requests and replies in the service's own spelling.

pub mod confirm;
pub mod order;
pub mod people;
pub mod save;
pub mod sign_in;
pub mod words;
