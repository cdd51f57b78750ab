//! A session with the cars' service: what an account may hold, how tokens come and are renewed, how it signs in; against the
//! simulated service and a clock moved by hand.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod kit;

#[path = "vehicle_session/account.rs"]
mod account;
#[path = "vehicle_session/cars.rs"]
mod cars;
#[path = "vehicle_session/errand.rs"]
mod errand;
#[path = "vehicle_session/exchange.rs"]
mod exchange;
#[path = "vehicle_session/renewal.rs"]
mod renewal;
#[path = "vehicle_session/signed.rs"]
mod signed;
#[path = "vehicle_session/world.rs"]
mod world;
