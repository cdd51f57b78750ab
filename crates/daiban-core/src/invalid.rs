//! Input that was refused.

use serde::{Deserialize, Serialize};

use crate::Text;

/// Input that was refused before anything happened: which field, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{field}: {}", text.en)]
pub struct InvalidInput {
    /// The field, wish, setting or place in a file that is wrong.
    pub field: String,
    /// Why, and what would be right.
    pub text: Text,
}

impl InvalidInput {
    /// Names the field and says why in both languages.
    pub fn new(field: impl Into<String>, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            text: Text::new(zh, en),
        }
    }
}
