//! Codes that change every half minute: RFC 6238 with SHA-1, six digits, 30 seconds, which is what every authenticator app
//! takes. The secret is 160 bits, as RFC 4226 section 4 asks for.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

/// Seconds of a step.
const STEP_S: i64 = 30;
/// Steps before and after this one whose codes are taken too: phones' clocks are not ours.
const NEAR: i64 = 1;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step a code belongs to, near that second; `None`: it is not one of this secret's.
pub(super) fn step_of(secret: &str, code: &str, second: i64) -> Option<i64> {
    let key = unbase32(secret)?;
    let now = second.div_euclid(STEP_S);
    // All of them are looked at, so that the time taken tells nothing.
    let mut found = None;
    for step in now - NEAR..=now + NEAR {
        if code_at(&key, step).as_deref() == Some(code) {
            found = Some(step);
        }
    }
    found
}

/// The code of a second, as the app of somebody who holds the secret shows it.
#[cfg(test)]
pub(super) fn code(secret: &str, second: i64) -> Option<String> {
    code_at(&unbase32(secret)?, second.div_euclid(STEP_S))
}

fn code_at(key: &[u8], step: i64) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last()? & 0xf);
    let four: [u8; 4] = hash.get(offset..offset + 4)?.try_into().ok()?;
    let number = (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000;
    Some(format!("{number:06}"))
}

/// Bytes as base32 without padding (RFC 4648).
pub(super) fn base32(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let mut five = [0_u8; 8];
        five[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(five);
        for letter in 0..(chunk.len() * 8).div_ceil(5) {
            let index = (bits >> (35 - 5 * letter)) & 31;
            out.push(char::from(ALPHABET[usize::try_from(index).unwrap_or(0)]));
        }
    }
    out
}

fn unbase32(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 5 / 8);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        bits = (bits << 5) | u32::try_from(value).ok()?;
        held += 5;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((bits >> held) & 0xff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The secret of RFC 6238, appendix B: `12345678901234567890`.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn the_codes_of_the_rfc() {
        // Appendix B, the last six of eight digits.
        for (second, told) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(SECRET, second).unwrap(), told);
        }
    }

    #[test]
    fn a_code_is_good_a_step_early_and_late() {
        let told = code(SECRET, 1_000_000_000).unwrap();
        let step = 1_000_000_000 / 30;
        for (off, found) in [
            (-60, None),
            (-30, Some(step)),
            (0, Some(step)),
            (30, Some(step)),
            (60, None),
        ] {
            assert_eq!(step_of(SECRET, &told, 1_000_000_000 + off), found, "{off}");
        }
        assert_eq!(step_of("no base32", &told, 1_000_000_000), None);
        assert_eq!(step_of(SECRET, "", 1_000_000_000), None);
    }

    #[test]
    fn base32_there_and_back() {
        // RFC 4648, section 10.
        for (plain, told) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), told);
            assert_eq!(unbase32(told).unwrap(), plain.as_bytes());
        }
        assert_eq!(base32(b"12345678901234567890"), SECRET);
    }
}
