//! How old a sign-in is, when it was last seen to work, and when it ends, as far as that is known.

use daiban_core::{
    Timestamp,
    account::AccountState,
    call::{CallState, Outcome},
    id::AccountId,
};

use super::{Actor, App, AppError};

/// So many of an errand's last calls are looked at.
const CALLS: usize = 20;

/// What is known of a sign-in. Nothing of it is an estimate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignInAge {
    /// When it was signed in.
    pub signed_in_at: Option<Timestamp>,
    /// When the service last answered it as it should.
    pub worked_at: Option<Timestamp>,
    /// When the service said that it ends, where it said so and daiban cannot renew it.
    pub ends_at: Option<Timestamp>,
    /// When the service said that its token runs out, where daiban renews it before.
    pub renewed_by: Option<Timestamp>,
}

impl App {
    /// How old the sign-in of an account is.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn sign_in_age(&self, actor: &Actor, id: &AccountId) -> Result<SignInAge, AppError> {
        let account = self.account(actor, id).await?;
        let mut age = SignInAge {
            signed_in_at: account.signed_in_at,
            worked_at: self.worked_at(id).await?,
            ..SignInAge::default()
        };
        if account.state != AccountState::Ready {
            return Ok(age);
        }
        let secrets = self.household().secrets(id).await?;
        let told = secrets.get("expires_at");
        let expires_at = told.and_then(|at| at.reveal().parse().ok());
        match secrets
            .get("refresh_token")
            .is_some_and(|it| !it.is_empty())
        {
            true => age.renewed_by = expires_at,
            false => age.ends_at = expires_at,
        }
        Ok(age)
    }

    /// The newest call of its errands that went well, or what is kept of a look.
    async fn worked_at(&self, id: &AccountId) -> Result<Option<Timestamp>, AppError> {
        let service = self.household().account(id).await?.service;
        let kept = self.household().kept(service, id).await?;
        let mut newest = kept
            .iter()
            .filter(|(_, seen)| seen.result.is_ok())
            .map(|(_, seen)| seen.at)
            .max();
        for errand in self.household().errands(None).await? {
            if errand.account != *id {
                continue;
            }
            let calls = self.household().errand_calls(&errand.id, CALLS).await?;
            let went_well = calls
                .into_iter()
                .filter(|call| call.state == CallState::Settled)
                .filter(|call| matches!(call.outcome, Some(Outcome::Done(_))))
                .filter_map(|call| call.settled_at)
                .max();
            newest = newest.max(went_well);
        }
        Ok(newest)
    }
}
