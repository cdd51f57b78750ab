//! Version 1.0 of signed requests: HMAC-SHA1 over nine lines, written in base64. Pure; headers are put on in `line`.
//!
//! *Source*: six public clients of this family of services, 2022–2026, which agree in every line; one request published in
//! 2023 carries the same headers and a signature of that length (*seen*). That the key is used as text is *seen* with four
//! brands; that one stores it in base64 is *seen* with one.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use daiban_core::invalid::InvalidInput;
use daiban_core::secret::Secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::{Digest as _, Md5};
use sha1::Sha1;

/// The version that is signed and sent.
pub const VERSION: &str = "1.0";

/// The key that signs. It is the owner's to supply; `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(Vec<u8>);

/// What of a request is signed, as it goes on the wire.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// The value of the header `accept`.
    pub accept: &'a str,
    /// The value of the header `x-api-signature-nonce`.
    pub nonce: &'a str,
    /// The value of the header `x-timestamp`: milliseconds, decimal.
    pub timestamp: &'a str,
    /// In capitals.
    pub method: &'a str,
    /// Path and query, percent-encoded, beginning with a slash.
    pub path_and_query: &'a str,
    /// The bytes of the body; empty for none.
    pub body: &'a [u8],
}

impl Key {
    /// The key from the secret `app_secret` in the form the setting `secret_encoding` names: `text`, as it is, or `base64`.
    ///
    /// # Errors
    /// [`InvalidInput`] naming `app_secret` or `secret_encoding`; the text never repeats the key.
    pub fn of(secret: &Secret, encoding: &str) -> Result<Self, InvalidInput> {
        let text = secret.reveal().trim();
        let bytes = match encoding {
            "text" => text.as_bytes().to_vec(),
            "base64" => STANDARD.decode(text).map_err(|_| {
                InvalidInput::new(
                    "app_secret",
                    "不是 base64；照原样填的话，密钥写法选 text",
                    "not base64; for a key as it is, the form of the key is text",
                )
            })?,
            _ => {
                return Err(InvalidInput::new(
                    "secret_encoding",
                    "可以是 text 或 base64",
                    "one of text, base64",
                ));
            }
        };
        match bytes.is_empty() {
            true => Err(InvalidInput::new("app_secret", "是空的", "empty")),
            false => Ok(Self(bytes)),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

/// The value of the header `x-signature`: 28 characters.
///
/// ```
/// use daiban_core::secret::Secret;
/// use daiban_providers::vehicle::signature::{Key, Signed, signature};
///
/// let key = Key::of(&Secret::from("daiban-made-up-key-0123456789abc"), "text")?;
/// let signed = Signed {
///     accept: "application/json;responseformat=3",
///     nonce: "a1b-0123456789abABCDEFG1676625477001",
///     timestamp: "1676625477001",
///     method: "GET",
///     path_and_query: "/remote-control/vehicle/status/state/LTESTVHC7E0000001",
///     body: b"",
/// };
/// assert_eq!(signature(&key, &signed), "3ZMKUybA2/NVFAAXov1yEPpvNtc=");
/// # Ok::<(), daiban_core::invalid::InvalidInput>(())
/// ```
pub fn signature(key: &Key, signed: &Signed<'_>) -> String {
    // A key of any length will do, and so this cannot fail; an empty text would be refused by the service.
    let Ok(mut hmac) = Hmac::<Sha1>::new_from_slice(&key.0) else {
        return String::new();
    };
    hmac.update(string_to_sign(signed).as_bytes());
    STANDARD.encode(hmac.finalize().into_bytes())
}

/// The nine lines, joined with LF and none at the end.
pub fn string_to_sign(signed: &Signed<'_>) -> String {
    let (path, query) = signed
        .path_and_query
        .split_once('?')
        .unwrap_or((signed.path_and_query, ""));
    [
        signed.accept,
        &format!("x-api-signature-nonce:{}", signed.nonce),
        &format!("x-api-signature-version:{VERSION}"),
        "",
        &canonical_query(query),
        &content_md5(signed.body),
        signed.timestamp,
        signed.method,
        path,
    ]
    .join("\n")
}

/// The query with its pairs in the order of their keys, each pair as it is on the wire; pairs of one key keep their order.
pub fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<&str> = query.split('&').collect();
    pairs.sort_by_key(|pair| pair.split_once('=').map_or(*pair, |(key, _)| key));
    pairs.join("&")
}

/// Base64 of the MD5 of the body's bytes; without a body that of nothing.
pub fn content_md5(body: &[u8]) -> String {
    STANDARD.encode(Md5::digest(body))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_key_is_the_same_in_either_form_and_never_shown() {
        let text = Key::of(&Secret::from("daiban-made-up-key-0123456789abc"), "text").unwrap();
        let base64 = Secret::from("ZGFpYmFuLW1hZGUtdXAta2V5LTAxMjM0NTY3ODlhYmM=");
        assert_eq!(Key::of(&base64, "base64").unwrap(), text);
        assert_ne!(Key::of(&base64, "text").unwrap(), text);
        assert_eq!(format!("{text:?}"), "Key(…)");
    }

    #[test]
    fn what_is_no_key_is_refused_with_the_name_of_the_place() {
        for (secret, encoding, field) in [
            ("", "text", "app_secret"),
            ("  ", "base64", "app_secret"),
            ("not base64!", "base64", "app_secret"),
            ("key", "hex", "secret_encoding"),
        ] {
            let refused = Key::of(&Secret::from(secret), encoding).unwrap_err();
            assert_eq!(refused.field, field, "{secret} {encoding}");
        }
    }

    #[test]
    fn queries_are_sorted_by_key_and_otherwise_left_alone() {
        for (query, expected) in [
            ("", ""),
            ("b=2&a=1", "a=1&b=2"),
            ("target=&latest=", "latest=&target="),
            ("a=2&b=0&a=1", "a=2&a=1&b=0"),
            (
                "userId=1000001&latest=false&target=more%2Cbasic",
                "latest=false&target=more%2Cbasic&userId=1000001",
            ),
            ("ab=1&a=2", "a=2&ab=1"),
        ] {
            assert_eq!(canonical_query(query), expected);
        }
    }

    #[test]
    fn every_signed_part_changes_the_signature() {
        let key = Key::of(&Secret::from("daiban-made-up-key-0123456789abc"), "text").unwrap();
        let base = Signed {
            accept: "application/json",
            nonce: "n",
            timestamp: "1",
            method: "GET",
            path_and_query: "/a?b=1",
            body: b"",
        };
        let others = [
            Signed {
                accept: "*/*",
                ..base
            },
            Signed { nonce: "m", ..base },
            Signed {
                timestamp: "2",
                ..base
            },
            Signed {
                method: "PUT",
                ..base
            },
            Signed {
                path_and_query: "/a?b=2",
                ..base
            },
            Signed {
                path_and_query: "/c?b=1",
                ..base
            },
            Signed {
                body: b"{}",
                ..base
            },
        ];
        let first = signature(&key, &base);
        assert_eq!(first.len(), 28);
        for other in others {
            assert_ne!(signature(&key, &other), first, "{other:?}");
        }
    }
}
