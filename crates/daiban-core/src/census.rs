//! How full the rows are and how services are being bothered: numbers and moments for a bug report, nothing of anybody.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, id::AccountId, service::Service};

/// The rows, counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Census {
    /// The number of the newest migration.
    pub migration: i64,
    /// How many rows there are of what, in which state.
    pub counted: Vec<Counted>,
    /// What is used of the daily budgets.
    pub spent: Vec<Spent>,
}

/// Rows of one kind in one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// `asks`, `calls`, `events`, …
    pub what: String,
    /// Their state; empty for rows that have none.
    pub state: String,
    /// How many.
    pub rows: i64,
}

/// What is used of one line's budget.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Which service.
    pub service: Service,
    /// As whom; `None`: the public line.
    pub account: Option<AccountId>,
    /// The civil day the count is of, in Beijing.
    pub day: jiff::civil::Date,
    /// Requests that day.
    pub used: u32,
    /// When the floor of the last poll ends.
    pub next_poll: Option<Timestamp>,
}
