//! Between values and cells: moments, words, JSON, sealed JSON.

use daiban_core::Timestamp;
use serde::{
    Serialize,
    de::{DeserializeOwned, IntoDeserializer, value::Error},
};
use serde_json::Value;

use super::fault::{Done, damaged};
use crate::seal::{Place, Sealer};

/// A moment as a cell: milliseconds.
pub(super) fn ms(moment: Timestamp) -> i64 {
    moment.as_millisecond()
}

/// A cell as a moment.
pub(super) fn moment(ms: i64) -> Done<Timestamp> {
    Timestamp::from_millisecond(ms).map_err(|_| damaged(format!("{ms} is no moment")))
}

/// A cell that may be empty as a moment.
pub(super) fn maybe_moment(ms: Option<i64>) -> Done<Option<Timestamp>> {
    ms.map(moment).transpose()
}

/// A number that only grows from 0 as a cell.
pub(super) fn cell(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A cell as a number that only grows from 0.
pub(super) fn number<N: TryFrom<i64>>(cell: i64) -> Done<N> {
    N::try_from(cell).map_err(|_| damaged(format!("{cell} is out of range")))
}

/// How many rows at most.
pub(super) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The word an enum without data is written as.
pub(super) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// A word read back.
pub(super) fn from_word<T: DeserializeOwned>(word: &str) -> Done<T> {
    let reader: serde::de::value::StrDeserializer<'_, Error> = word.into_deserializer();
    T::deserialize(reader).map_err(|error| damaged(error.to_string()))
}

/// Plain data as JSON text. Our data has string keys only and so always fits.
pub(super) fn json<T: Serialize + ?Sized>(data: &T) -> Done<String> {
    serde_json::to_string(data).map_err(|error| damaged(error.to_string()))
}

/// JSON text read back.
pub(super) fn from_json<T: DeserializeOwned>(place: Place<'_>, text: &str) -> Done<T> {
    serde_json::from_str(text).map_err(|error| unreadable(place, &error))
}

impl Sealer {
    /// Data as sealed JSON.
    pub(super) fn seal_json<T: Serialize + ?Sized>(
        &self,
        place: Place<'_>,
        data: &T,
    ) -> Done<String> {
        let plain = serde_json::to_vec(data).map(zeroize::Zeroizing::new);
        let plain = plain.map_err(|error| damaged(error.to_string()))?;
        Ok(self.seal(place, &plain)?)
    }

    /// The same for data that may be missing.
    pub(super) fn seal_maybe<T: Serialize>(
        &self,
        place: Place<'_>,
        data: Option<&T>,
    ) -> Done<Option<String>> {
        data.map(|data| self.seal_json(place, data)).transpose()
    }

    /// Sealed JSON read back. The error names the place and shows nothing of the content.
    pub(super) fn open_json<T: DeserializeOwned>(&self, place: Place<'_>, cell: &str) -> Done<T> {
        let plain = self.open(place, cell)?;
        serde_json::from_slice(&plain).map_err(|error| unreadable(place, &error))
    }

    /// The same for a cell that may be empty.
    pub(super) fn open_maybe<T: DeserializeOwned>(
        &self,
        place: Place<'_>,
        cell: Option<&str>,
    ) -> Done<Option<T>> {
        cell.map(|cell| self.open_json(place, cell)).transpose()
    }
}

/// serde's own words may quote the content, so only the line and column are told.
fn unreadable(place: Place<'_>, error: &serde_json::Error) -> super::fault::Fault {
    damaged(format!(
        "{place} cannot be read (line {}, column {})",
        error.line(),
        error.column()
    ))
}
