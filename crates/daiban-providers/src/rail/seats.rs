//! Seat classes: codes, names, the column of a left-ticket row that counts each, and what a cell means.
//!
//! Leaves to `tickets` how columns and the price field are put together.
//!
//! Source: the code table of 12306's own order page and public clients of the service, *seen* 2018–2026.

use std::fmt;

use serde::de::Error as _;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use super::classes::train_may_have;

/// The one-character code of a seat class, such as `O` for 二等座.
///
/// `W` stands for 无座 (a ticket without a seat). The service has no order code for it: it is ordered
/// with the class it is sold beside, see [`SeatCode::order_code`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatCode(u8);

/// A ticket without a seat, 无座.
pub const STANDING: SeatCode = SeatCode(b'W');

/// Code and Chinese name of each class. Column: where a row counts it, `None` where no row was seen that does.
///
/// Classes that share a column (硬卧 and 二等卧) are told apart by the row's list of classes (field 35);
/// the first one here is meant when a row has no such list.
const CLASSES: &[(u8, &str, Option<usize>)] = &[
    (b'9', "商务座", Some(32)),
    (b'P', "特等座", Some(25)),
    (b'M', "一等座", Some(31)),
    (b'D', "优选一等座", Some(20)),
    (b'O', "二等座", Some(30)),
    (b'S', "二等包座", Some(27)),
    (b'6', "高级软卧", Some(21)),
    (b'A', "高级动卧", Some(21)),
    (b'4', "软卧", Some(23)),
    (b'I', "一等卧", Some(23)),
    (b'F', "动卧", Some(33)),
    (b'3', "硬卧", Some(28)),
    (b'J', "二等卧", Some(28)),
    (b'2', "软座", Some(24)),
    (b'1', "硬座", Some(29)),
    (b'W', "无座", Some(26)),
    (b'H', "一人软包", Some(22)),
    (b'5', "包厢硬卧", None),
    (b'7', "一等软座", None),
    (b'8', "二等软座", None),
    (b'B', "混编硬座", None),
    (b'C', "混编硬卧", None),
    (b'E', "特等软座", None),
    (b'K', "混编软座", None),
    (b'L', "混编软卧", None),
    (b'Q', "多功能座", None),
];

/// Where a row's seat columns begin and end: fields 20 to 33.
pub const COLUMNS: std::ops::RangeInclusive<usize> = 20..=33;

/// The column of 软卧, which older rows also use for 动卧.
const SOFT_SLEEPER_COLUMN: usize = 23;

impl SeatCode {
    /// The code written as one ASCII letter or digit; anything else is no code.
    #[must_use]
    pub const fn new(code: u8) -> Option<Self> {
        if code.is_ascii_alphanumeric() {
            Some(Self(code))
        } else {
            None
        }
    }

    /// Reads a code of one character, as the service writes it.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        match code.as_bytes() {
            [code] => Self::new(*code),
            _ => None,
        }
    }

    /// Reads a code (`O`, `WZ`) or a Chinese class name (`二等座`), as a person may write it in a wish.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("WZ") {
            return Some(STANDING);
        }
        let matches = |(code, name, _): &&(u8, &str, Option<usize>)| {
            *name == text || (text.len() == 1 && text.as_bytes()[0].eq_ignore_ascii_case(code))
        };
        CLASSES.iter().find(matches).map(|(code, ..)| Self(*code))
    }

    /// Every class the service is known to have, in the order a seat table shows them.
    pub fn all() -> impl Iterator<Item = Self> {
        CLASSES.iter().map(|(code, ..)| Self(*code))
    }

    /// The code as a character.
    #[must_use]
    pub const fn as_char(self) -> char {
        self.0 as char
    }

    /// The Chinese name; `None` for a code newer than this table.
    #[must_use]
    pub fn class(self) -> Option<&'static str> {
        CLASSES
            .iter()
            .find(|(code, ..)| *code == self.0)
            .map(|(_, name, _)| *name)
    }

    /// The column (20–33) of a row that counts this class; `None` when not known.
    #[must_use]
    pub const fn column(self) -> Option<usize> {
        // A match and not the table: this runs for each class of each row.
        Some(match self.0 {
            b'D' => 20,
            b'6' | b'A' => 21,
            b'H' => 22,
            b'4' | b'I' => 23,
            b'2' => 24,
            b'P' => 25,
            b'W' => 26,
            b'S' => 27,
            b'3' | b'J' => 28,
            b'1' => 29,
            b'O' => 30,
            b'M' => 31,
            b'9' => 32,
            b'F' => 33,
            _ => return None,
        })
    }

    /// A second column that may count this class: 动卧 stands under 软卧 in rows that leave column 33 empty (*guessed*).
    #[must_use]
    pub(crate) const fn other_column(self) -> Option<usize> {
        if self.0 == b'F' {
            Some(SOFT_SLEEPER_COLUMN)
        } else {
            None
        }
    }

    /// The class a column stands for when the row does not list its classes.
    #[must_use]
    pub(crate) fn of_column(column: usize) -> Option<Self> {
        CLASSES
            .iter()
            .find(|(.., at)| *at == Some(column))
            .map(|(code, ..)| Self(*code))
    }

    /// The code to order with. 无座 is ordered as the seat it is sold beside: `O` on G, D and C trains, `1` elsewhere.
    ///
    /// Source: public clients of the service, *seen* 2019–2026.
    #[must_use]
    pub fn order_code(self, train: &str) -> Self {
        if self != STANDING {
            return self;
        }
        let fast = train.starts_with(['G', 'D', 'C']);
        Self(if fast { b'O' } else { b'1' })
    }
}

impl fmt::Debug for SeatCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SeatCode({})", self.as_char())
    }
}

impl fmt::Display for SeatCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_char())
    }
}

impl Serialize for SeatCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(self.as_char())
    }
}

impl<'de> Deserialize<'de> for SeatCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = char::deserialize(deserializer)?;
        u8::try_from(code)
            .ok()
            .and_then(Self::new)
            .ok_or_else(|| D::Error::custom("not a seat code"))
    }
}

/// How many tickets of one class are left. A class the train does not have is no `Left` at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Sold out, 无.
    None,
    /// Exactly so many.
    Exactly(u16),
    /// So many or more, 有.
    AtLeast(u16),
    /// The train has the class, the number is not told: not on sale yet (`*`), or a mark we do not know.
    Unknown,
}

/// The service counts to this and then says 有. Exactly 20 are written as 20 (*seen*, 2022–2026).
pub const PLENTY: u16 = 21;

impl Left {
    /// What a cell says; `None` when the train does not have the class (empty or `--`).
    ///
    /// Source: left-ticket rows of 2018–2026, *seen*.
    #[must_use]
    pub fn in_cell(cell: &str) -> Option<Self> {
        match cell {
            "" | "--" => None,
            "无" => Some(Self::None),
            "有" => Some(Self::AtLeast(PLENTY)),
            "*" => Some(Self::Unknown),
            digits => Some(digits.parse().map_or(Self::Unknown, Self::counted)),
        }
    }

    /// What a plain number says; 21 is the service's cap and so means "or more".
    #[must_use]
    pub const fn counted(count: u16) -> Self {
        match count {
            0 => Self::None,
            1..PLENTY => Self::Exactly(count),
            _ => Self::AtLeast(PLENTY),
        }
    }

    /// The number as it is shown: 0 when sold out, 21 for 有, `None` when not told.
    #[must_use]
    pub const fn number(self) -> Option<u16> {
        match self {
            Self::None => Some(0),
            Self::Exactly(count) | Self::AtLeast(count) => Some(count),
            Self::Unknown => None,
        }
    }

    /// Whether there may be more than [`Left::number`].
    #[must_use]
    pub const fn or_more(self) -> bool {
        matches!(self, Self::AtLeast(_))
    }

    /// Whether so many people would find a place. Not told counts as no.
    #[must_use]
    pub fn enough_for(self, people: u16) -> bool {
        match self {
            Self::AtLeast(_) => true,
            Self::Exactly(count) => count >= people,
            Self::None | Self::Unknown => false,
        }
    }
}

/// One class of one train: what is left and what it costs.
///
/// As JSON: `{"code","class","left","or_more","price_fen"}`; `class`, `left` and `price_fen` are null when unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Which class.
    pub code: SeatCode,
    /// What is left of it.
    pub left: Left,
    /// Price in fen of one adult ticket, the cheapest berth for sleepers; `None` when the answer does not tell.
    pub price_fen: Option<u32>,
}

impl Serialize for Seat {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seat = serializer.serialize_struct("Seat", 5)?;
        seat.serialize_field("code", &self.code)?;
        seat.serialize_field("class", &self.code.class())?;
        seat.serialize_field("left", &self.left.number())?;
        seat.serialize_field("or_more", &self.left.or_more())?;
        seat.serialize_field("price_fen", &self.price_fen)?;
        seat.end()
    }
}

impl<'de> Deserialize<'de> for Seat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Shape {
            code: SeatCode,
            left: Option<u16>,
            or_more: bool,
            price_fen: Option<u32>,
        }
        let shape = Shape::deserialize(deserializer)?;
        let left = match (shape.left, shape.or_more) {
            (None, _) => Left::Unknown,
            (Some(count), true) => Left::AtLeast(count),
            (Some(0), false) => Left::None,
            (Some(count), false) => Left::Exactly(count),
        };
        Ok(Self {
            code: shape.code,
            left,
            price_fen: shape.price_fen,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_quick_column_match_says_what_the_table_says() {
        for (code, name, column) in CLASSES {
            assert_eq!(SeatCode(*code).column(), *column, "{name}");
        }
    }

    #[test]
    fn cells_have_three_states_and_the_untold() {
        let check = |cell, expected| assert_eq!(Left::in_cell(cell), expected, "{cell:?}");
        check("", None);
        check("--", None);
        check("无", Some(Left::None));
        check("0", Some(Left::None));
        check("1", Some(Left::Exactly(1)));
        check("20", Some(Left::Exactly(20)));
        check("21", Some(Left::AtLeast(21)));
        check("有", Some(Left::AtLeast(21)));
        check("*", Some(Left::Unknown));
        check("N", Some(Left::Unknown));
        check("99999999", Some(Left::Unknown));
    }

    #[test]
    fn a_wish_may_name_a_class_by_code_or_by_name() {
        let check = |text, code: char| {
            assert_eq!(
                SeatCode::named(text).map(SeatCode::as_char),
                Some(code),
                "{text}"
            )
        };
        check("O", 'O');
        check("o", 'O');
        check("二等座", 'O');
        check(" 无座 ", 'W');
        check("wz", 'W');
        check("9", '9');
        assert_eq!(SeatCode::named("头等舱"), None);
        assert_eq!(SeatCode::named(""), None);
    }

    #[test]
    fn standing_is_ordered_with_the_seat_beside_it() {
        assert_eq!(STANDING.order_code("G1").as_char(), 'O');
        assert_eq!(STANDING.order_code("Z277").as_char(), '1');
        assert_eq!(SeatCode(b'3').order_code("Z277").as_char(), '3');
    }

    #[test]
    fn a_seat_reads_back_as_it_was_written() {
        for left in [
            Left::None,
            Left::Exactly(7),
            Left::AtLeast(21),
            Left::Unknown,
        ] {
            let seat = Seat {
                code: SeatCode(b'O'),
                left,
                price_fen: Some(39_600),
            };
            let text = serde_json::to_string(&seat).unwrap();
            assert_eq!(serde_json::from_str::<Seat>(&text).unwrap(), seat, "{text}");
        }
    }
}
