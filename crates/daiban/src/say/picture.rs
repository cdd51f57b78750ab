//! A QR code in a PNG picture, read as modules so that a terminal can draw it.
//!
//! Reads what services send: 1- and 8-bit PNG without interlace. Any other picture is none of ours and is only saved.

/// A square of modules, dark ones `true`.
pub(crate) struct Modules {
    pub(crate) side: usize,
    pub(crate) dark: Vec<bool>,
}

/// The modules of the QR code that fills a PNG. `None`: not such a picture.
pub(crate) fn modules(png: &[u8]) -> Option<Modules> {
    let picture = Picture::read(png)?;
    let (left, top, right, bottom) = picture.bounds()?;
    let (wide, high) = (right - left + 1, bottom - top + 1);
    // The upper edge begins with a finder: seven dark modules.
    let finder = (left..=right)
        .take_while(|&x| picture.is_dark(x, top))
        .count();
    let module = finder as f64 / 7.0;
    let counted = (wide as f64 / module).round();
    // 21 modules, or four more for each version.
    let version = ((counted - 17.0) / 4.0).round();
    if !(1.0..=40.0).contains(&version) || wide.abs_diff(high) * 20 > wide {
        return None;
    }
    let side = 17 + 4 * version as usize;
    let centre = |at: usize, from: usize, length: usize| from + (2 * at + 1) * length / (2 * side);
    let dark = (0..side * side)
        .map(|at| picture.is_dark(centre(at % side, left, wide), centre(at / side, top, high)));
    Some(Modules {
        side,
        dark: dark.collect(),
    })
}

struct Picture {
    wide: usize,
    high: usize,
    dark: Vec<bool>,
}

impl Picture {
    fn read(png: &[u8]) -> Option<Self> {
        let mut rest = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
        let (mut head, mut palette, mut packed) = (None, Vec::new(), Vec::new());
        while rest.len() >= 12 {
            let length = usize::try_from(u32::from_be_bytes(rest[..4].try_into().ok()?)).ok()?;
            let data = rest.get(8..8_usize.checked_add(length)?)?;
            match &rest[4..8] {
                b"IHDR" => head = Head::read(data),
                b"PLTE" => palette = data.to_vec(),
                b"IDAT" => packed.extend_from_slice(data),
                b"IEND" => break,
                _ => {}
            }
            rest = rest.get(length + 12..)?;
        }
        let head = head?;
        // Two bytes of zlib before, four after.
        let flat = inflate(packed.get(2..)?, head.high.checked_mul(head.stride() + 1)?)?;
        head.pixels(flat, &palette)
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.wide && y < self.high && self.dark[y * self.wide + x]
    }

    /// The smallest rectangle with everything dark in it.
    fn bounds(&self) -> Option<(usize, usize, usize, usize)> {
        let points = || {
            (0..self.dark.len())
                .filter(|&at| self.dark[at])
                .map(|at| (at % self.wide, at / self.wide))
        };
        let (left, right) = (points().map(|p| p.0).min()?, points().map(|p| p.0).max()?);
        let (top, bottom) = (points().map(|p| p.1).min()?, points().map(|p| p.1).max()?);
        Some((left, top, right, bottom))
    }
}

struct Head {
    wide: usize,
    high: usize,
    depth: usize,
    colour: u8,
}

impl Head {
    fn read(data: &[u8]) -> Option<Self> {
        let number =
            |at: usize| Some(u32::from_be_bytes(data.get(at..at + 4)?.try_into().ok()?) as usize);
        let (wide, high) = (number(0)?, number(4)?);
        let &[depth, colour, _, _, interlace] = data.get(8..13)? else {
            return None;
        };
        let known = matches!((depth, colour), (1 | 8, 0 | 3) | (8, 2 | 4 | 6)) && interlace == 0;
        (known && (1..=4096).contains(&wide) && (1..=4096).contains(&high)).then_some(Self {
            wide,
            high,
            depth: usize::from(depth),
            colour,
        })
    }

    fn channels(&self) -> usize {
        match self.colour {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        }
    }

    fn stride(&self) -> usize {
        (self.wide * self.channels() * self.depth).div_ceil(8)
    }

    /// Undoes the filter of each line, then tells dark from light.
    fn pixels(&self, flat: Vec<u8>, palette: &[u8]) -> Option<Picture> {
        let stride = self.stride();
        let back = (self.channels() * self.depth / 8).max(1);
        let mut before = vec![0_u8; stride];
        let mut dark = Vec::with_capacity(self.wide * self.high);
        for line in flat.chunks_exact(stride + 1).take(self.high) {
            let (filter, mut line) = (line[0], line[1..].to_vec());
            for at in 0..stride {
                let left = if at >= back { line[at - back] } else { 0 };
                let corner = if at >= back { before[at - back] } else { 0 };
                let guess = match filter {
                    0 => 0,
                    1 => left,
                    2 => before[at],
                    3 => u8::try_from((u16::from(left) + u16::from(before[at])) / 2).ok()?,
                    4 => paeth(left, before[at], corner),
                    _ => return None,
                };
                line[at] = line[at].wrapping_add(guess);
            }
            dark.extend((0..self.wide).map(|x| self.light(&line, x, palette) < 128));
            before = line;
        }
        (dark.len() == self.wide * self.high).then_some(Picture {
            wide: self.wide,
            high: self.high,
            dark,
        })
    }

    /// 0 is black, 255 white; what is see-through is white.
    fn light(&self, line: &[u8], x: usize, palette: &[u8]) -> u8 {
        let value = |at: usize| line.get(at).copied().unwrap_or(255);
        let mean = |colours: &[u8]| {
            u8::try_from(colours.iter().map(|&c| u32::from(c)).sum::<u32>() / 3).unwrap_or(255)
        };
        let first = x * self.channels();
        match self.colour {
            0 if self.depth == 1 => 255 * (value(x / 8) >> (7 - x % 8) & 1),
            0 => value(x),
            2 => mean(&[value(first), value(first + 1), value(first + 2)]),
            3 => {
                let entry = if self.depth == 1 {
                    value(x / 8) >> (7 - x % 8) & 1
                } else {
                    value(x)
                };
                palette
                    .get(usize::from(entry) * 3..usize::from(entry) * 3 + 3)
                    .map_or(255, mean)
            }
            4 => {
                if value(first + 1) < 128 {
                    255
                } else {
                    value(first)
                }
            }
            _ if value(first + 3) < 128 => 255,
            _ => mean(&[value(first), value(first + 1), value(first + 2)]),
        }
    }
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
    let guess = a + b - c;
    let (to_a, to_b, to_c) = ((guess - a).abs(), (guess - b).abs(), (guess - c).abs());
    if to_a <= to_b && to_a <= to_c {
        left
    } else if to_b <= to_c {
        above
    } else {
        corner
    }
}

/// Unpacks a DEFLATE stream (RFC 1951) of at most that many bytes.
fn inflate(packed: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut bits = Bits { packed, at: 0 };
    let mut out = Vec::with_capacity(most);
    loop {
        let last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => stored(&mut bits, &mut out)?,
            1 => block(
                &mut bits,
                &mut out,
                &fixed_literals(),
                &Code::new(&[5; 30]),
                most,
            )?,
            2 => {
                let (literals, distances) = read_codes(&mut bits)?;
                block(&mut bits, &mut out, &literals, &distances, most)?;
            }
            _ => return None,
        }
        if out.len() > most {
            return None;
        }
        if last {
            return Some(out);
        }
    }
}

fn stored(bits: &mut Bits<'_>, out: &mut Vec<u8>) -> Option<()> {
    bits.at = bits.at.div_ceil(8) * 8;
    let length = bits.take(16)?;
    if length != !bits.take(16)? & 0xffff {
        return None;
    }
    let from = bits.at / 8;
    out.extend_from_slice(bits.packed.get(from..from + length)?);
    bits.at += length * 8;
    Some(())
}

/// Base and further bits of lengths from symbol 257 on, and of distances.
const LENGTHS: [(usize, usize); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];
const DISTANCES: [(usize, usize); 30] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 1),
    (7, 1),
    (9, 2),
    (13, 2),
    (17, 3),
    (25, 3),
    (33, 4),
    (49, 4),
    (65, 5),
    (97, 5),
    (129, 6),
    (193, 6),
    (257, 7),
    (385, 7),
    (513, 8),
    (769, 8),
    (1025, 9),
    (1537, 9),
    (2049, 10),
    (3073, 10),
    (4097, 11),
    (6145, 11),
    (8193, 12),
    (12289, 12),
    (16385, 13),
    (24577, 13),
];

fn block(
    bits: &mut Bits<'_>,
    out: &mut Vec<u8>,
    literals: &Code,
    distances: &Code,
    most: usize,
) -> Option<()> {
    while out.len() <= most {
        let symbol = literals.read(bits)?;
        if symbol < 256 {
            out.push(u8::try_from(symbol).ok()?);
            continue;
        }
        if symbol == 256 {
            return Some(());
        }
        let (base, further) = *LENGTHS.get(symbol - 257)?;
        let length = base + bits.take(further)?;
        let (base, further) = *DISTANCES.get(distances.read(bits)?)?;
        let from = out.len().checked_sub(base + bits.take(further)?)?;
        for at in from..from + length {
            out.push(out[at]);
        }
    }
    None
}

fn fixed_literals() -> Code {
    let length = |symbol: usize| match symbol {
        0..=143 => 8,
        144..=255 => 9,
        256..=279 => 7,
        _ => 8,
    };
    Code::new(&(0..288).map(length).collect::<Vec<_>>())
}

fn read_codes(bits: &mut Bits<'_>) -> Option<(Code, Code)> {
    const ORDER: [usize; 19] = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ];
    let (literals, distances, lengths) =
        (bits.take(5)? + 257, bits.take(5)? + 1, bits.take(4)? + 4);
    let mut short = [0_u8; 19];
    for &at in ORDER.iter().take(lengths) {
        short[at] = u8::try_from(bits.take(3)?).ok()?;
    }
    let code = Code::new(&short);
    let mut all: Vec<u8> = Vec::with_capacity(literals + distances);
    while all.len() < literals + distances {
        let (length, times) = match code.read(bits)? {
            16 => (*all.last()?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (u8::try_from(length).ok()?, 1),
        };
        all.extend(std::iter::repeat_n(length, times));
    }
    Some((
        Code::new(all.get(..literals)?),
        Code::new(all.get(literals..literals + distances)?),
    ))
}

/// A canonical Huffman code: how many symbols of each length, and the symbols in order.
struct Code {
    counts: [usize; 16],
    symbols: Vec<usize>,
}

impl Code {
    fn new(lengths: &[u8]) -> Self {
        let mut counts = [0; 16];
        for &length in lengths.iter().filter(|&&length| (1..16).contains(&length)) {
            counts[usize::from(length)] += 1;
        }
        let mut symbols: Vec<usize> = (0..lengths.len())
            .filter(|&symbol| lengths[symbol] > 0)
            .collect();
        symbols.sort_by_key(|&symbol| (lengths[symbol], symbol));
        Self { counts, symbols }
    }

    fn read(&self, bits: &mut Bits<'_>) -> Option<usize> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code |= bits.take(1)?;
            if code < first + count {
                return self.symbols.get(index + (code - first)).copied();
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

struct Bits<'a> {
    packed: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    /// The next bits, the first one lowest.
    fn take(&mut self, count: usize) -> Option<usize> {
        let mut value = 0;
        for bit in 0..count {
            let byte = *self.packed.get(self.at / 8)?;
            value |= usize::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use qrcode::{Color, QrCode};

    use super::*;

    /// A grey PNG of a code, stored without packing, with a quiet zone of four modules.
    fn png(code: &QrCode, scale: usize) -> Vec<u8> {
        let side = (code.width() + 8) * scale;
        let colours = code.to_colors();
        let mut flat = Vec::new();
        for y in 0..side {
            flat.push(0);
            for x in 0..side {
                let (x, y) = ((x / scale).wrapping_sub(4), (y / scale).wrapping_sub(4));
                let dark = x < code.width()
                    && y < code.width()
                    && colours[y * code.width() + x] == Color::Dark;
                flat.push(if dark { 0 } else { 255 });
            }
        }
        let mut packed = vec![0x78, 0x01];
        let blocks: Vec<&[u8]> = flat.chunks(60_000).collect();
        for (number, block) in blocks.iter().enumerate() {
            let length = u16::try_from(block.len()).unwrap();
            packed.push(u8::from(number + 1 == blocks.len()));
            packed.extend(length.to_le_bytes());
            packed.extend((!length).to_le_bytes());
            packed.extend_from_slice(block);
        }
        packed.extend([0; 4]);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        let side = u32::try_from(side).unwrap().to_be_bytes();
        let head = [&side[..], &side, &[8, 0, 0, 0, 0]].concat();
        for (name, data) in [(b"IHDR", head), (b"IDAT", packed), (b"IEND", Vec::new())] {
            png.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
            png.extend(name);
            png.extend(data);
            png.extend([0; 4]);
        }
        png
    }

    #[test]
    fn a_picture_gives_back_its_code() {
        for (text, scale) in [
            ("https://example.test/", 4),
            ("x", 3),
            (&*"long ".repeat(40), 2),
        ] {
            let code = QrCode::new(text).unwrap();
            let read = modules(&png(&code, scale)).unwrap();
            assert_eq!(read.side, code.width());
            let expected: Vec<bool> = code
                .to_colors()
                .into_iter()
                .map(|colour| colour == Color::Dark)
                .collect();
            assert_eq!(read.dark, expected);
        }
    }

    #[test]
    fn packed_data_is_unpacked() {
        // "hello hello hello hello" by zlib at its best, without its two bytes before and four after: a fixed block.
        let packed = [0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x27, 0x01];
        assert_eq!(inflate(&packed, 100).unwrap(), b"hello hello hello hello");
        assert!(inflate(&packed, 10).is_none());
        assert!(inflate(&packed[..4], 100).is_none());
    }

    #[test]
    fn a_block_with_codes_of_its_own_is_unpacked() {
        // 400 bytes by zlib at its best: a dynamic block.
        #[rustfmt::skip]
        let packed = [
            0xdd, 0xce, 0x09, 0x0e, 0x44, 0x30, 0x00, 0x00, 0xc0, 0x8a, 0xa3, 0x8a, 0x68, 0x5c, 0x29, 0x5a, 0x56, 0x5c, 0xa9, 0x50,
            0x5a, 0xc4, 0xb1, 0xfc, 0xff, 0x5d, 0xfb, 0x8f, 0x9d, 0x17, 0x0c, 0x80, 0x4c, 0xdf, 0x0f, 0x87, 0x93, 0xa4, 0xba, 0x5b,
            0x56, 0x9f, 0x0c, 0x07, 0x15, 0x98, 0xf8, 0xea, 0xef, 0xa3, 0x82, 0x9c, 0xd2, 0x01, 0x6d, 0xf3, 0x15, 0x9e, 0xf3, 0x0a,
            0x79, 0x96, 0xf6, 0x86, 0xe0, 0x12, 0xcd, 0x4d, 0x7f, 0xe5, 0x0e, 0x4a, 0x16, 0x1a, 0x53, 0x45, 0x5c, 0xbf, 0x7c, 0xa7,
            0x61, 0x0f, 0x2e, 0x79, 0xfa, 0xb2, 0xed, 0xf6, 0x44, 0x7f, 0x9d, 0xda, 0xd5, 0x6d, 0x0a, 0x96, 0x45, 0x2b, 0x1c, 0x0b,
            0xf7, 0xd8, 0x44, 0xec, 0x15, 0xe2, 0x9b, 0x9a, 0x2f, 0x2c, 0xcd, 0xf3, 0xc1, 0xf3, 0xa7, 0x18, 0xe0, 0xc2, 0xa5, 0x3d,
            0x56, 0xf5, 0x1a, 0xeb, 0xc0, 0xeb, 0xb0, 0xed, 0xd7, 0xf6, 0x75, 0x7b, 0x03, 0x89, 0xcb, 0xa3, 0x22, 0x4c, 0xc6, 0x16,
            0x4c, 0xd4, 0x27, 0x6f, 0x9e, 0x26, 0x2b, 0x65, 0x64, 0x1a, 0x81, 0xc8, 0x22, 0xb6, 0x66, 0x38, 0x6c, 0xac, 0x4d, 0x69,
            0xd4, 0x02, 0xff, 0xda, 0xfe, 0x01,
        ];
        let expected: Vec<u8> = (0..400_usize)
            .map(|i| u8::try_from((i * i * 7 + i / 3) % 61).unwrap())
            .collect();
        assert_eq!(inflate(&packed, 1000).unwrap(), expected);
    }

    #[test]
    fn what_is_no_picture_is_none() {
        for not in [
            &b""[..],
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR",
        ] {
            assert!(modules(not).is_none());
        }
    }
}
