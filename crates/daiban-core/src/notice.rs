//! Messages to people, and problems they can fix.

use serde::{Deserialize, Serialize};

use crate::Text;

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Do something soon.
    Attention,
    /// Do something now.
    Urgent,
}

/// A message to the owner, as an errand makes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewNotice {
    /// Told once: a second notice with the same key for the same owner is dropped.
    pub key: String,
    /// How much it matters.
    pub severity: Severity,
    /// What happened, to what.
    pub title: Text,
    /// What to do, by when.
    pub body: Text,
}

/// A problem appears or goes away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemChange {
    /// Something is wrong that the owner can fix.
    Raise {
        /// One word, unique within the errand or account.
        key: String,
        /// How much it matters.
        severity: Severity,
        /// What is wrong.
        text: Text,
        /// What to do about it.
        fix: Text,
    },
    /// It is not wrong any more.
    Clear {
        /// The word it was raised with.
        key: String,
    },
}
