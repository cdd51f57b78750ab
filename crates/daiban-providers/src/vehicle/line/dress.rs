//! What a request wears: the profile's headers, the tokens, a nonce, a moment, the signature.

use daiban_core::http;
use sha1::{Digest as _, Sha1};

use super::super::error;
use super::super::profile::Signing;
use super::super::session::Tokens;
use super::super::signature::{Key, Signed, VERSION, canonical_query, signature};
use super::{Line, Request};

/// What is different each time a request is sent.
pub(super) struct Stamp {
    pub(super) nonce: String,
    /// Milliseconds.
    pub(super) timestamp: String,
}

impl Line<'_> {
    /// The request as it goes out, to this host.
    pub(super) fn dressed(
        &self,
        request: &Request,
        host: &str,
        tokens: Option<&Tokens>,
    ) -> http::Request {
        let path = sorted(&request.path);
        let mut dressed = http::Request {
            method: request.method,
            body: request.body.clone(),
            pace: request.pace,
            ..http::Request::get(format!("{host}{path}"))
        }
        .ban_sign(error::ban_sign);
        for (name, value) in &self.profile.headers {
            dressed = dressed.header(name, value);
        }
        if request.body.is_some() {
            dressed = dressed.header("content-type", "application/json");
        }
        if let Some(tokens) = tokens {
            dressed = self.with_tokens(dressed, tokens, request.with_token);
        }
        match &self.key {
            Some(key) => self.signed(dressed, key, &path),
            None => dressed,
        }
    }

    /// The token as it is, with no word before it (*seen*, every public client).
    fn with_tokens(
        &self,
        mut request: http::Request,
        tokens: &Tokens,
        with_token: bool,
    ) -> http::Request {
        if with_token {
            request = request.header("authorization", tokens.access.reveal());
        }
        match &tokens.client {
            Some(client) if self.profile.signing == Signing::V1 => {
                request.header("x-client-id", client.reveal())
            }
            _ => request,
        }
    }

    fn signed(&self, request: http::Request, key: &Key, path_and_query: &str) -> http::Request {
        let Stamp { nonce, timestamp } = self.stamp();
        let accept = self.profile.headers.get("accept");
        let signed = Signed {
            accept: accept.map_or("", String::as_str),
            nonce: &nonce,
            timestamp: &timestamp,
            method: request.method.as_str(),
            path_and_query,
            body: request.body.as_deref().unwrap_or_default(),
        };
        let signature = signature(key, &signed);
        request
            .header("x-device-identifier", &self.device)
            .header("x-api-signature-version", VERSION)
            .header("x-api-signature-nonce", nonce)
            .header("x-timestamp", timestamp)
            .header("x-signature", signature)
    }

    /// Each later than the one before, also within one visit, whose moment stands still.
    fn stamp(&self) -> Stamp {
        let count = self.vehicles.count();
        let now_ms = self.visit.now.as_millisecond();
        let seed = [
            self.visit.chance.to_be_bytes(),
            count.to_be_bytes(),
            now_ms.to_be_bytes(),
        ];
        Stamp {
            nonce: uuid(&seed.concat()),
            timestamp: (now_ms + self.sendings()).to_string(),
        }
    }
}

/// Something in the form of a UUID of version 4, made from bytes that are never twice the same.
pub(super) fn uuid(seed: &[u8]) -> String {
    let digest = Sha1::digest(seed);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    parts.join("-")
}

/// Sent in the order in which it is signed.
fn sorted(path_and_query: &str) -> String {
    match path_and_query.split_once('?') {
        Some((path, query)) => format!("{path}?{}", canonical_query(query)),
        None => path_and_query.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_looks_like_a_uuid_of_version_4_and_follows_its_seed() {
        let nonce = uuid(b"a");
        let shape: String = nonce
            .chars()
            .map(|letter| if letter == '-' { '-' } else { 'x' })
            .collect();
        assert_eq!(shape, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
        assert_eq!(&nonce[14..15], "4");
        assert!("89ab".contains(&nonce[19..20]), "{nonce}");
        assert_eq!(nonce, uuid(b"a"));
        assert_ne!(nonce, uuid(b"b"));
    }

    #[test]
    fn queries_are_sent_sorted_and_paths_as_they_are() {
        assert_eq!(sorted("/a?b=2&a=1%2C2&latest="), "/a?a=1%2C2&b=2&latest=");
        assert_eq!(sorted("/a"), "/a");
    }
}
