//! Version 1.0 of signed requests.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use daiban_core::invalid::InvalidInput;
use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::{Digest as _, Md5};
use sha1::Sha1;

/// What signs.
pub struct Key(Vec<u8>);

/// What is signed.
pub struct Parts<'a> {
    /// GET and the like.
    pub method: &'a str,
    /// Without the query.
    pub path: &'a str,
    /// As sent.
    pub query: &'a str,
    /// The header accept.
    pub accept: &'a str,
    /// Never twice the same.
    pub nonce: &'a str,
    /// Milliseconds.
    pub timestamp_ms: i64,
    /// The bytes sent.
    pub body: &'a [u8],
}

impl Key {
    /// The key.
    ///
    /// # Errors
    /// Not base64.
    pub fn of(secret: &str, encoding: &str) -> Result<Self, InvalidInput> {
        match encoding {
            "base64" => STANDARD
                .decode(secret.trim())
                .map(Self)
                .map_err(|_| InvalidInput::new("app_secret", "不是 base64", "is not base64")),
            _ => Ok(Self(secret.as_bytes().to_vec())),
        }
    }
}

/// The signature.
pub fn sign(key: &Key, parts: &Parts<'_>) -> String {
    let body = STANDARD.encode(Md5::digest(parts.body));
    let text = format!(
        "{}\nx-api-signature-nonce:{}\nx-api-signature-version:1.0\n\n{}\n{body}\n{}\n{}\n{}",
        parts.accept,
        parts.nonce,
        canonical_query(parts.query),
        parts.timestamp_ms,
        parts.method,
        parts.path,
    );
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&key.0) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Sorted by name.
pub fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    pairs.sort_unstable();
    pairs.join("&")
}
