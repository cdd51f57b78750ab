//! What is remembered of an account between calls for the sake of its bookings. In memory only: a restart forgets it, and
//! the service is asked.

use std::collections::HashMap;

use daiban_core::error::ServiceError;
use daiban_core::id::AccountId;
use daiban_core::{Text, Timestamp};

use crate::hospital::booking::{BookWish, Confirm};
use crate::hospital::error::DUPLICATE;
use crate::hospital::wire::save::Saved;

/// Whose: an account's, or nobody's in particular.
type Whose = Option<AccountId>;

/// Bookings by account.
#[derive(Debug, Default)]
pub(in crate::hospital) struct BookMemory {
    sent: HashMap<Whose, Sent>,
}

/// The last booking that was sent. It is kept after a yes, too: the answer may be lost on its way to the row.
#[derive(Debug, Clone)]
pub(in crate::hospital) struct Sent {
    pub(in crate::hospital) wish: BookWish,
    /// What the confirm page calls the department.
    pub(in crate::hospital) department: String,
    /// The service's yes.
    pub(in crate::hospital) saved: Option<Saved>,
    /// The service's words against it.
    pub(in crate::hospital) told: Option<Text>,
    /// Whether those words were that there is such a booking already.
    pub(in crate::hospital) is_duplicate: bool,
    /// When its outcome was first asked for: it had surely been sent by then.
    pub(in crate::hospital) first_asked: Option<Timestamp>,
}

impl Sent {
    pub(in crate::hospital) fn new(wish: &BookWish, confirm: &Confirm) -> Self {
        Self {
            wish: wish.clone(),
            department: confirm.department.clone(),
            saved: None,
            told: None,
            is_duplicate: false,
            first_asked: None,
        }
    }

    /// Remembers words against it.
    pub(in crate::hospital) fn hear(&mut self, error: &ServiceError) {
        let is_words = matches!(
            error,
            ServiceError::Refused { .. } | ServiceError::Busy { .. } | ServiceError::Closed { .. }
        );
        self.told = is_words.then(|| error.text().clone());
        self.is_duplicate =
            matches!(error, ServiceError::Refused { code, .. } if code == DUPLICATE);
    }
}

impl BookMemory {
    pub(in crate::hospital) fn keep(&mut self, whose: &Whose, sent: Sent) {
        self.sent.insert(whose.clone(), sent);
    }

    pub(in crate::hospital) fn forget(&mut self, whose: &Whose) {
        self.sent.remove(whose);
    }

    /// What is remembered of that booking, now that it is asked about.
    pub(in crate::hospital) fn asked(
        &mut self,
        whose: &Whose,
        wish: &BookWish,
        now: Timestamp,
    ) -> Option<Sent> {
        let sent = self.sent.get_mut(whose)?;
        if sent.wish != *wish {
            return None;
        }
        sent.first_asked.get_or_insert(now);
        Some(sent.clone())
    }
}
