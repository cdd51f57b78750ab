//! Wishes for places within a class: seats by letter, berths by height. Pure.
//!
//! *Source*: 12306's order page and public clients of the service, 2022–2024. *Seen*.

use daiban_core::invalid::InvalidInput;

use crate::rail::orders::Berths;
use crate::rail::seats::SeatCode;

/// Seats wished for, such as `1A1B`: row and letter for each passenger, the second row behind the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatWish(String);

impl SeatWish {
    /// Reads a wish for so many people. Whether a class has such letters is [`SeatWish::fits`].
    ///
    /// # Errors
    /// [`InvalidInput`] for `choose`: not row and letter in turn, a third row, a letter no class has, not one seat each, or
    /// one seat twice.
    pub fn parse(text: &str, people: usize) -> Result<Self, InvalidInput> {
        let text = text.trim().to_ascii_uppercase();
        let seats = text.as_bytes().chunks(2);
        let count = seats.len();
        let is_seat = |seat: &[u8]| matches!(seat, [b'1' | b'2', b'A'..=b'D' | b'F']);
        if !seats.clone().all(is_seat) {
            return Err(InvalidInput::new(
                "choose",
                "选座写成「1A1B」：排（1 或 2）和字母（A B C D F），一人一个",
                "seats are written 1A1B: row (1 or 2) and letter (A B C D F), one for each person",
            ));
        }
        if count != people {
            return Err(InvalidInput::new(
                "choose",
                format!("选了 {count} 个座位，乘车人有 {people} 位"),
                format!("{count} seats were chosen for {people} people"),
            ));
        }
        if seats
            .clone()
            .enumerate()
            .any(|(at, seat)| seats.clone().take(at).any(|other| other == seat))
        {
            return Err(InvalidInput::new(
                "choose",
                "同一个座位选了两次",
                "the same seat was chosen twice",
            ));
        }
        Ok(Self(text))
    }

    /// Whether a class has seats of these letters.
    #[must_use]
    pub fn fits(&self, seat: SeatCode) -> bool {
        let letters = letters(seat);
        let mut wished = self.0.bytes().skip(1).step_by(2);
        wished.all(|letter| letters.as_bytes().contains(&letter))
    }

    /// As it is sent, `1A1B`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Letters of the seats of a class from window to window; empty where none can be chosen.
#[must_use]
pub fn letters(seat: SeatCode) -> &'static str {
    match seat.as_char() {
        '9' | 'P' => "ACF",
        'M' => "ACDF",
        'O' => "ABCDF",
        _ => "",
    }
}

/// Whether berths of a class can be wished for so. The narrow classes have no middle ones (*guessed* for 一等卧 and 动卧).
#[must_use]
pub fn has_berths(seat: SeatCode, berths: Berths) -> bool {
    match seat.as_char() {
        '3' | 'J' => true,
        '4' | '6' | 'A' | 'F' | 'I' => berths.middle == 0,
        _ => false,
    }
}

/// Checks that no more berths are wished for than there are people.
///
/// # Errors
/// [`InvalidInput`] for `berths`.
pub fn check_berths(berths: Berths, people: usize) -> Result<(), InvalidInput> {
    let wished = [berths.lower, berths.middle, berths.upper];
    let count: usize = wished.into_iter().map(usize::from).sum();
    if count <= people.min(9) {
        return Ok(());
    }
    Err(InvalidInput::new(
        "berths",
        format!("选了 {count} 个铺位，乘车人有 {people} 位"),
        format!("{count} berths were chosen for {people} people"),
    ))
}

/// `seatDetailType`: how many lower, middle and upper berths, a digit each.
#[must_use]
pub fn berth_digits(berths: Berths) -> String {
    format!("{}{}{}", berths.lower, berths.middle, berths.upper)
}

/// The berth of each of so many people: the first get the lower ones, then come the middle and the upper ones; `0` is any.
pub fn beds(berths: Berths, people: usize) -> impl Iterator<Item = char> {
    let of = |bed, count: u8| std::iter::repeat_n(bed, count.into());
    of('1', berths.lower)
        .chain(of('2', berths.middle))
        .chain(of('3', berths.upper))
        .chain(std::iter::repeat('0'))
        .take(people)
}
