//! A dated value of an account that outlives the pass that saw it: a reading for a chart, a command for the audit.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Timestamp;

/// One dated value. Within its account, kind and id name it: written again, it takes the place of the one before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What sort of thing it is, such as `reading` or `command`.
    pub kind: String,
    /// Its name within the kind.
    pub id: String,
    /// The moment it is about.
    pub at: Timestamp,
    /// The thing itself. Stored sealed.
    pub value: Value,
    /// For so many days after that moment it is kept.
    pub keep_days: u16,
}
