//! The port that web, command line and notices use. Nothing behind it shows which engine runs.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Text, Timestamp,
    ask::Answer,
    call::{Call, NewCall},
    errand::{Incoming, Phase, Snapshot},
    id::{AccountId, AskId, CallId, ErrandId, EventId, LookoutKey, UserId},
    invalid::InvalidInput,
    lifecycle::Verb,
    store::{Delivered, StoreError},
};

/// Why the engine did not do what it was told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The input was refused.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
    /// The verb makes no sense now.
    #[error("{}", .0.en)]
    NotNow(Text),
    /// The rows cannot be written or read.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Invalid(invalid) => Self::Invalid(invalid),
            other => Self::Store(other),
        }
    }
}

/// A wish to be carried from now on.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// Whose.
    pub user: UserId,
    /// As whom.
    pub account: AccountId,
    /// `permit.keep` and the like.
    pub kind: String,
    /// Wishes as read by the descriptor.
    pub wishes: Value,
    /// Made by daiban itself.
    pub internal: bool,
}

/// How the engine is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// Whether it takes work.
    pub taking_work: bool,
    /// Why not.
    pub why: Option<Text>,
    /// When it last finished a round.
    pub last_round: Option<Timestamp>,
    /// Passes run since it started.
    pub passes: u64,
    /// Lateness of the last rounds' passes in milliseconds: median, 99th per cent, worst.
    pub lateness_ms: (u64, u64, u64),
}

/// Runs errands.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Begins an errand.
    async fn start(&self, start: Start) -> Result<ErrandId, EngineError>;

    /// Tells an errand something, once per event id.
    async fn deliver(
        &self,
        errand: &ErrandId,
        event: EventId,
        incoming: Incoming,
    ) -> Result<Delivered, EngineError>;

    /// A person's verb: run, pause, resume, cancel.
    async fn tell(&self, errand: &ErrandId, verb: Verb) -> Result<Phase, EngineError>;

    /// A person's answer to an ask.
    async fn answer(&self, ask: &AskId, answer: Answer) -> Result<(), EngineError>;

    /// The same, noting whose answer it was. The default does not note it.
    async fn answer_by(
        &self,
        ask: &AskId,
        answer: Answer,
        _by: &UserId,
    ) -> Result<(), EngineError> {
        self.answer(ask, answer).await
    }

    /// A person's own command: intent stored, sent once, settled like any act.
    async fn command(&self, call: NewCall) -> Result<CallId, EngineError>;

    /// A call, to see what became of it.
    async fn call(&self, call: &CallId) -> Result<Call, EngineError>;

    /// An account was signed in by other means (a pasted token): lets what waited go on.
    async fn signed_in(&self, account: &AccountId) -> Result<(), EngineError>;

    /// An observation made elsewhere: stored, numbered, and everybody who watches is woken.
    async fn wake(&self, key: &LookoutKey, snapshot: Snapshot) -> Result<(), EngineError>;

    /// How it is.
    async fn health(&self) -> Health;
}
