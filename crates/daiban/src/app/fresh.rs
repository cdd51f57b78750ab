//! A fresh code for what opens or starts a car, and for what reaches beyond a session: who has two-step on, proves once more
//! that it is them.
//!
//! A session left open on a desk, or a link in a message that somebody else reads, is then not enough to drive away with, nor to
//! make a token or a user that outlives it.

use daiban_core::{
    ask::{Answer, Ask, AskKind},
    store::StoreError,
};
use daiban_providers::vehicle::command::Class;
use jiff::SignedDuration;

use super::{
    About, Actor, App, AppError, Audit,
    orders::{COMMAND, wished},
};
use crate::access::SessionRef;

/// A code given in a session is fresh this long.
pub const FRESH: SignedDuration = SignedDuration::from_mins(10);

impl App {
    /// Whether a yes to this ask takes a code: it opens or starts a car, they have two-step on, and none was given in this
    /// session lately. `session`: where they answer; `None`: from a link, where a code is always needed.
    ///
    /// # Errors
    /// The store's.
    pub async fn needs_code(
        &self,
        actor: &Actor,
        ask: &Ask,
        session: Option<&SessionRef>,
    ) -> Result<bool, AppError> {
        if ask.ask.kind != AskKind::Approve || !self.opens_a_car(ask).await? {
            return Ok(false);
        }
        self.takes_code(actor, session).await
    }

    /// Whether what reaches beyond a session takes a code: they have two-step on, and none was given in this one lately.
    ///
    /// # Errors
    /// The store's.
    pub async fn takes_code(
        &self,
        actor: &Actor,
        session: Option<&SessionRef>,
    ) -> Result<bool, AppError> {
        Ok(!self.is_fresh(session) && self.access().has_two_step(&actor.user).await?)
    }

    /// Answers an ask with the code it takes, if it takes one. A no never does.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `code`, [`AppError::Locked`] after too many; as [`App::answer`].
    pub async fn answer_with_code(
        &self,
        actor: &Actor,
        ask: &Ask,
        answer: Answer,
        code: &str,
        session: Option<&SessionRef>,
    ) -> Result<Ask, AppError> {
        if answer != Answer::Denied && self.needs_code(actor, ask, session).await? {
            self.give_code(actor, code, session, About::ask(&ask.id))
                .await?;
        }
        self.answer(actor, &ask.id, answer).await
    }

    /// Takes a code of theirs; it counts for this session for ten minutes.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `code`, [`AppError::Locked`] after too many.
    pub async fn give_code(
        &self,
        actor: &Actor,
        code: &str,
        session: Option<&SessionRef>,
        about: About,
    ) -> Result<(), AppError> {
        if let Err(error) = self.access().check_code(&actor.user, code).await {
            self.audit(Some(actor), Audit::CodeRefused, about).await;
            return Err(error);
        }
        match session {
            Some(session) => self.access().freshen(&session.id).await,
            None => Ok(()),
        }
    }

    /// Whether password or code was given in a session lately.
    pub fn is_fresh(&self, session: Option<&SessionRef>) -> bool {
        let given = session.and_then(|session| session.fresh_at);
        given.is_some_and(|given| self.access().now().duration_since(given) < FRESH)
    }

    /// A command whose words cannot be read counts as one that does.
    async fn opens_a_car(&self, ask: &Ask) -> Result<bool, AppError> {
        let errand = match self.household().errand(&ask.errand).await {
            Ok(errand) => errand,
            Err(StoreError::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        if errand.kind != COMMAND {
            return Ok(false);
        }
        Ok(wished(&errand.wishes).is_none_or(|command| command.class() == Class::Sensitive))
    }
}
