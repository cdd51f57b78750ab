//! Single values, read leniently: a number, a text of one, a flag. What is not told stays apart from what is not understood.
//!
//! Cars of one platform send numbers, of the other the same as text (`"33253.000"`, `"true"`, `""`); both are read alike. A
//! value that is not known is `""`, `null`, or all ones in as many bits as the field has (255, 2047, 65535 …).
//!
//! *Source*: public clients of this family of services, whose users reported each of these. *Seen*.

use daiban_core::{Timestamp, dates};
use jiff::civil::DateTime;
use serde_json::Value;

/// What one value says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Said<T> {
    /// It is not there, empty, or the sign for "not known".
    Nothing,
    /// This.
    This(T),
    /// Something that is not understood.
    Odd,
}

/// Between what and what a quantity can be, and which values besides mean "not known".
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    from: f64,
    to: f64,
    unknown: &'static [f64],
}

impl Bounds {
    /// From and to, both still possible.
    pub const fn new(from: f64, to: f64) -> Self {
        let unknown = &[];
        Self { from, to, unknown }
    }

    /// Values that mean "not known" though they lie between. All ones outside the bounds always do.
    pub const fn unless(self, unknown: &'static [f64]) -> Self {
        Self { unknown, ..self }
    }
}

impl<T> Said<T> {
    /// The value, if it is one.
    pub fn this(self) -> Option<T> {
        match self {
            Self::This(value) => Some(value),
            Self::Nothing | Self::Odd => None,
        }
    }

    /// Goes on with the value, if it is one.
    pub fn then<U>(self, next: impl FnOnce(T) -> Said<U>) -> Said<U> {
        match self {
            Self::This(value) => next(value),
            Self::Nothing => Said::Nothing,
            Self::Odd => Said::Odd,
        }
    }
}

/// A finite number.
pub fn number(value: &Value) -> Said<f64> {
    let number = match value {
        Value::Null => return Said::Nothing,
        Value::Number(number) => number.as_f64(),
        Value::String(text) if text.trim().is_empty() => return Said::Nothing,
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match number.filter(|number| number.is_finite()) {
        Some(number) => Said::This(number),
        None => Said::Odd,
    }
}

/// A quantity within its bounds, to four digits behind the point: no car measures finer.
///
/// ```
/// use daiban_providers::vehicle::wire::scalars::{Bounds, Said, quantity};
/// use serde_json::json;
///
/// let minutes = Bounds::new(0.0, 1_440.0);
/// assert_eq!(quantity(&json!("118.000"), &minutes), Said::This(118.0));
/// assert_eq!(quantity(&json!(2047), &minutes), Said::Nothing);
/// assert_eq!(quantity(&json!(-5), &minutes), Said::Odd);
/// ```
pub fn quantity(value: &Value, bounds: &Bounds) -> Said<f64> {
    number(value).then(|number| {
        if bounds.unknown.contains(&number) {
            return Said::Nothing;
        }
        match (bounds.from..=bounds.to).contains(&number) {
            true => Said::This(to_digits(number, 4)),
            false if is_all_ones(number) => Said::Nothing,
            false => Said::Odd,
        }
    })
}

/// A code: a whole number; a flag counts as 1 and 0.
pub fn code(value: &Value) -> Said<i64> {
    if let Value::Bool(yes) = value {
        return Said::This(i64::from(*yes));
    }
    number(value).then(|number| {
        let whole = number.fract() == 0.0 && number.abs() < 1e15;
        match whole {
            true => Said::This(number as i64),
            false => Said::Odd,
        }
    })
}

/// A yes or a no: `true`, `"true"`, 1, `"1"`.
pub fn flag(value: &Value) -> Said<bool> {
    if let Value::String(text) = value {
        match text.trim().to_ascii_lowercase().as_str() {
            "true" => return Said::This(true),
            "false" => return Said::This(false),
            _ => {}
        }
    }
    code(value).then(|code| match code {
        0 => Said::This(false),
        1 => Said::This(true),
        other if is_all_ones(other as f64) => Said::Nothing,
        _ => Said::Odd,
    })
}

/// A word without its case and separators: `ENGINE_OFF`, `engine-off` and `Engine off` are all `engineoff`.
pub fn word(value: &Value) -> Said<String> {
    let text = match value {
        Value::Null => return Said::Nothing,
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Said::Odd,
    };
    let letters = text.chars().filter(char::is_ascii_alphanumeric);
    let word: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    match (word.is_empty(), text.trim().is_empty()) {
        (_, true) => Said::Nothing,
        (true, false) => Said::Odd,
        (false, _) => Said::This(word),
    }
}

/// A moment in milliseconds since 1970, of this century.
pub fn moment_ms(value: &Value) -> Said<Timestamp> {
    whole(value).then(|ms| this_century(Timestamp::from_millisecond(ms).ok()))
}

/// A moment in seconds since 1970, of this century.
pub fn moment_s(value: &Value) -> Said<Timestamp> {
    whole(value).then(|seconds| this_century(Timestamp::from_second(seconds).ok()))
}

/// A moment as `yyyyMMddHHmmss` on clocks in Beijing.
pub fn moment_beijing(value: &Value) -> Said<Timestamp> {
    let digits = match value {
        Value::Null => return Said::Nothing,
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return Said::Odd,
    };
    if digits.is_empty() {
        return Said::Nothing;
    }
    let plain = digits.len() == 14 && digits.bytes().all(|b| b.is_ascii_digit());
    let read = plain.then(|| DateTime::strptime("%Y%m%d%H%M%S", &digits).ok());
    this_century(
        read.flatten()
            .map(|local| dates::at(local.date(), local.time())),
    )
}

/// A number to so many digits behind the point.
pub fn to_digits(number: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (number * scale).round() / scale
}

fn whole(value: &Value) -> Said<i64> {
    match value {
        Value::Bool(_) => Said::Odd,
        // Not a moment: a clock that was never set.
        other => code(other).then(|whole| match whole {
            0 => Said::Nothing,
            whole => Said::This(whole),
        }),
    }
}

fn this_century(moment: Option<Timestamp>) -> Said<Timestamp> {
    let begun = |moment: &Timestamp| (2001..2100).contains(&dates::today(*moment).year());
    moment.filter(begun).map_or(Said::Odd, Said::This)
}

/// 15, 31, 63, … : what a field of four bits or more sends for "not known".
pub(crate) fn is_all_ones(number: f64) -> bool {
    let whole = (15.0..1e15).contains(&number) && number.fract() == 0.0;
    whole && (number as u64 + 1).is_power_of_two()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use serde_json::json;

    use super::Said::{Nothing, Odd, This};
    use super::*;

    #[test]
    fn numbers_come_as_numbers_and_as_text() {
        for (value, expected) in [
            (json!(49.0), This(49.0)),
            (json!("33253.000"), This(33253.0)),
            (json!(" -3 "), This(-3.0)),
            (
                json!(18_446_744_073_709_551_615u64),
                This(1.8446744073709552e19),
            ),
            (json!(null), Nothing),
            (json!(""), Nothing),
            (json!("  "), Nothing),
            (json!("NaN"), Odd),
            (json!("inf"), Odd),
            (json!("1e999"), Odd),
            (json!("--"), Odd),
            (json!(true), Odd),
            (json!([1]), Odd),
            (json!({}), Odd),
        ] {
            assert_eq!(number(&value), expected, "{value}");
        }
    }

    #[test]
    fn quantities_keep_their_bounds_and_their_signs_for_unknown() {
        let percent = Bounds::new(0.0, 100.0);
        let km = Bounds::new(0.0, 2_000_000.0).unless(&[1_048_575.0]);
        for (value, bounds, expected) in [
            (json!(0), percent, This(0.0)),
            (json!(100), percent, This(100.0)),
            (json!(101), percent, Odd),
            (json!(-1), percent, Odd),
            (json!(127), percent, Nothing),
            (json!("255"), percent, Nothing),
            (json!(65_535), percent, Nothing),
            (json!(15), percent, This(15.0)),
            (json!(65_535), km, This(65_535.0)),
            (json!(1_048_575), km, Nothing),
            (json!(2_147_483_647), km, Nothing),
            (json!(4_294_967_295u32), km, Nothing),
            (json!(33253.123456), km, This(33253.1235)),
        ] {
            assert_eq!(quantity(&value, &bounds), expected, "{value}");
        }
    }

    #[test]
    fn codes_and_flags() {
        for (value, a_code, a_flag) in [
            (json!(1), This(1), This(true)),
            (json!("0"), This(0), This(false)),
            (json!("1.0"), This(1), This(true)),
            (json!(true), This(1), This(true)),
            (json!("True"), Odd, This(true)),
            (json!("false"), Odd, This(false)),
            (json!(2), This(2), Odd),
            (json!(255), This(255), Nothing),
            (json!(1.5), Odd, Odd),
            (json!("yes"), Odd, Odd),
            (json!(""), Nothing, Nothing),
            (json!(null), Nothing, Nothing),
            (json!(1e300), Odd, Odd),
        ] {
            assert_eq!((code(&value), flag(&value)), (a_code, a_flag), "{value}");
        }
    }

    #[test]
    fn words_without_case_and_separators() {
        let engine = This("engineoff".to_owned());
        for spelt in ["ENGINE_OFF", "engine_off", "engine-off", "Engine off"] {
            assert_eq!(word(&json!(spelt)), engine);
        }
        assert_eq!(word(&json!(0)), This("0".to_owned()));
        assert_eq!(word(&json!(" ")), Nothing);
        assert_eq!(word(&json!("——")), Odd);
        assert_eq!(word(&json!(false)), Odd);
    }

    #[test]
    fn moments_in_their_three_spellings_and_no_other() {
        let at = |text: &str| This(text.parse::<Timestamp>().unwrap());
        for (read, expected) in [
            (
                moment_ms(&json!(1_597_062_290_325i64)),
                at("2020-08-10T12:24:50.325Z"),
            ),
            (
                moment_ms(&json!("1597062290325")),
                at("2020-08-10T12:24:50.325Z"),
            ),
            (moment_ms(&json!(1_597_070_724)), Odd),
            (moment_ms(&json!(0)), Nothing),
            (moment_ms(&json!(true)), Odd),
            (moment_ms(&json!("")), Nothing),
            (moment_s(&json!(1_597_070_724)), at("2020-08-10T14:45:24Z")),
            (moment_s(&json!(1_597_062_290_325i64)), Odd),
            (
                moment_beijing(&json!("20200831235959")),
                at("2020-08-31T15:59:59Z"),
            ),
            (
                moment_beijing(&json!(20_200_731_024_724i64)),
                at("2020-07-30T18:47:24Z"),
            ),
            (moment_beijing(&json!("20201332000000")), Odd),
            (moment_beijing(&json!("2020-08-31")), Odd),
            (moment_beijing(&json!(null)), Nothing),
        ] {
            assert_eq!(read, expected);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,40}") {
            let value = json!(text);
            number(&value);
            quantity(&value, &Bounds::new(0.0, 1.0));
            code(&value);
            flag(&value);
            word(&value);
            moment_ms(&value);
            moment_s(&value);
            moment_beijing(&value);
        }

        #[test]
        fn a_number_and_its_text_say_the_same(number in -1e9..1e9f64) {
            let bounds = Bounds::new(-1e6, 1e6);
            let spelt = json!(number.to_string());
            prop_assert_eq!(quantity(&json!(number), &bounds), quantity(&spelt, &bounds));
        }
    }
}
