//! One request as the web page of the service makes it, and what its answer holds.

use daiban_core::error::ServiceError;
use daiban_core::http::{Http, Pace, Request, Response};
use daiban_core::provider::Visit;
use daiban_core::{Text, Timestamp};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::error;

/// A line to the service at one moment.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    /// Where requests go.
    pub http: &'a dyn Http,
    /// `https://www.114yygh.com`, without a slash at the end.
    pub base: &'a str,
    /// This moment.
    pub now: Timestamp,
    /// Whether somebody is signed in on this line, or about to be.
    pub of_account: bool,
}

/// Where the service says who is signed in.
const WHO: &str = "web/user/info";

/// What a query value must not carry as it is. `=` of a padded code is one of them.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

impl<'a> Line<'a> {
    /// The line of a visit, from the setting `base_url`.
    ///
    /// # Errors
    /// `Refused` when it is missing.
    pub fn of(visit: &'a Visit<'_>) -> Result<Self, ServiceError> {
        Ok(Self {
            http: visit.http,
            base: visit.setting("base_url")?.trim_end_matches('/'),
            now: visit.now,
            of_account: visit.account.is_some(),
        })
    }

    /// A GET of `path` below the host, such as `web/hospital/list`, from the page `referer` (a path too).
    #[must_use]
    pub fn get(&self, path: &str, query: &[(&str, &str)], referer: &str) -> Request {
        self.dress(Request::get(self.address(path, query)), referer)
    }

    /// A POST of a JSON value. The moment is in the query here too.
    #[must_use]
    pub fn post(&self, path: &str, body: &Value, referer: &str) -> Request {
        let content = "application/json;charset=UTF-8";
        let request = Request::post(self.address(path, &[]), content, body.to_string());
        self.dress(request, referer)
    }

    fn address(&self, path: &str, query: &[(&str, &str)]) -> String {
        let mut url = format!("{}/{path}?_time={}", self.base, self.now.as_millisecond());
        for (name, value) in query {
            let value = utf8_percent_encode(value, IN_QUERY);
            url.push_str(&format!("&{name}={value}"));
        }
        url
    }

    /// The headers without which the service does not answer (*seen*, clients of 2021–2023).
    fn dress(&self, request: Request, referer: &str) -> Request {
        request
            .header("accept", "application/json, text/plain, */*")
            .header("request-source", "PC")
            .header("referer", format!("{}/{referer}", self.base))
            .ban_sign(error::ban_sign)
    }

    /// Sends a request that only reads, and gives the `data` of its answer; `Null` where it has none.
    ///
    /// # Errors
    /// One of the eight. A page where data was due earns a second look before its owner is bothered: `SignInLost` only when
    /// the service knows nobody there either.
    pub async fn ask(&self, request: Request) -> Result<Value, ServiceError> {
        let (pace, is_the_look) = (request.pace, request.url.contains(WHO));
        let response = self.http.send(request).await?;
        let read = self.read(&response);
        let is_page = response.is_html() && self.of_account && !is_the_look;
        match read {
            Err(ServiceError::SignInLost { .. }) if is_page => Err(self.second_look(pace).await),
            read => read,
        }
    }

    /// Whether the service still knows somebody on this line, after it sent a page.
    async fn second_look(&self, pace: Pace) -> ServiceError {
        let mut request = self.get(WHO, &[], "");
        request.pace = pace;
        let known = match self.http.send(request).await {
            Ok(response) => self.read(&response),
            Err(failure) => return failure.into(),
        };
        match known {
            Ok(data) if !data.is_null() => ServiceError::Unreachable {
                text: Text::new(
                    "114 给了一个网页，不是结果",
                    "114 sent a page and no answer",
                ),
            },
            Ok(_) | Err(ServiceError::SignInLost { .. }) => error::sign_in_lost(),
            Err(other) => other,
        }
    }

    /// The `data` of an answer; `Null` where it has none.
    ///
    /// # Errors
    /// As [`error::read`].
    pub fn read(&self, response: &Response) -> Result<Value, ServiceError> {
        error::read(response, self.of_account)
    }
}
