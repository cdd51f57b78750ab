//! Cookies of one line, scoped by host and path.
//!
//! Whether a cookie with an end has reached it is judged by the machine's clock, not by the port's: the cookie library
//! reads its own. On a fast clock a cookie therefore lives longer than it should, and the service says so when it is over.

use cookie_store::{Cookie, CookieStore};
use daiban_core::http::Response;
use url::Url;

/// The cookies.
#[derive(Debug, Clone, Default)]
pub(crate) struct Jar {
    cookies: CookieStore,
}

impl Jar {
    /// Reads what [`Jar::write`] wrote. `None` when it is something else.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let cookies: Vec<Cookie<'static>> = serde_json::from_slice(bytes).ok()?;
        let kept = cookies.into_iter().map(Ok::<_, std::convert::Infallible>);
        let Ok(cookies) = CookieStore::from_cookies(kept, false);
        Some(Self { cookies })
    }

    /// All cookies that have not ended, session cookies too, in a fixed order: the same cookies give the same bytes.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut each: Vec<String> = self
            .cookies
            .iter_unexpired()
            .filter_map(|cookie| serde_json::to_string(cookie).ok())
            .collect();
        each.sort_unstable();
        format!("[{}]", each.join(",")).into_bytes()
    }

    /// The `Cookie` header for an address, the longest path first (RFC 6265, 5.4).
    pub(crate) fn header(&self, url: &Url) -> Option<String> {
        let mut fitting = self.cookies.matches(url);
        fitting.sort_by_key(|cookie| {
            (
                std::cmp::Reverse(String::from(&cookie.path).len()),
                cookie.name().to_owned(),
            )
        });
        let pairs: Vec<String> = fitting
            .iter()
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    /// Takes the cookies an answer sets. A cookie that cannot be read, or is not the host's to set, is passed over.
    pub(crate) fn take(&mut self, response: &Response, url: &Url) {
        for (_, value) in response
            .headers
            .iter()
            .filter(|(name, _)| name == "set-cookie")
        {
            let _ = self.cookies.parse(value, url);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn answer(cookies: &[&str]) -> Response {
        Response {
            status: 200,
            headers: cookies
                .iter()
                .map(|value| ("set-cookie".to_owned(), (*value).to_owned()))
                .collect(),
            body: Vec::new(),
        }
    }

    fn url(path: &str) -> Url {
        Url::parse("https://rail.example")
            .unwrap()
            .join(path)
            .unwrap()
    }

    #[test]
    fn paths_keep_cookies_apart_and_bytes_bring_them_back() {
        let mut jar = Jar::default();
        jar.take(
            &answer(&[
                "JSESSIONID=a; Path=/otn",
                "JSESSIONID=b; Path=/passport",
                "route=r; Path=/",
            ]),
            &url("/otn/x"),
        );
        let jar = Jar::read(&jar.write()).unwrap();
        assert_eq!(jar.header(&url("/otn/y")).unwrap(), "JSESSIONID=a; route=r");
        assert_eq!(
            jar.header(&url("/passport/web")).unwrap(),
            "JSESSIONID=b; route=r"
        );
        assert_eq!(jar.header(&url("/otnx")).unwrap(), "route=r");
        assert_eq!(
            jar.header(&Url::parse("https://other.example/otn").unwrap()),
            None
        );
    }

    #[test]
    fn an_ended_cookie_goes() {
        let mut jar = Jar::default();
        jar.take(
            &answer(&["a=1; Path=/", "b=2; Path=/; Max-Age=3600"]),
            &url("/"),
        );
        jar.take(&answer(&["a=; Path=/; Max-Age=0"]), &url("/"));
        assert_eq!(jar.header(&url("/")).unwrap(), "b=2");
        assert!(Jar::read(b"not json").is_none());
    }

    /// As a sign-in of 114 sets them; the end of the ticket is written in an old way.
    #[test]
    fn cookies_of_one_name_on_two_paths_are_two_and_old_dates_are_read() {
        let at = |path: &str| {
            let host = Url::parse("https://www.114yygh.com").unwrap();
            host.join(path).unwrap()
        };
        let mut jar = Jar::default();
        let set = answer(&[
            "imed_session=root_9000001; Path=/; HttpOnly",
            "imed_session=order_9000002; Path=/web/order; HttpOnly",
            "imed_session_tm=1678000000000; Domain=.114yygh.com; Path=/; HttpOnly",
            "cmi-user-ticket=SAMPLE-TICKET..; Domain=.114yygh.com; Expires=Mon, 09-Oct-2090 16:53:40 GMT; Path=/; HttpOnly",
        ]);
        jar.take(&set, &at("/web/login"));
        let mut jar = Jar::read(&jar.write()).unwrap();
        let always = "cmi-user-ticket=SAMPLE-TICKET..; imed_session=root_9000001; imed_session_tm=1678000000000";
        assert_eq!(jar.header(&at("/web/user/info")).unwrap(), always);
        assert_eq!(
            jar.header(&at("/web/order/save")).unwrap(),
            format!("imed_session=order_9000002; {always}")
        );
        // Any step may put another in the place of either.
        jar.take(
            &answer(&["imed_session=root_9000003; Path=/; HttpOnly"]),
            &at("/web/user/real-name/status"),
        );
        let sent = jar.header(&at("/web/order/save")).unwrap();
        assert_eq!(
            sent,
            format!("imed_session=order_9000002; {always}").replace("root_9000001", "root_9000003")
        );
    }
}
