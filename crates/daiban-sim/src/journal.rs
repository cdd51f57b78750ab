//! What was asked and what really happened, in order.

use serde::{Deserialize, Serialize};

/// One line of the journal: a request, an effect of a request, or an effect of time passing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Position, from 1, without gaps.
    pub seq: u64,
    /// When it happened, ms since the epoch. For an effect of time passing, the moment it fell
    /// due, which may lie before the request that brought it to light.
    pub at_ms: i64,
    /// `permit`, `rail`, `violation`, `hospital` or `vehicle`.
    pub service: String,
    /// HTTP method; empty for an effect of time passing.
    pub method: String,
    /// Path with query string; empty for an effect of time passing.
    pub path: String,
    /// Request body as text.
    pub body: String,
    /// The change of the world, such as `permit.apply 冀R0D001 02 2026-11-26`.
    pub effect: Option<String>,
    /// The fault that was played on this request, if any, such as `after timeout`.
    pub fault: Option<String>,
}

/// A change of the world that is not in the journal yet.
pub(crate) struct Effect {
    pub(crate) at_ms: i64,
    pub(crate) service: &'static str,
    pub(crate) text: String,
}

#[derive(Default)]
pub(crate) struct Journal {
    entries: Vec<Entry>,
}

impl Journal {
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn push(&mut self, mut entry: Entry) {
        entry.seq = self.entries.len() as u64 + 1;
        self.entries.push(entry);
    }

    /// Effects that no request line carries.
    pub(crate) fn push_effects(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.push(Entry {
                seq: 0,
                at_ms: effect.at_ms,
                service: effect.service.into(),
                method: String::new(),
                path: String::new(),
                body: String::new(),
                effect: Some(effect.text),
                fault: None,
            });
        }
    }
}
