//! A command from the wish to its end.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `gate` | whether it may be sent now, from the account's other commands |
//! | `act`, `became` | the one request that tells the car; what became of it when no clear answer came |
//! | `carry`, `round` | the way of one command, as a machine within an errand's machine; one pass over it, with the rooms below |
//! | `looking`, `asking`, `sending`, `confirm`, `engine_stop` | the car is looked at; a person is asked; it is sent; a newer status is waited for; a started engine is stopped |
//! | `before`, `shown` | whether the car is as it must be; whether a reading shows what was wished |
//! | `words` | what is said to people |
//! | `errand` | the errand `vehicle.command` |
//!
//! An answer of the gateway says that it took the command and nothing about the car: only a status that is newer than the
//! command and shows what was wished confirms it (*seen*: every client does so, none knows a way to ask for the outcome).

mod act;
mod asking;
mod became;
mod before;
mod carry;
#[cfg(test)]
mod carry_tests;
mod confirm;
mod engine_stop;
mod errand;
mod gate;
mod looking;
mod round;
mod sending;
mod shown;
mod words;

pub(super) use act::act;
pub(super) use became::reconcile;
pub(super) use gate::gate;

#[allow(unused_imports, reason = "for errands that carry a command besides")]
pub(crate) use carry::{Carry, Turn};

pub use errand::Carried;
