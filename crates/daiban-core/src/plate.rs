//! Chinese number plates and the police code for the kind of plate (号牌种类).
//!
//! Reads what a person types (small letters, full-width letters, spaces, the dot of the printed plate) and keeps one spelling.
//! Whether a plate exists, and which vehicle it belongs to, only a service can say.

use std::fmt;

use crate::{invalid::InvalidInput, secret::text_type, text::Text};

/// The 31 mainland provinces as they stand first on a plate.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

/// Letters that mark a new-energy plate: D A B C E for battery cars, F G H J K for the others.
const NEW_ENERGY: &str = "DABCEFGHJK";

/// A number plate in its one spelling: upper case, half width, no dot, no spaces; 7 characters, or 8 for new energy.
///
/// A plate may be stored plainly and shown to its owner, so `Display` writes it out. `Debug` masks it, because `Debug` is what
/// ends up in logs.
///
/// Armed police, military, emergency-service and temporary plates are refused: no service here takes them.
///
/// *Source*: GA 36-2018 (forms and letters of plates), documented.
///
/// ```
/// use daiban_core::plate::Plate;
///
/// let plate = Plate::parse("plate", "冀r·0d001")?;
/// assert_eq!(plate.as_str(), "冀R0D001");
/// assert_eq!(plate.masked(), "冀R·**001");
/// # Ok::<(), daiban_core::invalid::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Plate(String);

/// How a plate is built, as far as its characters tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlateForm {
    /// Seven characters: province, letter, five of A–Z 0–9.
    Ordinary,
    /// Eight characters, new-energy letter third.
    SmallNewEnergy,
    /// Eight characters, new-energy letter last.
    LargeNewEnergy,
    /// Ends in 挂: a trailer.
    Trailer,
    /// Ends in 学: a driving-school car.
    Training,
    /// Ends in 警: a police car.
    Police,
    /// 粤Z … 港: enters from Hong Kong.
    HongKong,
    /// 粤Z … 澳: enters from Macau.
    Macau,
    /// 使 and six digits, in either order: an embassy car.
    Embassy,
    /// Ends in 领: a consulate car.
    Consulate,
}

impl Plate {
    /// Reads a plate as typed. Upper-cases, narrows full-width characters, and drops spaces, dashes and the middle dot.
    ///
    /// # Errors
    /// `InvalidInput` naming `field` when the text is no plate; its text says which part does not fit.
    pub fn parse(field: &str, text: &str) -> Result<Self, InvalidInput> {
        let chars: Vec<char> = text
            .trim()
            .chars()
            .map(half_width_upper)
            .filter(|&c| !is_gap(c))
            .collect();
        match form_of(&chars) {
            Ok(_) => Ok(Self(chars.into_iter().collect())),
            Err((zh, en)) => Err(InvalidInput::new(field, zh, en)),
        }
    }

    /// The plate in its one spelling, such as `冀R0D001`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How the plate is built.
    pub fn form(&self) -> PlateForm {
        let chars: Vec<char> = self.0.chars().collect();
        form_of(&chars).unwrap_or(PlateForm::Ordinary)
    }

    /// Whether it is one of the green eight-character plates.
    pub fn is_new_energy(&self) -> bool {
        matches!(
            self.form(),
            PlateForm::SmallNewEnergy | PlateForm::LargeNewEnergy
        )
    }

    /// The last digit, which is what tail-number limits (尾号限行) go by. In Beijing a plate that ends in a letter counts
    /// as 0, but that rule belongs to the caller; here a plate without a digit at the end gives `None`.
    pub fn tail_digit(&self) -> Option<u8> {
        let last = self.0.chars().next_back()?;
        last.to_digit(10).and_then(|digit| u8::try_from(digit).ok())
    }

    /// For logs: the first two and the last three characters, such as `冀R·**001`.
    pub fn masked(&self) -> String {
        let chars: Vec<char> = self.0.chars().collect();
        let hidden = chars.len().saturating_sub(5);
        let head: String = chars.iter().take(2).collect();
        let tail: String = chars.iter().skip(2 + hidden).collect();
        format!("{head}·{}{tail}", "*".repeat(hidden))
    }
}

impl fmt::Display for Plate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Plate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plate({})", self.masked())
    }
}

text_type!(Plate, "plate");

/// The form of a plate in its one spelling, or what is wrong with it in both languages.
fn form_of(chars: &[char]) -> Result<PlateForm, (&'static str, &'static str)> {
    if let Some(form) = embassy(chars) {
        return Ok(form);
    }
    let [province, office, serial @ ..] = chars else {
        return Err((
            "请填写车牌号,例如 冀R0D001",
            "give a number plate, for example 冀R0D001",
        ));
    };
    if !is_province(*province) {
        return Err((
            "车牌第一位应为省份简称",
            "a plate begins with the short name of a province",
        ));
    }
    if !office.is_ascii_uppercase() || *office == 'I' {
        return Err((
            "车牌第二位应为字母",
            "the second character of a plate is a letter",
        ));
    }
    if serial.iter().any(|c| matches!(c, 'I' | 'O')) {
        return Err((
            "车牌序号不使用字母 I 和 O,请改为数字 1 和 0",
            "a plate's serial has no letters I and O; write the digits 1 and 0",
        ));
    }
    match serial.len() {
        5 => seven(*province, *office, serial),
        6 => eight(serial),
        _ => Err((
            "车牌应为 7 位,新能源车牌为 8 位",
            "a plate has 7 characters, a new-energy plate 8",
        )),
    }
}

fn embassy(chars: &[char]) -> Option<PlateForm> {
    let digits = match chars {
        ['使', digits @ ..] | [digits @ .., '使'] => digits,
        _ => return None,
    };
    (digits.len() == 6 && digits.iter().all(char::is_ascii_digit)).then_some(PlateForm::Embassy)
}

fn seven(
    province: char,
    office: char,
    serial: &[char],
) -> Result<PlateForm, (&'static str, &'static str)> {
    let (body, form) = match serial {
        [body @ .., '挂'] => (body, PlateForm::Trailer),
        [body @ .., '学'] => (body, PlateForm::Training),
        [body @ .., '警'] => (body, PlateForm::Police),
        [body @ .., '领'] => (body, PlateForm::Consulate),
        [body @ .., '港'] => (body, PlateForm::HongKong),
        [body @ .., '澳'] => (body, PlateForm::Macau),
        body => (body, PlateForm::Ordinary),
    };
    let crosses_border = matches!(form, PlateForm::HongKong | PlateForm::Macau);
    if crosses_border && (province, office) != ('粤', 'Z') {
        return Err((
            "港澳入出境车牌以 粤Z 开头",
            "a plate ending in 港 or 澳 begins with 粤Z",
        ));
    }
    if !body.iter().all(char::is_ascii_alphanumeric) {
        return Err((
            "车牌序号只能是字母和数字",
            "a plate's serial is letters and digits",
        ));
    }
    // GA 36 never leaves a serial with fewer than two digits; without this rule plain words after 云 or 新 would be plates.
    if body.iter().filter(|c| c.is_ascii_digit()).count() < 2 {
        return Err((
            "车牌序号至少有两位数字",
            "a plate's serial has at least two digits",
        ));
    }
    Ok(form)
}

fn eight(serial: &[char]) -> Result<PlateForm, (&'static str, &'static str)> {
    let marks = |c: &char| NEW_ENERGY.contains(*c);
    match serial {
        [mark, second, digits @ ..]
            if marks(mark)
                && second.is_ascii_alphanumeric()
                && digits.iter().all(char::is_ascii_digit) =>
        {
            Ok(PlateForm::SmallNewEnergy)
        }
        [digits @ .., mark] if marks(mark) && digits.iter().all(char::is_ascii_digit) => {
            Ok(PlateForm::LargeNewEnergy)
        }
        _ => Err((
            "8 位车牌应为新能源车牌:第三位(小型)或最后一位(大型)为字母 D、A、B、C、E、F、G、H、J、K,其余为数字",
            "an 8-character plate is a new-energy plate: a letter of D A B C E F G H J K stands third (small) or last (large), the rest are digits",
        )),
    }
}

/// Whether a plate can begin with this character.
pub(crate) fn is_province(c: char) -> bool {
    PROVINCES.contains(c)
}

/// Full-width letters, digits and marks as phones' Chinese keyboards type them, narrowed; letters in upper case.
pub(crate) fn half_width_upper(c: char) -> char {
    let narrow = match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    };
    narrow.to_ascii_uppercase()
}

/// Marks people put inside a plate that are no part of it: spaces, dashes and the many characters that look like the printed dot.
pub(crate) fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '·' | '•' | '・' | '‧' | '∙' | '⋅' | '.' | '-')
}

/// The police code for the kind of plate (号牌种类), two digits.
///
/// The same code is `hpzl` to the permit service and `car_type` to the violation service.
///
/// *Source*: GA 24.7 as used by four independent public clients, seen; one other program swaps 51 and 52.
///
/// ```
/// use daiban_core::plate::{Plate, PlateType};
///
/// let green = Plate::parse("plate", "冀RD00001")?;
/// assert_eq!(PlateType::suggest(&green), PlateType::SMALL_NEW_ENERGY);
/// assert_eq!(PlateType::suggest(&green).name().zh, "小型新能源汽车");
/// # Ok::<(), daiban_core::invalid::InvalidInput>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlateType(&'static str);

/// Code, Chinese name, English name.
const PLATE_TYPES: [(&str, &str, &str); 36] = [
    ("01", "大型汽车", "large vehicle"),
    ("02", "小型汽车", "small vehicle"),
    ("03", "使馆汽车", "embassy vehicle"),
    ("04", "领馆汽车", "consulate vehicle"),
    ("05", "境外汽车", "vehicle from abroad"),
    ("06", "外籍汽车", "foreigner's vehicle"),
    ("07", "普通摩托车", "motorcycle"),
    ("08", "轻便摩托车", "light motorcycle"),
    ("09", "使馆摩托车", "embassy motorcycle"),
    ("10", "领馆摩托车", "consulate motorcycle"),
    ("11", "境外摩托车", "motorcycle from abroad"),
    ("12", "外籍摩托车", "foreigner's motorcycle"),
    ("13", "低速车", "low-speed vehicle"),
    ("14", "拖拉机", "tractor"),
    ("15", "挂车", "trailer"),
    ("16", "教练汽车", "driving-school vehicle"),
    ("17", "教练摩托车", "driving-school motorcycle"),
    ("18", "试验汽车", "test vehicle"),
    ("19", "试验摩托车", "test motorcycle"),
    ("20", "临时入境汽车", "temporarily admitted vehicle"),
    ("21", "临时入境摩托车", "temporarily admitted motorcycle"),
    ("22", "临时行驶车", "vehicle on a temporary plate"),
    ("23", "警用汽车", "police vehicle"),
    ("24", "警用摩托", "police motorcycle"),
    ("25", "原农机号牌", "former farm-machine plate"),
    ("26", "香港入出境车", "Hong Kong cross-border vehicle"),
    ("27", "澳门入出境车", "Macau cross-border vehicle"),
    ("31", "武警号牌", "armed-police plate"),
    ("32", "军队号牌", "military plate"),
    ("33", "应急号牌", "emergency-service plate"),
    ("41", "无号牌", "without a plate"),
    ("42", "假号牌", "false plate"),
    ("43", "挪用号牌", "plate of another vehicle"),
    ("51", "大型新能源汽车", "large new-energy vehicle"),
    ("52", "小型新能源汽车", "small new-energy vehicle"),
    ("99", "其他号牌", "other plate"),
];

impl PlateType {
    /// 大型汽车.
    pub const LARGE: Self = Self("01");
    /// 小型汽车, the usual car.
    pub const SMALL: Self = Self("02");
    /// 大型新能源汽车.
    pub const LARGE_NEW_ENERGY: Self = Self("51");
    /// 小型新能源汽车.
    pub const SMALL_NEW_ENERGY: Self = Self("52");

    /// Reads a code of the table. `2` is taken for `02`.
    ///
    /// # Errors
    /// `InvalidInput` naming `field` when the code is not in the table.
    pub fn parse(field: &str, text: &str) -> Result<Self, InvalidInput> {
        let typed: String = text.trim().chars().map(half_width_upper).collect();
        let code = format!("{typed:0>2}");
        let Some((known, ..)) = PLATE_TYPES.iter().find(|(known, ..)| *known == code) else {
            return Err(InvalidInput::new(
                field,
                "没有这种号牌种类代码;小型汽车填 02,小型新能源汽车填 52",
                "no such plate type code; an ordinary car is 02, a small new-energy car 52",
            ));
        };
        Ok(Self(known))
    }

    /// The type a plate most likely has. Characters cannot tell large from small on a seven-character plate, nor a car from
    /// a motorcycle, so this is a default for a form and not a fact: an ordinary plate gives 02.
    pub fn suggest(plate: &Plate) -> Self {
        match plate.form() {
            PlateForm::Ordinary => Self::SMALL,
            PlateForm::SmallNewEnergy => Self::SMALL_NEW_ENERGY,
            PlateForm::LargeNewEnergy => Self::LARGE_NEW_ENERGY,
            PlateForm::Trailer => Self("15"),
            PlateForm::Training => Self("16"),
            PlateForm::Police => Self("23"),
            PlateForm::HongKong => Self("26"),
            PlateForm::Macau => Self("27"),
            PlateForm::Embassy => Self("03"),
            PlateForm::Consulate => Self("04"),
        }
    }

    /// Every type of the table, in order of code: the choices of a form.
    pub fn all() -> impl Iterator<Item = Self> {
        PLATE_TYPES.iter().map(|(code, ..)| Self(code))
    }

    /// The two digits.
    pub fn as_str(&self) -> &'static str {
        self.0
    }

    /// What the code means, in both languages.
    pub fn name(&self) -> Text {
        let row = PLATE_TYPES.iter().find(|(code, ..)| *code == self.0);
        let (_, zh, en) = row.copied().unwrap_or(("", "", ""));
        Text::new(zh, en)
    }
}

impl Default for PlateType {
    fn default() -> Self {
        Self::SMALL
    }
}

impl fmt::Display for PlateType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for PlateType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlateType({})", self.0)
    }
}

text_type!(PlateType, "plate_type");

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn check(typed: &str, expected: &str, form: PlateForm, code: &str) {
        let plate = Plate::parse("plate", typed).unwrap();
        assert_eq!(plate.as_str(), expected, "{typed}");
        assert_eq!(plate.form(), form, "{typed}");
        assert_eq!(PlateType::suggest(&plate).as_str(), code, "{typed}");
    }

    fn refused(typed: &str, part: &str) {
        let error = Plate::parse("car", typed).unwrap_err();
        assert_eq!(error.field, "car");
        assert!(error.text.en.contains(part), "{typed}: {}", error.text.en);
        assert!(!error.text.zh.is_empty());
    }

    #[test]
    fn forms_and_suggested_types() {
        check("冀R0D001", "冀R0D001", PlateForm::Ordinary, "02");
        check("冀R00A00", "冀R00A00", PlateForm::Ordinary, "02");
        check(" 冀r·0d001 ", "冀R0D001", PlateForm::Ordinary, "02");
        check("冀R 0D001", "冀R0D001", PlateForm::Ordinary, "02");
        check("冀Ｒ・０ｄ００１", "冀R0D001", PlateForm::Ordinary, "02");
        check("京O00001", "京O00001", PlateForm::Ordinary, "02");
        check("冀RD00001", "冀RD00001", PlateForm::SmallNewEnergy, "52");
        check("冀RFA0001", "冀RFA0001", PlateForm::SmallNewEnergy, "52");
        check("冀RK00001", "冀RK00001", PlateForm::SmallNewEnergy, "52");
        check("冀R00001D", "冀R00001D", PlateForm::LargeNewEnergy, "51");
        check("冀R0001挂", "冀R0001挂", PlateForm::Trailer, "15");
        check("冀R0001学", "冀R0001学", PlateForm::Training, "16");
        check("冀R0001警", "冀R0001警", PlateForm::Police, "23");
        check("粤ZA001港", "粤ZA001港", PlateForm::HongKong, "26");
        check("粤Z0001澳", "粤Z0001澳", PlateForm::Macau, "27");
        check("沪A0001领", "沪A0001领", PlateForm::Consulate, "04");
        check("使000001", "使000001", PlateForm::Embassy, "03");
        check("000001使", "000001使", PlateForm::Embassy, "03");
    }

    #[test]
    fn refusals_say_which_part() {
        refused("", "number plate");
        refused("冀", "number plate");
        refused("R0D001", "province");
        refused("国R0D001", "province");
        refused("冀10D001", "second character");
        refused("冀I0D001", "second character");
        refused("冀RO0001", "digits 1 and 0");
        refused("冀R0I001", "digits 1 and 0");
        refused("冀R0D0", "7 characters");
        refused("冀R0D001234", "7 characters");
        refused("冀RL00001", "new-energy");
        refused("冀RDAA001", "new-energy");
        refused("冀R0000AD", "new-energy");
        refused("冀R00中00", "letters and digits");
        refused("冀RABCDE", "two digits");
        refused("冀R0001港", "粤Z");
    }

    #[test]
    fn logs_show_a_masked_plate() {
        let plate = Plate::parse("plate", "冀RD00001").unwrap();
        assert_eq!(plate.masked(), "冀R·***001");
        assert_eq!(format!("{plate:?}"), "Plate(冀R·***001)");
        assert_eq!(plate.to_string(), "冀RD00001");
        assert_eq!(plate.tail_digit(), Some(1));
        assert!(plate.is_new_energy());
    }

    #[test]
    fn json_is_a_checked_string() {
        let plate: Plate = serde_json::from_str("\"冀r0d001\"").unwrap();
        assert_eq!(serde_json::to_string(&plate).unwrap(), "\"冀R0D001\"");
        assert!(serde_json::from_str::<Plate>("\"冀R\"").is_err());
        let kind: PlateType = serde_json::from_str("\"52\"").unwrap();
        assert_eq!(kind, PlateType::SMALL_NEW_ENERGY);
        assert!(serde_json::from_str::<PlateType>("\"53\"").is_err());
    }

    #[test]
    fn every_type_has_two_digits_and_two_names() {
        for kind in PlateType::all() {
            assert_eq!(kind.as_str().len(), 2);
            assert!(!kind.name().zh.is_empty() && !kind.name().en.is_empty());
            assert_eq!(PlateType::parse("t", kind.as_str()).unwrap(), kind);
        }
        assert_eq!(PlateType::all().count(), 36);
        assert_eq!(PlateType::parse("t", "2").unwrap(), PlateType::SMALL);
        assert_eq!(PlateType::default(), PlateType::SMALL);
        assert!(PlateType::parse("t", "").is_err());
        assert!(PlateType::parse("t", "002").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,12}") {
            if let Ok(plate) = Plate::parse("plate", &text) {
                let again = Plate::parse("plate", plate.as_str()).unwrap();
                prop_assert_eq!(again, plate);
            }
        }

        #[test]
        fn case_width_and_dots_do_not_matter(serial in "[0-9A-HJ-NP-Z]{3}[0-9]{2}") {
            let plain = Plate::parse("plate", &format!("冀R{serial}")).unwrap();
            let wide: String = serial
                .to_lowercase()
                .chars()
                .map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap())
                .collect();
            prop_assert_eq!(&Plate::parse("plate", &format!("冀ｒ·{wide}")).unwrap(), &plain);
            prop_assert!(!plain.masked().contains(&serial));
        }
    }
}
