//! A left-ticket row cut at its `|`, without copying.

use daiban_core::error::ServiceError;

/// Fewer fields than this and even the seat columns are not all there.
pub const FEWEST_FIELDS: usize = 33;

/// Rows had 58 fields in 2026; what comes after this many is not looked at.
const MOST_FIELDS: usize = 64;

/// The fields of one row. A field that the row is too short for is empty, and so is the word `null`.
#[derive(Clone)]
pub struct RawRow<'a> {
    text: &'a str,
    number: usize,
    /// Where each field ends.
    ends: [u32; MOST_FIELDS],
    count: usize,
}

impl<'a> RawRow<'a> {
    /// Cuts a row. `number` is its place in the answer, counted from 1, and is only used in errors.
    ///
    /// # Errors
    /// `Changed`, naming the row, when it has fewer than 33 fields.
    pub fn cut(text: &'a str, number: usize) -> Result<Self, ServiceError> {
        let mut row = Self { text, number, ends: [0; MOST_FIELDS], count: 0 };
        row.find_bars();
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
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize + 1 };
        match self.text.get(start..self.ends[index] as usize) {
            None | Some("null") => "",
            Some(field) => field,
        }
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

    /// Eight bytes at a time: rows are mostly one long opaque field followed by many short ones, and this is most of
    /// the time it takes to read an answer.
    fn find_bars(&mut self) {
        const ONES: u64 = u64::from_ne_bytes([1; 8]);
        const HIGHS: u64 = ONES << 7;
        const BARS: u64 = ONES * b'|' as u64;
        let (words, rest) = self.text.as_bytes().as_chunks::<8>();
        for (at, word) in words.iter().enumerate() {
            let differing = u64::from_le_bytes(*word) ^ BARS;
            // The high bit of each byte that is zero, exactly: no borrow reaches the neighbour.
            let mut bars = !(((differing & !HIGHS) + !HIGHS) | differing) & HIGHS;
            while bars != 0 {
                self.end_field(at * 8 + (bars.trailing_zeros() / 8) as usize);
                bars &= bars - 1;
            }
        }
        let start = words.len() * 8;
        let bars = rest.iter().enumerate().filter(|(_, byte)| **byte == b'|');
        bars.for_each(|(at, _)| self.end_field(start + at));
        self.end_field(self.text.len());
    }

    fn end_field(&mut self, at: usize) {
        // A row longer than 4 GiB does not get past the port's size limit.
        if self.count < MOST_FIELDS {
            self.ends[self.count] = u32::try_from(at).unwrap_or(u32::MAX);
            self.count += 1;
        }
    }
}

impl std::fmt::Debug for RawRow<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries((0..self.count).map(|index| self.field(index))).finish()
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
                        prop_assert_eq!(row.field(index), if *field == "null" { "" } else { field });
                    }
                }
            }
        }
    }

    #[test]
    fn fields_beyond_the_end_are_empty() {
        let text = "|".repeat(40);
        let row = RawRow::cut(&text, 1).unwrap();
        assert_eq!((row.count(), row.field(40), row.field(41), row.field(usize::MAX)), (41, "", "", ""));
    }

    #[test]
    fn a_short_row_is_named() {
        let text = "|".repeat(19);
        let error = RawRow::cut(&text, 3).unwrap_err();
        assert!(error.text().en.contains("row 3: 20 fields, at least 33 expected"), "{error}");
    }
}
