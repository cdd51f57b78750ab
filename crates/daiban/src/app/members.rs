//! Who is in the household and as what: roles, and removing somebody with what they own.

use daiban_core::{
    Timestamp,
    account::Account,
    household::{Role, User},
    id::UserId,
    invalid::InvalidInput,
};

use super::{About, Actor, App, AppError, Audit, must_govern};

/// Somebody as an admin sees them.
#[derive(Debug, Clone)]
pub struct Member {
    /// Who.
    pub user: User,
    /// Whether nobody else is an admin who can sign in; then role and user stay.
    pub is_last_admin: bool,
    /// Whether a code is asked of them.
    pub two_step: bool,
    /// Sessions that have not ended.
    pub sessions: usize,
    /// API tokens.
    pub tokens: usize,
    /// When one of these was last used; `None`: neither is known to have been.
    pub seen_at: Option<Timestamp>,
    /// What they own.
    pub accounts: Vec<Account>,
}

/// What becomes of accounts whose owner is removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongings {
    /// They stay, and so does their owner, if there are any.
    Refuse,
    /// They are whoever removes their owner's from now on, with their errands.
    Move,
    /// They are removed too, their errands cancelled.
    Remove,
}

impl App {
    /// The people of the household.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] unless an admin asks.
    pub async fn people(&self, actor: &Actor) -> Result<Vec<User>, AppError> {
        must_govern(actor)?;
        self.users(actor).await
    }

    /// One of them.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] unless an admin asks; [`AppError::NotFound`].
    pub async fn member(&self, actor: &Actor, id: &UserId) -> Result<Member, AppError> {
        must_govern(actor)?;
        let (household, access) = (self.household(), self.access());
        let user = household.user(id).await?;
        let sessions = household.sessions(id, access.now()).await?;
        let tokens = household.tokens(Some(id)).await?;
        let by_session = sessions.iter().map(|session| session.seen_at);
        let by_token = tokens.iter().filter_map(|token| token.used_at);
        Ok(Member {
            is_last_admin: access.is_last_admin(&user).await?,
            two_step: access.has_two_step(id).await?,
            seen_at: by_session.chain(by_token).max(),
            sessions: sessions.len(),
            tokens: tokens.len(),
            accounts: household.accounts(Some(id)).await?,
            user,
        })
    }

    /// Changes what somebody may do.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] unless an admin asks; [`AppError::NotFound`]; [`AppError::Invalid`] for `role` when nobody else
    /// is an admin who can sign in.
    pub async fn set_role(&self, actor: &Actor, id: &UserId, role: Role) -> Result<User, AppError> {
        must_govern(actor)?;
        let before = self.household().user(id).await?;
        if before.role != role {
            self.access().set_role(id, role).await?;
            self.audit(Some(actor), Audit::RoleChanged, About::user(id))
                .await;
        }
        Ok(self.household().user(id).await?)
    }

    /// Removes somebody: every way in ends at once, history stays.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] unless an admin asks; [`AppError::NotFound`]; [`AppError::Invalid`] for `role` when they are the
    /// last admin who can sign in, for `accounts` while they own some that are neither moved nor removed.
    pub async fn remove_user(
        &self,
        actor: &Actor,
        id: &UserId,
        belongings: Belongings,
    ) -> Result<(), AppError> {
        let member = self.member(actor, id).await?;
        if belongings == Belongings::Move && *id == actor.user {
            return Err(moved_to_oneself());
        }
        // Before anything of theirs is removed; the store looks again.
        if belongings == Belongings::Remove && !member.is_last_admin {
            for account in &member.accounts {
                self.remove_account(actor, &account.id).await?;
            }
        }
        let heir = (belongings == Belongings::Move).then_some(&actor.user);
        for account in self.access().remove_user(id, heir).await? {
            self.audit(Some(actor), Audit::AccountTaken, About::account(&account))
                .await;
        }
        self.audit(Some(actor), Audit::UserRemoved, About::user(id))
            .await;
        Ok(())
    }
}

fn moved_to_oneself() -> AppError {
    AppError::Invalid(InvalidInput::new(
        "accounts",
        "不能把自己的账号交给自己，请另一位管理员来移走你",
        "cannot be moved to oneself; let another admin remove you",
    ))
}
