//! The hospital service from end to end: the real engine and its cookies on the one side, the simulated service on the
//! other. What people complained of in other programs is told here under its name: `pitfall_…` and `row_…`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    dead_code
)]

mod kit;

#[path = "hospital_visit/after.rs"]
mod after;
#[path = "hospital_visit/booking.rs"]
mod booking;
#[path = "hospital_visit/release.rs"]
mod release;
