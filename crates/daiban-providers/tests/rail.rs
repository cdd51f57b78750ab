//! Reading 12306's answers: our own fixtures, properties, and recorded answers where they are at hand.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "rail/recorded.rs"]
mod recorded;
