//! Invitations: one-time words that let somebody choose a name and a password of their own.

use daiban_core::{
    Timestamp, dates,
    household::{Role, User},
    id::UserId,
    secret::Secret,
};
use serde::{Deserialize, Serialize};

use super::{Access, broken, hash_word, hours_after, name_taken, user_name};
use crate::app::AppError;

/// What an invitation's word is good for, followed by the invitation as JSON.
const JOIN: &str = "join/";
/// An invitation lasts this long.
const JOIN_HOURS: i64 = 72;

/// An invitation that can still be used. Its link is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id, for revoking.
    pub id: String,
    /// What the invited person will be.
    pub role: Role,
    /// A name proposed to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who made it.
    pub by: UserId,
    /// When it was made.
    #[serde(with = "dates::rfc3339")]
    pub created_at: Timestamp,
    /// When it is over: three days after it was made.
    #[serde(skip)]
    pub until: Timestamp,
}

impl Access {
    /// Invites somebody: the word of the link, shown once, and the invitation.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a proposed name that has no good form or is taken.
    pub async fn invite(
        &self,
        by: &UserId,
        role: Role,
        name: Option<&str>,
    ) -> Result<(Secret, Invitation), AppError> {
        let name = match name.map(str::trim).filter(|name| !name.is_empty()) {
            Some(name) => Some(self.free_name(name).await?),
            None => None,
        };
        let now = self.clock.now();
        let invitation = Invitation {
            id: UserId::new(now, (self.chance)()).as_str().to_owned(),
            role,
            name,
            by: by.clone(),
            created_at: now,
            until: hours_after(now, JOIN_HOURS),
        };
        let purpose = purpose(&invitation)?;
        let word = self.once_until(purpose, invitation.until).await?;
        Ok((word, invitation))
    }

    /// Invitations that can still be used; soonest end first.
    ///
    /// # Errors
    /// The store's.
    pub async fn invitations(&self) -> Result<Vec<Invitation>, AppError> {
        let open = self.household.open_once(JOIN, self.clock.now()).await?;
        Ok(open
            .iter()
            .filter_map(|(purpose, _)| read(purpose))
            .collect())
    }

    /// Makes the link of an invitation worthless.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn revoke_invitation(&self, id: &str) -> Result<Invitation, AppError> {
        let gone = || AppError::NotFound {
            what: "invitation",
            id: id.to_owned(),
        };
        let open = self.invitations().await?;
        let invitation = open.into_iter().find(|one| one.id == id).ok_or_else(gone)?;
        let withdrawn = self
            .household
            .withdraw_once(&purpose(&invitation)?, self.clock.now())
            .await?;
        withdrawn.then_some(invitation).ok_or_else(gone)
    }

    /// Makes the links of all invitations that somebody made worthless.
    pub(super) async fn revoke_invitations_by(&self, user: &UserId) -> Result<(), AppError> {
        let now = self.clock.now();
        let open = self.invitations().await?;
        for invitation in open.iter().filter(|one| one.by == *user) {
            self.household
                .withdraw_once(&purpose(invitation)?, now)
                .await?;
        }
        Ok(())
    }

    /// The invitation of a link; looking uses nothing up.
    ///
    /// # Errors
    /// The store's.
    pub async fn invitation(&self, word: &str) -> Result<Option<Invitation>, AppError> {
        let now = self.clock.now();
        let found = self.household.look_at_once(&hash_word(word), now).await?;
        Ok(found.and_then(|purpose| read(&purpose)))
    }

    /// Makes the invited user with the name and password of their choice. Only good input uses the word up.
    ///
    /// # Errors
    /// [`AppError::SignIn`] when the word is unknown, over or used; [`AppError::Invalid`] for name and password.
    pub async fn join(&self, word: &str, name: &str, password: &Secret) -> Result<User, AppError> {
        if self.invitation(word).await?.is_none() {
            return Err(AppError::SignIn);
        }
        let name = self.free_name(name).await?;
        let hash = self.checked_hash(password).await?;
        let used = self.use_word(word).await?;
        let invitation = used.and_then(|purpose| read(&purpose));
        let invitation = invitation.ok_or(AppError::SignIn)?;
        self.store_user(name, invitation.role, hash).await
    }

    async fn free_name(&self, name: &str) -> Result<String, AppError> {
        let name = user_name(name)?;
        match self.household.user_by_name(&name).await? {
            Some(_) => Err(name_taken()),
            None => Ok(name),
        }
    }
}

fn purpose(invitation: &Invitation) -> Result<String, AppError> {
    let said = serde_json::to_string(invitation).map_err(broken)?;
    Ok(format!("{JOIN}{said}"))
}

fn read(purpose: &str) -> Option<Invitation> {
    let invitation: Invitation = serde_json::from_str(purpose.strip_prefix(JOIN)?).ok()?;
    Some(Invitation {
        until: hours_after(invitation.created_at, JOIN_HOURS),
        ..invitation
    })
}
