//! Who called: the address a request came from, and whether it came over TLS.
//!
//! The socket says who is at its other end. What `X-Forwarded-For` and `X-Forwarded-Proto` say is believed of the proxies
//! named in the settings and of nobody else: anybody may write anything there.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, request::Parts},
};

use super::Network;

/// The socket a request came over, as the listener saw it. A request extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connection {
    /// The other end.
    pub peer: SocketAddr,
    /// Whether TLS ends here.
    pub tls: bool,
}

/// Who called, as far as it can be believed. A request extension; where there is none (tests without a listener), this
/// machine called in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The address, never an IPv4 address in IPv6 clothes.
    pub ip: IpAddr,
    /// Whether nobody between could read along.
    pub tls: bool,
}

impl Default for Caller {
    fn default() -> Self {
        Self {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            tls: false,
        }
    }
}

tokio::task_local! {
    static CALLER: Caller;
}

impl Caller {
    /// The one noted with a request.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get::<Self>().copied().unwrap_or_default()
    }

    /// Does the work of a request of this caller; cookies ask it for [`Caller::present`].
    pub async fn within<F: Future>(self, work: F) -> F::Output {
        CALLER.scope(self, work).await
    }

    /// Whose request this task works at.
    pub fn present() -> Self {
        CALLER.try_with(|caller| *caller).unwrap_or_default()
    }

    /// Of a connection and what is said about it on the way.
    pub(super) fn seen(
        connection: Option<&Connection>,
        headers: &HeaderMap,
        proxies: &[Network],
    ) -> Self {
        let Some(connection) = connection else {
            return Self::default();
        };
        let trusted = |ip: IpAddr| proxies.iter().any(|network| network.contains(ip));
        let peer = connection.peer.ip().to_canonical();
        if !trusted(peer) {
            return Self {
                ip: peer,
                tls: connection.tls,
            };
        }
        // From the right: what our proxy wrote, then what the one before it wrote. The first that is no proxy of ours is
        // the caller; what stands left of it is hearsay.
        let mut ip = peer;
        for hop in listed(headers, "x-forwarded-for").into_iter().rev() {
            let Some(address) = address(hop) else { break };
            ip = address;
            if !trusted(address) {
                break;
            }
        }
        let proto = listed(headers, "x-forwarded-proto");
        let tls = proto
            .last()
            .map_or(connection.tls, |proto| proto.eq_ignore_ascii_case("https"));
        Self { ip, tls }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}

/// Whether somebody on the way says that they passed the request on.
pub(super) fn says_forwarded(headers: &HeaderMap) -> bool {
    ["x-forwarded-for", "x-forwarded-proto", "forwarded", "via"]
        .iter()
        .any(|name| headers.contains_key(*name))
}

/// All values of a header in order; one that cannot be read is an empty one.
fn listed<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h str> {
    let lines = headers.get_all(name).into_iter();
    lines
        .flat_map(|line| line.to_str().unwrap_or_default().split(','))
        .map(str::trim)
        .collect()
}

fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let ip = bare.parse::<IpAddr>();
    let ip = ip.or_else(|_| hop.parse::<SocketAddr>().map(|address| address.ip()));
    ip.ok().map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn whose_word_is_taken() {
        let proxies = Network::parse_all("127.0.0.0/8, ::1, 10.0.0.0/8").unwrap();
        // peer, X-Forwarded-For lines, X-Forwarded-Proto, who called, over TLS
        for (peer, forwarded, proto, ip, tls) in [
            (
                "127.0.0.1",
                &["203.0.113.9"][..],
                "https",
                "203.0.113.9",
                true,
            ),
            ("127.0.0.1", &["203.0.113.9"], "http", "203.0.113.9", false),
            ("127.0.0.1", &[], "", "127.0.0.1", false),
            // Somebody from outside writes what they like in front.
            (
                "127.0.0.1",
                &["127.0.0.1, 203.0.113.9"],
                "",
                "203.0.113.9",
                false,
            ),
            (
                "127.0.0.1",
                &["1.1.1.1", "203.0.113.9, 10.0.0.7"],
                "",
                "203.0.113.9",
                false,
            ),
            ("127.0.0.1", &["1.1.1.1, nonsense"], "", "127.0.0.1", false),
            ("127.0.0.1", &["203.0.113.9:4411"], "", "203.0.113.9", false),
            (
                "127.0.0.1",
                &["[2001:db8::7]:4411"],
                "",
                "2001:db8::7",
                false,
            ),
            ("127.0.0.1", &["[2001:db8::7]"], "", "2001:db8::7", false),
            (
                "::ffff:127.0.0.1",
                &["::ffff:203.0.113.9"],
                "http,https",
                "203.0.113.9",
                true,
            ),
            // All of them are proxies: the one farthest away.
            ("127.0.0.1", &["10.0.0.9, 10.0.0.7"], "", "10.0.0.9", false),
            // Not a proxy of ours: nothing is believed.
            (
                "192.168.1.7",
                &["203.0.113.9"],
                "https",
                "192.168.1.7",
                false,
            ),
        ] {
            let mut headers = HeaderMap::new();
            for line in forwarded {
                headers.append("x-forwarded-for", line.parse().unwrap());
            }
            if !proto.is_empty() {
                headers.insert("x-forwarded-proto", proto.parse().unwrap());
            }
            let connection = Connection {
                peer: SocketAddr::new(peer.parse().unwrap(), 4000),
                tls: false,
            };
            let seen = Caller::seen(Some(&connection), &headers, &proxies);
            let ip = ip.parse().unwrap();
            assert_eq!(seen, Caller { ip, tls }, "{peer} {forwarded:?} {proto}");
            let alone = Caller::seen(Some(&connection), &headers, &[]);
            assert_eq!(alone.ip, connection.peer.ip().to_canonical());
            assert!(!alone.tls);
        }
    }
}
