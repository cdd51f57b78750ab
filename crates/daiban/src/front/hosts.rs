//! Under which names daiban answers. A page of somebody else can point its own name at this machine (DNS rebinding) and
//! then read what is answered under it; so names that are not ours are refused. An address in digits is no name and cannot
//! be pointed elsewhere.

use std::net::IpAddr;

use axum::http::{HeaderMap, Uri, header, uri::Authority};

/// The names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts {
    names: Vec<String>,
}

impl Hosts {
    /// These, beside this machine's own and all addresses in digits.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        Self {
            names: names.into_iter().map(tidy).collect(),
        }
    }

    /// Whether a request asks under a name of ours. One that names none comes from no browser.
    pub(super) fn admit(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let asked = uri
            .authority()
            .is_none_or(|authority| self.knows(authority));
        let mut named = headers.get_all(header::HOST).into_iter();
        let given = named.next();
        let one = named.next().is_none();
        let known = given.is_none_or(|host| {
            let authority = host.to_str().ok().and_then(|host| host.parse().ok());
            authority.is_some_and(|authority| self.knows(&authority))
        });
        asked && one && known
    }

    fn knows(&self, authority: &Authority) -> bool {
        // A name before an @ is no part of a host and there is no good reason for one.
        if authority.as_str().contains('@') {
            return false;
        }
        let host = tidy(authority.host());
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        bare.parse::<IpAddr>().is_ok()
            || host == "localhost"
            || host.ends_with(".localhost")
            || self.names.contains(&host)
    }
}

/// Names are the same in capitals and with a dot at the end.
fn tidy(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a setting may name this host: a name alone, without port or path.
pub fn is_name(text: &str) -> bool {
    let good = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    text.trim_end_matches('.').split('.').all(good)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_of_ours_and_of_others() {
        let hosts = Hosts::new(["Daiban.Example.com", "nas.lan."]);
        for (host, ours) in [
            ("127.0.0.1:8420", true),
            ("[::1]:8420", true),
            ("192.168.1.5", true),
            ("localhost:8420", true),
            ("LOCALHOST", true),
            ("sub.localhost", true),
            ("daiban.example.com", true),
            ("DAIBAN.example.com.:443", true),
            ("nas.lan:8420", true),
            ("evil.example", false),
            ("daiban.example.com.evil.example", false),
            ("evil.daiban.example.com", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("127.0.0.1@evil.example", false),
            ("evil.example@127.0.0.1", false),
            ("0x7f000001", false),
            ("", false),
            ("a b", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            let plain = Uri::from_static("/");
            assert_eq!(hosts.admit(&plain, &headers), ours, "{host:?}");
            // Said twice is once too often, whatever was said.
            headers.append(header::HOST, "127.0.0.1".parse().unwrap());
            assert!(!hosts.admit(&plain, &headers), "{host:?} twice");
        }
        assert!(hosts.admit(&Uri::from_static("/"), &HeaderMap::new()));
        let whole = Uri::from_static("http://evil.example/");
        assert!(!hosts.admit(&whole, &HeaderMap::new()));
    }

    #[test]
    fn what_a_setting_may_name() {
        for good in ["nas", "nas.lan", "daiban.example.com", "a-b.c_d"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "a:1", "a/b", "http://a", "a b", "a..b", "*"] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
