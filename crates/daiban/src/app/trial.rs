//! A sign-in is tried out with one look before it is stored, and is not added twice.
//!
//! A page stores nothing that the service refuses, and asks its reader before it stores what could not be tried out. A
//! script, which nobody reads along with, gets what it has always got: its account is stored and says what is wrong with it.
//! Secrets that the service refuses never take the place of those an account has.

use std::collections::BTreeMap;

use daiban_core::{
    Text, Timestamp,
    account::{Account, AccountState, Secrets},
    call::NewCall,
    error::ServiceError,
    id::UserId,
    invalid::InvalidInput,
    service::Service,
};
use daiban_engine::{Trial, Tried};
use serde::{Deserialize, Deserializer};

use super::{App, AppError};

/// So many sign-ins of one service are tried out for one person within [`TRIALS_WITHIN_S`].
const MOST_TRIALS: usize = 20;
const TRIALS_WITHIN_S: i64 = 3600;

/// How far new secrets are tried out before they are stored. In JSON `"unchecked"`: `true`, `false` or left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TrialWish {
    /// Left out: tried; a new account is stored either way and says what the service said.
    #[default]
    Usual,
    /// `false`: only what the service has taken is stored.
    Strict,
    /// `true`: stored as it is, without a look.
    Unchecked,
}

impl<'de> Deserialize<'de> for TrialWish {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match Option::<bool>::deserialize(from)? {
            None => Self::Usual,
            Some(false) => Self::Strict,
            Some(true) => Self::Unchecked,
        })
    }
}

/// When sign-ins were tried out last, so that nobody guesses tokens through this house.
pub(super) type Trials = BTreeMap<(UserId, Service), Vec<Timestamp>>;

/// A trial that is over, with what it was made of.
pub(super) struct Over {
    proof: NewCall,
    result: Result<serde_json::Value, ServiceError>,
    /// Whether the secrets are stored already.
    pub(super) is_kept: bool,
}

impl App {
    /// Adds an account that was tried out as wished.
    pub(super) async fn add_tried(
        &self,
        account: Account,
        secrets: Secrets,
        wish: TrialWish,
    ) -> Result<Account, AppError> {
        let tried = self.tried(&account, &secrets, false, wish).await;
        let over = match tried {
            Ok(over) => over,
            Err(error) => {
                // What the service set on the way goes with the account that is not there.
                self.household()
                    .unseal(&format!("jar/{}", account.id))
                    .await?;
                return Err(error);
            }
        };
        if !over.as_ref().is_some_and(|over| over.is_kept) {
            self.household()
                .add_account(account.clone(), secrets)
                .await?;
        }
        match over {
            Some(over) => self.note_trial(&account, over).await?,
            None if wish == TrialWish::Unchecked => self.note_unchecked(&account).await?,
            None => {}
        }
        Ok(self.household().account(&account.id).await?)
    }

    /// Tries out changed secrets of an account that has a row.
    pub(super) async fn try_anew(
        &self,
        account: &Account,
        secrets: &Secrets,
        wish: TrialWish,
    ) -> Result<Option<Over>, AppError> {
        self.tried(account, secrets, true, wish).await
    }

    /// `None`: there was nothing to try, or it was not wished.
    async fn tried(
        &self,
        account: &Account,
        secrets: &Secrets,
        is_stored: bool,
        wish: TrialWish,
    ) -> Result<Option<Over>, AppError> {
        let provider = self.provider(account.service)?;
        let proof = provider.proof(account, secrets);
        let Some(proof) = proof.filter(|_| wish != TrialWish::Unchecked) else {
            return Ok(None);
        };
        self.count_trial(account)?;
        let trial = Trial {
            account,
            secrets,
            is_stored,
            proof: &proof,
        };
        let Tried { result, is_kept } = self.parts.desk.try_out(&trial).await;
        match result {
            // Exchanged tokens are kept whatever else is wrong: those that were given are void now.
            Err(error) if !is_kept && stops(&error, is_stored, wish) => Err(error.into()),
            result => Ok(Some(Over {
                proof,
                result,
                is_kept,
            })),
        }
    }

    /// Marks a stored account by what its trial saw.
    pub(super) async fn note_trial(&self, account: &Account, over: Over) -> Result<(), AppError> {
        let desk = &self.parts.desk;
        desk.note_trial(account, &over.proof, over.result.as_ref())
            .await?;
        let words = over.result.err().map(|error| error.text().clone());
        self.note_problem(account, words).await
    }

    /// Nothing is known of it yet.
    pub(super) async fn note_unchecked(&self, account: &Account) -> Result<(), AppError> {
        let has_look = self.provider(account.service)?;
        let secrets = self.household().secrets(&account.id).await?;
        if has_look.proof(account, &secrets).is_none() {
            return Ok(());
        }
        let text = Text::new(
            "存下时没有试过，还不知道能不能用",
            "stored without a trial; whether it works is not known yet",
        );
        self.note_problem(account, Some(text)).await
    }

    /// The state is what the desk made of it; what else may be wrong is told beside it.
    pub(super) async fn note_problem(
        &self,
        account: &Account,
        words: Option<Text>,
    ) -> Result<(), AppError> {
        let stored = self.household().account(&account.id).await?;
        if stored.problem != words {
            self.household()
                .set_account_state(&account.id, stored.state, words, self.now())
                .await?;
        }
        Ok(())
    }

    fn count_trial(&self, account: &Account) -> Result<(), AppError> {
        let now = self.now();
        let since = now.as_second() - TRIALS_WITHIN_S;
        let mut trials = self
            .trials
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let made = trials
            .entry((account.user.clone(), account.service))
            .or_default();
        made.retain(|at| at.as_second() > since);
        if made.len() >= MOST_TRIALS {
            return Err(AppError::Service(too_many()));
        }
        made.push(now);
        Ok(())
    }

    /// Refuses an account of its owner that is there already: the same login, token or car.
    pub(super) async fn must_be_new(
        &self,
        account: &Account,
        secrets: &Secrets,
    ) -> Result<(), AppError> {
        let provider = self.provider(account.service)?;
        let given = provider.known_by(&account.settings, secrets);
        if given.is_empty() {
            return Ok(());
        }
        for other in self.household().accounts(Some(&account.user)).await? {
            if other.service != account.service || other.id == account.id {
                continue;
            }
            let theirs = self.household().secrets(&other.id).await?;
            let known = provider.known_by(&other.settings, &theirs);
            if let Some((field, _)) = given.iter().find(|one| known.contains(one)) {
                return Err(there_already(field, &other));
            }
        }
        Ok(())
    }
}

/// Whether nothing is stored after that.
fn stops(error: &ServiceError, is_stored: bool, wish: TrialWish) -> bool {
    wish == TrialWish::Strict || (is_stored && is_no(error))
}

/// The service has heard and says no. Everything else leaves open whether the sign-in is good.
fn is_no(error: &ServiceError) -> bool {
    matches!(
        error,
        ServiceError::SignInLost { .. } | ServiceError::Refused { .. }
    )
}

fn there_already(field: &str, other: &Account) -> AppError {
    let lost = other.state == AccountState::SignInLost;
    let (zh, en) = match lost {
        true => (
            "，它的登录失效了，到那里重新登录就行",
            "; its sign-in is lost, sign in again there",
        ),
        false => ("", ""),
    };
    AppError::Settings(InvalidInput::new(
        field,
        format!("已经有了：就是账号「{}」{zh}", other.name),
        format!("is there already: it is the account {:?}{en}", other.name),
    ))
}

fn too_many() -> ServiceError {
    ServiceError::Busy {
        retry_after_s: Some(600),
        text: Text::new(
            "一小时里试登录太多次了，过一会儿再试",
            "too many sign-ins tried within an hour; try again later",
        ),
    }
}
