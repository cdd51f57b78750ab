//! Something only a person can do, stored with its deadline, picture and answer.

use serde::{Deserialize, Serialize};

use crate::{
    Text, Timestamp,
    id::{AccountId, AskId, ErrandId, UserId},
    service::Service,
};

/// What kind of thing the person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskKind {
    /// Scan a QR code.
    Qr,
    /// Read a picture and type what it says.
    Captcha,
    /// Tap points on a picture.
    Points,
    /// Type the code from a text message.
    Sms,
    /// Type something.
    Text,
    /// Say yes or no. Silence means no.
    Approve,
}

/// Where an ask stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskState {
    /// Waiting for a person.
    Open,
    /// A person answered.
    Answered,
    /// The deadline passed, or it is no longer needed.
    Expired,
}

/// An ask as an errand makes it. The engine gives it an id and stores it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewAsk {
    /// The errand's own word for it, given back with the answer.
    pub tag: String,
    /// What the person does.
    pub kind: AskKind,
    /// One line: what it is for.
    pub title: Text,
    /// The facts needed to answer. They stay on its page.
    pub body: Text,
    /// What the message about it says instead, where the facts are not for channels; `None`: the facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Text>,
    /// PNG or JPEG bytes in base64.
    pub picture: Option<String>,
    /// After this moment the errand is told that nobody answered.
    pub deadline: Option<Timestamp>,
}

/// A stored ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// Its name in commands and addresses.
    pub id: AskId,
    /// Whose it is.
    pub user: UserId,
    /// For which service.
    pub service: Service,
    /// For which account.
    pub account: AccountId,
    /// For which errand; sign-ins are errands too.
    pub errand: ErrandId,
    /// When it was made.
    pub at: Timestamp,
    /// Where it stands.
    pub state: AskState,
    /// When it was answered, expired or was withdrawn; `None` while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What was asked.
    #[serde(flatten)]
    pub ask: NewAsk,
}

/// A person's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Typed text.
    Text(String),
    /// Points relative to the picture's natural size, in pixels.
    Points(Vec<(u32, u32)>),
    /// Yes.
    Approved,
    /// No.
    Denied,
}

impl Answer {
    /// Whether this answers that kind of ask.
    pub fn fits(&self, kind: AskKind) -> bool {
        match kind {
            AskKind::Captcha | AskKind::Sms | AskKind::Text => {
                matches!(self, Self::Text(text) if !text.trim().is_empty())
            }
            AskKind::Points => matches!(self, Self::Points(points) if !points.is_empty()),
            AskKind::Approve => matches!(self, Self::Approved | Self::Denied),
            AskKind::Qr => matches!(self, Self::Approved | Self::Denied),
        }
    }
}
