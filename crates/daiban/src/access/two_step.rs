//! The second step of signing in: a code from an app on the phone, or a recovery code. Wrong codes count as wrong passwords
//! do, and a code is taken once.

use std::net::IpAddr;

use daiban_core::{Timestamp, household::User, id::UserId, invalid::InvalidInput, secret::Secret};
use jiff::SignedDuration;

use super::{Access, broken, fresh_word, hash_word, totp};
use crate::app::AppError;

/// What the word between the two steps is good for, followed by the user's id.
const SECOND: &str = "second/";
/// Between password and code.
const HALF_WAY_MIN: i64 = 5;
/// Recovery codes made at a time.
const RECOVERY_CODES: usize = 10;
/// Bytes of a secret: 160 bits.
const SECRET_BYTES: usize = 20;
/// Bytes of a recovery code: 80 bits, so that a plain hash of it is enough.
const RECOVERY_BYTES: usize = 10;

/// What came of a right password.
#[derive(Debug)]
pub enum FirstStep {
    /// They are in.
    In(User),
    /// A code is missing. This word stands for the password meanwhile; it is good for five minutes.
    Code(Secret),
}

/// A second step that is being set up, for the app on the phone.
#[derive(Debug, Clone, PartialEq)]
pub struct TwoStepSetUp {
    /// In base32, to be typed in.
    pub secret: Secret,
    /// The address in the QR code, `otpauth://…`.
    pub address: Secret,
}

impl Access {
    /// The first step of signing in.
    ///
    /// # Errors
    /// As [`Access::check_password_from`].
    pub async fn first_step(
        &self,
        from: Option<IpAddr>,
        name: &str,
        password: &Secret,
    ) -> Result<FirstStep, AppError> {
        let user = self.check_password_from(from, name, password).await?;
        self.past_first_step(user).await
    }

    /// Somebody has proved who they are, by a password or a one-time link: in, unless a code is missing.
    ///
    /// # Errors
    /// The store's.
    pub async fn past_first_step(&self, user: User) -> Result<FirstStep, AppError> {
        if !self.has_two_step(&user.id).await? {
            return Ok(FirstStep::In(user));
        }
        let purpose = format!("{SECOND}{}", user.id);
        let until = minutes_after(self.clock.now(), HALF_WAY_MIN);
        Ok(FirstStep::Code(self.once_until(purpose, until).await?))
    }

    /// The second step: the word of the first one, and a code. Only a right code uses the word up.
    ///
    /// # Errors
    /// [`AppError::SignIn`] when the word is unknown, over or used; [`AppError::Invalid`] for the code;
    /// [`AppError::Locked`] after too many.
    pub async fn second_step(
        &self,
        from: Option<IpAddr>,
        word: &str,
        code: &str,
    ) -> Result<User, AppError> {
        let user = self.half_way(word).await?.ok_or(AppError::SignIn)?;
        self.admit(from)?;
        self.check_code(&user.id, code).await?;
        self.forgive(from);
        match self.use_word(word).await? {
            Some(_) => Ok(user),
            None => Err(AppError::SignIn),
        }
    }

    /// Who is between the two steps with this word.
    ///
    /// # Errors
    /// The store's.
    pub async fn half_way(&self, word: &str) -> Result<Option<User>, AppError> {
        let found = self
            .household
            .look_at_once(&hash_word(word), self.clock.now())
            .await?;
        match found
            .as_deref()
            .and_then(|found| found.strip_prefix(SECOND))
        {
            Some(user) => Ok(Some(self.household.user(&UserId::from(user)).await?)),
            None => Ok(None),
        }
    }

    /// Whether a code is asked of a user.
    ///
    /// # Errors
    /// The store's.
    pub async fn has_two_step(&self, user: &UserId) -> Result<bool, AppError> {
        let two_step = self.household.two_step(user).await?;
        Ok(two_step.is_some_and(|two_step| two_step.confirmed_at.is_some()))
    }

    /// Takes a code of the app or a recovery code. Each is good once.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `code`; [`AppError::Locked`] after too many wrong ones.
    pub async fn check_code(&self, user: &UserId, code: &str) -> Result<(), AppError> {
        self.count_failure(user).await?;
        if !self.takes(user, &plain(code)).await? {
            return Err(wrong_code());
        }
        Ok(self.household.set_failures(user, 0, None).await?)
    }

    async fn takes(&self, user: &UserId, code: &str) -> Result<bool, AppError> {
        let found = self.household.two_step(user).await?;
        let Some(two_step) = found.filter(|it| it.confirmed_at.is_some()) else {
            return Ok(false);
        };
        let now = self.clock.now();
        if let Some(step) = totp::step_of(two_step.secret.reveal(), code, now.as_second()) {
            return Ok(self.household.use_step(user, step).await?);
        }
        let hash = recovery_hash(user, code);
        Ok(self.household.use_recovery_code(user, &hash, now).await?)
    }

    /// Begins to set a second step up with a fresh secret. Nothing is asked for before [`Access::confirm_two_step`].
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is one already.
    pub async fn begin_two_step(&self, user: &UserId) -> Result<(), AppError> {
        let mut bytes = [0_u8; SECRET_BYTES];
        getrandom::fill(&mut bytes).map_err(broken)?;
        let secret = Secret::new(totp::base32(&bytes));
        Ok(self.household.begin_two_step(user, &secret).await?)
    }

    /// The second step that is being set up, if one is.
    ///
    /// # Errors
    /// The store's.
    pub async fn two_step_set_up(&self, user: &User) -> Result<Option<TwoStepSetUp>, AppError> {
        let found = self.household.two_step(&user.id).await?;
        let Some(pending) = found.filter(|it| it.confirmed_at.is_none()) else {
            return Ok(None);
        };
        let name =
            percent_encoding::utf8_percent_encode(&user.name, percent_encoding::NON_ALPHANUMERIC);
        let secret = pending.secret;
        let address = format!(
            "otpauth://totp/daiban:{name}?secret={}&issuer=daiban",
            secret.reveal()
        );
        Ok(Some(TwoStepSetUp {
            address: Secret::new(address),
            secret,
        }))
    }

    /// Asks for codes from now on, when this one shows that the app has the secret. The recovery codes are shown this once.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for `code`; [`AppError::NotFound`] when nothing is being set up.
    pub async fn confirm_two_step(
        &self,
        user: &UserId,
        code: &str,
    ) -> Result<Vec<Secret>, AppError> {
        let now = self.clock.now();
        let found = self.household.two_step(user).await?;
        let pending = found
            .filter(|it| it.confirmed_at.is_none())
            .ok_or_else(|| AppError::NotFound {
                what: "two-step set-up",
                id: user.to_string(),
            })?;
        let secret = pending.secret.reveal();
        let step = totp::step_of(secret, &plain(code), now.as_second()).ok_or_else(wrong_code)?;
        let (codes, hashes) = recovery_codes(user)?;
        self.household
            .confirm_two_step(user, step, now, &hashes)
            .await?;
        Ok(codes)
    }

    /// New recovery codes in place of all that were there, shown this once.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when no second step is asked for.
    pub async fn renew_recovery_codes(&self, user: &UserId) -> Result<Vec<Secret>, AppError> {
        let (codes, hashes) = recovery_codes(user)?;
        self.household.renew_recovery_codes(user, &hashes).await?;
        Ok(codes)
    }

    /// Asks for no code any more.
    ///
    /// # Errors
    /// The store's.
    pub async fn end_two_step(&self, user: &UserId) -> Result<(), AppError> {
        Ok(self.household.end_two_step(user).await?)
    }

    /// Notes that a code was given in a session.
    ///
    /// # Errors
    /// The store's.
    pub async fn freshen(&self, session: &str) -> Result<(), AppError> {
        Ok(self
            .household
            .freshen_session(session, self.clock.now())
            .await?)
    }

    /// The hash under which a browser is known, and its cookie, made when it has none.
    ///
    /// # Errors
    /// [`AppError::Internal`] without randomness.
    pub fn device(&self, cookie: Option<&str>) -> Result<(Secret, String), AppError> {
        let cookie = match cookie {
            Some(cookie) => Secret::from(cookie),
            None => fresh_word("")?,
        };
        let hash = hash_word(cookie.reveal());
        Ok((cookie, hash))
    }
}

fn wrong_code() -> AppError {
    AppError::Invalid(InvalidInput::new(
        "code",
        "验证码不对，或者已经用过",
        "is wrong, or was used already",
    ))
}

/// As people type it: blanks and dashes aside, in capitals.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    letters.map(|letter| letter.to_ascii_uppercase()).collect()
}

/// Fresh ones, and what is stored of them.
fn recovery_codes(user: &UserId) -> Result<(Vec<Secret>, Vec<String>), AppError> {
    let codes: Vec<Secret> = std::iter::repeat_with(recovery_code)
        .take(RECOVERY_CODES)
        .collect::<Result<_, _>>()?;
    let hashes = codes
        .iter()
        .map(|code| recovery_hash(user, &plain(code.reveal())));
    let hashes = hashes.collect();
    Ok((codes, hashes))
}

/// `ABCD-EFGH-IJKL-MNOP`
fn recovery_code() -> Result<Secret, AppError> {
    let mut bytes = [0_u8; RECOVERY_BYTES];
    getrandom::fill(&mut bytes).map_err(broken)?;
    let letters = totp::base32(&bytes);
    let groups: Vec<&str> = [0, 4, 8, 12]
        .into_iter()
        .filter_map(|from| letters.get(from..from + 4))
        .collect();
    Ok(Secret::new(groups.join("-")))
}

fn recovery_hash(user: &UserId, code: &str) -> String {
    hash_word(&format!("recovery/{user}/{code}"))
}

fn minutes_after(now: Timestamp, minutes: i64) -> Timestamp {
    let later = now.checked_add(SignedDuration::from_mins(minutes));
    later.unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn recovery_codes_are_long_and_read_back_as_typed() {
        let (one, other) = (recovery_code().unwrap(), recovery_code().unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), 19);
        let typed = one.reveal().to_lowercase().replace('-', " ");
        assert_eq!(plain(&typed), plain(one.reveal()));
        assert_eq!(plain(" 123 456\n"), "123456");
    }
}
