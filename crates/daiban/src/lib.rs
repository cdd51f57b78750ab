//! The binary: command line, web, API, notices, net, settings, wiring.

pub mod access;
pub mod app;
pub mod clock;
pub mod net;
