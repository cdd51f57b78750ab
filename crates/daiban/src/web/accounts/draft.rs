//! Forms that came back, kept for minutes: secrets are never written into a page, and nobody types them twice.
//!
//! In memory only, found by a word that is in the form and by whose form it is.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use daiban_core::{Timestamp, account::Secrets, id::UserId};

use crate::app::AppError;

/// So long a form may lie open.
const FOR_S: i64 = 900;
/// More forms than a household has open.
const MOST: usize = 32;

/// The secrets of forms that came back.
#[derive(Default)]
pub(in crate::web) struct Drafts {
    drafts: Mutex<HashMap<String, Draft>>,
}

struct Draft {
    user: UserId,
    /// Of which page.
    page: String,
    at: Timestamp,
    secrets: Secrets,
}

impl Drafts {
    /// Keeps the secrets of a form. Gives the word it is found by, or nothing where there are none.
    pub(super) fn keep(
        &self,
        user: &UserId,
        page: &str,
        now: Timestamp,
        secrets: &Secrets,
    ) -> Result<Option<String>, AppError> {
        if secrets.is_empty() {
            return Ok(None);
        }
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(|error| AppError::Internal(error.to_string()))?;
        let word: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut drafts = self.drafts();
        drafts.retain(|_, draft| is_fresh(draft, now));
        if drafts.len() >= MOST {
            let oldest = drafts.iter().min_by_key(|(_, draft)| draft.at);
            if let Some(oldest) = oldest.map(|(word, _)| word.clone()) {
                drafts.remove(&oldest);
            }
        }
        let draft = Draft {
            user: user.clone(),
            page: page.to_owned(),
            at: now,
            secrets: secrets.clone(),
        };
        drafts.insert(word.clone(), draft);
        Ok(Some(word))
    }

    /// The secrets of their form of that page, which are not kept any longer.
    pub(super) fn take(&self, user: &UserId, page: &str, now: Timestamp, word: &str) -> Secrets {
        let mut drafts = self.drafts();
        let theirs = drafts
            .get(word)
            .is_some_and(|draft| draft.user == *user && draft.page == page && is_fresh(draft, now));
        if !theirs {
            return Secrets::new();
        }
        drafts
            .remove(word)
            .map(|draft| draft.secrets)
            .unwrap_or_default()
    }

    fn drafts(&self) -> MutexGuard<'_, HashMap<String, Draft>> {
        self.drafts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_fresh(draft: &Draft, now: Timestamp) -> bool {
    now.as_second() - draft.at.as_second() < FOR_S
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_form_is_found_by_its_owner_once_and_not_for_long() {
        let (li, mo) = (UserId::from("li".to_owned()), UserId::from("mo".to_owned()));
        let now: Timestamp = "2026-11-22T14:10:00+08:00".parse().unwrap();
        let late = now + jiff::SignedDuration::from_secs(FOR_S);
        let secrets = Secrets::from([("token".to_owned(), "made up".into())]);
        let drafts = Drafts::default();
        assert_eq!(
            drafts.keep(&li, "permit", now, &Secrets::new()).unwrap(),
            None
        );
        let word = drafts.keep(&li, "permit", now, &secrets).unwrap().unwrap();
        assert!(drafts.take(&mo, "permit", now, &word).is_empty());
        assert!(drafts.take(&li, "rail", now, &word).is_empty());
        assert!(drafts.take(&li, "permit", late, &word).is_empty());
        assert_eq!(drafts.take(&li, "permit", now, &word).len(), 1);
        assert!(drafts.take(&li, "permit", now, &word).is_empty());
    }
}
