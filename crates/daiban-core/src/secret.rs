//! Values that must not be seen: a wrapper that prints nothing, and the redactor that keeps them out of text.
//!
//! What lies on disk is sealed by the store and not here.

use std::{
    borrow::Cow,
    collections::HashMap,
    fmt,
    ops::Range,
    sync::{Arc, PoisonError, RwLock},
};

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::{
    identity, phone,
    plate::{Plate, half_width_upper, is_gap, is_province},
    vin,
};

/// A password, token, cookie or the like.
///
/// `Debug` prints `Secret(…)`, there is no `Display`, and the memory is wiped on drop. It serialises as the plain string,
/// because the store seals it as a whole; so serialise it to nothing but the store and the service it belongs to.
///
/// ```
/// use daiban_core::secret::Secret;
///
/// let token = Secret::from("a-token");
/// assert_eq!(format!("{token:?}"), "Secret(…)");
/// assert_eq!(token.reveal(), "a-token");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value; the given string itself is moved and not copied.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value. Named so that a search finds every place that looks at one.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl FromIterator<char> for Secret {
    fn from_iter<I: IntoIterator<Item = char>>(chars: I) -> Self {
        Self(chars.into_iter().collect())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// `FromStr` and serde for a type that is read by `parse(field, text)` and written by `as_str()`; `field` is the name an
/// error carries where no caller could give a better one.
macro_rules! text_type {
    ($name:ident, $field:literal) => {
        impl ::std::str::FromStr for $name {
            type Err = $crate::invalid::InvalidInput;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse($field, text)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let text = $crate::secret::Secret::deserialize(deserializer)?;
                Self::parse($field, text.reveal()).map_err(::serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use text_type;

/// What stands in place of a value that was taken out.
pub const REDACTED: &str = "•••";

/// Values shorter than this many characters are not registered: they would turn up everywhere.
pub const MIN_REGISTERED_CHARS: usize = 4;

/// Takes secrets out of text before it is logged or shown in diagnostics.
///
/// Two nets: every value registered (when an account is loaded, say), also in its URL-encoded and escaped spellings; and,
/// registered or not, whatever looks like an identity number, a mobile number, a VIN, a 32-digit hex token or a plate. The
/// second net errs on the side of hiding too much.
///
/// Clones share one registry. A registered value stays until the program ends, because a late log line may still carry it.
///
/// ```
/// use daiban_core::secret::Redactor;
///
/// let redactor = Redactor::default();
/// redactor.register("correct horse");
/// assert_eq!(redactor.redact("password=correct+horse&to=13800000001"), "password=•••&to=•••");
/// assert_eq!(redactor.redact("nothing to see"), "nothing to see");
/// ```
#[derive(Clone, Default)]
pub struct Redactor {
    known: Arc<RwLock<Known>>,
}

/// Registered values by their first four bytes, so that looking costs one lookup a byte however many there are.
#[derive(Default)]
struct Known {
    by_head: HashMap<[u8; 4], Vec<Secret>>,
}

impl Redactor {
    /// Hides this value from now on. Ignored: values of fewer than [`MIN_REGISTERED_CHARS`] characters, blank ones, and ones
    /// that contain the bullet of [`REDACTED`] (they are masks already, and could not be hidden by themselves).
    pub fn register(&self, value: &str) {
        let too_short = value.chars().count() < MIN_REGISTERED_CHARS;
        if too_short || value.trim().is_empty() || value.contains('•') {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for spelling in spellings(value) {
            known.insert(spelling);
        }
    }

    /// The text with every secret replaced by [`REDACTED`]; secrets that touch or overlap become one. Text without any is
    /// handed back uncopied.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut found = Vec::new();
        find_patterns(text, &mut found);
        self.known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .find(text.as_bytes(), &mut found);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(cut_out(text, found))
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor(…)")
    }
}

impl Known {
    fn insert(&mut self, value: Secret) {
        let Some(head) = value.reveal().as_bytes().first_chunk::<4>() else {
            return;
        };
        let same_head = self.by_head.entry(*head).or_default();
        if !same_head.contains(&value) {
            same_head.push(value);
        }
    }

    /// Every occurrence, overlapping ones too: leaving out those would let the tail of one secret show behind another.
    fn find(&self, text: &[u8], found: &mut Vec<Range<usize>>) {
        if self.by_head.is_empty() {
            return;
        }
        for (at, head) in text.windows(4).enumerate() {
            let Some(values) = head
                .first_chunk::<4>()
                .and_then(|head| self.by_head.get(head))
            else {
                continue;
            };
            let here = values.iter().map(|value| value.reveal().as_bytes());
            found.extend(
                here.filter(|value| text[at..].starts_with(value))
                    .map(|value| at..at + value.len()),
            );
        }
    }
}

/// The ways one value is written in URLs, forms, JSON and debug output.
fn spellings(value: &str) -> Vec<Secret> {
    let encoded = percent_encoded(value);
    let lower = lower_escapes(&encoded);
    let form = encoded.replace("%20", "+");
    let json = serde_json::to_string(value).unwrap_or_default();
    let debug = format!("{value:?}");
    let mut all = vec![
        Secret::from(value),
        encoded.into(),
        lower.into(),
        form.into(),
    ];
    all.extend([json, debug].iter().filter_map(|quoted| {
        let inside = quoted.strip_prefix('"')?.strip_suffix('"')?;
        Some(Secret::from(inside))
    }));
    all
}

/// RFC 3986: all but letters, digits and `-._~` as %XX.
fn percent_encoded(value: &str) -> String {
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// %E5 as %e5, the other letters untouched.
fn lower_escapes(encoded: &str) -> String {
    let mut parts = encoded.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (escape, rest) = part.split_at(2);
        lower.push('%');
        lower.push_str(&escape.to_ascii_lowercase());
        lower.push_str(rest);
    }
    lower
}

fn cut_out(text: &str, mut found: Vec<Range<usize>>) -> String {
    found.sort_unstable_by_key(|range| range.start);
    let mut clean = String::with_capacity(text.len());
    let mut shown_to = 0;
    let mut hidden_to = None;
    for range in found {
        if hidden_to.is_none_or(|end| range.start > end) {
            clean.push_str(&text[shown_to..range.start]);
            clean.push_str(REDACTED);
        }
        shown_to = shown_to.max(range.end);
        hidden_to = Some(shown_to);
    }
    clean.push_str(&text[shown_to..]);
    clean
}

/// Where the text looks like personal data, registered or not.
fn find_patterns(text: &str, found: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii_alphanumeric() {
            let end = run_end(bytes, at, u8::is_ascii_alphanumeric);
            find_in_run(text, at..end, found);
            at = end;
        } else if is_escape(&bytes[at..]) {
            // Seen both ways: as an escape (%22 and then a number), and as a percent sign before a number.
            let end = run_end(bytes, at + 1, u8::is_ascii_alphanumeric);
            find_in_run(text, at + 1..end, found);
            find_escaped_plate(text, at, found);
            at += 3;
        } else if let Some(c) = text[at..].chars().next() {
            find_plate(text, at, c, at + c.len_utf8(), found);
            at += c.len_utf8();
        }
    }
}

fn run_end(bytes: &[u8], start: usize, belongs: impl Fn(&u8) -> bool) -> usize {
    let length = bytes[start..].iter().take_while(|b| belongs(b)).count();
    start + length
}

fn is_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

/// Looks inside one unbroken run of ASCII letters and digits.
fn find_in_run(text: &str, run: Range<usize>, found: &mut Vec<Range<usize>>) {
    // The shortest thing to be found is a plate, which is found elsewhere, and then the three first digits of a spaced number.
    if run.len() < 3 {
        return;
    }
    if vin::looks_like(&text[run.clone()]) {
        found.push(run);
        return;
    }
    for digits in pieces(text, &run, u8::is_ascii_digit) {
        find_number(text, digits, found);
    }
    found.extend(pieces(text, &run, u8::is_ascii_hexdigit).filter(|hex| hex.len() == 32));
}

/// The longest stretches of a run that hold only such bytes.
fn pieces(
    text: &str,
    run: &Range<usize>,
    belongs: fn(&u8) -> bool,
) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let (mut at, end) = (run.start, run.end);
    std::iter::from_fn(move || {
        let start = at + bytes[at..end].iter().position(belongs)?;
        at = run_end(&bytes[..end], start, belongs);
        Some(start..at)
    })
}

fn find_number(text: &str, digits: Range<usize>, found: &mut Vec<Range<usize>>) {
    let number = &text[digits.clone()];
    match number.len() {
        3 => found.extend(spaced_phone(text, digits.start)),
        11 | 13 | 15 if phone::looks_like(phone::without_country(number)) => found.push(digits),
        17 => {
            let with_letter = digits.start..digits.end + 1;
            let whole = text.get(with_letter.clone());
            found.extend(
                whole
                    .is_some_and(identity::looks_like)
                    .then_some(with_letter),
            );
        }
        18 if identity::looks_like(number) => found.push(digits),
        _ => {}
    }
}

/// A mobile number written 138 0000 0001 or 138-0000-0001.
fn spaced_phone(text: &str, start: usize) -> Option<Range<usize>> {
    let end = start + 13;
    let written = text.get(start..end)?;
    let separator = written.chars().nth(3).filter(|c| matches!(c, ' ' | '-'))?;
    let parts: Vec<&str> = written.split(separator).collect();
    let [_, middle, last] = parts.as_slice() else {
        return None;
    };
    let followed_by_digit = text.as_bytes().get(end).is_some_and(u8::is_ascii_digit);
    let fits = middle.len() == 4 && last.len() == 4 && phone::looks_like(&parts.concat());
    (fits && !followed_by_digit).then_some(start..end)
}

/// A plate whose first character is written %E5%86%80 and the rest plainly, as in a request's address.
fn find_escaped_plate(text: &str, start: usize, found: &mut Vec<Range<usize>>) {
    let Some(escapes) = text.get(start..start + 9) else {
        return;
    };
    let bytes: Vec<u8> = escapes
        .split('%')
        .filter_map(|hex| u8::from_str_radix(hex, 16).ok())
        .collect();
    let Some(c) = std::str::from_utf8(&bytes)
        .ok()
        .and_then(|s| s.chars().next())
    else {
        return;
    };
    find_plate(text, start, c, start + 9, found);
}

/// A plate that begins with `first` at `start` and goes on at `rest`.
fn find_plate(text: &str, start: usize, first: char, rest: usize, found: &mut Vec<Range<usize>>) {
    if !is_province(first) && first != '使' {
        return;
    }
    let mut plate = String::from(first);
    let mut ends = vec![rest];
    for (offset, c) in text[rest..].char_indices() {
        let c_end = rest + offset + c.len_utf8();
        let c = half_width_upper(c);
        if is_gap(c) && ends.len() <= 2 {
            continue;
        }
        if ends.len() > 8 || !(c.is_ascii_alphanumeric() || "挂学警港澳领".contains(c)) {
            break;
        }
        plate.push(c);
        ends.push(c_end);
    }
    found.extend(plate_end(&plate, &ends).map(|end| start..end));
}

/// Where the plate at the start of `plate` ends: eight characters or seven, unless letters or digits go on behind it.
fn plate_end(plate: &str, ends: &[usize]) -> Option<usize> {
    let chars: Vec<char> = plate.chars().collect();
    let length = [8, 7].into_iter().find(|&length| {
        let goes_on = chars.get(length).is_some_and(char::is_ascii_alphanumeric);
        let Some(head) = chars.get(..length).filter(|_| !goes_on) else {
            return false;
        };
        Plate::parse("plate", &String::from_iter(head)).is_ok()
    })?;
    ends.get(length - 1).copied()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(Redactor::default().redact(text), expected, "{text}");
    }

    fn unchanged(text: &str) {
        let redactor = Redactor::default();
        redactor.register("a registered value");
        assert!(
            matches!(redactor.redact(text), Cow::Borrowed(same) if same == text),
            "{text}"
        );
    }

    #[test]
    fn a_secret_shows_only_when_asked() {
        let secret = Secret::new("open sesame");
        assert_eq!(format!("{secret:?} {secret:#?}"), "Secret(…) Secret(…)");
        assert_eq!(secret.reveal(), "open sesame");
        let back: Secret = serde_json::from_str(&serde_json::to_string(&secret).unwrap()).unwrap();
        assert_eq!(back, secret);
        assert!(Secret::default().is_empty() && !secret.is_empty());
    }

    #[test]
    fn phones() {
        check("to 13800000001.", "to •••.");
        check("mobile13800000001,13800000002", "mobile•••,•••");
        check("+8613800000001", "+•••");
        check("call 138 0000 0001 or 138-0000-0002!", "call ••• or •••!");
        check("手机13800000001号", "手机•••号");
        check("%2213800000001%22", "%22•••%22");
        check("100%13800000001", "100%•••");
        unchanged("1380000000 138000000011 12800000001");
        unchanged("at 1790000000 or 1790000000123 ms");
        unchanged("138 0000 00012 and 138 0000");
    }

    #[test]
    fn identity_numbers() {
        check("id 110101199001010010 ok", "id ••• ok");
        check("id=11010119900101001x&", "id=•••&");
        check("n11010119900101001X", "n•••");
        unchanged("vehicle 1234567890123456789");
        unchanged("order 110101199013010010 110101189901010010");
    }

    #[test]
    fn vins_and_frame_numbers() {
        check("vin LTESTVHC7E0000001", "vin •••");
        check("\"frame\":\"LTESTVIN000000001\"", "\"frame\":\"•••\"");
        check("ltestvhc7e0000001", "•••");
        unchanged("ABCDEFGHIJKLMNOPQ E1234567890123456 conversation12345");
    }

    #[test]
    fn hex_tokens() {
        check("token 0123456789abcdef0123456789ABCDEF", "token •••");
        unchanged("sha 0123456789abcdef0123456789abcdef01234567");
        unchanged("0123456789abcdef0123456789abcde");
    }

    #[test]
    fn plates() {
        check("车辆冀R0D001明日到期", "车辆•••明日到期");
        check("冀r·0d001 and 冀R 0D001, 冀RD00001", "••• and •••, •••");
        check("冀R0D001学校 冀R0001学", "•••学校 •••");
        check("car_no=%E5%86%80R0D001&x", "car_no=•••&x");
        check("car_no=%e5%86%80RD00001", "car_no=•••");
        check("冀R０Ｄ００１", "•••");
        unchanged("北京A级 天津G1234 云SERVER 京A123456789 新A");
        unchanged("%E5%86%80R 100% %zz");
    }

    #[test]
    fn registered_values_in_every_spelling() {
        let redactor = Redactor::default();
        redactor.register("p@ss \"wörd\"\n1");
        for text in [
            "p@ss \"wörd\"\n1",
            "p%40ss%20%22w%C3%B6rd%22%0A1",
            "p%40ss%20%22w%c3%b6rd%22%0a1",
            "p%40ss+%22w%C3%B6rd%22%0A1",
            r#"p@ss \"wörd\"\n1"#,
        ] {
            assert_eq!(redactor.redact(&format!("<{text}>")), "<•••>", "{text}");
        }
    }

    #[test]
    fn clones_share_and_short_values_are_left_alone() {
        let redactor = Redactor::default();
        redactor.clone().register("abcd");
        for ignored in ["abc", "", "     ", "••••", "张三丰"] {
            redactor.register(ignored);
        }
        assert_eq!(
            redactor.redact("abc abcd 张三丰      ••••"),
            "abc ••• 张三丰      ••••"
        );
        assert_eq!(format!("{redactor:?}"), "Redactor(…)");
    }

    #[test]
    fn overlapping_and_touching_secrets_become_one() {
        let redactor = Redactor::default();
        redactor.register("abcdef");
        redactor.register("defghi");
        redactor.register("abcd");
        assert_eq!(redactor.redact("xabcdefghiy"), "x•••y");
        assert_eq!(redactor.redact("abcdabcd"), "•••");
        assert_eq!(redactor.redact("abcd abcd"), "••• •••");
    }

    proptest! {
        #[test]
        fn no_registered_secret_is_left(
            secrets in prop::collection::vec("[ab0é%\" ]{4,7}", 1..5),
            parts in prop::collection::vec("[ab0é%\" •]{0,3}", 1..8),
        ) {
            let redactor = Redactor::default();
            for secret in &secrets {
                redactor.register(secret);
            }
            let mut text = String::new();
            for (n, part) in parts.iter().enumerate() {
                text.push_str(part);
                text.push_str(&secrets[n % secrets.len()]);
            }
            let clean = redactor.redact(&text);
            for secret in secrets.iter().filter(|s| !s.trim().is_empty()) {
                prop_assert!(!clean.contains(secret.as_str()), "{secret:?} in {clean:?}");
            }
        }

        #[test]
        fn redacting_twice_changes_nothing_more(text in "[ 0-9a-f京A冀R%x·]{0,60}") {
            let redactor = Redactor::default();
            let once = redactor.redact(&text).into_owned();
            let twice = redactor.redact(&once).into_owned();
            prop_assert_eq!(&twice, &once);
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,80}") {
            let redactor = Redactor::default();
            redactor.register(&text);
            let _ = redactor.redact(&text);
        }

        #[test]
        fn a_phone_is_found_wherever_it_stands(before in "[^0-9%]{0,10}", number in "1[3-9][0-9]{9}", after in "[^0-9]{0,10}") {
            let text = format!("{before}{number}{after}");
            let clean = Redactor::default().redact(&text).into_owned();
            prop_assert!(!clean.contains(&number));
        }

        #[test]
        fn a_plate_is_found_wherever_it_stands(before in "[^A-Za-z0-9]{0,10}", serial in "[0-9A-HJ-NP-Z]{3}[0-9]{2}", after in "[^A-Za-zＡ-Ｚａ-ｚ0-9０-９]{0,10}") {
            let text = format!("{before}冀R{serial}{after}");
            let clean = Redactor::default().redact(&text).into_owned();
            prop_assert!(!clean.contains(&serial));
        }
    }
}
