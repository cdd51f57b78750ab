//! How large a picture is, read from the head of a PNG or JPEG file.

/// Width and height in pixels; `None` for what is neither.
pub(super) fn of(bytes: &[u8]) -> Option<(u32, u32)> {
    let size = png(bytes).or_else(|| jpeg(bytes))?;
    let sound = |length: u32| (1..=4096).contains(&length);
    (sound(size.0) && sound(size.1)).then_some(size)
}

fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let number = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    Some((number(8)?, number(12)?))
}

/// Walks the segments to the frame header (ITU T.81, B.2.2): marker, length, precision, height, width.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        let [0xff, marker, high, low, after @ ..] = rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if frame {
            let [_, h1, h2, w1, w2, ..] = after else {
                return None;
            };
            return Some((
                u16::from_be_bytes([*w1, *w2]).into(),
                u16::from_be_bytes([*h1, *h2]).into(),
            ));
        }
        rest = after.get(length.checked_sub(2)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_pictures() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x2c\0\0\0\x64";
        assert_eq!(of(png), Some((300, 100)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\0\x64\x01\x2c\x03";
        assert_eq!(of(jpeg), Some((300, 100)));
        for broken in [
            &b""[..],
            b"GIF89a",
            b"\xff\xd8",
            b"\xff\xd8\xff\xe0\0\0",
            b"\x89PNG\r\n\x1a\n\0",
            &png[..20],
        ] {
            assert_eq!(of(broken), None);
        }
    }
}
