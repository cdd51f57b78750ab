//! How many tickets of each class a row tells: the columns people see, the prices of field 39, and whether they agree.

use std::borrow::Cow;

use super::seats::{COLUMNS, Left, PLENTY, STANDING, Seat, SeatCode};
use super::tickets::two;
use super::wire::RawRow;

/// The classes of a row: price and order from field 39, what is left from the columns people see.
///
/// Rows without field 39 (before 2020) have no prices. A class in a column that field 39 lacks is kept, without a price.
pub(super) fn seats(raw: &RawRow<'_>) -> Vec<Seat> {
    let mut seats = Vec::with_capacity(6);
    let filled = raw.filled();
    let mut unread = filled & COLUMN_BITS;
    let mut take = |code: SeatCode, price_fen, told: Option<Left>| {
        let cell = filled_column(filled, code).and_then(|column| {
            unread &= !(1 << column);
            Left::in_cell(raw.field(column))
        });
        if let Some(left) = cell.or(told) {
            seats.push(Seat {
                code,
                left,
                price_fen,
            });
        }
    };
    match units(raw.field(39)) {
        Some(units) => units.for_each(|unit| {
            take(
                unit.sold_as(),
                unit.price_fen(),
                Some(Left::counted(unit.count)),
            )
        }),
        None => classes(raw.field(35)).for_each(|code| take(code, None, None)),
    }
    while unread != 0 {
        let column = unread.trailing_zeros() as usize;
        unread &= unread - 1;
        let left = Left::in_cell(raw.field(column));
        seats.extend(
            left.zip(SeatCode::of_column(column))
                .map(|(left, code)| Seat {
                    code,
                    left,
                    price_fen: None,
                }),
        );
    }
    seats
}

/// The classes of a train whose columns come by name instead of by place: `cells` are columns 20 to 33 in their order,
/// `classes` is what field 35 would say, `told` what field 39 would.
///
/// Set in their places they are a row, and read as one: a number that is 无座 in field 39 never counts as a seat here either.
pub(super) fn named_seats(cells: [&str; 14], classes: &str, told: &str) -> Vec<Seat> {
    let mut fields = [""; 40];
    fields[COLUMNS].copy_from_slice(&cells);
    fields[35] = classes;
    fields[39] = told;
    let row = fields.join("|");
    match RawRow::cut(&row, 1) {
        Ok(raw) => seats(&raw),
        Err(_) => Vec::new(),
    }
}

/// The seat columns as bits.
const COLUMN_BITS: u64 = (1 << (*COLUMNS.end() + 1)) - (1 << *COLUMNS.start());

/// The column that counts this class in a row with these fields filled; `None` when it is empty.
fn filled_column(filled: u64, code: SeatCode) -> Option<usize> {
    let has = |column: &usize| filled & 1 << column != 0;
    code.column()
        .filter(has)
        .or_else(|| code.other_column().filter(has))
}

/// The classes of field 35; a code that comes a second time is 无座, sold beside that class.
fn classes(list: &str) -> impl Iterator<Item = SeatCode> {
    let bytes = list.as_bytes();
    bytes.iter().enumerate().filter_map(|(at, code)| {
        let again = bytes[..at].contains(code);
        if again {
            Some(STANDING)
        } else {
            SeatCode::new(*code)
        }
    })
}

/// One unit of field 39: 10 characters for a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// The class it is ordered with.
    pub code: SeatCode,
    /// Price in 0.1 yuan, 5 digits; 0 is taken as not told.
    pub price_jiao: u32,
    /// Tickets left; 21 is the cap for seats, 无座 goes beyond.
    pub count: u16,
    /// Whether these are 无座 tickets.
    pub standing: bool,
}

/// A count at or above this is 无座, with so much added.
const STANDING_FROM: u16 = 3000;

impl Unit {
    /// Reads `O030000021`: 二等座, 300.0 yuan, 21 or more left.
    #[must_use]
    pub fn read(unit: &[u8]) -> Option<Self> {
        let &[code, p1, p2, p3, p4, p5, c1, c2, c3, c4] = unit else {
            return None;
        };
        let price_jiao = u32::from(two(p1, p2)?) * 1000
            + u32::from(two(p3, p4)?) * 10
            + u32::from(two(b'0', p5)?);
        let count = two(c1, c2)? * 100 + two(c3, c4)?;
        let standing = count >= STANDING_FROM;
        let count = if standing {
            count - STANDING_FROM
        } else {
            count
        };
        Some(Self {
            code: SeatCode::new(code)?,
            price_jiao,
            count,
            standing,
        })
    }

    /// The class as people know it.
    #[must_use]
    pub fn sold_as(self) -> SeatCode {
        if self.standing { STANDING } else { self.code }
    }

    /// Price in fen; `None` when the unit holds no price.
    #[must_use]
    pub fn price_fen(self) -> Option<u32> {
        (self.price_jiao > 0).then_some(self.price_jiao * 10)
    }
}

/// The units of field 39; `None` when the field is absent or not in the form we know.
///
/// Source: checked against the columns of every row of five recorded answers, 2022–2026, *seen*.
#[must_use]
pub fn units(field: &str) -> Option<impl Iterator<Item = Unit>> {
    let (units, []) = field.as_bytes().as_chunks::<10>() else {
        return None;
    };
    let is_sound = |unit: &[u8; 10]| {
        unit[0].is_ascii_alphanumeric() && unit[1..].iter().all(u8::is_ascii_digit)
    };
    let sound = !units.is_empty() && units.iter().all(is_sound);
    sound.then(|| units.iter().filter_map(|unit| Unit::read(unit)))
}

/// Where field 39 of a row does not say what the list of classes (35) and the columns (20–33) say.
///
/// Empty for rows without field 39, and for every recorded row. A reader that trusts prices should look here when the
/// service changes.
#[must_use]
pub fn disagreements(raw: &RawRow<'_>) -> Vec<String> {
    let field = raw.field(39);
    if field.is_empty() {
        return Vec::new();
    }
    let Some(units) = units(field) else {
        return vec![format!(
            "field 39 is not made of 10-character units: {} characters",
            field.len()
        )];
    };
    let units: Vec<Unit> = units.collect();
    let mut found = Vec::new();
    let order: String = units.iter().map(|unit| unit.code.as_char()).collect();
    if order != raw.field(35) {
        found.push(format!(
            "field 39 has the classes {order}, field 35 {}",
            raw.field(35)
        ));
    }
    let mut explained = Vec::new();
    for unit in &units {
        let Some(usual) = unit.sold_as().column() else {
            continue;
        };
        let column = filled_column(raw.filled(), unit.sold_as()).unwrap_or(usual);
        explained.push(column);
        let expected = cell_of(unit.count);
        if raw.field(column) != expected {
            found.push(format!(
                "{}: field 39 says {expected}, field {column} {}",
                unit.sold_as(),
                raw.field(column)
            ));
        }
    }
    let unexplained = COLUMNS.filter(|column| {
        !explained.contains(column) && Left::in_cell(raw.field(*column)).is_some()
    });
    found.extend(unexplained.map(|column| {
        format!(
            "field {column} says {}, field 39 nothing",
            raw.field(column)
        )
    }));
    found
}

/// What a column shows for a count.
fn cell_of(count: u16) -> Cow<'static, str> {
    match count {
        0 => "无".into(),
        1..PLENTY => count.to_string().into(),
        _ => "有".into(),
    }
}
