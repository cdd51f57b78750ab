//! The permit provider: answers read, decisions taken, the two errands run on a virtual clock, requests looked at.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

#[path = "permit/common.rs"]
mod common;
#[path = "permit/decisions.rs"]
mod decisions;
#[path = "permit/fortnight.rs"]
mod fortnight;
#[path = "permit/samples.rs"]
mod samples;
#[path = "permit/service.rs"]
mod service;
#[path = "permit/signing_in.rs"]
mod signing_in;
#[path = "permit/talking.rs"]
mod talking;
