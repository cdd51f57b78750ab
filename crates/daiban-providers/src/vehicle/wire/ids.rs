//! Numbers that go into a path, checked before they do: nothing with a slash, a question mark or a line break gets that far.
//!
//! The car's own number is [`daiban_core::vin::Vin`], checked there.

use std::fmt;

use daiban_core::invalid::InvalidInput;
use daiban_core::secret::Secret;

/// Longer than any user id seen, which had seven digits.
const LONGEST_USER: usize = 64;

/// ITU-T E.118 allows 19 digits with the check digit; Chinese cards have 20 characters, of some carriers with letters.
const ICCID: std::ops::RangeInclusive<usize> = 18..=22;

/// The user's number with the service: letters, digits, `-`, `_`, at most 64. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct UserId(Secret);

/// The number of a SIM card: 18 to 22 letters and digits beginning with 89. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Iccid(Secret);

impl UserId {
    /// Reads it as typed or as told.
    ///
    /// # Errors
    /// [`InvalidInput`] naming `user_id`; the text never repeats it.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let text = text.trim();
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if text.is_empty() || text.len() > LONGEST_USER || !text.bytes().all(plain) {
            return Err(InvalidInput::new(
                "user_id",
                "用户号只含字母、数字、- 和 _，最多 64 位",
                "a user id has letters, digits, - and _ only, 64 at most",
            ));
        }
        Ok(Self(Secret::from(text)))
    }

    /// For the request that needs it.
    pub fn as_str(&self) -> &str {
        self.0.reveal()
    }
}

impl Iccid {
    /// Reads it as typed or as told.
    ///
    /// # Errors
    /// [`InvalidInput`] naming `iccid`; the text never repeats it.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let text = text.trim();
        let plain = text.bytes().all(|b| b.is_ascii_alphanumeric());
        if !ICCID.contains(&text.len()) || !plain || !text.starts_with("89") {
            return Err(InvalidInput::new(
                "iccid",
                "SIM 卡号（ICCID）以 89 开头，18 到 22 位字母和数字",
                "the number of a SIM card (ICCID) begins with 89 and has 18 to 22 letters and digits",
            ));
        }
        Ok(Self(Secret::from(text)))
    }

    /// For the request that needs it.
    pub fn as_str(&self) -> &str {
        self.0.reveal()
    }

    /// For people: stars and the last four characters.
    ///
    /// ```
    /// use daiban_providers::vehicle::wire::ids::Iccid;
    ///
    /// let iccid = Iccid::parse("89860000000000000000")?;
    /// assert_eq!(iccid.masked(), "****************0000");
    /// # Ok::<(), daiban_core::invalid::InvalidInput>(())
    /// ```
    pub fn masked(&self) -> String {
        let (hidden, shown) = self.as_str().split_at(self.as_str().len() - 4);
        format!("{}{shown}", "*".repeat(hidden.len()))
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserId(…)")
    }
}

impl fmt::Debug for Iccid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Iccid(…)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn numbers_that_would_lead_elsewhere_are_refused_and_not_repeated() {
        for wrong in [
            "",
            " ",
            "1000001/../x",
            "1000001?latest=true",
            "1000001\r\nx-evil: 1",
            "1000001&b=2",
            "用户",
            &"1".repeat(65),
        ] {
            let refused = UserId::parse(wrong).unwrap_err();
            assert_eq!(refused.field, "user_id", "{wrong:?}");
            assert!(!refused.text.en.contains("1000001"), "{wrong:?}");
        }
        for wrong in [
            "",
            "8986",
            "12860000000000000000",
            "8986000000000000000/",
            "8986000000\r\n00000000",
            "89860000000000000000000",
        ] {
            let refused = Iccid::parse(wrong).unwrap_err();
            assert_eq!(refused.field, "iccid", "{wrong:?}");
        }
    }

    #[test]
    fn blanks_around_are_dropped_and_nothing_is_shown() {
        let user = UserId::parse(" 1000001\n").unwrap();
        assert_eq!(
            (user.as_str(), format!("{user:?}").as_str()),
            ("1000001", "UserId(…)")
        );
        let iccid = Iccid::parse(" 89860000000000000000 ").unwrap();
        assert_eq!(iccid.as_str().len(), 20);
        assert_eq!(format!("{iccid:?}"), "Iccid(…)");
        assert_eq!(
            Iccid::parse("898600MFSS0000000001").unwrap().masked(),
            "****************0001"
        );
    }
}
