//! The eight ways a service can disappoint, named for what happens next.
//!
//! Which error to use where: a provider turns every upstream code or text into a [`ServiceError`] in one table in its
//! `error.rs`; bad input from a person is [`crate::invalid::InvalidInput`] and never reaches a service; trouble with the
//! data directory is [`crate::store::StoreError`].

use serde::{Deserialize, Serialize};

use crate::{Text, Timestamp, dates, http::HttpFailure};

/// What a service's answer, or the lack of one, means for us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum ServiceError {
    /// The account must be signed in again by its owner. Nothing is asked of the service until then.
    #[error("sign-in lost: {}", text.en)]
    SignInLost {
        /// The service's words.
        text: Text,
    },
    /// Only a person can do the next step.
    #[error("needs a person: {}", text.en)]
    NeedsPerson {
        /// What is needed.
        text: Text,
    },
    /// Not now; asking again later is polite.
    #[error("busy: {}", text.en)]
    Busy {
        /// Seconds to wait, when the service said so.
        retry_after_s: Option<u32>,
        /// The service's words.
        text: Text,
    },
    /// Closed for a known or unknown while: maintenance, a ban, a stopped contract.
    #[error("closed: {}", text.en)]
    Closed {
        /// When it opens, if known.
        opens_at: Option<Timestamp>,
        /// The service's words.
        text: Text,
    },
    /// A clear no. Asking the same again changes nothing.
    #[error("refused ({code}): {}", text.en)]
    Refused {
        /// The service's code.
        code: String,
        /// The service's words.
        text: Text,
    },
    /// The request may or may not have had its effect.
    #[error("unsure: {}", text.en)]
    Unsure {
        /// What was seen.
        text: Text,
    },
    /// The service could not be reached, or did not answer a question that changes nothing.
    #[error("unreachable: {}", text.en)]
    Unreachable {
        /// What was seen.
        text: Text,
    },
    /// The service answers in a form we do not know: a field missing or renamed, a page where data was due.
    #[error("changed at {place}: {}", text.en)]
    Changed {
        /// Where in the answer.
        place: String,
        /// What was seen.
        text: Text,
    },
}

impl ServiceError {
    /// The stable code of `application/problem+json`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignInLost { .. } => "sign_in_lost",
            Self::NeedsPerson { .. } => "needs_person",
            Self::Busy { .. } => "busy",
            Self::Closed { .. } => "closed",
            Self::Refused { .. } => "refused",
            Self::Unsure { .. } => "unsure",
            Self::Unreachable { .. } => "unreachable",
            Self::Changed { .. } => "changed",
        }
    }

    /// What to tell the person.
    pub fn text(&self) -> &Text {
        match self {
            Self::SignInLost { text }
            | Self::NeedsPerson { text }
            | Self::Busy { text, .. }
            | Self::Closed { text, .. }
            | Self::Refused { text, .. }
            | Self::Unsure { text }
            | Self::Unreachable { text }
            | Self::Changed { text, .. } => text,
        }
    }

    /// An answer that is not in the form we know.
    pub fn changed(place: impl Into<String>, saw: impl std::fmt::Display) -> Self {
        let place = place.into();
        Self::Changed {
            text: Text::new(
                format!("服务的回答变了样（{place}：{saw}）"),
                format!("the service's answer has changed ({place}: {saw})"),
            ),
            place,
        }
    }

    /// Whether a later look, with nobody doing anything, may go better.
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Busy { .. }
                | Self::Closed { .. }
                | Self::Unreachable { .. }
                | Self::Unsure { .. }
                | Self::Changed { .. }
        )
    }
}

/// A failed request that only reads: nothing happened out there, whatever the failure.
impl From<HttpFailure> for ServiceError {
    fn from(failure: HttpFailure) -> Self {
        match failure {
            HttpFailure::NotSent { text } | HttpFailure::NoAnswer { text } => Self::Unreachable {
                text: Text::new(
                    format!("服务没有回答（{text}）"),
                    format!("the service did not answer ({text})"),
                ),
            },
            HttpFailure::TooLarge { limit } => {
                Self::changed("body", format!("longer than {limit} bytes"))
            }
            HttpFailure::Held { until, text } => Self::Closed {
                opens_at: Some(until),
                text,
            },
            HttpFailure::Banned { until, text } => Self::Closed {
                opens_at: Some(until),
                text: Text::new(
                    format!("{}；到 {} 前不再打扰", text.zh, dates::rfc3339(until)),
                    format!("{}; left alone until {}", text.en, dates::rfc3339(until)),
                ),
            },
        }
    }
}

impl ServiceError {
    /// A failed request that changes something: unless surely nothing left the machine, its effect is unsure.
    pub fn after_act(failure: HttpFailure) -> Self {
        match failure {
            HttpFailure::NotSent { .. } | HttpFailure::Held { .. } => failure.into(),
            HttpFailure::NoAnswer { text } => Self::Unsure {
                text: Text::new(
                    format!("请求发出后没有回答（{text}）"),
                    format!("sent, but no answer came ({text})"),
                ),
            },
            HttpFailure::TooLarge { .. } | HttpFailure::Banned { .. } => Self::Unsure {
                text: Text::new(
                    "请求发出后得到的不是结果",
                    "sent, but what came back is not a result",
                ),
            },
        }
    }
}
