//! The vehicle service: signatures, tokens, cars that live on the clock, what they report, and what they are told.
#![allow(clippy::print_stderr, clippy::unwrap_used)]

mod common;

#[path = "vehicle/caller.rs"]
mod caller;
#[path = "vehicle/cars.rs"]
mod cars;
#[path = "vehicle/commands.rs"]
mod commands;
#[path = "vehicle/faults.rs"]
mod faults;
#[path = "vehicle/household.rs"]
mod household;
#[path = "vehicle/life.rs"]
mod life;
#[path = "vehicle/samples.rs"]
mod samples;
#[path = "vehicle/signature.rs"]
mod signature;
#[path = "vehicle/sim_card.rs"]
mod sim_card;
#[path = "vehicle/status.rs"]
mod status;
#[path = "vehicle/tokens.rs"]
mod tokens;
