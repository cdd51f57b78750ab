//! Columns that line up with Chinese in them, and QR codes drawn with half blocks.

use qrcode::{Color, QrCode};

use super::picture::{Modules, modules};

/// Rows under heads.
pub struct Table {
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// With these heads.
    pub fn new(heads: &[&str]) -> Self {
        Self {
            heads: heads.iter().map(|&head| head.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row of as many cells as there are heads. Line breaks and other control characters become blanks.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let tidy = |cell: String| {
            cell.chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect()
        };
        self.rows.push(cells.into_iter().map(tidy).collect());
    }

    /// As text, one line each, without blanks at the ends.
    pub fn to_text(&self) -> String {
        let lines = || std::iter::once(&self.heads).chain(&self.rows);
        let widths: Vec<usize> = (0..self.heads.len())
            .map(|column| {
                lines()
                    .filter_map(|line| line.get(column))
                    .map(|cell| width(cell))
                    .max()
                    .unwrap_or(0)
            })
            .collect();
        let mut text = String::new();
        for line in lines() {
            let mut out = String::new();
            for (cell, wide) in line.iter().zip(&widths) {
                out.push_str(cell);
                out.extend(std::iter::repeat_n(' ', wide + 2 - width(cell)));
            }
            text.push_str(out.trim_end());
            text.push('\n');
        }
        text
    }
}

/// Columns a text takes in a terminal: two for Chinese, Japanese, Korean and full-width signs.
pub fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd)
}

/// A QR code for a terminal: two modules in one character, light on dark, with a quiet zone. `None`: too long for one.
pub fn half_blocks(content: &str) -> Option<String> {
    let code = QrCode::new(content.as_bytes()).ok()?;
    Some(draw(&Modules {
        side: code.width(),
        dark: code
            .to_colors()
            .into_iter()
            .map(|colour| colour == Color::Dark)
            .collect(),
    }))
}

/// The same for the QR code in a PNG picture. `None`: there is none to be read.
pub fn picture_blocks(png: &[u8]) -> Option<String> {
    modules(png).map(|modules| draw(&modules))
}

fn draw(modules: &Modules) -> String {
    const QUIET: usize = 2;
    let size = modules.side;
    let light = |x: usize, y: usize| {
        let (Some(x), Some(y)) = (x.checked_sub(QUIET), y.checked_sub(QUIET)) else {
            return true;
        };
        x >= size || y >= size || !modules.dark[y * size + x]
    };
    let side = size + 2 * QUIET;
    let mut text = String::new();
    for y in (0..side).step_by(2) {
        for x in 0..side {
            text.push(match (light(x, y), y + 1 >= side || light(x, y + 1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn columns_line_up() {
        let mut table = Table::new(&["id", "名称", "x"]);
        table.row(["1".to_owned(), "家".to_owned(), "a".to_owned()]);
        table.row(["22".to_owned(), "office\n2".to_owned(), "b".to_owned()]);
        assert_eq!(
            table.to_text(),
            "id  名称      x\n1   家        a\n22  office 2  b\n"
        );
    }

    #[test]
    fn a_code_is_square() {
        let drawn = half_blocks("https://example.test/").unwrap();
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(lines.len(), lines[0].chars().count().div_ceil(2));
        assert!(half_blocks(&"x".repeat(10_000)).is_none());
    }
}
