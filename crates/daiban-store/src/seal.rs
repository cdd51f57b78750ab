//! Sealing of cells: XChaCha20-Poly1305, a fresh nonce each time, bound to the place where the cell stands.
//!
//! A sealed cell is base64 text of `version (1 byte) ‖ nonce (24 bytes) ‖ ciphertext and tag`. The place (table, column, row)
//! is authenticated with it, so a cell copied to another row does not open there.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The version byte of what is written now.
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// The key's length in bytes.
pub const KEY: usize = 32;

/// Where a sealed cell stands. Part of what is authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What names the row.
    pub row: &'a str,
}

impl<'a> Place<'a> {
    /// A place by its three names.
    pub fn new(table: &'static str, column: &'static str, row: &'a str) -> Self {
        Self { table, column, row }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} of {}", self.table, self.column, self.row)
    }
}

/// Why a cell was not sealed or opened. Never shows its content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not in the form of a sealed cell.
    #[error("{0} is not a sealed value")]
    Form(String),
    /// Sealed by a later version of daiban.
    #[error("{place} is sealed in version {version}, which this version of daiban does not know")]
    Version {
        /// The place.
        place: String,
        /// The version byte.
        version: u8,
    },
    /// Another key, another place, or a changed byte.
    #[error("{0} does not open: changed, moved, or sealed with another key")]
    Closed(String),
    /// The operating system gave no randomness.
    #[error("no randomness from the operating system")]
    Chance,
}

/// Seals and opens cells with one key.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    fingerprint: String,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({})", self.fingerprint)
    }
}

impl Sealer {
    /// A sealer with that key.
    pub fn new(key: &[u8; KEY]) -> Self {
        Self {
            cipher: XChaCha20Poly1305::new(key.into()),
            fingerprint: fingerprint(key),
        }
    }

    /// A new random key.
    ///
    /// # Errors
    /// [`SealError::Chance`].
    pub fn new_key() -> Result<Zeroizing<[u8; KEY]>, SealError> {
        let mut key = Zeroizing::new([0; KEY]);
        getrandom::fill(key.as_mut_slice()).map_err(|_| SealError::Chance)?;
        Ok(key)
    }

    /// Tells keys apart without telling anything about the key: 16 hex digits.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Seals for one place.
    ///
    /// # Errors
    /// [`SealError::Chance`].
    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<String, SealError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| SealError::Chance)?;
        let payload = Payload {
            msg: plain,
            aad: &bound_to(place),
        };
        let cipher = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::Form(place.to_string()))?;
        let mut cell = Vec::with_capacity(1 + NONCE + cipher.len());
        cell.push(VERSION);
        cell.extend_from_slice(&nonce);
        cell.extend_from_slice(&cipher);
        Ok(STANDARD.encode(cell))
    }

    /// Opens what was sealed for that place.
    ///
    /// # Errors
    /// Any of [`SealError`] but `Chance`.
    pub fn open(&self, place: Place<'_>, cell: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let form = || SealError::Form(place.to_string());
        let bytes = STANDARD.decode(cell).map_err(|_| form())?;
        let (&version, rest) = bytes.split_first().ok_or_else(form)?;
        if version != VERSION {
            let place = place.to_string();
            return Err(SealError::Version { place, version });
        }
        let (nonce, msg) = rest.split_first_chunk::<NONCE>().ok_or_else(form)?;
        let payload = Payload {
            msg,
            aad: &bound_to(place),
        };
        self.cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| SealError::Closed(place.to_string()))
    }
}

/// Table and column are our own words without a line feed, so the three parts cannot run into each other.
fn bound_to(place: Place<'_>) -> Vec<u8> {
    format!("{}\n{}\n{}", place.table, place.column, place.row).into_bytes()
}

fn fingerprint(key: &[u8; KEY]) -> String {
    let digest = Sha256::new_with_prefix(b"daiban key fingerprint 1\n")
        .chain_update(key)
        .finalize();
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const HERE: Place<'_> = Place {
        table: "secrets",
        column: "value",
        row: "a/token",
    };

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(&[byte; KEY])
    }

    #[test]
    fn opens_what_it_sealed_and_never_seals_alike() {
        let one = sealer(1).seal(HERE, b"open sesame").unwrap();
        let two = sealer(1).seal(HERE, b"open sesame").unwrap();
        assert_ne!(one, two);
        assert_eq!(
            sealer(1).open(HERE, &one).unwrap().as_slice(),
            b"open sesame"
        );
    }

    #[test]
    fn opens_nowhere_else() {
        let cell = sealer(1).seal(HERE, b"open sesame").unwrap();
        for place in [
            Place {
                row: "b/token",
                ..HERE
            },
            Place {
                column: "name",
                ..HERE
            },
            Place {
                table: "sealed",
                ..HERE
            },
        ] {
            assert!(
                matches!(sealer(1).open(place, &cell), Err(SealError::Closed(_))),
                "{place}"
            );
        }
        assert!(matches!(
            sealer(2).open(HERE, &cell),
            Err(SealError::Closed(_))
        ));
    }

    #[test]
    fn says_what_is_wrong_with_a_cell() {
        let cell = sealer(1).seal(HERE, b"open sesame").unwrap();
        let mut bytes = STANDARD.decode(&cell).unwrap();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        assert!(matches!(
            sealer(1).open(HERE, &STANDARD.encode(&bytes)),
            Err(SealError::Closed(_))
        ));
        bytes[0] = 9;
        assert!(matches!(
            sealer(1).open(HERE, &STANDARD.encode(&bytes)),
            Err(SealError::Version { version: 9, .. })
        ));
        for wrong in ["", "{", "AQ=="] {
            assert!(
                matches!(sealer(1).open(HERE, wrong), Err(SealError::Form(_))),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn keys_are_told_apart() {
        assert_eq!(sealer(1).fingerprint().len(), 16);
        assert_ne!(sealer(1).fingerprint(), sealer(2).fingerprint());
        assert_ne!(*Sealer::new_key().unwrap(), *Sealer::new_key().unwrap());
    }
}
