//! The SIM card's data as the watch reads it.

use daiban_core::{Timestamp, dates};
use serde::{Deserialize, Serialize};

/// What the look `data` gives, as far as the watch needs it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct SimData {
    /// MiB there were.
    pub(super) total_mib: Option<f64>,
    /// MiB left.
    pub(super) left_mib: Option<f64>,
    /// When it ends.
    #[serde(with = "dates::rfc3339::option")]
    pub(super) until: Option<Timestamp>,
    /// Days until then.
    pub(super) days_left: Option<i64>,
}
