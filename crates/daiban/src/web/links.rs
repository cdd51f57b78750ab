//! Links that let somebody in without a password: set-up, one sign-in, one ask.
//!
//! Opening a link never uses it up, because messengers open links on their own to show a preview; only the form behind it
//! does. A link to an ask names the ask and carries a MAC over that name: it needs no row of its own, and is used up with
//! the ask, which takes one answer.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use daiban_core::{
    ask::AskState,
    household::Household,
    id::{AskId, UserId},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::sync::OnceCell;

use crate::{
    access::Actor,
    app::{App, AppError},
};
use daiban_core::household::Scope;

/// Under which name the key is sealed.
const KEY_NAME: &str = "web/ask-links";

/// Makes and reads links to single asks. Clones share the key.
#[derive(Clone)]
pub struct Links {
    household: Arc<dyn Household>,
    key: Arc<OnceCell<Vec<u8>>>,
}

impl Links {
    /// Over the household's rows. The key is made at first use and sealed with the other secrets.
    pub fn new(household: Arc<dyn Household>) -> Self {
        Self {
            household,
            key: Arc::default(),
        }
    }

    /// The path of the page of one ask, `/a/…`: good for its owner's answer, until it is answered or over.
    ///
    /// # Errors
    /// The store's.
    pub async fn ask_path(&self, ask: &AskId) -> Result<String, AppError> {
        let mac = self.mac(ask).await?.finalize().into_bytes();
        Ok(format!("/a/{ask}.{}", URL_SAFE_NO_PAD.encode(mac)))
    }

    /// Whose ask a word opens. The actor may answer that ask and nothing more is shown to them.
    ///
    /// # Errors
    /// [`AppError::SignIn`] for a word that was not made here.
    pub(super) async fn read(&self, word: &str) -> Result<(Actor, AskId), AppError> {
        let (id, mac) = word.split_once('.').ok_or(AppError::SignIn)?;
        let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_| AppError::SignIn)?;
        let id = AskId::from(id);
        self.mac(&id)
            .await?
            .verify_slice(&mac)
            .map_err(|_| AppError::SignIn)?;
        let ask = self.household.ask(&id).await?;
        let user = self.household.user(&ask.user).await?;
        let actor = Actor {
            scope: Scope::Write,
            ..Actor::whole(&user)
        };
        Ok((actor, id))
    }

    /// The next open ask of the same errand, for somebody who has just answered this one.
    pub(super) async fn next_ask(
        &self,
        actor: &Actor,
        answered: &AskId,
    ) -> Result<Option<AskId>, AppError> {
        let ask = self.household.ask(answered).await?;
        let shared = self.household.shared_accounts().await?;
        if !actor.sees(&ask.user, shared.contains(&ask.account)) {
            return Ok(None);
        }
        let owner = Some(&ask.user);
        let open = self.household.asks(owner, Some(AskState::Open)).await?;
        Ok(open
            .into_iter()
            .find(|open| open.errand == ask.errand)
            .map(|ask| ask.id))
    }

    async fn mac(&self, ask: &AskId) -> Result<Hmac<Sha256>, AppError> {
        let key = self.key.get_or_try_init(|| self.stored_key()).await?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key)
            .map_err(|error| AppError::Internal(error.to_string()))?;
        mac.update(b"ask/");
        mac.update(ask.as_str().as_bytes());
        Ok(mac)
    }

    async fn stored_key(&self) -> Result<Vec<u8>, AppError> {
        if let Some(key) = self.household.sealed(KEY_NAME).await? {
            return Ok(key);
        }
        let mut key = vec![0_u8; 32];
        getrandom::fill(&mut key).map_err(|error| AppError::Internal(error.to_string()))?;
        self.household.seal(KEY_NAME, &key).await?;
        Ok(key)
    }
}

/// The path that signs a user in once, `/enter/…`, within a day.
///
/// # Errors
/// The store's.
pub async fn enter_path(app: &App, user: &UserId) -> Result<String, AppError> {
    Ok(format!(
        "/enter/{}",
        app.access().sign_in_word(user).await?.reveal()
    ))
}

/// The path that sets up the first admin, `/setup/…`, within a day.
///
/// # Errors
/// The store's.
pub async fn setup_path(app: &App) -> Result<String, AppError> {
    Ok(format!(
        "/setup/{}",
        app.access().setup_word().await?.reveal()
    ))
}
