//! What an account holds: the phone that signs in, and full card numbers. Tidied and looked at before anything is stored;
//! whether they are right only the service knows.

use daiban_core::account::{Secrets, Settings};
use daiban_core::invalid::InvalidInput;
use daiban_core::secret::Secret;

/// Letters of a card number: social security cards have 12 or 18, identity cards 18, passports 9.
const CARD_LETTERS: std::ops::RangeInclusive<usize> = 6..=24;

/// Tidies and checks both.
///
/// # Errors
/// [`InvalidInput`] naming `mobile` or `card_nos`. It never repeats a value.
pub(super) fn check(settings: &mut Settings, secrets: &mut Secrets) -> Result<(), InvalidInput> {
    let given = settings.get("mobile").map_or("", String::as_str);
    let tidied = mobile(given)?;
    settings.insert("mobile".to_owned(), tidied);
    secrets.retain(|_, value| !value.reveal().trim().is_empty());
    if let Some(cards) = secrets.get_mut("card_nos") {
        *cards = Secret::new(card_nos(cards.reveal())?.join(","));
    }
    Ok(())
}

/// Eleven digits. Blanks, dashes and a country code before it go.
fn mobile(given: &str) -> Result<String, InvalidInput> {
    let kept: String = given
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '(' | ')'))
        .collect();
    let digits = ["+86", "0086", "86"]
        .iter()
        .find_map(|code| kept.strip_prefix(code).filter(|rest| rest.len() == 11))
        .unwrap_or(&kept);
    let is_mobile = digits.len() == 11
        && digits.starts_with('1')
        && digits.bytes().all(|letter| letter.is_ascii_digit());
    if is_mobile {
        return Ok(digits.to_owned());
    }
    Err(InvalidInput::new(
        "mobile",
        "应是 11 位手机号，例如 13800000000；114 的登录短信发到这里",
        "should be a mobile number of 11 digits, such as 13800000000; the sign-in message goes there",
    ))
}

/// Card numbers as typed, with commas or blanks between: each tidied, none twice.
///
/// # Errors
/// [`InvalidInput`] naming `card_nos`.
pub(super) fn card_nos(given: &str) -> Result<Vec<String>, InvalidInput> {
    let mut cards: Vec<String> = Vec::new();
    for card in given.split([',', '，', '、', ';', '；', ' ', '\n']) {
        let card = card.trim().to_ascii_uppercase();
        if card.is_empty() || cards.contains(&card) {
            continue;
        }
        let is_plausible = CARD_LETTERS.contains(&card.len())
            && card.bytes().all(|letter| letter.is_ascii_alphanumeric())
            && card.bytes().any(|letter| letter.is_ascii_digit());
        if !is_plausible {
            return Err(InvalidInput::new(
                "card_nos",
                "应是完整的卡号（社保卡、身份证），6 到 24 位字母或数字，几个用逗号隔开；不要填带星号的",
                "should be whole card numbers (social security, identity card) of 6 to 24 letters or digits, with commas between; none with stars",
            ));
        }
        cards.push(card);
    }
    Ok(cards)
}

/// `138****0000`: enough for a person to tell whose phone it is.
pub(super) fn masked(mobile: &str) -> String {
    match (mobile.get(..3), mobile.get(7..)) {
        (Some(head), Some(tail)) => format!("{head}****{tail}"),
        _ => "****".to_owned(),
    }
}
