//! One request of a channel: limits, no redirects, and no way into the house through an address that an owner typed
//! (see [`Reach`]). What an answer means is left to the kinds.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use daiban_core::{
    Lang, Timestamp, account::Settings, http::Response, notify::Receipt, secret::Redactor,
};
use serde_json::Value;
use url::Url;

use super::{
    NotifyOptions,
    reach::{Guard, Reach, came_from_guard, inside},
};
use crate::net;

/// The longest answer that is read; the rest of it is cut off.
const LONGEST_ANSWER: usize = 64 << 10;

/// Where a request goes.
#[derive(Clone)]
pub struct Target {
    url: Url,
    /// Typed by an owner, and so guarded.
    given: bool,
}

impl Target {
    /// A path below the kind's public server, or below the owner's `base_url` where one is set. `path` begins with `/`.
    ///
    /// # Errors
    /// A receipt for the owner when the base is no address.
    pub fn below(public: &str, settings: &Settings, path: &str) -> Result<Self, Receipt> {
        let own = settings
            .get("base_url")
            .map(|url| url.trim())
            .filter(|url| !url.is_empty());
        let base = own.unwrap_or(public).trim_end_matches('/');
        Self::read(&format!("{base}{path}"), own.is_some())
    }

    /// An address that the owner typed as a whole.
    ///
    /// # Errors
    /// A receipt for the owner when it is no address.
    pub fn given(url: &str) -> Result<Self, Receipt> {
        Self::read(url, true)
    }

    fn read(url: &str, given: bool) -> Result<Self, Receipt> {
        let url = Url::parse(url.trim()).map_err(|_| Receipt::Failed {
            answer: "not an address / 不是网址".to_owned(),
        })?;
        Ok(Self { url, given })
    }
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body, as text.
    pub body: String,
    /// Seconds to wait, where a 429 or 503 said so.
    pub retry_after_s: Option<u32>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }

    /// Status and body in one line.
    pub fn words(&self) -> String {
        let body = self.body.split_whitespace().collect::<Vec<_>>().join(" ");
        super::cut_chars(format!("HTTP {} {body}", self.status).trim(), 300)
    }

    /// What a status other than 2xx means; nothing for 2xx.
    pub fn trouble(&self) -> Option<Receipt> {
        let answer = self.words();
        match self.status {
            200..=299 => None,
            408 | 425 | 429 | 500..=599 => Some(Receipt::Retry {
                after_s: self.retry_after_s,
                answer,
            }),
            _ => Some(Receipt::Failed { answer }),
        }
    }
}

/// Sends requests for channels.
pub struct Wire {
    options: NotifyOptions,
    /// For public servers; a proxy of the environment is used.
    world: OnceLock<Result<reqwest::Client, String>>,
    /// For owner-given addresses; straight, to addresses that were looked at.
    guarded: OnceLock<Result<reqwest::Client, String>>,
}

impl Wire {
    pub(super) fn new(options: NotifyOptions) -> Self {
        net::install_tls();
        Self {
            options,
            world: OnceLock::new(),
            guarded: OnceLock::new(),
        }
    }

    /// Where owner-given addresses may point.
    pub fn reach(&self) -> Reach {
        Reach {
            allow_private: self.options.allow_private,
        }
    }

    /// This moment.
    pub fn now(&self) -> Timestamp {
        self.options.clock.now()
    }

    /// How long one attempt may take.
    pub fn timeout(&self) -> Duration {
        self.options.timeout
    }

    /// One of two sentences.
    pub fn say(&self, zh: &str, en: &str) -> String {
        match self.options.lang {
            Lang::Zh => zh.to_owned(),
            Lang::En => en.to_owned(),
        }
    }

    pub(super) fn redactor(&self) -> &Redactor {
        &self.options.redactor
    }

    /// Posts a JSON value.
    ///
    /// # Errors
    /// A receipt when there was no answer: to be tried again, or, where the address is not allowed, never.
    pub async fn post_json(
        &self,
        target: &Target,
        headers: &[(&str, String)],
        body: &Value,
    ) -> Result<Answer, Receipt> {
        self.post(
            target,
            headers,
            "application/json",
            body.to_string().into_bytes(),
        )
        .await
    }

    /// Posts bytes.
    ///
    /// # Errors
    /// As [`Wire::post_json`].
    pub async fn post(
        &self,
        target: &Target,
        headers: &[(&str, String)],
        content_type: &str,
        body: Vec<u8>,
    ) -> Result<Answer, Receipt> {
        let request = self.client(target)?.post(target.url.clone());
        self.send(
            request.header("content-type", content_type).body(body),
            headers,
        )
        .await
    }

    /// Gets an address, such as one that gives out access tokens.
    ///
    /// # Errors
    /// As [`Wire::post_json`].
    pub async fn get(
        &self,
        target: &Target,
        headers: &[(&str, String)],
    ) -> Result<Answer, Receipt> {
        let request = self.client(target)?.get(target.url.clone());
        self.send(request, headers).await
    }

    async fn send(
        &self,
        mut request: reqwest::RequestBuilder,
        headers: &[(&str, String)],
    ) -> Result<Answer, Receipt> {
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = request
            .send()
            .await
            .map_err(|error| self.no_answer(error))?;
        self.read(answer).await
    }

    fn client(&self, target: &Target) -> Result<&reqwest::Client, Receipt> {
        let made = if target.given {
            let checked = self.reach().check("url", target.url.as_str());
            checked.map_err(|wrong| Receipt::Failed {
                answer: wrong.text.in_lang(self.options.lang).to_owned(),
            })?;
            self.guarded.get_or_init(|| self.build(Some(self.reach())))
        } else {
            self.world.get_or_init(|| self.build(None))
        };
        made.as_ref().map_err(|text| Receipt::Retry {
            after_s: None,
            answer: text.clone(),
        })
    }

    fn build(&self, guard: Option<Reach>) -> Result<reqwest::Client, String> {
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("daiban/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .timeout(self.options.timeout)
            // Notices are rare; a connection kept for the next one would be dead by then.
            .pool_max_idle_per_host(0);
        if let Some(reach) = guard {
            builder = builder.no_proxy().dns_resolver(Arc::new(Guard::new(reach)));
        }
        builder.build().map_err(net::words)
    }

    async fn read(&self, mut answer: reqwest::Response) -> Result<Answer, Receipt> {
        let mut response = Response {
            status: answer.status().as_u16(),
            ..Response::default()
        };
        if let Some(value) = answer
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok())
        {
            response
                .headers
                .push(("retry-after".to_owned(), value.to_owned()));
        }
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(|error| self.no_answer(error))?
        {
            let room = LONGEST_ANSWER - response.body.len();
            response
                .body
                .extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() >= room {
                break;
            }
        }
        let now = self.now();
        let wait =
            net::retry_after(&response, now).map(|until| until.as_second() - now.as_second());
        Ok(Answer {
            status: response.status,
            body: response.text().into_owned(),
            retry_after_s: wait.and_then(|seconds| u32::try_from(seconds).ok()),
        })
    }

    fn no_answer(&self, error: reqwest::Error) -> Receipt {
        if came_from_guard(&error) {
            return self.refused();
        }
        Receipt::Retry {
            after_s: None,
            answer: self
                .options
                .redactor
                .redact(&net::words(error.without_url()))
                .into_owned(),
        }
    }

    fn refused(&self) -> Receipt {
        Receipt::Failed {
            answer: inside("url").text.in_lang(self.options.lang).to_owned(),
        }
    }

    /// An address of an owner-given host that may be connected to, IPv4 before IPv6: for protocols other than HTTP.
    ///
    /// # Errors
    /// A receipt: never where an address of it is not allowed, later where the name is not found.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<SocketAddr, Receipt> {
        let not_found = |error: std::io::Error| Receipt::Retry {
            after_s: None,
            answer: error.to_string(),
        };
        let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port))
            .await
            .map_err(not_found)?
            .collect();
        if found
            .iter()
            .any(|address| !self.reach().admits(address.ip()))
        {
            return Err(self.refused());
        }
        let best = found
            .iter()
            .find(|address| address.is_ipv4())
            .or(found.first());
        best.copied()
            .ok_or_else(|| not_found(std::io::Error::other("no address")))
    }
}
