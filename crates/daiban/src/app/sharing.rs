//! Who sees and uses which rows: by their owner, and by whether the account they belong to is shared with the household.
//!
//! Every list and every single row goes through a [`Sight`]; the rules themselves are [`Actor`]'s.

use std::collections::BTreeSet;

use daiban_core::{
    household::Problem,
    id::{AccountId, ErrandId, UserId},
};

use super::{About, Actor, App, AppError, Audit};

/// What somebody sees, with the shared accounts as they are now.
pub(super) struct Sight<'a> {
    actor: &'a Actor,
    shared: BTreeSet<AccountId>,
}

impl Sight<'_> {
    /// What to ask the store for: everybody's rows, or their own where nothing else can be among them.
    pub(super) fn filter(&self) -> Option<&UserId> {
        self.actor.only().filter(|_| self.shared.is_empty())
    }

    /// Whether a row of that owner about that account is shown.
    pub(super) fn sees(&self, owner: &UserId, account: &AccountId) -> bool {
        self.actor.sees(owner, self.shared.contains(account))
    }

    /// The row must be visible; what is not is as if it were not there.
    pub(super) fn must_see(
        &self,
        owner: &UserId,
        account: &AccountId,
        what: &'static str,
        id: &str,
    ) -> Result<(), AppError> {
        if self.sees(owner, account) {
            return Ok(());
        }
        Err(AppError::NotFound {
            what,
            id: id.to_owned(),
        })
    }

    /// The row must be theirs to use.
    pub(super) fn must_use(
        &self,
        owner: &UserId,
        account: &AccountId,
        what: &'static str,
        id: &str,
    ) -> Result<(), AppError> {
        self.must_see(owner, account, what, id)?;
        if self.uses(owner, account) {
            Ok(())
        } else {
            Err(AppError::Forbidden)
        }
    }

    fn uses(&self, owner: &UserId, account: &AccountId) -> bool {
        self.actor.uses(owner, self.shared.contains(account))
    }
}

impl App {
    /// What they see now.
    pub(super) async fn sight<'a>(&self, actor: &'a Actor) -> Result<Sight<'a>, AppError> {
        let shared = self.household().shared_accounts().await?;
        Ok(Sight {
            actor,
            shared: shared.into_iter().collect(),
        })
    }

    /// Whether they may run, pause and resume an errand of that owner and account, or answer its asks.
    ///
    /// # Errors
    /// The store's.
    pub async fn may_use(
        &self,
        actor: &Actor,
        owner: &UserId,
        account: &AccountId,
    ) -> Result<bool, AppError> {
        Ok(self.sight(actor).await?.uses(owner, account))
    }

    /// Shares an account with the household, or keeps it to its owner again.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`] for others than its owner and admins.
    pub async fn share_account(
        &self,
        actor: &Actor,
        id: &AccountId,
        shared: bool,
    ) -> Result<(), AppError> {
        let account = self.account_to_change(actor, id).await?;
        if account.shared == shared {
            return Ok(());
        }
        self.household().share_account(id, shared).await?;
        self.audit(Some(actor), Audit::AccountShared, About::account(id))
            .await;
        Ok(())
    }

    /// Problems they see: their own, everybody's, and those of shared accounts and their errands.
    pub(super) async fn visible_problems(&self, actor: &Actor) -> Result<Vec<Problem>, AppError> {
        let sight = self.sight(actor).await?;
        let mut seen = Vec::new();
        for problem in self.household().problems(sight.filter()).await? {
            if self.sees_problem(&sight, &problem).await {
                seen.push(problem);
            }
        }
        Ok(seen)
    }

    async fn sees_problem(&self, sight: &Sight<'_>, problem: &Problem) -> bool {
        let Some(owner) = &problem.user else {
            return true;
        };
        let mut steps = problem.key.split('/');
        let account = match (steps.next(), steps.next()) {
            (Some("account"), Some(id)) => AccountId::from(id),
            (Some("errand"), Some(id)) => {
                match self.household().errand(&ErrandId::from(id)).await {
                    Ok(errand) => errand.account,
                    Err(_) => return sight.actor.sees(owner, false),
                }
            }
            _ => return sight.actor.sees(owner, false),
        };
        sight.sees(owner, &account)
    }
}
