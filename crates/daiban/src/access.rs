//! Who may come in: passwords, one-time words, API tokens, and the slowing down of guessers. Sessions are in `sessions`, the
//! second step of signing in is in `two_step`, invitations are in `invitations`.
//!
//! What an [`Actor`] may see and change is decided by its short methods in `actor`; who asks them is the application
//! layer. Nothing here knows of HTTP or of the command line.

use std::{
    fmt::Write as _,
    net::IpAddr,
    sync::{Arc, PoisonError},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use daiban_core::{
    Text, Timestamp,
    clock::Clock,
    household::{ApiToken, Household, NO_PASSWORD, Role, Scope, User},
    id::{AccountId, UserId},
    invalid::InvalidInput,
    secret::Secret,
};
use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex, Semaphore};

use crate::app::{AppError, is_hidden};

mod actor;
mod invitations;
mod sessions;
mod throttle;
mod totp;
mod two_step;

pub use actor::Actor;
pub use invitations::Invitation;
pub use sessions::{Arrival, IDLE_DAYS, SESSION_DAYS, SessionRef};
pub use two_step::{FirstStep, TwoStepSetUp};

/// A set-up word and a sign-in link last this long.
const ONCE_HOURS: i64 = 24;
/// So many wrong passwords in a row lock a user.
const FAILURES_ALLOWED: u32 = 5;
/// The first lock; every further failure doubles it.
const LOCK_MINUTES: i64 = 15;
/// A lock never grows beyond a day.
const LOCK_MINUTES_MOST: i64 = 24 * 60;
/// Shorter passwords are refused.
const PASSWORD_CHARS: usize = 8;
/// Longer ones are refused before any hashing.
const PASSWORD_BYTES: usize = 1024;
/// What a set-up word is good for.
const SETUP: &str = "setup";
/// What a sign-in link is good for, followed by the user's id.
const SIGN_IN: &str = "sign_in/";

/// Signs people in.
pub struct Access {
    household: Arc<dyn Household>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// Argon2 takes 19 MiB a time; two at once are enough for a household and bound what guessers can cost.
    hashing: Semaphore,
    /// Failures are counted one at a time, before the password is looked at, so that guesses sent together count as many.
    counting: Mutex<()>,
    /// Those of a caller's address are counted besides, whoever they pretend to be.
    callers: std::sync::Mutex<throttle::Throttle>,
}

impl Access {
    /// Over the household's rows.
    pub fn new(
        household: Arc<dyn Household>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Fn() -> u64 + Send + Sync>,
    ) -> Self {
        Self {
            household,
            clock,
            chance,
            hashing: Semaphore::new(2),
            counting: Mutex::new(()),
            callers: std::sync::Mutex::default(),
        }
    }

    /// The user of that name and password.
    ///
    /// # Errors
    /// [`AppError::SignIn`] for a wrong name or password, without saying which; [`AppError::Locked`] after too many.
    pub async fn check_password(&self, name: &str, password: &Secret) -> Result<User, AppError> {
        let known = self.household.user_by_name(name).await?;
        let Some((user, hash)) = known else {
            // The same work as for a known name, so that the time taken does not tell names.
            let _ = self.hash(password).await?;
            return Err(AppError::SignIn);
        };
        let counted = self.count_failure(&user.id).await?;
        if !self.verify(password, hash).await? {
            return Err(AppError::SignIn);
        }
        // The password is half of it where a code is asked for: it must not wipe out wrong codes.
        match self.has_two_step(&user.id).await? {
            true => self.take_back_failure(&user.id, counted).await?,
            false => self.household.set_failures(&user.id, 0, None).await?,
        }
        Ok(user)
    }

    /// The same for somebody at an address; tries from there are counted too, whatever name they give.
    ///
    /// # Errors
    /// As [`Access::check_password`]; [`AppError::Locked`] also for too many from one address.
    pub async fn check_password_from(
        &self,
        from: Option<IpAddr>,
        name: &str,
        password: &Secret,
    ) -> Result<User, AppError> {
        self.admit(from)?;
        let user = self.check_password(name, password).await?;
        self.forgive(from);
        Ok(user)
    }

    /// Counts a try of that address ahead of the check.
    fn admit(&self, from: Option<IpAddr>) -> Result<(), AppError> {
        let Some(from) = from else { return Ok(()) };
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        callers
            .admit(from, self.clock.now())
            .map_err(|until| AppError::Locked { until })
    }

    /// It was no failure.
    fn forgive(&self, from: Option<IpAddr>) {
        let Some(from) = from else { return };
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        callers.forgive(from);
    }

    /// Counts a failure ahead of the check; a right password takes it back. How many it makes in a row.
    async fn count_failure(&self, user: &UserId) -> Result<u32, AppError> {
        let _one = self.counting.lock().await;
        let now = self.clock.now();
        let user = self.household.user(user).await?;
        if let Some(until) = user.locked_until.filter(|until| *until > now) {
            return Err(AppError::Locked { until });
        }
        let failures = user.failures.saturating_add(1);
        self.household
            .set_failures(&user.id, failures, lock(failures, now))
            .await?;
        Ok(failures)
    }

    /// Takes back what was counted ahead, and no failure before it. Its lock goes with it, unless others have failed since.
    async fn take_back_failure(&self, user: &UserId, counted: u32) -> Result<(), AppError> {
        let _one = self.counting.lock().await;
        let user = self.household.user(user).await?;
        let failures = user.failures.saturating_sub(1);
        let locked = user.locked_until.filter(|_| user.failures != counted);
        Ok(self
            .household
            .set_failures(&user.id, failures, locked)
            .await?)
    }

    /// Adds a user with a password.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the name is taken or the password too short.
    pub async fn add_user(
        &self,
        name: &str,
        role: Role,
        password: &Secret,
    ) -> Result<User, AppError> {
        let name = user_name(name)?;
        let hash = self.checked_hash(password).await?;
        if role == Role::Admin && !self.is_set_up().await? {
            return self.first_admin(name, hash).await;
        }
        self.store_user(name, role, hash).await
    }

    async fn store_user(&self, name: String, role: Role, hash: String) -> Result<User, AppError> {
        let now = self.clock.now();
        let user = User {
            id: UserId::new(now, (self.chance)()),
            name,
            role,
            created_at: now,
            failures: 0,
            locked_until: None,
        };
        self.household.add_user(user.clone(), hash).await?;
        Ok(user)
    }

    /// Sets a password, ends all sessions of the user and forgets failures.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the password is too short.
    pub async fn set_password(&self, user: &UserId, password: &Secret) -> Result<(), AppError> {
        let hash = self.checked_hash(password).await?;
        self.household.set_password(user, hash).await?;
        Ok(self.household.set_failures(user, 0, None).await?)
    }

    /// Gives a user another name.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when it has no good form or is taken.
    pub async fn rename(&self, user: &UserId, name: &str) -> Result<(), AppError> {
        Ok(self.household.rename_user(user, &user_name(name)?).await?)
    }

    /// Changes what a user may do. Whoever is no admin any more has no invitations open.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `role` when nobody else is an admin who can sign in.
    pub async fn set_role(&self, user: &UserId, role: Role) -> Result<(), AppError> {
        self.household.set_role(user, role).await?;
        match role {
            Role::Admin => Ok(()),
            Role::Member | Role::Viewer => self.revoke_invitations_by(user).await,
        }
    }

    /// Removes a user: every way in ends, and what they invited. Which accounts the heir got.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `role` when they are the last admin who can sign in, for `accounts` while they own some.
    pub async fn remove_user(
        &self,
        user: &UserId,
        heir: Option<&UserId>,
    ) -> Result<Vec<AccountId>, AppError> {
        let now = self.clock.now();
        let moved = self.household.remove_user(user, heir, now).await?;
        self.revoke_invitations_by(user).await?;
        let sign_in = format!("{SIGN_IN}{user}");
        self.household.withdraw_once(&sign_in, now).await?;
        Ok(moved)
    }

    /// Whether nobody else is an admin who can sign in.
    ///
    /// # Errors
    /// The store's.
    pub async fn is_last_admin(&self, user: &User) -> Result<bool, AppError> {
        if user.role != Role::Admin {
            return Ok(false);
        }
        for other in self.household.users().await? {
            let admin = other.role == Role::Admin && other.id != user.id;
            if admin && self.has_password(&other).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// This moment, on the clock sessions, words and locks run on.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whoever holds the data directory, for the command line: the first admin, made without a password if there is none.
    ///
    /// # Errors
    /// The store's.
    pub async fn local_owner(&self) -> Result<User, AppError> {
        let mut admins = self.household.users().await?;
        admins.retain(|user| user.role == Role::Admin);
        admins.sort_by_key(|user| user.created_at);
        for admin in &admins {
            if self.has_password(admin).await? {
                return Ok(admin.clone());
            }
        }
        if let Some(admin) = admins.into_iter().next() {
            return Ok(admin);
        }
        let made = self
            .store_user("owner".to_owned(), Role::Admin, NO_PASSWORD.to_owned())
            .await;
        match made {
            // Another command was first.
            Err(AppError::Invalid(_)) => self.without_password().await?.ok_or(AppError::Forbidden),
            made => made,
        }
    }

    /// Whether some admin can sign in.
    ///
    /// # Errors
    /// The store's.
    pub async fn is_set_up(&self) -> Result<bool, AppError> {
        for user in self.household.users().await? {
            if user.role == Role::Admin && self.has_password(&user).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn has_password(&self, user: &User) -> Result<bool, AppError> {
        let found = self.household.user_by_name(&user.name).await?;
        Ok(found.is_some_and(|(_, hash)| hash != NO_PASSWORD))
    }

    /// A word that lets one person set up the first admin, within a day.
    ///
    /// # Errors
    /// The store's.
    pub async fn setup_word(&self) -> Result<Secret, AppError> {
        self.once(SETUP.to_owned()).await
    }

    /// A word that signs one user in once, within a day.
    ///
    /// # Errors
    /// The store's.
    pub async fn sign_in_word(&self, user: &UserId) -> Result<Secret, AppError> {
        self.once(format!("{SIGN_IN}{user}")).await
    }

    async fn once(&self, purpose: String) -> Result<Secret, AppError> {
        let until = hours_after(self.clock.now(), ONCE_HOURS);
        self.once_until(purpose, until).await
    }

    async fn once_until(&self, purpose: String, until: Timestamp) -> Result<Secret, AppError> {
        let word = fresh_word("")?;
        self.household
            .add_once(&hash_word(word.reveal()), &purpose, until)
            .await?;
        Ok(word)
    }

    /// Makes the first admin with the set-up word. The word is used up only by input that is good.
    ///
    /// # Errors
    /// [`AppError::SignIn`] when the word is unknown, over or used; [`AppError::Invalid`] for name and password.
    pub async fn set_up(
        &self,
        word: &str,
        name: &str,
        password: &Secret,
    ) -> Result<User, AppError> {
        let name = user_name(name)?;
        let hash = self.checked_hash(password).await?;
        if self
            .household
            .user_by_name(&name)
            .await?
            .is_some_and(|(_, hash)| hash != NO_PASSWORD)
        {
            return Err(name_taken());
        }
        if self.use_word(word).await?.as_deref() != Some(SETUP) || self.is_set_up().await? {
            return Err(AppError::SignIn);
        }
        self.first_admin(name, hash).await
    }

    async fn first_admin(&self, name: String, hash: String) -> Result<User, AppError> {
        let Some(owner) = self.without_password().await? else {
            return self.store_user(name, Role::Admin, hash).await;
        };
        // What the command line made before is theirs from now on.
        if owner.name != name {
            self.household.rename_user(&owner.id, &name).await?;
        }
        self.household.set_password(&owner.id, hash).await?;
        Ok(self.household.user(&owner.id).await?)
    }

    /// The admin that the command line made for itself.
    async fn without_password(&self) -> Result<Option<User>, AppError> {
        for user in self.household.users().await? {
            if user.role == Role::Admin && !self.has_password(&user).await? {
                return Ok(Some(user));
            }
        }
        Ok(None)
    }

    /// The user a sign-in word was made for; the word is used up.
    ///
    /// # Errors
    /// [`AppError::SignIn`] when the word is unknown, over or used.
    pub async fn use_sign_in_word(&self, word: &str) -> Result<User, AppError> {
        let purpose = self.use_word(word).await?;
        let Some(user) = purpose
            .as_deref()
            .and_then(|purpose| purpose.strip_prefix(SIGN_IN))
        else {
            return Err(AppError::SignIn);
        };
        Ok(self.household.user(&UserId::from(user)).await?)
    }

    async fn use_word(&self, word: &str) -> Result<Option<String>, AppError> {
        Ok(self
            .household
            .use_once(&hash_word(word), self.clock.now())
            .await?)
    }

    /// Makes an API token. The first value is the token, shown once.
    ///
    /// # Errors
    /// The store's.
    pub async fn add_token(
        &self,
        user: &UserId,
        name: &str,
        scope: Scope,
    ) -> Result<(Secret, ApiToken), AppError> {
        let now = self.clock.now();
        let secret = fresh_word("dbn_")?;
        let token = ApiToken {
            id: UserId::new(now, (self.chance)()).as_str().to_owned(),
            user: user.clone(),
            name: name.trim().to_owned(),
            scope,
            created_at: now,
            used_at: None,
        };
        self.household
            .add_token(token.clone(), &hash_word(secret.reveal()))
            .await?;
        Ok((secret, token))
    }

    /// Who holds this API token.
    ///
    /// # Errors
    /// The store's.
    pub async fn by_token(&self, token: &str) -> Result<Option<Actor>, AppError> {
        let found = self.by_named_token(token).await?;
        Ok(found.map(|(actor, _)| actor))
    }

    /// The same with the id the token is listed under.
    ///
    /// # Errors
    /// The store's.
    pub async fn by_named_token(&self, token: &str) -> Result<Option<(Actor, String)>, AppError> {
        let Some(token) = self
            .household
            .token(&hash_word(token), self.clock.now())
            .await?
        else {
            return Ok(None);
        };
        let user = self.household.user(&token.user).await?;
        let actor = Actor {
            scope: token.scope,
            ..Actor::whole(&user)
        };
        Ok(Some((actor, token.id)))
    }

    async fn checked_hash(&self, password: &Secret) -> Result<String, AppError> {
        let length = password.reveal().chars().count();
        if length < PASSWORD_CHARS || password.reveal().len() > PASSWORD_BYTES {
            return Err(AppError::Invalid(InvalidInput::new(
                "password",
                format!("至少 {PASSWORD_CHARS} 个字符，最多 {PASSWORD_BYTES} 字节"),
                format!("at least {PASSWORD_CHARS} characters, at most {PASSWORD_BYTES} bytes"),
            )));
        }
        self.hash(password).await
    }

    async fn hash(&self, password: &Secret) -> Result<String, AppError> {
        let password = password.clone();
        self.hashing(move || {
            Ok(argon2()?
                .hash_password(bounded(&password))
                .map_err(broken)?
                .to_string())
        })
        .await
    }

    async fn verify(&self, password: &Secret, hash: String) -> Result<bool, AppError> {
        let password = password.clone();
        self.hashing(move || {
            let Ok(hash) = PasswordHash::new(&hash) else {
                return Ok(false);
            };
            Ok(argon2()?.verify_password(bounded(&password), &hash).is_ok())
        })
        .await
    }

    async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
    ) -> Result<T, AppError> {
        let _permit = self.hashing.acquire().await.map_err(broken)?;
        tokio::task::spawn_blocking(work).await.map_err(broken)?
    }
}

/// Argon2id with 19 MiB, two passes, one lane: OWASP's password storage cheat sheet, 2024 (*documented*).
fn argon2() -> Result<Argon2<'static>, AppError> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn bounded(password: &Secret) -> &[u8] {
    let bytes = password.reveal().as_bytes();
    &bytes[..bytes.len().min(PASSWORD_BYTES)]
}

fn broken(error: impl std::fmt::Display) -> AppError {
    AppError::Internal(error.to_string())
}

/// Until when a user is locked after so many failures in a row.
fn lock(failures: u32, now: Timestamp) -> Option<Timestamp> {
    let beyond = failures.checked_sub(FAILURES_ALLOWED)?;
    let minutes = LOCK_MINUTES
        .saturating_mul(1 << beyond.min(10))
        .min(LOCK_MINUTES_MOST);
    Timestamp::from_second(now.as_second() + minutes * 60).ok()
}

fn hours_after(now: Timestamp, hours: i64) -> Timestamp {
    Timestamp::from_second(now.as_second() + hours * 3600).unwrap_or(Timestamp::MAX)
}

/// 256 bits of the system's randomness, safe in an address.
fn fresh_word(prefix: &str) -> Result<Secret, AppError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(broken)?;
    Ok(Secret::new(format!(
        "{prefix}{}",
        URL_SAFE_NO_PAD.encode(bytes)
    )))
}

/// What is stored of a word, cookie or token: SHA-256 in hex. They are random, so no salt and no stretching is needed.
pub fn hash_word(word: &str) -> String {
    Sha256::digest(word.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

fn user_name(name: &str) -> Result<String, AppError> {
    let name = name.trim();
    let good = !name.is_empty()
        && name.chars().count() <= 64
        && !name.chars().any(|c| is_hidden(c) || c.is_whitespace());
    if !good {
        return Err(AppError::Invalid(InvalidInput::new(
            "name",
            "用户名应为 1 到 64 个字符，不含空格",
            "should be 1 to 64 characters without blanks",
        )));
    }
    Ok(name.to_owned())
}

fn name_taken() -> AppError {
    AppError::Invalid(InvalidInput::new("name", "这个用户名已有人用", "is taken"))
}

/// Why somebody may not do something.
pub fn not_allowed() -> Text {
    Text::new("没有权限", "not allowed")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn locks_grow_and_end() {
        let now: Timestamp = "2026-11-22T04:00:00Z".parse().unwrap();
        let minutes =
            |failures| lock(failures, now).map(|until| (until.as_second() - now.as_second()) / 60);
        assert_eq!(minutes(4), None);
        assert_eq!(minutes(5), Some(15));
        assert_eq!(minutes(6), Some(30));
        assert_eq!(minutes(8), Some(120));
        assert_eq!(minutes(u32::MAX), Some(24 * 60));
    }

    #[test]
    fn words_are_long_and_never_the_same() {
        let (one, two) = (fresh_word("dbn_").unwrap(), fresh_word("dbn_").unwrap());
        assert!(one.reveal().starts_with("dbn_") && one.reveal().len() == 47);
        assert_ne!(one.reveal(), two.reveal());
        assert_eq!(hash_word(one.reveal()).len(), 64);
    }

    #[test]
    fn names_have_a_form() {
        for bad in [
            "",
            "  ",
            "a b",
            "a\nb",
            "\u{202e}nimda",
            "a\u{200b}",
            &"x".repeat(65),
        ] {
            assert!(user_name(bad).is_err(), "{bad:?}");
        }
        assert_eq!(user_name(" 小王 ").unwrap(), "小王");
    }
}
