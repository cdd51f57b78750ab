//! Cars on pages: a car from above with what it told and how old that is, commands with what became of them, charts, the data
//! left on its SIM card, and what the facts of a watch say.
//!
//! Nothing is decided here, and looking at a page changes nothing: a car is asked only by a button. Unknown is drawn and said
//! as unknown. Where a car is, is told to its owner alone, and to a map only by a tap.

pub(super) mod areas;
pub(super) mod chart;
pub(super) mod commands;
mod days;
pub(super) mod facts;
pub(super) mod known;
pub(super) mod page;
pub(super) mod picture;
mod place;
mod readings;
pub(super) mod words;

pub(super) use crate::app::{COMMAND, WATCH};
