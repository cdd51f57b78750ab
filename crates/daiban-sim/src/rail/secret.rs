//! `secretStr` of a left-ticket row: opaque to a client, and readable for the calls that take it back.
//!
//! Nothing is kept: the text itself holds the ride and the moment of the row, masked, so that a row
//! stays good over as many queries as there are. Left to others: how old it may be (`orders::submit`,
//! `standby::choose`).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::civil::Date;
use md5::{Digest, Md5};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// A ride on one train: between which of its stops, and on which day one boards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trip {
    pub(crate) train_no: String,
    pub(crate) date: Date,
    /// Telecodes.
    pub(crate) from: String,
    pub(crate) to: String,
}

/// Length of what is masked; with the salt it is no multiple of three, so the Base64 ends in `=`.
const LENGTH: usize = 174;

/// Percent-encoded Base64 with a line break every 76 characters, as the real one has.
pub(crate) fn of(trip: &Trip, now: i64) -> String {
    utf8_percent_encode(&plain(trip, now), NON_ALPHANUMERIC).to_string()
}

/// The ride and the moment of the row, from a text that was percent-decoded exactly once. Any other
/// text, also one that was decoded not at all or twice, is none of ours.
pub(crate) fn read(text: &str) -> Option<(Trip, i64)> {
    let bytes = STANDARD.decode(text.replace('\n', "")).ok()?;
    let (salt, masked) = bytes.split_at_checked(16)?;
    let body = String::from_utf8(mask(salt, masked)).ok()?;
    let mut part = body.split('#');
    let mut next = || part.next();
    let trip = Trip {
        train_no: next()?.into(),
        date: next()?.parse().ok()?,
        from: next()?.into(),
        to: next()?.into(),
    };
    let at_ms = next()?.parse().ok()?;
    (plain(&trip, at_ms) == text).then_some((trip, at_ms))
}

/// The same from a text that is still percent-encoded, exactly as the row has it: standby calls
/// take it so.
pub(crate) fn read_encoded(text: &str) -> Option<(Trip, i64)> {
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    let (trip, at_ms) = read(&decoded)?;
    (of(&trip, at_ms) == text).then_some((trip, at_ms))
}

/// Each has a `+`, which a second decoding would turn into a blank.
fn plain(trip: &Trip, now: i64) -> String {
    let body = format!(
        "{}#{}#{}#{}#{now}#",
        trip.train_no, trip.date, trip.from, trip.to
    );
    let body = format!("{body:#<LENGTH$}");
    let texts = (0..64).map(|salt: u8| {
        let salt = Md5::digest(format!("{salt}{body}"));
        let masked = mask(&salt, body.as_bytes());
        lines(&STANDARD.encode([salt.as_slice(), &masked].concat()))
    });
    let mut texts = texts.peekable();
    let first = texts.peek().cloned().unwrap_or_default();
    texts.find(|text| text.contains('+')).unwrap_or(first)
}

/// Masks and unmasks: exclusive or with a stream grown from the salt.
fn mask(salt: &[u8], bytes: &[u8]) -> Vec<u8> {
    let blocks = bytes.chunks(16).zip(0u32..);
    let masked = blocks.flat_map(|(chunk, number)| {
        let key = Md5::digest([salt, &number.to_be_bytes()].concat());
        chunk
            .iter()
            .zip(key)
            .map(|(byte, key)| byte ^ key)
            .collect::<Vec<u8>>()
    });
    masked.collect()
}

pub(super) fn lines(encoded: &str) -> String {
    let lines: Vec<&str> = (0..encoded.len())
        .step_by(76)
        .map(|at| &encoded[at..encoded.len().min(at + 76)])
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> String {
        percent_decode_str(text).decode_utf8_lossy().into_owned()
    }

    #[test]
    fn only_what_was_decoded_once_is_read() {
        for minute in 0..200 {
            let trip = Trip {
                train_no: "240000G90010A".into(),
                date: "2026-12-02".parse().unwrap_or_default(),
                from: "VNP".into(),
                to: "AOH".into(),
            };
            let at_ms = 1_795_132_800_000 + minute * 60_000;
            let row = of(&trip, at_ms);
            for sign in ["%2B", "%2F", "%0A", "%3D"] {
                assert!(row.contains(sign) || sign == "%2F", "{sign} in {row}");
            }
            let once = decoded(&row);
            assert_eq!(read(&once), Some((trip.clone(), at_ms)));
            assert_eq!(read(&row), None, "still encoded");
            assert_eq!(read_encoded(&row), Some((trip.clone(), at_ms)));
            assert_eq!(read_encoded(&once), None, "decoded once too often");
            assert_eq!(read_encoded(&row.to_lowercase()), None);
            assert_eq!(read(&once.replace('+', " ")), None, "decoded twice");
            assert_eq!(read(&once.replace('\n', "")), None, "made neat");
            assert_eq!(read(&once.to_lowercase()), None);
        }
        assert_eq!(read(""), None);
    }
}
