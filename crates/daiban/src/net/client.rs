//! One request over the wire: no redirects, limits of time and size, and every failure in words without an address.

use std::{sync::OnceLock, time::Duration};

use daiban_core::{
    http::{HttpFailure, Method, Request, Response},
    secret::Redactor,
};
use url::Url;

use super::address;

/// Makes ring the one TLS provider of the process. Calling it again does nothing.
pub fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// What all requests have in common.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    pub(crate) user_agent: String,
    pub(crate) timeout: Duration,
    pub(crate) max_bytes: usize,
}

/// An answer whose head has come.
pub(crate) struct Opened {
    /// Status and headers, with no body yet.
    pub(crate) head: Response,
    rest: reqwest::Response,
}

/// Two clients, so that a proxy from the environment is used for the world and never for this machine. Made when first
/// needed: without a store of root certificates the one for the world cannot be, and the other still works.
pub(crate) struct Clients {
    limits: Limits,
    redactor: Redactor,
    world: OnceLock<Result<reqwest::Client, String>>,
    machine: OnceLock<Result<reqwest::Client, String>>,
}

impl Clients {
    pub(crate) fn new(limits: Limits, redactor: Redactor) -> Self {
        install_tls();
        Self {
            limits,
            redactor,
            world: OnceLock::new(),
            machine: OnceLock::new(),
        }
    }

    /// Sends a request with these cookies and reads the answer's head. The body is read by [`Clients::read`].
    pub(crate) async fn send(
        &self,
        url: &Url,
        request: &Request,
        cookies: Option<String>,
    ) -> Result<Opened, HttpFailure> {
        let client = self.client(url)?;
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = client.request(method, url.clone());
        for (name, value) in request.headers.iter().filter(|(name, _)| !is_cookie(name)) {
            builder = builder.header(*name, value);
        }
        if let Some(cookies) = all_cookies(request, cookies) {
            builder = builder.header("cookie", cookies);
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let rest = builder.send().await.map_err(|error| self.failure(error))?;
        let head = Response {
            status: rest.status().as_u16(),
            headers: headers(rest.headers()),
            body: Vec::new(),
        };
        Ok(Opened { head, rest })
    }

    fn client(&self, url: &Url) -> Result<&reqwest::Client, HttpFailure> {
        let made = if address::is_loopback(url) {
            self.machine.get_or_init(|| build(&self.limits, true))
        } else {
            self.world.get_or_init(|| build(&self.limits, false))
        };
        made.as_ref()
            .map_err(|text| HttpFailure::NotSent { text: text.clone() })
    }

    /// Reads the body of an answer, up to the limit.
    pub(crate) async fn read(&self, opened: Opened) -> Result<Response, HttpFailure> {
        let Opened {
            head: mut response,
            mut rest,
        } = opened;
        let limit = self.limits.max_bytes;
        let too_large = HttpFailure::TooLarge { limit };
        if rest
            .content_length()
            .is_some_and(|length| length > limit as u64)
        {
            return Err(too_large);
        }
        while let Some(chunk) = rest.chunk().await.map_err(|error| self.failure(error))? {
            if response.body.len() + chunk.len() > limit {
                return Err(too_large);
            }
            response.body.extend_from_slice(&chunk);
        }
        Ok(response)
    }

    /// A connection that was never made has carried nothing. Everything else may have arrived.
    fn failure(&self, error: reqwest::Error) -> HttpFailure {
        let nothing_left = error.is_builder() || error.is_connect();
        let timed_out = error.is_timeout();
        let text = words(error.without_url());
        let text = if timed_out {
            format!("time-out ({text})")
        } else {
            text
        };
        let text = self.redactor.redact(&text).into_owned();
        if nothing_left {
            HttpFailure::NotSent { text }
        } else {
            HttpFailure::NoAnswer { text }
        }
    }
}

fn build(limits: &Limits, this_machine: bool) -> Result<reqwest::Client, String> {
    let connect = limits.timeout.mul_f64(0.6).min(Duration::from_secs(10));
    let mut builder = reqwest::Client::builder()
        .user_agent(&limits.user_agent)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .timeout(limits.timeout)
        // Shorter than the whole, so that a host that never answers is known not to have heard us.
        .connect_timeout(connect)
        // Servers often close an idle connection after a minute. One that closes while we send leaves us unsure.
        .pool_idle_timeout(Duration::from_secs(20));
    if this_machine {
        builder = builder.no_proxy();
    }
    builder.build().map_err(words)
}

fn is_cookie(name: &str) -> bool {
    name.eq_ignore_ascii_case("cookie")
}

/// Cookies of the jar, then those the provider made itself as a page's script would.
fn all_cookies(request: &Request, of_jar: Option<String>) -> Option<String> {
    let own = request
        .headers
        .iter()
        .filter(|(name, _)| is_cookie(name))
        .map(|(_, value)| value.clone());
    let all: Vec<String> = of_jar.into_iter().chain(own).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

fn headers(map: &reqwest::header::HeaderMap) -> Vec<(String, String)> {
    map.iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}

/// An error and its causes in one line, each said once.
pub(crate) fn words(error: impl std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !said.contains(&text) {
            said = format!("{said}: {text}");
        }
        cause = error.source();
    }
    said.chars().take(300).collect()
}
