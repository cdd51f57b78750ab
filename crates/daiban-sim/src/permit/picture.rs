//! A picture code a person can read: digits drawn as blocks in a small grey PNG.

use crate::png;

/// 5 rows of 3 bits for each digit.
const GLYPHS: [[u8; 5]; 10] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 7, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 1, 2, 2],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
];
const SCALE: usize = 6;
const HEIGHT: usize = 7 * SCALE;

/// A PNG file showing `digits`.
pub(crate) fn png(digits: &str) -> Vec<u8> {
    let digits: Vec<usize> = digits
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(|byte| usize::from(byte - b'0'))
        .collect();
    let width = (digits.len() * 4 + 1) * SCALE;
    png::file(width, HEIGHT, |x, y| {
        if inked(&digits, x / SCALE, y / SCALE) {
            32
        } else {
            240
        }
    })
}

fn inked(digits: &[usize], column: usize, row: usize) -> bool {
    let (Some(column), Some(row)) = (column.checked_sub(1), row.checked_sub(1)) else {
        return false;
    };
    if row >= 5 || column % 4 == 3 {
        return false;
    }
    digits
        .get(column / 4)
        .is_some_and(|digit| GLYPHS[*digit][row] >> (2 - column % 4) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_the_size_its_header_tells() {
        let file = png("4071");
        assert_eq!(&file[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(&file[16..24], &[0, 0, 0, 102, 0, 0, 0, 42]);
        assert!(file.ends_with(b"IEND\xae\x42\x60\x82"));
    }
}
