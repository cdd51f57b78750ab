//! What a password sign-in is given: login name, password, the tail of the holder's ID number. Tidied and looked at
//! before anything is stored; whether they are right only 12306 knows.

use daiban_core::account::Secrets;
use daiban_core::invalid::InvalidInput;
use daiban_core::secret::Secret;

/// Their names, all three needed for the password way.
pub(super) const NAMES: [&str; 3] = ["username", "password", "id_tail"];

/// Shortest password, as the service's page has it (*seen*).
const SHORTEST_PASSWORD: usize = 6;

/// Tidies the three and checks their form: all of them or none.
///
/// # Errors
/// [`InvalidInput`] naming what is missing or malformed. It never repeats a value.
pub(super) fn check(secrets: &mut Secrets) -> Result<(), InvalidInput> {
    secrets.retain(|_, value| !value.reveal().trim().is_empty());
    if secrets.is_empty() {
        return Ok(());
    }
    if let Some(missing) = NAMES.iter().find(|name| !secrets.contains_key(**name)) {
        return Err(InvalidInput::new(
            *missing,
            "密码登录要登录名、密码、证件号后四位三样都填；只用二维码登录就三样都不填",
            "the password way needs login name, password and ID tail, all three; for the QR code alone leave all three empty",
        ));
    }
    tidy(secrets, "username", username)?;
    tidy(secrets, "password", password)?;
    tidy(secrets, "id_tail", id_tail)
}

fn tidy(
    secrets: &mut Secrets,
    name: &str,
    read: fn(&str) -> Result<Secret, InvalidInput>,
) -> Result<(), InvalidInput> {
    if let Some(value) = secrets.get_mut(name) {
        *value = read(value.reveal().trim())?;
    }
    Ok(())
}

/// The login name. A phone or an e-mail signs in too, but gets no text message (*seen* by clients).
fn username(text: &str) -> Result<Secret, InvalidInput> {
    let not = |zh, en| Err(InvalidInput::new("username", zh, en));
    let is_number = text
        .chars()
        .all(|letter| letter.is_ascii_digit() || matches!(letter, '+' | '-' | ' '));
    if is_number {
        return not(
            "这是手机号；要填 12306 的登录名（App「我的」里的用户名），用手机号收不到短信验证码",
            "this is a phone number; the login name of 12306 is needed (the user name in the app), no code is sent for a phone number",
        );
    }
    if text.contains(['@', '＠']) {
        return not(
            "这是邮箱；要填 12306 的登录名（App「我的」里的用户名），用邮箱收不到短信验证码",
            "this is an e-mail address; the login name of 12306 is needed (the user name in the app), no code is sent for an e-mail address",
        );
    }
    let odd = |letter: char| letter.is_whitespace() || letter.is_control();
    if text.contains(odd) || text.chars().count() > 64 {
        return not(
            "登录名没有空格，最多 64 个字符",
            "a login name has no blanks and at most 64 characters",
        );
    }
    Ok(Secret::new(text))
}

/// Blanks around it are dropped, as the service's page does.
fn password(text: &str) -> Result<Secret, InvalidInput> {
    let length = text.chars().count();
    let is_sound = (SHORTEST_PASSWORD..=64).contains(&length) && !text.contains(char::is_control);
    if !is_sound {
        return Err(InvalidInput::new(
            "password",
            "12306 的密码是 6 到 64 个字符",
            "a password of 12306 has 6 to 64 characters",
        ));
    }
    Ok(Secret::new(text))
}

fn id_tail(text: &str) -> Result<Secret, InvalidInput> {
    if text.len() != 4 || !text.bytes().all(|letter| letter.is_ascii_alphanumeric()) {
        return Err(InvalidInput::new(
            "id_tail",
            "账号本人证件号的最后 4 位，末位可以是 X",
            "the last 4 of the account holder's own ID number; the last may be X",
        ));
    }
    Ok(Secret::new(text.to_ascii_uppercase()))
}
