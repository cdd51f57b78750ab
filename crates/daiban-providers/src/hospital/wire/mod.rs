//! Requests and replies in the service's own spelling.

pub mod people;
pub mod sign_in;
