//! What the benches of services share: one daiban on real rows beside its simulated service, notes of what it did, clocks,
//! figures beside their goals.

// Each bench uses its part of it.
#![allow(dead_code)]

pub(crate) mod figures;
pub(crate) mod house;
pub(crate) mod noting;
pub(crate) mod time;
