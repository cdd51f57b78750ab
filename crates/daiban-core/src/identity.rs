//! The mainland resident identity number (公民身份号码).
//!
//! Checks the form and the check digit, so that a typing slip is found before a service sees it. Whether a number belongs to
//! a person, only a service can say.

use std::fmt;

use crate::{
    invalid::InvalidInput,
    plate::half_width_upper,
    secret::{Secret, text_type},
};
use jiff::civil::Date;

/// First two digits of the place where a number was given out; 81–83 stand on residence permits for Hong Kong, Macau and Taiwan.
const REGIONS: [&str; 35] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41",
    "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71",
    "81", "82", "83",
];

/// Weights of the first seventeen digits: 2 to the power of (17 − position), modulo 11.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// An 18-character identity number: place (6), birthday (8), serial (3), check character (0–9 or X).
///
/// Foreigners' permanent residence cards of the 2023 form (first digit 9, then the place) fit too. The 15-digit numbers of
/// before 1999 are refused; they have not been valid since 2013.
///
/// A secret: `Debug` shows nothing, there is no `Display`, and the memory is wiped on drop.
///
/// *Source*: GB 11643-1999, with the check character of ISO 7064 MOD 11-2, documented.
///
/// ```
/// use daiban_core::identity::IdNumber;
///
/// let number = IdNumber::parse("id_number", "110101199001010015")?;
/// assert_eq!(number.masked(), "110*************15");
/// assert_eq!(number.tail4(), "0015");
/// assert!(IdNumber::parse("id_number", "110101199001010016").is_err());
/// # Ok::<(), daiban_core::invalid::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdNumber(Secret);

impl IdNumber {
    /// Reads a number as typed; spaces are dropped and a small x becomes X.
    ///
    /// # Errors
    /// `InvalidInput` naming `field`: wrong length or characters, unknown place, impossible birthday, or a check character
    /// that does not fit. The text never repeats the number.
    pub fn parse(field: &str, text: &str) -> Result<Self, InvalidInput> {
        let refuse = |zh: &str, en: &str| Err(InvalidInput::new(field, zh, en));
        let number = Secret::from_iter(
            text.chars()
                .filter(|c| !c.is_whitespace())
                .map(half_width_upper),
        );
        let digits = number.reveal();
        if !has_shape(digits) {
            return refuse(
                "身份证号应为 18 位:17 位数字加 1 位数字或 X",
                "an identity number has 18 characters: 17 digits and then a digit or X",
            );
        }
        if !is_known_place(digits) {
            return refuse(
                "身份证号开头的地区代码不存在",
                "no such place code at the start of the identity number",
            );
        }
        if birthday_of(digits).is_none() {
            return refuse(
                "身份证号中的出生日期不存在",
                "the birthday in the identity number is an impossible date",
            );
        }
        if check_character(digits) != digits.chars().next_back() {
            return refuse(
                "身份证号校验位不符,请检查是否输错",
                "the last character of the identity number does not fit the others; please look for a typing slip",
            );
        }
        Ok(Self(number))
    }

    /// The whole number, for the request that needs it.
    pub fn as_str(&self) -> &str {
        self.0.reveal()
    }

    /// The last four characters, which some services ask for at sign-in.
    pub fn tail4(&self) -> &str {
        &self.as_str()[14..]
    }

    /// The birthday the number carries.
    pub fn birthday(&self) -> Date {
        birthday_of(self.as_str()).unwrap_or(Date::ZERO)
    }

    /// For people: the first three and last two characters, thirteen stars between.
    pub fn masked(&self) -> String {
        let number = self.as_str();
        format!("{}{}{}", &number[..3], "*".repeat(13), &number[16..])
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdNumber(…)")
    }
}

text_type!(IdNumber, "id_number");

/// 17 digits and then a digit or X.
fn has_shape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 18
        && bytes[..17].iter().all(u8::is_ascii_digit)
        && (bytes[17].is_ascii_digit() || bytes[17] == b'X')
}

fn is_known_place(digits: &str) -> bool {
    match digits.strip_prefix('9') {
        Some(foreigner) => REGIONS.contains(&&foreigner[..2]),
        None => REGIONS.contains(&&digits[..2]),
    }
}

/// The birthday at its place; only years from 1900 to 2099, because others are slips and not people.
fn birthday_of(digits: &str) -> Option<Date> {
    let year: i16 = digits.get(6..10)?.parse().ok()?;
    let month: i8 = digits.get(10..12)?.parse().ok()?;
    let day: i8 = digits.get(12..14)?.parse().ok()?;
    if !(1900..2100).contains(&year) {
        return None;
    }
    Date::new(year, month, day).ok()
}

/// The character that must stand last after these first seventeen digits; `None` when they are not digits.
fn check_character(digits: &str) -> Option<char> {
    let mut sum = 0;
    for (weight, c) in WEIGHTS.iter().zip(digits.chars()) {
        sum += weight * c.to_digit(10)?;
    }
    "10X98765432".chars().nth((sum % 11) as usize)
}

/// Whether text could be an identity number, check character aside: what a log must not show.
pub(crate) fn looks_like(text: &str) -> bool {
    let digits = text.strip_suffix(['x', 'X']).unwrap_or(text);
    text.len() == 18
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0')
        && birthday_of(digits).is_some()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// An invented number: place and serial as given, born 1990-01-01, with the right check character.
    fn invented(place: &str, serial: u16) -> String {
        let body = format!("{place}19900101{serial:03}");
        let last = check_character(&body).unwrap();
        format!("{body}{last}")
    }

    fn refused(typed: &str, part: &str) {
        let error = IdNumber::parse("passenger.id", typed).unwrap_err();
        assert_eq!(error.field, "passenger.id");
        assert!(error.text.en.contains(part), "{}", error.text.en);
    }

    #[test]
    fn the_standards_own_examples_have_the_right_check_character() {
        // GB 11643-1999, Annex A.
        assert_eq!(check_character("11010519491231002"), Some('X'));
        assert_eq!(check_character("44052418800101001"), Some('4'));
    }

    #[test]
    fn reads_a_number_and_its_parts() {
        let text = invented("110101", 1);
        let number = IdNumber::parse(
            "id",
            &format!(" {} {} ", &text[..6], &text[6..].to_lowercase()),
        )
        .unwrap();
        assert_eq!(number.as_str(), text);
        assert_eq!(number.birthday(), date(1990, 1, 1));
        assert_eq!(number.tail4(), &text[14..]);
        assert_eq!(number.masked(), format!("110*************{}", &text[16..]));
        assert_eq!(format!("{number:?}"), "IdNumber(…)");
    }

    #[test]
    fn a_small_or_wide_x_is_an_x() {
        let text = (0..1000)
            .map(|n| invented("110101", n))
            .find(|t| t.ends_with('X'))
            .unwrap();
        let small = IdNumber::parse("id", &text.to_lowercase()).unwrap();
        let wide = IdNumber::parse("id", &text.replace('X', "ｘ")).unwrap();
        assert_eq!(small, wide);
        assert_eq!(small.as_str(), text);
    }

    #[test]
    fn refusals_say_why_and_never_repeat_the_number() {
        refused("", "18 characters");
        refused("11010119900101", "18 characters");
        refused("1101011990010100AX", "18 characters");
        refused("11010１19900101００１", "18 characters");
        refused(&invented("990101", 1), "place code");
        refused("010101199001010010", "place code");
        refused("110101199002300010", "impossible date");
        refused("110101189901010010", "impossible date");
        let wrong = format!("{}{}", &invented("110101", 1)[..17], "A");
        refused(&wrong, "18 characters");
        let error = IdNumber::parse("id", "110101199001010010").unwrap_err();
        assert!(!error.to_string().contains("1990"));
    }

    #[test]
    fn a_foreigners_card_of_the_new_form_fits() {
        assert!(IdNumber::parse("id", &invented("911156", 1)).is_ok());
    }

    #[test]
    fn json_is_a_checked_string() {
        let text = invented("110101", 2);
        let number: IdNumber = serde_json::from_value(text.clone().into()).unwrap();
        assert_eq!(serde_json::to_value(&number).unwrap(), text);
        assert!(serde_json::from_str::<IdNumber>("\"110101199001010010\"").is_err());
    }

    proptest! {
        #[test]
        fn any_single_changed_digit_is_found(serial in 0u16..1000, place in 0usize..18, other in 0u8..10) {
            let good = invented("110101", serial);
            let changed = char::from(b'0' + other).to_string();
            prop_assume!(good[place..=place] != changed);
            let mut bad = good.clone();
            bad.replace_range(place..=place, &changed);
            prop_assert!(IdNumber::parse("id", &good).is_ok());
            prop_assert!(IdNumber::parse("id", &bad).is_err());
        }

        #[test]
        fn two_neighbours_swapped_are_found(serial in 0u16..1000, place in 0usize..17) {
            let good = invented("110101", serial);
            let mut bad: Vec<char> = good.chars().collect();
            bad.swap(place, place + 1);
            let bad: String = bad.into_iter().collect();
            prop_assume!(bad != good);
            prop_assert!(IdNumber::parse("id", &bad).is_err());
        }

        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,24}") {
            let _ = IdNumber::parse("id", &text);
        }
    }
}
