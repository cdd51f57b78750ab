//! Commands from end to end: the real engine on the one side, a simulated car on the other.
//!
//! What a car is told takes eight seconds there, and its report three more.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    unreachable_pub,
    dead_code
)]

mod kit;

#[path = "vehicle_command/engine.rs"]
mod engine;
#[path = "vehicle_command/gate.rs"]
mod gate;
#[path = "vehicle_command/trouble.rs"]
mod trouble;
#[path = "vehicle_command/ways.rs"]
mod ways;
