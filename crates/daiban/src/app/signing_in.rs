//! What belongs to signing in: sessions, the second step, invitations, and the notice of a new browser.

use daiban_core::{
    Text, Timestamp, dates,
    household::{Notice, Role, Session, User},
    id::{NoticeId, UserId},
    notice::Severity,
    secret::Secret,
};

use super::{About, Actor, App, AppError, Audit, must_govern};
use crate::{
    access::{Invitation, SessionRef, TwoStepSetUp},
    say,
};

/// Where sessions are listed and ended.
const SESSIONS_PAGE: &str = "/settings/sessions";

/// How somebody's second step stands.
#[derive(Debug, Clone, PartialEq)]
pub enum TwoStepState {
    /// A password is enough.
    Off,
    /// It is being set up.
    Pending(TwoStepSetUp),
    /// A code is asked for.
    On {
        /// Since when.
        since: Timestamp,
        /// Recovery codes not used yet.
        codes_left: u32,
    },
}

impl App {
    /// Notes the browser somebody came in from, and tells them when it was not seen before. `first`: this is how they came to
    /// be here at all, so there is nobody to warn.
    ///
    /// # Errors
    /// The store's.
    pub async fn arrived(
        &self,
        user: &UserId,
        session: &Session,
        device: &str,
        first: bool,
    ) -> Result<(), AppError> {
        let now = self.access().now();
        if !self.household().know_device(user, device, now).await? || first {
            return Ok(());
        }
        let at = dates::beijing(self.now())
            .strftime("%m-%d %H:%M")
            .to_string();
        let browser = say::device(&session.agent);
        let notice = Notice {
            id: NoticeId::new(self.now(), self.chance()),
            user: user.clone(),
            errand: None,
            ask: None,
            page: Some(SESSIONS_PAGE.to_owned()),
            at: self.now(),
            severity: Severity::Attention,
            title: Text::new(
                format!("有新的登录：{}", browser.zh),
                format!("A new sign-in: {}", browser.en),
            ),
            body: Text::new(
                format!(
                    "{at} 登录，这个浏览器以前没见过。不是你？去「登录着的设备」结束它，再换密码。"
                ),
                format!(
                    "At {at}, from a browser not seen before. Not you? End it under Sessions, then change your password."
                ),
            ),
        };
        let key = format!("sign_in/{}", session.id);
        self.household().add_notice(notice, &key).await?;
        Ok(())
    }

    /// Their own sessions, last used first.
    ///
    /// # Errors
    /// The store's.
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<Session>, AppError> {
        let now = self.access().now();
        Ok(self.household().sessions(&actor.user, now).await?)
    }

    /// Ends one of their sessions.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Forbidden`].
    pub async fn end_session(&self, actor: &Actor, id: &str) -> Result<(), AppError> {
        must_keep_oneself(actor)?;
        self.household().end_session_of(&actor.user, id).await?;
        self.audit(Some(actor), Audit::SessionEnded, About::session(id))
            .await;
        Ok(())
    }

    /// Ends all their sessions but this one; how many that were.
    ///
    /// # Errors
    /// [`AppError::Forbidden`].
    pub async fn end_other_sessions(
        &self,
        actor: &Actor,
        this: &SessionRef,
    ) -> Result<u64, AppError> {
        must_keep_oneself(actor)?;
        let household = self.household();
        let ended = household.end_sessions_but(&actor.user, &this.id).await?;
        self.audit(Some(actor), Audit::SessionsEnded, About::user(&actor.user))
            .await;
        Ok(ended)
    }

    /// How their second step stands.
    ///
    /// # Errors
    /// The store's.
    pub async fn two_step(&self, actor: &Actor) -> Result<TwoStepState, AppError> {
        let user = self.household().user(&actor.user).await?;
        if let Some(set_up) = self.access().two_step_set_up(&user).await? {
            return Ok(TwoStepState::Pending(set_up));
        }
        let found = self.household().two_step(&actor.user).await?;
        Ok(
            match found.and_then(|it| Some((it.confirmed_at?, it.codes_left))) {
                Some((since, codes_left)) => TwoStepState::On { since, codes_left },
                None => TwoStepState::Off,
            },
        )
    }

    /// Begins to set their second step up; a password is asked for, so that a desk left open locks nobody out.
    ///
    /// # Errors
    /// [`AppError::SignIn`] for the password, [`AppError::Locked`]; [`AppError::NotFound`] when there is one already.
    pub async fn begin_two_step(&self, actor: &Actor, password: &Secret) -> Result<(), AppError> {
        must_keep_oneself(actor)?;
        self.access().check_password(&actor.name, password).await?;
        self.access().begin_two_step(&actor.user).await
    }

    /// Switches their second step on with a code of the app; gives recovery codes, shown once. Other sessions end: no code was
    /// given in them.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `code`; [`AppError::NotFound`] when nothing is being set up.
    pub async fn confirm_two_step(
        &self,
        actor: &Actor,
        code: &str,
        this: &SessionRef,
    ) -> Result<Vec<Secret>, AppError> {
        must_keep_oneself(actor)?;
        let codes = self.access().confirm_two_step(&actor.user, code).await?;
        self.access().freshen(&this.id).await?;
        let household = self.household();
        household.end_sessions_but(&actor.user, &this.id).await?;
        self.audit(Some(actor), Audit::TwoStepOn, About::user(&actor.user))
            .await;
        Ok(codes)
    }

    /// Leaves a set-up that was not confirmed.
    ///
    /// # Errors
    /// [`AppError::Forbidden`]; [`AppError::NotFound`] when nothing is being set up.
    pub async fn leave_two_step(&self, actor: &Actor) -> Result<(), AppError> {
        must_keep_oneself(actor)?;
        match self.two_step(actor).await? {
            TwoStepState::Pending(_) => self.access().end_two_step(&actor.user).await,
            _ => Err(AppError::NotFound {
                what: "two-step set-up",
                id: actor.user.to_string(),
            }),
        }
    }

    /// Switches their second step off: with password and code.
    ///
    /// # Errors
    /// [`AppError::SignIn`] for the password; [`AppError::Invalid`] for `code`; [`AppError::Locked`].
    pub async fn end_two_step(
        &self,
        actor: &Actor,
        password: &Secret,
        code: &str,
    ) -> Result<(), AppError> {
        must_keep_oneself(actor)?;
        self.access().check_password(&actor.name, password).await?;
        self.give_code(actor, code, None, About::user(&actor.user))
            .await?;
        self.drop_two_step(actor, &actor.user).await
    }

    /// Switches somebody's second step off without a code: for whoever holds the machine, when a phone is lost.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] unless an admin asks.
    pub async fn rescue_two_step(&self, actor: &Actor, user: &UserId) -> Result<(), AppError> {
        must_govern(actor)?;
        self.drop_two_step(actor, user).await
    }

    /// New recovery codes in place of all that were there, shown once: with password and code.
    ///
    /// # Errors
    /// [`AppError::SignIn`] for the password; [`AppError::Invalid`] for `code`; [`AppError::Locked`]; [`AppError::NotFound`]
    /// without a second step.
    pub async fn renew_recovery_codes(
        &self,
        actor: &Actor,
        password: &Secret,
        code: &str,
        this: &SessionRef,
    ) -> Result<Vec<Secret>, AppError> {
        must_keep_oneself(actor)?;
        if !self.access().has_two_step(&actor.user).await? {
            return Err(AppError::NotFound {
                what: "two-step sign-in",
                id: actor.user.to_string(),
            });
        }
        self.access().check_password(&actor.name, password).await?;
        let about = About::user(&actor.user);
        self.give_code(actor, code, Some(this), about.clone())
            .await?;
        let codes = self.access().renew_recovery_codes(&actor.user).await?;
        self.audit(Some(actor), Audit::RecoveryCodesMade, about)
            .await;
        Ok(codes)
    }

    async fn drop_two_step(&self, actor: &Actor, user: &UserId) -> Result<(), AppError> {
        self.access().end_two_step(user).await?;
        self.audit(Some(actor), Audit::TwoStepOff, About::user(user))
            .await;
        Ok(())
    }

    /// Invites somebody: the word of the link, shown once, good for three days.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] unless an admin asks; [`AppError::Invalid`] for a name that is taken.
    pub async fn invite(
        &self,
        actor: &Actor,
        role: Role,
        name: Option<&str>,
    ) -> Result<(Secret, Invitation), AppError> {
        must_govern(actor)?;
        let invited = self.access().invite(&actor.user, role, name).await?;
        self.parts.redactor.register(invited.0.reveal());
        self.audit(Some(actor), Audit::InvitationMade, About::NOTHING)
            .await;
        Ok(invited)
    }

    /// Invitations that can still be used.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] unless an admin asks.
    pub async fn invitations(&self, actor: &Actor) -> Result<Vec<Invitation>, AppError> {
        must_govern(actor)?;
        self.access().invitations().await
    }

    /// Makes an invitation's link worthless.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] unless an admin asks; [`AppError::NotFound`].
    pub async fn revoke_invitation(&self, actor: &Actor, id: &str) -> Result<Invitation, AppError> {
        must_govern(actor)?;
        let revoked = self.access().revoke_invitation(id).await?;
        self.audit(Some(actor), Audit::InvitationRevoked, About::NOTHING)
            .await;
        Ok(revoked)
    }

    /// Takes somebody in by their invitation, with the name and password of their choice.
    ///
    /// # Errors
    /// [`AppError::SignIn`] when the word is unknown, over or used; [`AppError::Invalid`] for name and password.
    pub async fn join(&self, word: &str, name: &str, password: &Secret) -> Result<User, AppError> {
        self.parts.redactor.register(password.reveal());
        self.access().join(word, name, password).await
    }
}

fn must_keep_oneself(actor: &Actor) -> Result<(), AppError> {
    if actor.keeps_oneself() {
        Ok(())
    } else {
        Err(AppError::Forbidden)
    }
}
