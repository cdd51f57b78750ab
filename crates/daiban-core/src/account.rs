//! One sign-in at one service, owned by one user.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Text, Timestamp,
    id::{AccountId, UserId},
    secret::Secret,
    service::Service,
};

/// Where an account stands. There is no way back to `New`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Never signed in.
    New,
    /// Signed in, as far as we know.
    Ready,
    /// Was signed in; the owner must do it again.
    SignInLost,
}

impl AccountState {
    /// The word used in JSON and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ready => "ready",
            Self::SignInLost => "sign_in_lost",
        }
    }
}

/// Plain settings of an account, as its owner gave them.
pub type Settings = BTreeMap<String, String>;

/// Sealed values of an account: tokens, passwords, ID numbers, phones.
pub type Secrets = BTreeMap<String, Secret>;

/// One sign-in at one service. Secrets are never part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Its name in commands and addresses.
    pub id: AccountId,
    /// The owner.
    pub user: UserId,
    /// Where.
    pub service: Service,
    /// What the owner calls it.
    pub name: String,
    /// Where it stands.
    pub state: AccountState,
    /// What is wrong with it, if anything.
    pub problem: Option<Text>,
    /// Plain settings.
    pub settings: Settings,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last signed in.
    pub signed_in_at: Option<Timestamp>,
    /// Whether the household's members see and use it, and not its owner alone. Only the owner changes it.
    #[serde(default)]
    pub shared: bool,
}
