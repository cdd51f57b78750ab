//! What an account may hold.

use daiban_core::account::{Secrets, Settings};
use daiban_core::invalid::InvalidInput;
use daiban_core::provider::Provider;
use daiban_core::secret::Secret;
use daiban_providers::vehicle::Vehicles;

use crate::world::KEY;

const VIN: &str = "LTESTVHC7E0000001";
const TOKENS: [(&str, &str); 4] = [
    ("access_token", "test-access-token-1"),
    ("refresh_token", "dGVzdC1yZWZyZXNoLXRva2VuLTE="),
    ("user_id", "1000001"),
    ("app_secret", KEY),
];

fn check(
    settings: &[(&str, &str)],
    secrets: &[(&str, &str)],
) -> Result<(Settings, Secrets), InvalidInput> {
    let text = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let mut settings: Settings = settings.iter().map(text).collect();
    let sealed = secrets.iter().map(text);
    let mut secrets: Secrets = sealed
        .map(|(name, value)| (name, Secret::new(value)))
        .collect();
    Vehicles::default().check_account(&mut settings, &mut secrets)?;
    Ok((settings, secrets))
}

fn with_tokens(name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let tokens = TOKENS.map(|(name, value)| (name, value.to_owned()));
    let mut tokens: Vec<_> = tokens
        .into_iter()
        .filter(|(known, _)| *known != name)
        .collect();
    tokens.push((name, value.to_owned()));
    tokens
}

fn borrowed<'a>(pairs: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    pairs
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

#[test]
fn settings_are_tidied() {
    for (name, given, tidied) in [
        ("vin", " ltestvhc7e 0000001 ", "not whole"),
        ("vin", "ltestvhc7e0000001", VIN),
        (
            "vin",
            "LTESTVHC7E0000001，LTESTVHC9E0000002 LTESTVHC7E0000001",
            "LTESTVHC7E0000001,LTESTVHC9E0000002",
        ),
        ("iccid", " 89860000000000000000 ", "89860000000000000000"),
        ("tyre_kpa_per_unit", " 1.373", "1.373"),
        ("daily_commands", " 08 ", "8"),
        ("secret_encoding", "text", "text"),
    ] {
        let checked = check(&[(name, given)], &TOKENS);
        match checked {
            Ok((settings, _)) => assert_eq!(settings[name], tidied, "{given}"),
            // Blanks part numbers of cars from one another.
            Err(error) => assert_eq!((error.field.as_str(), tidied), ("vin", "not whole")),
        }
    }
    let (settings, _) = check(&[("vin", " "), ("iccid", "")], &TOKENS).unwrap();
    assert!(settings.is_empty(), "what is blank is not set");
}

#[test]
fn settings_that_cannot_be_right_are_refused_by_name() {
    for (name, value) in [
        ("vin", "LTESTVHC7E0000002"),
        ("vin", "LTESTVHC7E0000001,LTEST"),
        ("vin", "../../etc/passwd"),
        ("iccid", "1234"),
        ("iccid", "8986000000000000/000"),
        ("tyre_kpa_per_unit", "a lot"),
        ("tyre_kpa_per_unit", "0"),
        ("tyre_kpa_per_unit", "-1.373"),
        ("tyre_kpa_per_unit", "NaN"),
        ("daily_commands", "0"),
        ("daily_commands", "101"),
        ("daily_commands", "many"),
        ("secret_encoding", "hex"),
    ] {
        let refused = check(&[(name, value)], &TOKENS).unwrap_err();
        assert_eq!(refused.field, name, "{value}");
        let is_repeated = value.len() > 3 && refused.text.en.contains(value);
        assert!(!is_repeated, "{}", refused.text.en);
    }
}

#[test]
fn secrets_that_no_request_can_carry_are_refused_and_not_repeated() {
    for (name, value) in [
        ("access_token", "a token"),
        ("access_token", "token\r\nx-evil: 1"),
        ("access_token", "令牌"),
        ("refresh_token", "a\u{7f}b"),
        ("client_id", "a b"),
        ("auth_code", "70000000\n0000000001"),
        ("user_id", "1000001/../2"),
        ("user_id", "1000001?x=1"),
    ] {
        let given = with_tokens(name, value);
        let refused = check(&[], &borrowed(&given)).unwrap_err();
        assert_eq!(refused.field, name);
        assert!(!refused.text.en.contains(value) && !refused.text.zh.contains(value));
    }
    let long = with_tokens("access_token", &"a".repeat(5000));
    assert_eq!(
        check(&[], &borrowed(&long)).unwrap_err().field,
        "access_token"
    );
}

#[test]
fn blanks_around_secrets_go() {
    let given = with_tokens("access_token", " test-access-token-1\n");
    let (_, secrets) = check(&[], &borrowed(&given)).unwrap();
    assert_eq!(secrets["access_token"].reveal(), "test-access-token-1");
}

#[test]
fn a_key_fits_the_form_that_is_said() {
    let base64 = "ZGFpYmFuLW1hZGUtdXAta2V5LTAxMjM0NTY3ODlhYmM=";
    let given = with_tokens("app_secret", base64);
    assert!(check(&[("secret_encoding", "base64")], &borrowed(&given)).is_ok());
    let refused = check(&[("secret_encoding", "base64")], &TOKENS).unwrap_err();
    assert_eq!(refused.field, "app_secret");
    assert!(!refused.text.en.contains(KEY));
}

#[test]
fn tokens_are_needed_whole_or_a_code_alone() {
    assert!(check(&[], &TOKENS).is_ok());
    assert!(check(&[], &[("auth_code", "700000000000000001")]).is_ok());
    for missing in ["access_token", "refresh_token", "user_id"] {
        let given = with_tokens(missing, "  ");
        assert_eq!(check(&[], &borrowed(&given)).unwrap_err().field, missing);
    }
    assert_eq!(check(&[], &[]).unwrap_err().field, "access_token");
}

/// What daiban keeps beside them is left alone when an owner changes something.
#[test]
fn what_was_kept_of_a_session_stays() {
    let mut given = TOKENS.to_vec();
    given.push(("expires_at", "2026-11-22T08:00:00+08:00"));
    given.push(("device_id", "00000000-0000-4000-8000-000000000000"));
    let (_, secrets) = check(&[], &given).unwrap();
    assert_eq!(secrets.len(), given.len());
}

#[test]
fn numbers_of_cars_and_cards_are_private() {
    let settings = [
        ("vin", "LTESTVHC7E0000001,LTESTVHC9E0000002"),
        ("iccid", "89860000000000000000"),
        ("daily_commands", "20"),
    ];
    let settings = settings
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    assert_eq!(
        Vehicles::default().private(&settings),
        [VIN, "LTESTVHC9E0000002", "89860000000000000000"]
    );
    assert!(Vehicles::default().private(&Settings::new()).is_empty());
}
