//! The [`daiban_core::store::Store`] and [`daiban_core::household::Household`] ports on SQLite: rows, migrations, sealing.
//!
//! One directory holds everything: `daiban.db` and, beside it or elsewhere, the key file. What could name a person — wishes,
//! states, calls, answers, history, notices, settings — is sealed with that key before it reaches a row, so a copy of the
//! database alone tells when something happened and of which kind, and nothing more.
//!
//! What this crate leaves to others: when to run what (the engine), what rows mean for people (the application).

pub mod seal;
mod sqlite;

pub use sqlite::{Pruned, SqliteStore};
