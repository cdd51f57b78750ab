//! Mainland mobile numbers, which is what every service here signs in with.

use std::fmt;

use crate::{
    invalid::InvalidInput,
    plate::half_width_upper,
    secret::{Secret, text_type},
};

/// A mainland mobile number: 11 digits, the first 1, the second 3 to 9.
///
/// A secret: `Debug` shows nothing, there is no `Display`, and the memory is wiped on drop.
///
/// ```
/// use daiban_core::phone::Phone;
///
/// let phone = Phone::parse("mobile", "+86 138 0000 0001")?;
/// assert_eq!(phone.as_str(), "13800000001");
/// assert_eq!(phone.masked(), "138****0001");
/// # Ok::<(), daiban_core::invalid::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(Secret);

impl Phone {
    /// Reads a number as typed; spaces, dashes and a leading +86, 86 or 0086 are dropped.
    ///
    /// # Errors
    /// `InvalidInput` naming `field` when it is no mainland mobile number. The text never repeats the number.
    pub fn parse(field: &str, text: &str) -> Result<Self, InvalidInput> {
        let typed = Secret::from_iter(
            text.chars()
                .map(half_width_upper)
                .filter(|c| !c.is_whitespace() && *c != '-'),
        );
        let number = without_country(typed.reveal());
        if !looks_like(number) {
            return Err(InvalidInput::new(
                field,
                "手机号应为 11 位数字,以 13 至 19 开头",
                "a mobile number has 11 digits and begins with 13 to 19",
            ));
        }
        Ok(Self(Secret::from(number)))
    }

    /// The eleven digits, for the request that needs them.
    pub fn as_str(&self) -> &str {
        self.0.reveal()
    }

    /// For people: `138****0001`.
    pub fn masked(&self) -> String {
        let number = self.as_str();
        format!("{}****{}", &number[..3], &number[7..])
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

text_type!(Phone, "mobile");

/// The digits after the country number, where there is one.
pub(crate) fn without_country(digits: &str) -> &str {
    // No mobile number begins with 8 or 0, so what is left cannot lose digits of its own.
    let stripped = ["+86", "0086", "86"]
        .iter()
        .find_map(|country| digits.strip_prefix(country));
    stripped.unwrap_or(digits)
}

/// Eleven digits, the first 1, the second 3 to 9.
pub(crate) fn looks_like(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11
        && bytes.iter().all(u8::is_ascii_digit)
        && bytes[0] == b'1'
        && (b'3'..=b'9').contains(&bytes[1])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_what_people_type() {
        for typed in [
            "13800000001",
            " 138 0000 0001 ",
            "138-0000-0001",
            "+8613800000001",
            "+86 13800000001",
            "8613800000001",
            "008613800000001",
            "１３８００００００01",
        ] {
            assert_eq!(
                Phone::parse("mobile", typed).unwrap().as_str(),
                "13800000001",
                "{typed}"
            );
        }
    }

    #[test]
    fn refuses_the_rest_by_field() {
        for typed in [
            "",
            "1380000000",
            "138000000011",
            "12800000001",
            "03800000001",
            "1380000000x",
            "+1 3800000001",
            "١٣٨",
        ] {
            let error = Phone::parse("mobile", typed).unwrap_err();
            assert_eq!(error.field, "mobile");
            assert!(typed.is_empty() || !error.to_string().contains(typed));
        }
    }

    #[test]
    fn debug_shows_nothing_and_json_is_checked() {
        let phone: Phone = serde_json::from_str("\"138 0000 0001\"").unwrap();
        assert_eq!(format!("{phone:?}"), "Phone(…)");
        assert_eq!(serde_json::to_string(&phone).unwrap(), "\"13800000001\"");
        assert!(serde_json::from_str::<Phone>("\"110\"").is_err());
        assert_eq!("13800000001".parse::<Phone>().unwrap(), phone);
    }

    proptest! {
        #[test]
        fn masking_hides_four_digits(number in "1[3-9][0-9]{9}") {
            let masked = Phone::parse("mobile", &number).unwrap().masked();
            prop_assert_eq!(masked, format!("{}****{}", &number[..3], &number[7..]));
        }
    }
}
