//! A left-ticket row cut at its `|`, without copying.

use daiban_core::error::ServiceError;

/// Fewer fields than this and even the seat columns are not all there.
pub const FEWEST_FIELDS: usize = 33;

/// Rows had 58 fields in 2026; what comes after this many is not looked at.
const MOST_FIELDS: usize = 64;

/// The fields of one row. A field that the row is too short for is empty.
#[derive(Clone)]
pub struct RawRow<'a> {
    text: &'a str,
    number: usize,
    /// Where each field ends.
    ends: [u16; MOST_FIELDS],
    count: usize,
}

impl<'a> RawRow<'a> {
    /// Cuts a row. `number` is its place in the answer, counted from 1, and is only used in errors.
    ///
    /// # Errors
    /// `Changed`, naming the row, when it has fewer than 33 fields or more than 64 KiB.
    pub fn cut(text: &'a str, number: usize) -> Result<Self, ServiceError> {
        let mut row = Self {
            text,
            number,
            ends: [0; MOST_FIELDS],
            count: 0,
        };
        row.count = field_ends(text, &mut row.ends)
            .ok_or_else(|| ServiceError::changed(row.place(), "too long"))?;
        if row.count < FEWEST_FIELDS {
            let saw = format!("{} fields, at least {FEWEST_FIELDS} expected", row.count);
            return Err(ServiceError::changed(row.place(), saw));
        }
        Ok(row)
    }

    /// The field with that index.
    #[must_use]
    pub fn field(&self, index: usize) -> &'a str {
        if index >= self.count {
            return "";
        }
        let start = if index == 0 {
            0
        } else {
            usize::from(self.ends[index - 1]) + 1
        };
        self.text
            .get(start..usize::from(self.ends[index]))
            .unwrap_or_default()
    }

    /// Bit `i` is set when field `i` is not empty.
    #[must_use]
    pub fn filled(&self) -> u64 {
        let mut filled = 0;
        let mut start = 0;
        for (index, end) in self.ends[..self.count].iter().enumerate() {
            filled |= u64::from(start != *end) << index;
            start = end.saturating_add(1);
        }
        filled
    }

    /// How many fields were read, at most 64.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The row's place in the answer, in words.
    #[must_use]
    pub fn place(&self) -> String {
        format!("row {}", self.number)
    }
}

/// Notes where each field ends, and says how many there are; `None` when the row is longer than any could be.
///
/// Eight bytes at a time: rows are one long opaque field followed by many short ones, and this is a good part of the
/// time it takes to read an answer.
fn field_ends(text: &str, ends: &mut [u16; MOST_FIELDS]) -> Option<usize> {
    const LOWS: u64 = u64::from_ne_bytes([0x7f; 8]);
    const BARS: u64 = u64::from_ne_bytes([b'|'; 8]);
    let length = u16::try_from(text.len()).ok()?;
    let mut count = 0;
    let mut end_field = |at: u16| {
        if let Some(end) = ends.get_mut(count) {
            *end = at;
            count += 1;
        }
    };
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let mut start = 0;
    for word in words {
        let differing = u64::from_le_bytes(*word) ^ BARS;
        // The high bit of each byte that is zero, exactly: no carry reaches the neighbour.
        let mut bars = !(((differing & LOWS) + LOWS) | differing | LOWS);
        while bars != 0 {
            end_field(start + (bars.trailing_zeros() / 8) as u16);
            bars &= bars - 1;
        }
        start += 8;
    }
    let bars = (start..).zip(rest).filter(|(_, byte)| **byte == b'|');
    bars.for_each(|(at, _)| end_field(at));
    end_field(length);
    Some(count)
}

impl std::fmt::Debug for RawRow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries((0..self.count).map(|index| self.field(index)))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cutting_is_splitting(text in "[|a-z有]{0,200}") {
            let split: Vec<&str> = text.split('|').collect();
            match RawRow::cut(&text, 1) {
                Err(_) => prop_assert!(split.len() < FEWEST_FIELDS),
                Ok(row) => {
                    prop_assert_eq!(row.count(), split.len().min(MOST_FIELDS));
                    for (index, field) in split.iter().enumerate().take(MOST_FIELDS) {
                        prop_assert_eq!(row.field(index), *field);
                    prop_assert_eq!(row.filled() & 1 << index == 0, field.is_empty());
                    }
                }
            }
        }
    }

    #[test]
    fn fields_beyond_the_end_are_empty() {
        let text = "|".repeat(40);
        let row = RawRow::cut(&text, 1).unwrap();
        assert_eq!(
            (
                row.count(),
                row.field(40),
                row.field(41),
                row.field(usize::MAX)
            ),
            (41, "", "", "")
        );
    }

    #[test]
    fn a_short_row_is_named() {
        let text = "|".repeat(19);
        let error = RawRow::cut(&text, 3).unwrap_err();
        assert!(
            error
                .text()
                .en
                .contains("row 3: 20 fields, at least 33 expected"),
            "{error}"
        );
    }
}
