//! A call: one visit to a service on behalf of an errand or a person.
//!
//! A *look* only reads and may be repeated. An *act* changes the world: its intent is stored before its first byte
//! leaves, and while its outcome is unsure it is never sent again.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Text, Timestamp,
    error::ServiceError,
    id::{AccountId, CallId, ErrandId},
    service::Service,
};

/// Whether a call reads or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// Only reads; may be repeated.
    Look,
    /// Changes the world; never repeated blindly.
    Act,
}

/// A call as an errand makes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewCall {
    /// The errand's own word for it, given back with the outcome.
    pub tag: String,
    /// Reads or changes.
    pub nature: Nature,
    /// With which service.
    pub service: Service,
    /// As whom. A look at something public needs nobody.
    pub account: Option<AccountId>,
    /// What to do, in the provider's own terms: `{"do": "...", ...}`. Never a secret: it is stored as it is.
    pub body: Value,
    /// Not before this moment.
    pub not_before: Option<Timestamp>,
}

impl NewCall {
    /// A look as an account.
    pub fn look(tag: &str, service: Service, account: &AccountId, body: Value) -> Self {
        Self {
            tag: tag.to_owned(),
            nature: Nature::Look,
            service,
            account: Some(account.clone()),
            body,
            not_before: None,
        }
    }

    /// An act as an account.
    pub fn act(tag: &str, service: Service, account: &AccountId, body: Value) -> Self {
        Self {
            nature: Nature::Act,
            ..Self::look(tag, service, account, body)
        }
    }

    /// Not before that moment.
    #[must_use]
    pub fn not_before(mut self, moment: Timestamp) -> Self {
        self.not_before = Some(moment);
        self
    }
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// Stored; nothing has left.
    Queued,
    /// Marked as sent; something may have left.
    Sent,
    /// An act whose outcome is being asked for.
    Unsure,
    /// Over; the outcome is stored.
    Settled,
    /// Withdrawn before anything left.
    Withdrawn,
}

/// Whether a call cost money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Charged {
    /// Billed.
    Yes,
    /// Not billed.
    No,
    /// Cannot be known from here; counted as billed.
    Maybe,
}

/// A stored call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Its name.
    pub id: CallId,
    /// For which errand; a person's command has none.
    pub errand: Option<ErrandId>,
    /// What was intended.
    #[serde(flatten)]
    pub call: NewCall,
    /// Where it stands.
    pub state: CallState,
    /// When the intent was stored.
    pub intended_at: Timestamp,
    /// When the engine looks at it next.
    pub due: Timestamp,
    /// When it was last marked as sent.
    pub sent_at: Option<Timestamp>,
    /// When the outcome was stored.
    pub settled_at: Option<Timestamp>,
    /// How often its outcome was asked for.
    pub tries: u32,
    /// How it ended. What a look saw is told to its errand and not kept here: it may be where somebody's car stands.
    pub outcome: Option<Outcome>,
    /// Whether it cost money; `None` where nothing is billed.
    pub charged: Option<Charged>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What was seen, or the act's result.
    Done(Value),
    /// Surely no effect: the service said no, or nothing left this machine.
    Failed(ServiceError),
    /// An act that was unsure and, as the service itself now shows, did not happen.
    DidNotHappen(Text),
    /// An act of which nobody can say whether it happened. Never repeated by itself.
    Unknown(Text),
}

impl Outcome {
    /// The outcome of a look or a settled act as a result.
    pub fn into_result(self) -> Result<Value, ServiceError> {
        match self {
            Self::Done(value) => Ok(value),
            Self::Failed(error) => Err(error),
            Self::DidNotHappen(text) => Err(ServiceError::Unreachable { text }),
            Self::Unknown(text) => Err(ServiceError::Unsure { text }),
        }
    }
}
