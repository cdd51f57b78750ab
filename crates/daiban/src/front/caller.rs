//! Who called: the address a request came from, and whether it came over TLS.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, request::Parts},
};

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

impl Caller {
    /// The one noted with a request.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get::<Self>().copied().unwrap_or_default()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}
