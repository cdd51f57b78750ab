//! How the service wants a few fields written: AES-128 in single blocks (ECB), PKCS#7, base64 with `-` and `_` for `+` and
//! `/`, the padding `=` kept. Everybody has the key, so it spells these fields rather than hides them.
//!
//! *Source*: public clients of the service, 2019–2023, in four languages. *Seen*.

use aes::Aes128;
use aes::cipher::{Array, BlockCipherEncrypt as _, KeyInit as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE};

/// The bytes of a key.
const KEY_BYTES: usize = 16;

/// A key: 16 ASCII letters. Not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; KEY_BYTES]);

impl Key {
    /// The key of this text; `None` unless it is 16 ASCII letters.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let bytes = text.as_bytes().try_into().ok()?;
        text.is_ascii().then_some(Self(bytes))
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A text as the service wants it. An empty one stays empty, as on the service's own page.
///
/// ```
/// use daiban_providers::hospital::cipher::{Key, sealed};
///
/// let key = Key::of("imed2019imed2019").unwrap();
/// assert_eq!(sealed("123456", &key), "kM_qIOqwEIdE54OAxjcgKw==");
/// assert_eq!(sealed("", &key), "");
/// ```
#[must_use]
pub fn sealed(text: &str, key: &Key) -> String {
    if text.is_empty() {
        return String::new();
    }
    let cipher = Aes128::new(&Array::from(key.0));
    let mut bytes = text.as_bytes().to_vec();
    let padding = 16 - bytes.len() % 16;
    let letter = u8::try_from(padding).unwrap_or_default();
    bytes.resize(bytes.len() + padding, letter);
    for block in bytes.chunks_exact_mut(16) {
        if let Ok(block) = block.try_into() {
            cipher.encrypt_block(block);
        }
    }
    URL_SAFE.encode(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn fields_are_written_as_the_page_writes_them() {
        let key = Key::of("imed2019imed2019").unwrap();
        for (plain, expected) in [
            ("13800000000", "6k2KLiMypmSg77JZzVB2PQ=="),
            ("13900001234", "gKJVCE0xgAfXKldrF9cAzw=="),
            ("123456", "kM_qIOqwEIdE54OAxjcgKw=="),
            ("000000", "1dty4sl9tyCkL4Caq8Wacw=="),
            // A full block is followed by one of padding.
            (
                "1234567890123456",
                "OCeYMhDU_u0gf0aSMd_RgMRvcOQXENtFXlLbSFxywjc=",
            ),
            ("", ""),
        ] {
            assert_eq!(sealed(plain, &key), expected, "{plain}");
        }
        let older = Key::of("hyde2019hyde2019").unwrap();
        assert_ne!(sealed("123456", &older), sealed("123456", &key));
    }

    #[test]
    fn a_key_is_sixteen_ascii_letters_and_never_shown() {
        for wrong in [
            "",
            "imed2019",
            "imed2019imed20190",
            "钥匙钥匙钥a",
            "imed2019imed201é",
        ] {
            assert_eq!(Key::of(wrong), None, "{wrong}");
        }
        let shown = format!("{:?}", Key::of("imed2019imed2019"));
        assert!(!shown.contains("imed"), "{shown}");
    }
}
