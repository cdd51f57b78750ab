//! Runs errands durably.
//!
//! | room | what it does |
//! | --- | --- |
//! | [`desk`] | one visit to a service: the account's one hand, its line, its secrets; a look, an act, the question what became of an act |
//! | [`pass`] | one pass over a claimed errand: pure machine in, one commit out |
//! | [`calls`] | carries calls out, written before sent, settled once |
//! | [`lookouts`] | looks once for all who watch |
//! | [`trial`] | a sign-in tried out with one look before it is stored |
//! | [`embedded`] | the loop, and the [`daiban_core::engine::Engine`] port on it |
//!
//! The engine never knows which service it is, holds no state that is not in the store, and reads the time from its clock.

pub mod calls;
pub mod desk;
pub mod embedded;
pub mod lookouts;
pub mod pass;
mod standing;
pub mod trial;

pub use desk::{Chance, Desk, DeskOptions};
pub use embedded::{Embedded, EngineOptions, Round};
pub use trial::{Trial, Tried};
