//! The port to people's phones.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    account::{Secrets, Settings},
    id::{ChannelId, UserId},
    notice::Severity,
};

/// A way to reach a person. Its secrets are sealed and passed apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// Its name in commands and addresses.
    pub id: ChannelId,
    /// Whose it is.
    pub user: UserId,
    /// `webhook`, `email`, `wecom_robot`, …
    pub kind: String,
    /// What the owner calls it.
    pub name: String,
    /// Plain settings.
    pub settings: Settings,
}

/// A message ready to be sent, in the owner's language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Stays the same over retries, so that a receiver can drop a double.
    pub id: String,
    /// When it was made.
    pub at: Timestamp,
    /// How much it matters.
    pub severity: Severity,
    /// What happened, to what.
    pub title: String,
    /// What to do, by when.
    pub body: String,
    /// Where to do it.
    pub link: Option<String>,
}

/// What came of sending. Success is what the provider's *body* says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "receipt", rename_all = "snake_case")]
pub enum Receipt {
    /// The provider took it.
    Sent {
        /// Its words.
        answer: String,
    },
    /// Not now.
    Retry {
        /// Seconds to wait, when the provider said so.
        after_s: Option<u32>,
        /// Its words.
        answer: String,
    },
    /// Never; the owner must mend the channel.
    Failed {
        /// Its words.
        answer: String,
    },
}

/// Sends messages.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Sends one message over one channel and judges the answer.
    async fn send(&self, channel: &Channel, secrets: &Secrets, message: &Message) -> Receipt;
}
