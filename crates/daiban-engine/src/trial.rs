//! A sign-in is tried out before it is stored: one look with secrets that are in no row yet.
//!
//! What is refused leaves nothing behind. Only where the service exchanges the tokens on the way — the old ones are void
//! then — the account is stored at once, with the new ones, before these are used.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use daiban_core::{
    account::{Account, Secrets},
    call::{Nature, NewCall},
    error::ServiceError,
    household::Household,
    provider::Vault,
    store::StoreError,
};
use serde_json::Value;

use crate::{
    desk::{Desk, PATIENCE_S, busy, rows},
    standing,
};

/// What is tried out.
pub struct Trial<'a> {
    /// The account as it would be stored.
    pub account: &'a Account,
    /// With which secrets.
    pub secrets: &'a Secrets,
    /// Whether the account has a row already, with other secrets.
    pub is_stored: bool,
    /// The look that proves the sign-in.
    pub proof: &'a NewCall,
}

/// What came of it.
pub struct Tried {
    /// What the look saw.
    pub result: Result<Value, ServiceError>,
    /// Whether the secrets are stored already, as the service exchanged them on the way.
    pub is_kept: bool,
}

impl Desk {
    /// Looks once with these secrets. An account that has a row is held meanwhile; its row is not marked by what is seen.
    pub async fn try_out(self: &Arc<Self>, trial: &Trial<'_>) -> Tried {
        let held = trial.is_stored.then_some(&trial.account.id);
        let hand = match self.hand_within(held, PATIENCE_S).await {
            Ok(Some(hand)) => hand,
            Ok(None) => return Tried::nothing(busy()),
            Err(error) => return Tried::nothing(error),
        };
        let is_kept = Arc::new(AtomicBool::new(false));
        let vault = TrialVault {
            household: &*self.household,
            trial,
            is_kept: is_kept.clone(),
        };
        let service = trial.account.service;
        let secrets = trial.secrets.clone();
        let opened = self.open_with(service, Some(trial.account), secrets, Box::new(vault));
        let result = match opened {
            Ok(opened) => opened.look(&trial.proof.body).await.result,
            Err(error) => Err(error),
        };
        hand.give_back().await;
        Tried {
            result,
            is_kept: is_kept.load(Ordering::Relaxed),
        }
    }

    /// Marks an account, stored by now, by what its trial saw.
    ///
    /// # Errors
    /// The store's.
    pub async fn note_trial(
        &self,
        account: &Account,
        proof: &NewCall,
        seen: Result<&Value, &ServiceError>,
    ) -> Result<(), StoreError> {
        standing::mark(self, account, Nature::Look, seen).await?;
        self.keep(proof, account, seen.ok()).await
    }
}

impl Tried {
    fn nothing(error: ServiceError) -> Self {
        Self {
            result: Err(error),
            is_kept: false,
        }
    }
}

struct TrialVault<'a> {
    household: &'a dyn Household,
    trial: &'a Trial<'a>,
    is_kept: Arc<AtomicBool>,
}

#[async_trait]
impl Vault for TrialVault<'_> {
    async fn keep(&self, changed: Secrets) -> Result<(), ServiceError> {
        let account = self.trial.account;
        let mut secrets = match self.is_kept.load(Ordering::Relaxed) {
            true => Secrets::new(),
            false => self.trial.secrets.clone(),
        };
        secrets.extend(changed);
        let is_there = self.trial.is_stored || self.is_kept.load(Ordering::Relaxed);
        let kept = match is_there {
            true => self.household.keep_secrets(&account.id, secrets).await,
            false => self.household.add_account(account.clone(), secrets).await,
        };
        kept.map_err(rows)?;
        self.is_kept.store(true, Ordering::Relaxed);
        Ok(())
    }
}
