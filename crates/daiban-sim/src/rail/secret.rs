//! `secretStr`: what a row sells, sealed so that a client can only hand it back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use md5::{Digest, Md5};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Bytes of a MD5 sum.
const BLOCK: usize = 16;
/// Blocks of a sealed text: the first proves that it is ours.
const BLOCKS: usize = 12;

/// A train between two stations on a day of boarding, as a row told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) train_no: String,
    pub(crate) date: Date,
    pub(crate) from: String,
    pub(crate) to: String,
    /// When the row was told, ms.
    pub(crate) told_ms: i64,
}

impl Offer {
    /// Percent-encoded Base64 with a line break every 76 characters, as the real one has.
    pub(crate) fn sealed(&self) -> String {
        seal(&format!(
            "{}#{}#{}#{}#{}",
            self.train_no, self.date, self.from, self.to, self.told_ms
        ))
    }

    /// Reads a sealed text, still percent-encoded; `None` when it is not exactly as it was handed out.
    pub(crate) fn open(text: &str) -> Option<Self> {
        let plain = unseal(text)?;
        let mut part = plain.split('#');
        let offer = Self {
            train_no: part.next()?.into(),
            date: part.next()?.parse().ok()?,
            from: part.next()?.into(),
            to: part.next()?.into(),
            told_ms: part.next()?.parse().ok()?,
        };
        (offer.sealed() == text).then_some(offer)
    }
}

fn seal(plain: &str) -> String {
    let mut bytes = plain.as_bytes().to_vec();
    bytes.resize(BLOCK * (BLOCKS - 1), 0);
    let proof = Md5::digest(&bytes).to_vec();
    let sealed = [proof.clone(), veiled(&bytes, &proof)].concat();
    let encoded = STANDARD.encode(sealed);
    let lines: Vec<&str> = (0..encoded.len())
        .step_by(76)
        .map(|at| &encoded[at..encoded.len().min(at + 76)])
        .collect();
    utf8_percent_encode(&lines.join("\n"), NON_ALPHANUMERIC).to_string()
}

fn unseal(text: &str) -> Option<String> {
    let encoded = percent_decode_str(text)
        .decode_utf8()
        .ok()?
        .replace('\n', "");
    let sealed = STANDARD.decode(encoded).ok()?;
    let (proof, veil) = sealed.split_at_checked(BLOCK)?;
    let bytes = veiled(veil, proof);
    if Md5::digest(&bytes).as_slice() != proof {
        return None;
    }
    let plain = String::from_utf8(bytes).ok()?;
    Some(plain.trim_end_matches('\0').into())
}

/// Hides bytes under sums made from `proof`, or brings them back. A veil, no more: this is a simulator.
fn veiled(bytes: &[u8], proof: &[u8]) -> Vec<u8> {
    let blocks = bytes.chunks(BLOCK).enumerate();
    blocks
        .flat_map(|(number, block)| {
            let sum = Md5::digest([proof, &number.to_be_bytes()].concat());
            let pairs = block.iter().zip(sum.to_vec());
            pairs.map(|(byte, cover)| byte ^ cover).collect::<Vec<u8>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_sealed_can_be_opened_as_it_was_handed_out_only() {
        let offer = Offer {
            train_no: "240000G90030A".into(),
            date: "2026-11-25".parse().unwrap(),
            from: "VNP".into(),
            to: "AOH".into(),
            told_ms: 1_795_132_800_000,
        };
        let text = offer.sealed();
        assert!(text.contains("%0A") && !text.contains(['+', '/', '=', '|', '#']));
        assert_eq!(Offer::open(&text), Some(offer));
        let decoded = percent_decode_str(&text).decode_utf8().unwrap();
        assert_eq!(Offer::open(&decoded), None, "decoded once too often");
        let other = if text.starts_with('A') { "B" } else { "A" };
        assert_eq!(Offer::open(&format!("{other}{}", &text[1..])), None);
        assert_eq!(Offer::open(""), None);
    }
}
