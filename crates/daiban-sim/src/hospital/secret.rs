//! Mobile numbers and codes as they come in: AES-128 in ECB with PKCS#7 padding, in URL-safe Base64 with its padding.

use aes::Aes128;
use aes::cipher::{Array, BlockCipherDecrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;

/// The plain text; `None` for anything that was not sealed with this key and spelled in this way.
pub(super) fn open(key: &str, text: &str) -> Option<String> {
    let key: [u8; 16] = key.as_bytes().try_into().ok()?;
    let sealed = URL_SAFE.decode(text).ok()?;
    let cipher = Aes128::new(&Array(key));
    let mut plain = Vec::with_capacity(sealed.len());
    for block in sealed.chunks(16) {
        let mut block = Array(<[u8; 16]>::try_from(block).ok()?);
        cipher.decrypt_block(&mut block);
        plain.extend(block.0);
    }
    let length = unpadded(&plain)?;
    plain.truncate(length);
    String::from_utf8(plain).ok()
}

fn unpadded(plain: &[u8]) -> Option<usize> {
    let padding = usize::from(*plain.last()?);
    let length = plain.len().checked_sub(padding)?;
    let is_right = (1..=16).contains(&padding)
        && plain[length..]
            .iter()
            .all(|byte| usize::from(*byte) == padding);
    is_right.then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "imed2019imed2019";

    #[test]
    fn opens_what_clients_send_and_nothing_else() {
        let cases = [
            ("6k2KLiMypmSg77JZzVB2PQ==", Some("13800000000")),
            ("kM_qIOqwEIdE54OAxjcgKw==", Some("123456")),
            (
                "OCeYMhDU_u0gf0aSMd_RgMRvcOQXENtFXlLbSFxywjc=",
                Some("1234567890123456"),
            ),
            // Not URL-safe, no padding of the Base64, a `+` that became a blank, not whole blocks, nothing.
            ("kM/qIOqwEIdE54OAxjcgKw==", None),
            ("6k2KLiMypmSg77JZzVB2PQ", None),
            ("kM qIOqwEIdE54OAxjcgKw==", None),
            ("6k2KLiMypmSg", None),
            ("", None),
            ("123456", None),
        ];
        for (sealed, plain) in cases {
            assert_eq!(open(KEY, sealed).as_deref(), plain, "{sealed}");
        }
        assert_eq!(open("hyde2019hyde2019", cases[0].0), None);
    }
}
