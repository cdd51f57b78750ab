//! Who looks at a page and what they sent, as the gate noted it for handlers.

use std::{convert::Infallible, net::IpAddr};

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
};
use daiban_core::Lang;

use super::{Web, cookies};
use crate::{
    access::{Actor, Arrival, SessionRef},
    front::Caller,
};

/// Somebody with a session.
#[derive(Clone)]
pub(super) struct Me {
    pub(super) actor: Actor,
    pub(super) csrf: String,
    pub(super) lang: Lang,
    /// Which session they act in, and when a password or code was last given in it.
    pub(super) session: SessionRef,
}

/// Somebody without one, or whose session does not matter here.
#[derive(Clone)]
pub(super) struct Guest {
    pub(super) lang: Lang,
    /// What the form on this page must carry.
    pub(super) csrf: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Me {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(StatusCode::UNAUTHORIZED)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Guest {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(StatusCode::UNAUTHORIZED)
    }
}

/// Somebody on their way in: from where, and with which browser.
#[derive(Clone)]
pub(super) struct Arriving {
    pub(super) from: IpAddr,
    agent: String,
    /// The cookie by which the browser is known, if it has one.
    pub(super) device: Option<String>,
}

impl Arriving {
    /// For a session; `fresh`: with a password or code, and not by a link alone.
    pub(super) fn arrival(&self, fresh: bool) -> Arrival {
        Arrival {
            agent: self.agent.clone(),
            from: Some(self.from),
            fresh,
        }
    }
}

impl FromRequestParts<Web> for Arriving {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok());
        Ok(Self {
            from: Caller::of(&parts.extensions).ip,
            agent: agent.unwrap_or_default().to_owned(),
            device: cookies::device_cookie(web, &parts.headers),
        })
    }
}

/// The fields of a posted form whose token was right.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// From names and values.
    #[cfg(test)]
    pub(super) fn from_pairs(pairs: &[(&str, &str)]) -> Self {
        Self(
            pairs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    /// The last value of that name: a checkbox stands behind the hidden field that means no.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The same, without blanks around it, empty when absent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default().trim()
    }

    /// All values of that name, in order.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| value.as_str())
    }

    /// All fields whose name begins so, without that beginning.
    pub(super) fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0
            .iter()
            .filter_map(move |(key, value)| Some((key.strip_prefix(prefix)?, value.as_str())))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Fields {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(StatusCode::FORBIDDEN)
    }
}
