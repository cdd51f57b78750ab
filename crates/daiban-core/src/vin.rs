//! Numbers stamped on a vehicle: the VIN, and the looser frame and engine numbers that the violation services ask for.

use std::fmt;

use crate::{
    invalid::InvalidInput,
    plate::half_width_upper,
    secret::{Secret, text_type},
};

/// Weights of the seventeen places; the ninth is the check digit itself.
const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/// A vehicle identification number: 17 of A–Z 0–9 without I, O and Q.
///
/// The ninth character is a check digit by GB 16735 (China) and FMVSS 115 (North America), but not elsewhere. So `parse`
/// demands it of a number that begins with L — one given to a maker in China — where a mismatch is a typing slip, and leaves
/// other numbers alone; [`Vin::check_digit_ok`] tells for any.
///
/// `Debug` shows nothing and there is no `Display`.
///
/// *Source*: GB 16735-2019, ISO 3779, documented.
///
/// ```
/// use daiban_core::vin::Vin;
///
/// let vin = Vin::parse("vin", "ltestvhc7e0000001")?;
/// assert_eq!(vin.masked(), "*************0001");
/// assert!(Vin::parse("vin", "LTESTVHC7E0000002").is_err());
/// # Ok::<(), daiban_core::invalid::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Vin(Secret);

impl Vin {
    /// Reads a number as typed; letters are upper-cased, spaces dropped.
    ///
    /// # Errors
    /// `InvalidInput` naming `field`: wrong length, a forbidden character, or (numbers beginning with L) a check digit that
    /// does not fit. The text never repeats the number.
    pub fn parse(field: &str, text: &str) -> Result<Self, InvalidInput> {
        let number = squeezed(text);
        if number.reveal().chars().count() != 17 {
            return Err(InvalidInput::new(
                field,
                "车架号(VIN)应为 17 位",
                "a VIN has 17 characters",
            ));
        }
        if !number.reveal().chars().all(|c| value(c).is_some()) {
            return Err(InvalidInput::new(
                field,
                "车架号(VIN)只含数字和字母,且没有 I、O、Q",
                "a VIN has only digits and letters, and none of I, O and Q",
            ));
        }
        let vin = Self(number);
        if vin.as_str().starts_with('L') && !vin.check_digit_ok() {
            return Err(InvalidInput::new(
                field,
                "车架号(VIN)第 9 位校验位不符,请检查是否输错",
                "the ninth character of the VIN does not fit the others; please look for a typing slip",
            ));
        }
        Ok(vin)
    }

    /// The seventeen characters, for the request that needs them.
    pub fn as_str(&self) -> &str {
        self.0.reveal()
    }

    /// Whether the ninth character is the check digit of the others. False is normal for cars made for Europe.
    pub fn check_digit_ok(&self) -> bool {
        check_digit(self.as_str()) == self.as_str().chars().nth(8)
    }

    /// For people: thirteen stars and the last four characters.
    pub fn masked(&self) -> String {
        masked(self.as_str())
    }
}

impl fmt::Debug for Vin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vin(…)")
    }
}

text_type!(Vin, "vin");

/// A frame number as the violation services take it: 6 to 17 of A–Z 0–9.
///
/// Looser than [`Vin`]: some services want only the last six characters, old vehicles have shorter numbers, and a service's
/// own samples use letters a VIN cannot have. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FrameNumber(Secret);

impl FrameNumber {
    /// Reads a number as typed; letters are upper-cased, spaces dropped.
    ///
    /// # Errors
    /// `InvalidInput` naming `field` when length or characters do not fit. The text never repeats the number.
    pub fn parse(field: &str, text: &str) -> Result<Self, InvalidInput> {
        let number = squeezed(text);
        let plain = number.reveal().bytes().all(|b| b.is_ascii_alphanumeric());
        if !plain || !(6..=17).contains(&number.reveal().len()) {
            return Err(InvalidInput::new(
                field,
                "车架号应为 6 至 17 位字母和数字",
                "a frame number is 6 to 17 letters and digits",
            ));
        }
        Ok(Self(number))
    }

    /// The whole number, for the request that needs it.
    pub fn as_str(&self) -> &str {
        self.0.reveal()
    }

    /// The last `count` characters, for services that want only those; all of them when there are fewer.
    pub fn tail(&self, count: usize) -> &str {
        tail(self.as_str(), count)
    }

    /// For people: stars and the last four characters.
    pub fn masked(&self) -> String {
        masked(self.as_str())
    }
}

impl From<&Vin> for FrameNumber {
    fn from(vin: &Vin) -> Self {
        Self(vin.0.clone())
    }
}

impl fmt::Debug for FrameNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FrameNumber(…)")
    }
}

text_type!(FrameNumber, "frame_number");

/// An engine number: 1 to 20 of A–Z 0–9, space and `- * / .`, as engines are stamped. No standard governs it.
///
/// `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EngineNumber(Secret);

impl EngineNumber {
    /// Reads a number as typed; letters are upper-cased and space around it dropped.
    ///
    /// # Errors
    /// `InvalidInput` naming `field` when length or characters do not fit. The text never repeats the number.
    pub fn parse(field: &str, text: &str) -> Result<Self, InvalidInput> {
        let number = Secret::from_iter(text.trim().chars().map(half_width_upper));
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b" -*/.".contains(&b);
        if !number.reveal().bytes().all(allowed) || !(1..=20).contains(&number.reveal().len()) {
            return Err(InvalidInput::new(
                field,
                "发动机号应为 1 至 20 位字母、数字或 - * / .",
                "an engine number is 1 to 20 letters, digits or - * / .",
            ));
        }
        Ok(Self(number))
    }

    /// The whole number, for the request that needs it.
    pub fn as_str(&self) -> &str {
        self.0.reveal()
    }

    /// The last `count` characters, for services that want only those; all of them when there are fewer.
    pub fn tail(&self, count: usize) -> &str {
        tail(self.as_str(), count)
    }

    /// For people: stars and the last four characters; nothing but stars when there are no more than four.
    pub fn masked(&self) -> String {
        masked(self.as_str())
    }
}

impl fmt::Debug for EngineNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EngineNumber(…)")
    }
}

text_type!(EngineNumber, "engine_number");

fn squeezed(text: &str) -> Secret {
    Secret::from_iter(
        text.chars()
            .map(half_width_upper)
            .filter(|c| !c.is_whitespace()),
    )
}

fn tail(text: &str, count: usize) -> &str {
    &text[text.len().saturating_sub(count)..]
}

/// ASCII text with all but its last four characters starred; all starred when that would leave nothing hidden.
fn masked(text: &str) -> String {
    let shown = if text.len() > 4 { tail(text, 4) } else { "" };
    format!("{}{shown}", "*".repeat(text.len() - shown.len()))
}

/// What a character counts in the check sum; `None` for those a VIN cannot have.
fn value(c: char) -> Option<u32> {
    Some(match c {
        '0'..='9' => c.to_digit(10)?,
        'A'..='H' => u32::from(c) - u32::from('A') + 1,
        'J'..='N' => u32::from(c) - u32::from('J') + 1,
        'P' => 7,
        'R' => 9,
        'S'..='Z' => u32::from(c) - u32::from('S') + 2,
        _ => return None,
    })
}

fn check_digit(vin: &str) -> Option<char> {
    let mut sum = 0;
    for (weight, c) in WEIGHTS.iter().zip(vin.chars()) {
        sum += weight * value(c)?;
    }
    "0123456789X".chars().nth((sum % 11) as usize)
}

/// Whether text could be a VIN or a whole frame number: what a log must not show. 17 letters and digits that end in four
/// digits (which ISO 3779 demands) and have at least three letters, so that order numbers are left alone. In small letters
/// only with the check digit right, because names in a log with a number behind them look much the same.
pub(crate) fn looks_like(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 17
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes[13..].iter().all(u8::is_ascii_digit)
        && bytes.iter().filter(|b| b.is_ascii_alphabetic()).count() >= 3;
    shaped && (!bytes.iter().any(u8::is_ascii_lowercase) || small_but_right(text))
}

fn small_but_right(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    check_digit(&upper).is_some_and(|digit| upper.chars().nth(8) == Some(digit))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    /// An invented Chinese VIN with the right check digit.
    fn invented(serial: u32) -> String {
        let bare = format!("LTESTVHC0E{serial:07}");
        let digit = check_digit(&bare).unwrap();
        format!("LTESTVHC{digit}E{serial:07}")
    }

    fn refused(typed: &str, part: &str) {
        let error = Vin::parse("vin", typed).unwrap_err();
        assert_eq!(error.field, "vin");
        assert!(error.text.en.contains(part), "{}", error.text.en);
    }

    #[test]
    fn reads_a_vin() {
        assert_eq!(invented(1), "LTESTVHC7E0000001");
        let vin = Vin::parse("vin", " ltestvhc7e 0000001").unwrap();
        assert_eq!(vin.as_str(), "LTESTVHC7E0000001");
        assert_eq!(vin.masked(), "*************0001");
        assert_eq!(format!("{vin:?}"), "Vin(…)");
        assert!(vin.check_digit_ok());
    }

    #[test]
    fn well_known_check_digits() {
        // The textbook cases: all ones, and the example used to explain FMVSS 115.
        assert_eq!(check_digit("11111111111111111"), Some('1'));
        assert_eq!(check_digit("1M8GDM9AXKP042788"), Some('X'));
    }

    #[test]
    fn refusals_say_why() {
        refused("", "17 characters");
        refused("LTESTVHC7E000000", "17 characters");
        refused("LTESTVHC7E00000011", "17 characters");
        refused("LTESTVIN000000001", "none of I, O and Q");
        refused("LTESTVHC7E000000中", "none of I, O and Q");
        refused("LTESTVHC8E0000001", "ninth character");
    }

    #[test]
    fn a_number_from_elsewhere_needs_no_check_digit() {
        let vin = Vin::parse("vin", "XTESTVHC7E0000001").unwrap();
        assert!(!vin.check_digit_ok());
    }

    #[test]
    fn frame_numbers_are_looser() {
        let frame = FrameNumber::parse("frame_number", "ltestvin000000001").unwrap();
        assert_eq!(frame.as_str(), "LTESTVIN000000001");
        assert_eq!(frame.tail(6), "000001");
        assert_eq!(frame.masked(), "*************0001");
        assert_eq!(
            FrameNumber::parse("f", "000001").unwrap().tail(100),
            "000001"
        );
        assert_eq!(format!("{frame:?}"), "FrameNumber(…)");
        for bad in [
            "",
            "00001",
            "LTESTVIN0000000011",
            "LTEST-000001",
            "车架000001",
        ] {
            assert_eq!(
                FrameNumber::parse("frame_number", bad).unwrap_err().field,
                "frame_number"
            );
        }
    }

    #[test]
    fn engine_numbers_are_looser_still() {
        let engine = EngineNumber::parse("engine_number", " testeng-00*1/2 ").unwrap();
        assert_eq!(engine.as_str(), "TESTENG-00*1/2");
        assert_eq!(engine.tail(3), "1/2");
        assert_eq!(EngineNumber::parse("e", "0").unwrap().masked(), "*");
        assert_eq!(
            EngineNumber::parse("e", "TESTENG000001").unwrap().masked(),
            "*********0001"
        );
        for bad in ["", "  ", "123456789012345678901", "发动机1", "A_1"] {
            assert_eq!(
                EngineNumber::parse("engine_number", bad).unwrap_err().field,
                "engine_number"
            );
        }
    }

    #[test]
    fn json_is_a_checked_string() {
        let vin: Vin = serde_json::from_str("\"ltestvhc7e0000001\"").unwrap();
        assert_eq!(
            serde_json::to_string(&vin).unwrap(),
            "\"LTESTVHC7E0000001\""
        );
        assert!(serde_json::from_str::<Vin>("\"LTEST\"").is_err());
        assert_eq!(FrameNumber::from(&vin).as_str(), vin.as_str());
    }

    proptest! {
        #[test]
        fn any_single_changed_digit_is_found(serial in 0u32..10_000_000, place in 9usize..17, other in 0u8..10) {
            let good = invented(serial);
            let changed = char::from(b'0' + other).to_string();
            prop_assume!(place != 9 && good[place..=place] != changed);
            let mut bad = good.clone();
            bad.replace_range(place..=place, &changed);
            prop_assert!(Vin::parse("vin", &good).is_ok());
            prop_assert!(Vin::parse("vin", &bad).is_err());
        }

        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,24}") {
            let _ = Vin::parse("vin", &text);
            let _ = FrameNumber::parse("frame_number", &text);
            let _ = EngineNumber::parse("engine_number", &text);
        }
    }
}
