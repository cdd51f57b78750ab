//! The signature of version 1.0, checked from the bytes as they came.
//!
//! Nine lines joined with LF: accept, nonce, version, nothing, the sorted query as on the wire, the Base64 of the body's
//! MD5, the moment, the method, the path; HMAC-SHA1 over them, in Base64. *Seen* alike in six public clients of this family.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha1::Sha1;

use super::call::Asked;
use crate::answer::Call;

/// Whether the request is signed with this key. The host is not signed, and so the prefix that stands for the second
/// one may be signed or not.
pub(super) fn is_signed_with(asked: &Asked<'_>, key: &str) -> bool {
    let signature = STANDARD.decode(asked.call.header("x-signature"));
    let Ok(signature) = signature else {
        return false;
    };
    [asked.path, &asked.call.path].iter().any(|path| {
        mac(key, &lines(asked.call, path))
            .verify_slice(&signature)
            .is_ok()
    })
}

fn mac(key: &str, text: &str) -> Hmac<Sha1> {
    // A key of any length is taken.
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes())
        .unwrap_or_else(|_| Hmac::<Sha1>::new(&Default::default()));
    mac.update(text.as_bytes());
    mac
}

fn lines(call: &Call, path: &str) -> String {
    let body = STANDARD.encode(Md5::digest(&call.body));
    [
        call.header("accept"),
        &format!(
            "x-api-signature-nonce:{}",
            call.header("x-api-signature-nonce")
        ),
        &format!(
            "x-api-signature-version:{}",
            call.header("x-api-signature-version")
        ),
        "",
        &canonical(&call.query),
        &body,
        call.header("x-timestamp"),
        &call.method,
        path,
    ]
    .join("\n")
}

/// Pairs by name, each as it was sent; `latest=` keeps its equals sign.
fn canonical(query: &str) -> String {
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.sort_by_key(|pair| pair.split('=').next());
    pairs.join("&")
}
