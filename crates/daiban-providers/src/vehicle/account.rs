//! What an account holds: which cars, and the tokens that speak for its owner. Tidied and looked at before anything is
//! stored; whether they are right only the service knows.

use daiban_core::account::{Secrets, Settings};
use daiban_core::invalid::InvalidInput;
use daiban_core::secret::Secret;
use daiban_core::vin::Vin;

use super::signature::Key;
use super::wire::ids::{Iccid, UserId};

/// Characters of the longest token taken; those seen have a few hundred.
const LONGEST_TOKEN: usize = 4096;
/// kPa for one unit: a count of 1.373, a kPa, or a hundredth of a bar at the most.
const TYRE_SCALE: std::ops::RangeInclusive<f64> = 0.1..=10.0;

/// Tidies and checks both.
///
/// # Errors
/// [`InvalidInput`] naming the setting or secret. It never repeats a value.
pub(super) fn check(settings: &mut Settings, secrets: &mut Secrets) -> Result<(), InvalidInput> {
    settings.retain(|_, value| !value.trim().is_empty());
    secrets.retain(|_, value| !value.reveal().trim().is_empty());
    tidy(settings, "vin", |text| {
        let vins = vins(text)?;
        let vins: Vec<_> = vins.iter().map(Vin::as_str).collect();
        Ok(vins.join(","))
    })?;
    tidy(settings, "iccid", |text| {
        Ok(Iccid::parse(text)?.as_str().to_owned())
    })?;
    tidy(settings, "tyre_kpa_per_unit", tyre_scale)?;
    tidy(settings, "daily_commands", daily_commands)?;
    tidy(settings, "secret_encoding", encoding)?;
    for name in ["access_token", "refresh_token", "client_id", "auth_code"] {
        tidy_secret(secrets, name, token)?;
    }
    tidy_secret(secrets, "user_id", |_, text| {
        UserId::parse(text).map(|user| user.as_str().into())
    })?;
    let encoding = settings.get("secret_encoding").map_or("text", |it| it);
    if let Some(key) = secrets.get_mut("app_secret") {
        *key = Secret::new(key.reveal().trim());
        Key::of(key, encoding)?;
    }
    has_a_way_in(secrets)
}

/// Numbers that name a car or its SIM card.
pub(super) fn private(settings: &Settings) -> Vec<String> {
    let given = |name: &str| settings.get(name).map_or("", String::as_str);
    let numbers = [given("vin"), given("iccid")]
        .into_iter()
        .flat_map(separated);
    numbers.map(str::to_owned).collect()
}

/// The person and the tokens that speak for them, and the cars.
pub(super) fn known_by(settings: &Settings, secrets: &Secrets) -> Vec<(&'static str, String)> {
    let of_person = ["user_id", "access_token", "refresh_token", "auth_code"]
        .into_iter()
        .filter_map(|name| Some((name, secrets.get(name)?.reveal().to_owned())));
    let cars = separated(settings.get("vin").map_or("", String::as_str))
        .map(|vin| ("vin", vin.to_uppercase()));
    of_person
        .chain(cars)
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// Tokens come as a whole: the pair, and whose they are. A code brings all of them.
fn has_a_way_in(secrets: &Secrets) -> Result<(), InvalidInput> {
    let has = |name: &&str| secrets.contains_key(*name);
    if has(&"auth_code") {
        return Ok(());
    }
    let needed = ["access_token", "refresh_token", "user_id"];
    match needed.into_iter().find(|name| !has(name)) {
        Some(missing) => Err(InvalidInput::new(
            missing,
            "令牌要填全：access token、refresh token 和用户号三样都要；或者只填一个授权码",
            "tokens are needed whole: access token, refresh token and user id, all three; or an auth code alone",
        )),
        None => Ok(()),
    }
}

fn tidy(
    settings: &mut Settings,
    name: &str,
    read: fn(&str) -> Result<String, InvalidInput>,
) -> Result<(), InvalidInput> {
    if let Some(value) = settings.get_mut(name) {
        *value = read(value.trim())?;
    }
    Ok(())
}

fn tidy_secret(
    secrets: &mut Secrets,
    name: &str,
    read: fn(&str, &str) -> Result<Secret, InvalidInput>,
) -> Result<(), InvalidInput> {
    if let Some(value) = secrets.get_mut(name) {
        *value = read(name, value.reveal().trim())?;
    }
    Ok(())
}

/// Numbers of cars as typed, with commas or blanks between: each tidied, none twice.
///
/// # Errors
/// [`InvalidInput`] naming `vin`.
pub(super) fn vins(given: &str) -> Result<Vec<Vin>, InvalidInput> {
    let mut vins: Vec<Vin> = Vec::new();
    for part in separated(given) {
        let vin = Vin::parse("vin", part)?;
        if !vins.contains(&vin) {
            vins.push(vin);
        }
    }
    Ok(vins)
}

fn separated(given: &str) -> impl Iterator<Item = &str> {
    let separates = |letter: char| letter.is_whitespace() || ",，、;；".contains(letter);
    given.split(separates).filter(|part| !part.is_empty())
}

fn tyre_scale(given: &str) -> Result<String, InvalidInput> {
    let number = given.parse::<f64>().ok();
    match number.filter(|number| TYRE_SCALE.contains(number)) {
        Some(_) => Ok(given.to_owned()),
        None => Err(InvalidInput::new(
            "tyre_kpa_per_unit",
            "应是 0.1 到 10 的数，例如 1.373 或 1",
            "should be a number from 0.1 to 10, such as 1.373 or 1",
        )),
    }
}

fn daily_commands(given: &str) -> Result<String, InvalidInput> {
    let number = given.parse::<u32>().ok();
    match number.filter(|number| (1..=100).contains(number)) {
        Some(number) => Ok(number.to_string()),
        None => Err(InvalidInput::new(
            "daily_commands",
            "应是 1 到 100 的整数",
            "should be a whole number from 1 to 100",
        )),
    }
}

fn encoding(given: &str) -> Result<String, InvalidInput> {
    match given {
        "text" | "base64" => Ok(given.to_owned()),
        _ => Err(InvalidInput::new(
            "secret_encoding",
            "可以是 text（原样）或 base64",
            "one of text, base64",
        )),
    }
}

/// What goes into a header as it is.
pub(super) fn token(name: &str, given: &str) -> Result<Secret, InvalidInput> {
    let fits = given.len() <= LONGEST_TOKEN && given.bytes().all(|byte| byte.is_ascii_graphic());
    if fits {
        return Ok(Secret::new(given));
    }
    Err(InvalidInput::new(
        name,
        "应是一串没有空格的英文字母、数字和符号，原样抄，前面不加 Bearer",
        "should be ASCII letters, digits and signs with no blanks, copied as it is, with no Bearer before it",
    ))
}
