//! A picture code a person can read: digits drawn as blocks in a small grey PNG, made by hand.

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
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, b"IHDR", &header(width));
    chunk(&mut file, b"IDAT", &stored(&pixels(&digits, width)));
    chunk(&mut file, b"IEND", &[]);
    file
}

/// Width, height, then 8 bits of grey, and the only values there are for the rest.
fn header(width: usize) -> Vec<u8> {
    let mut header = (width as u32).to_be_bytes().to_vec();
    header.extend((HEIGHT as u32).to_be_bytes());
    header.extend([8, 0, 0, 0, 0]);
    header
}

/// Each line begins with its filter byte, 0 for none.
fn pixels(digits: &[usize], width: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity((width + 1) * HEIGHT);
    for y in 0..HEIGHT {
        bytes.push(0);
        bytes.extend((0..width).map(|x| {
            if inked(digits, x / SCALE, y / SCALE) {
                32
            } else {
                240
            }
        }));
    }
    bytes
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

/// A zlib stream of stored (uncompressed) blocks.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        stream.push(u8::from(blocks.peek().is_none()));
        let length = block.len() as u16;
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend((data.len() as u32).to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(data);
    let sum = crc32(&file[start..]);
    file.extend(sum.to_be_bytes());
}

fn adler32(data: &[u8]) -> u32 {
    let (mut low, mut high) = (1u32, 0u32);
    for byte in data {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    high << 16 | low
}

fn crc32(data: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in data {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                sum >> 1 ^ 0xedb8_8320
            } else {
                sum >> 1
            };
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_match_their_published_examples() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn the_file_has_the_size_its_header_tells() {
        let file = png("4071");
        assert_eq!(&file[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(&file[16..24], &[0, 0, 0, 102, 0, 0, 0, 42]);
        assert!(file.ends_with(b"IEND\xae\x42\x60\x82"));
    }
}
