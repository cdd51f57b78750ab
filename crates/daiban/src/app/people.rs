//! Users and API tokens, for those who may deal with them.

use daiban_core::{
    household::{ApiToken, Role, Scope, User},
    id::UserId,
    invalid::InvalidInput,
    secret::Secret,
};

use super::{About, Actor, App, AppError, Audit, is_hidden, must_govern, must_write};

impl App {
    /// Adds a user.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] unless an admin asks; [`AppError::Invalid`] for name and password.
    pub async fn add_user(
        &self,
        actor: &Actor,
        name: &str,
        role: Role,
        password: &Secret,
    ) -> Result<User, AppError> {
        must_govern(actor)?;
        self.parts.redactor.register(password.reveal());
        let user = self.access().add_user(name, role, password).await?;
        self.audit(Some(actor), Audit::UserAdded, About::user(&user.id))
            .await;
        Ok(user)
    }

    /// All users for an admin, themselves for everybody else.
    ///
    /// # Errors
    /// The store's.
    pub async fn users(&self, actor: &Actor) -> Result<Vec<User>, AppError> {
        let mut users = self.household().users().await?;
        if !actor.governs() {
            users.retain(|user| user.id == actor.user);
        }
        Ok(users)
    }

    /// The user of that name.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn user_named(&self, actor: &Actor, name: &str) -> Result<User, AppError> {
        let users = self.users(actor).await?;
        users
            .into_iter()
            .find(|user| user.name == name)
            .ok_or_else(|| AppError::NotFound {
                what: "user",
                id: name.to_owned(),
            })
    }

    /// Sets a password: one's own, or anybody's for an admin. Their sessions end.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`].
    pub async fn set_password(
        &self,
        actor: &Actor,
        user: &UserId,
        password: &Secret,
    ) -> Result<(), AppError> {
        if *user != actor.user || actor.scope != Scope::Admin {
            must_govern(actor)?;
        }
        self.parts.redactor.register(password.reveal());
        self.access().set_password(user, password).await?;
        self.audit(Some(actor), Audit::PasswordSet, About::user(user))
            .await;
        Ok(())
    }

    /// Gives a user another name: oneself, or anybody for an admin.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::Invalid`] for the name, also when it is taken.
    pub async fn rename_user(
        &self,
        actor: &Actor,
        user: &UserId,
        name: &str,
    ) -> Result<(), AppError> {
        if *user != actor.user || actor.scope != Scope::Admin {
            must_govern(actor)?;
        }
        self.access().rename(user, name).await
    }

    /// Lets a locked user try again.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub async fn unlock(&self, actor: &Actor, user: &UserId) -> Result<(), AppError> {
        must_govern(actor)?;
        self.household().set_failures(user, 0, None).await?;
        self.audit(Some(actor), Audit::UserUnlocked, About::user(user))
            .await;
        Ok(())
    }

    /// Makes an API token, for oneself or, as an admin, for anybody. Never with a wider scope than one's own. The first value
    /// is shown once.
    ///
    /// # Errors
    /// [`AppError::Forbidden`], [`AppError::Invalid`].
    pub async fn add_token(
        &self,
        actor: &Actor,
        user: &UserId,
        name: &str,
        scope: Scope,
    ) -> Result<(Secret, ApiToken), AppError> {
        if *user != actor.user {
            must_govern(actor)?;
        }
        // A viewer may make a token to look with; it can do no more than they can.
        if scope > Scope::Read {
            must_write(actor)?;
        }
        if scope > actor.scope {
            return Err(AppError::Forbidden);
        }
        let name = name.trim();
        if name.is_empty() || name.chars().count() > 64 || name.chars().any(is_hidden) {
            return Err(AppError::Invalid(InvalidInput::new(
                "name",
                "名称应为 1 到 64 个字符",
                "should be 1 to 64 characters",
            )));
        }
        let (secret, token) = self.access().add_token(user, name, scope).await?;
        self.parts.redactor.register(secret.reveal());
        self.audit(Some(actor), Audit::TokenMade, About::token(&token.id))
            .await;
        Ok((secret, token))
    }

    /// API tokens: all for an admin, one's own for everybody else.
    ///
    /// # Errors
    /// The store's.
    pub async fn tokens(&self, actor: &Actor) -> Result<Vec<ApiToken>, AppError> {
        let whose = if actor.governs() {
            None
        } else {
            Some(&actor.user)
        };
        Ok(self.household().tokens(whose).await?)
    }

    /// Revokes a token: one's own, or anybody's for an admin.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn revoke_token(&self, actor: &Actor, id: &str) -> Result<(), AppError> {
        let tokens = self.tokens(actor).await?;
        if !tokens.iter().any(|token| token.id == id) {
            return Err(AppError::NotFound {
                what: "token",
                id: id.to_owned(),
            });
        }
        if actor.scope == Scope::Read {
            return Err(AppError::Forbidden);
        }
        self.household().remove_token(id).await?;
        self.audit(Some(actor), Audit::TokenRevoked, About::token(id))
            .await;
        Ok(())
    }
}
