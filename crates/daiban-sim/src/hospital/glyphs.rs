//! Numbers in a font of the service's own: signs of a private range, others in each font.

use super::clinics::hex;

/// Address of a font's file; fonts have small numbers.
pub(super) fn font_address(font: u32) -> String {
    format!(
        "//img.114yygh.com/fe/home/iconfont/{}",
        hex(&font.to_string())
    )
}

/// A number as the font's signs, in the spelling of a web page.
pub(super) fn glyphs(font: u32, number: &str) -> String {
    let digits = number.bytes().filter(u8::is_ascii_digit);
    digits
        .map(|digit| {
            format!(
                "&#xf{:03x};",
                (u32::from(digit - b'0') * 37 + font * 91 + 256) % 0xfff
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_font_has_another_sign_for_each_digit() {
        for font in 0..10 {
            let mut signs: Vec<String> = (0..10)
                .map(|digit| glyphs(font, &digit.to_string()))
                .collect();
            signs.sort();
            signs.dedup();
            assert_eq!(signs.len(), 10);
        }
        assert_ne!(glyphs(4, "50"), glyphs(6, "50"));
        assert!(font_address(4).ends_with("/a87ff679a2f3e71d9181a67b7542122c"));
    }
}
