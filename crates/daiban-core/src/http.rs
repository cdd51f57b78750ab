//! The port to the network. A provider builds a [`Request`] and reads a [`Response`]; cookies, pacing, budgets, limits,
//! redaction and the circuit breaker live behind [`Http`], in one place.

use async_trait::async_trait;

use crate::{Text, Timestamp, id::AccountId, service::Service};

/// The methods the services use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// POST
    Post,
    /// PUT
    Put,
    /// DELETE
    Delete,
}

impl Method {
    /// In capitals, as on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// How politeness applies to a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pace {
    /// A repeated question. At least the service's floor since the last poll of the same account.
    Poll,
    /// A repeated question close to a moment of release, [`crate::descriptor::Sprint`]: at least that floor since the last
    /// poll. Too far from the moment, or where the service has no such floor, it is a poll like any other.
    Sprint {
        /// The moment.
        release: Timestamp,
    },
    /// A dependent step of something already begun, such as the checks before a submit: sent as soon as the last is answered.
    #[default]
    Step,
    /// A step of a chain in which each request waits for the answer to the one before and the seconds count: no gap is
    /// put in between. The day's budget, single flight and the breaker hold as ever.
    Chain,
}

/// Looks at an answer and says, if so, that the service has had enough of us.
pub type BanSign = fn(&Response) -> Option<Text>;

/// One request to a service.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is done with the address.
    pub method: Method,
    /// The whole address, query included.
    pub url: String,
    /// Names and values; cookies are added behind the port.
    pub headers: Vec<(&'static str, String)>,
    /// The body, with its content type among the headers.
    pub body: Option<Vec<u8>>,
    /// How politeness applies.
    pub pace: Pace,
    /// Whether a turn that is near is waited for. Otherwise it is [`HttpFailure::Held`] at once, for those who queue
    /// elsewhere and would overtake others here.
    pub waits: bool,
    /// Recognises a ban in the answer; it closes the service for a while.
    pub ban_sign: Option<BanSign>,
}

impl Request {
    /// A GET with no headers.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: Method::Get,
            url: url.into(),
            headers: Vec::new(),
            body: None,
            pace: Pace::Step,
            waits: true,
            ban_sign: None,
        }
    }

    /// A POST with a body of the given type.
    pub fn post(url: impl Into<String>, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            method: Method::Post,
            body: Some(body.into()),
            ..Self::get(url)
        }
        .header("content-type", content_type)
    }

    /// A POST of a JSON value.
    pub fn post_json(url: impl Into<String>, body: &serde_json::Value) -> Self {
        Self::post(url, "application/json", body.to_string())
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Marks the request as a repeated question.
    #[must_use]
    pub fn poll(mut self) -> Self {
        self.pace = Pace::Poll;
        self
    }

    /// Marks the request as a repeated question close to a moment of release.
    #[must_use]
    pub fn sprint(mut self, release: Timestamp) -> Self {
        self.pace = Pace::Sprint { release };
        self
    }

    /// Marks the request as a step of a chain in which seconds count.
    #[must_use]
    pub fn chain(mut self) -> Self {
        self.pace = Pace::Chain;
        self
    }

    /// Says how a ban looks.
    #[must_use]
    pub fn ban_sign(mut self, sign: BanSign) -> Self {
        self.ban_sign = Some(sign);
        self
    }
}

/// An answer. Redirects are not followed: a 302 is an answer like any other.
#[derive(Debug, Clone, Default)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// At most the port's size limit.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of that name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// Whether the body looks like a page rather than data.
    pub fn is_html(&self) -> bool {
        let start = self.body.iter().position(|b| !b.is_ascii_whitespace());
        start.is_some_and(|at| self.body[at] == b'<')
    }
}

/// No answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpFailure {
    /// Surely nothing left this machine: name not found, connection refused, TLS failed.
    #[error("not sent: {text}")]
    NotSent {
        /// What happened, redacted.
        text: String,
    },
    /// Something may have arrived: time-out, connection cut.
    #[error("no answer: {text}")]
    NoAnswer {
        /// What happened, redacted.
        text: String,
    },
    /// The answer was longer than allowed.
    #[error("answer longer than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// Politeness says not yet; nothing was sent.
    #[error("held until {until}: {}", text.en)]
    Held {
        /// When it may be sent.
        until: Timestamp,
        /// Floor, budget or breaker, in words.
        text: Text,
    },
    /// The answer was a ban sign; the service is now left alone.
    #[error("banned until {until}: {}", text.en)]
    Banned {
        /// When it may be asked again.
        until: Timestamp,
        /// What was seen.
        text: Text,
    },
}

/// One account's line to one service.
#[async_trait]
pub trait Http: Send + Sync {
    /// Sends one request and waits for its answer.
    async fn send(&self, request: Request) -> Result<Response, HttpFailure>;
}

/// Gives out lines.
pub trait Lines: Send + Sync {
    /// The line of an account, or the public line of a service.
    fn line(&self, service: Service, account: Option<&AccountId>) -> Box<dyn Http>;
}
