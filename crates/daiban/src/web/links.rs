//! Links that let somebody in without a password: set-up, one sign-in, one ask.
//!
//! Opening a link never uses it up, because messengers open links on their own to show a preview; only the form behind it
//! does. A link to an ask names the ask and carries a MAC over that name and its owner's: it needs no row of its own, and is used
//! up with the ask, which takes one answer. When an ask goes over to somebody else, links made before are worthless.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use daiban_core::{
    ask::{AskKind, AskState},
    household::Household,
    id::{AskId, ErrandId, UserId},
    store::StoreError,
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::sync::OnceCell;

use crate::{
    access::{Actor, hash_word},
    app::{App, AppError},
};
use daiban_core::household::Scope;

/// Under which name the key is sealed.
const KEY_NAME: &str = "web/ask-links";

const SHORT_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

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
        let owner = self.household.ask(ask).await?.user;
        let mac = self.mac(ask, &owner).await?.finalize().into_bytes();
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
        let ask = match self.household.ask(&id).await {
            Err(StoreError::NotFound { .. }) => return Err(AppError::SignIn),
            ask => ask?,
        };
        self.mac(&id, &ask.user)
            .await?
            .verify_slice(&mac)
            .map_err(|_| AppError::SignIn)?;
        let user = self.household.user(&ask.user).await?;
        let actor = Actor {
            scope: Scope::Write,
            ..Actor::whole(&user)
        };
        Ok((actor, id))
    }

    /// A shorter word for the same page, to be typed on another screen, `/a/7Q2M9-KXD4T`: good while the ask is open, and
    /// only for asks that show a code to scan.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn short_path(&self, ask: &AskId) -> Result<String, AppError> {
        let owner = self.household.ask(ask).await?.user;
        Ok(format!("/a/{}", self.short_word(ask, &owner).await?))
    }

    /// The ask of a short word, if one with a code to scan is open.
    ///
    /// # Errors
    /// The store's.
    pub(super) async fn read_short(&self, word: &str) -> Result<Option<AskId>, AppError> {
        let Some(word) = tidy_short(word) else {
            return Ok(None);
        };
        let open = self.household.asks(None, Some(AskState::Open)).await?;
        for ask in open.iter().filter(|ask| ask.ask.kind == AskKind::Qr) {
            // Compared by hash, so that the time taken tells nothing about where they differ.
            if hash_word(&self.short_word(&ask.id, &ask.user).await?) == hash_word(&word) {
                return Ok(Some(ask.id.clone()));
            }
        }
        Ok(None)
    }

    /// Fifty bits of a MAC in Crockford's base 32, which has no letters to be mistaken for others.
    async fn short_word(&self, ask: &AskId, owner: &UserId) -> Result<String, AppError> {
        let mut mac = self.mac(ask, owner).await?;
        mac.update(b"/short");
        let bytes = mac.finalize().into_bytes();
        let bits = bytes
            .iter()
            .take(7)
            .fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        let letter = |at: u64| char::from(SHORT_ALPHABET[((bits >> (5 * at)) & 31) as usize]);
        let word: String = (0..10).map(letter).collect();
        Ok(format!("{}-{}", &word[..5], &word[5..]))
    }

    /// The next open ask of the same errand, for somebody who has just answered this one.
    pub(super) async fn next_ask(
        &self,
        actor: &Actor,
        answered: &AskId,
    ) -> Result<Option<AskId>, AppError> {
        let errand = self.household.ask(answered).await?.errand;
        self.open_ask(actor, &errand).await
    }

    /// The open ask of an errand that this actor sees.
    pub(super) async fn open_ask(
        &self,
        actor: &Actor,
        errand: &ErrandId,
    ) -> Result<Option<AskId>, AppError> {
        let row = self.household.errand(errand).await?;
        let shared = self.household.shared_accounts().await?;
        if !actor.sees(&row.user, shared.contains(&row.account)) {
            return Ok(None);
        }
        let owner = Some(&row.user);
        let open = self.household.asks(owner, Some(AskState::Open)).await?;
        Ok(open
            .into_iter()
            .find(|ask| ask.errand == *errand)
            .map(|ask| ask.id))
    }

    async fn mac(&self, ask: &AskId, owner: &UserId) -> Result<Hmac<Sha256>, AppError> {
        let key = self.key.get_or_try_init(|| self.stored_key()).await?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key)
            .map_err(|error| AppError::Internal(error.to_string()))?;
        mac.update(b"ask/");
        mac.update(ask.as_str().as_bytes());
        mac.update(b"/");
        mac.update(owner.as_str().as_bytes());
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

/// A short word as it was made, however it was typed; nothing for a word of another shape.
fn tidy_short(word: &str) -> Option<String> {
    let (one, other) = word.split_once('-')?;
    if one.len() != 5 || other.len() != 5 {
        return None;
    }
    let same = |c: char| match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    let word: String = word.chars().map(same).collect();
    let known = |c: char| c == '-' || SHORT_ALPHABET.contains(&(c as u8));
    (word.is_ascii() && word.chars().all(known)).then_some(word)
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
