//! Addresses that people type must not lead into the house.

use std::collections::BTreeMap;

use daiban::app::{AppError, NewAccount, NewChannel, TrialWish};
use daiban_core::{secret::Secret, service::Service};

use super::home::Home;

const INSIDE: [&str; 14] = [
    "https://127.0.0.1/x",
    "https://localhost/x",
    "https://sub.localhost./x",
    "https://[::1]/x",
    "https://0.0.0.0/x",
    "https://10.1.2.3/x",
    "https://172.20.0.1/x",
    "https://192.168.1.1/x",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/x",
    "https://[::ffff:169.254.169.254]/x",
    "https://[fd00::1]/x",
    "https://2852039166/x",
    "https://0251.0376.0251.0376/x",
];
const NO_ADDRESS: [&str; 7] = [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "gopher://93.184.216.34/x",
    "ftp://example.com/x",
    "http://example.com/x",
    "//example.com/x",
    "data:text/html,x",
];

fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn field<T>(result: Result<T, AppError>) -> Option<String> {
    match result {
        Err(AppError::Settings(invalid) | AppError::Invalid(invalid)) => Some(invalid.field),
        Err(other) => panic!("{other:?}"),
        Ok(_) => None,
    }
}

#[tokio::test]
async fn accounts_and_channels_do_not_point_inside() {
    let home = Home::new().await;
    let (app, actor) = (&home.house.app, crate::web_kit::House::actor(&home.member));
    let before = home.fingerprint().await;
    for address in INSIDE.iter().chain(&NO_ADDRESS) {
        let token = Secret::from("00000000000000000000000000000000");
        let account = NewAccount {
            service: Service::Permit,
            name: "x".to_owned(),
            settings: map(&[("base_url", address)]),
            secrets: BTreeMap::from([("token".to_owned(), token)]),
            trial: TrialWish::Usual,
        };
        let refused = field(app.add_account(&actor, account).await);
        assert_eq!(refused.as_deref(), Some("base_url"), "{address}");
        let fines = NewAccount {
            service: Service::Violation,
            name: "y".to_owned(),
            settings: map(&[
                ("plate", "冀R0D001"),
                ("plate_type", "02"),
                ("engine_number", "TESTENG000001"),
                ("frame_number", "LTESTVIN000000001"),
                ("url", address),
            ]),
            secrets: BTreeMap::from([
                ("appid".to_owned(), "90001".into()),
                (
                    "secret".to_owned(),
                    "0123456789abcdef0123456789abcdef".into(),
                ),
            ]),
            trial: TrialWish::Usual,
        };
        let refused = field(app.add_account(&actor, fines).await);
        assert_eq!(refused.as_deref(), Some("url"), "{address}");
        let mut tried = 0;
        for about in app.channel_kinds() {
            for wish in about
                .settings
                .iter()
                .filter(|wish| wish.name.ends_with("url"))
            {
                let channel = NewChannel {
                    kind: about.kind.to_owned(),
                    name: "z".to_owned(),
                    settings: map(&[(wish.name, address)]),
                    secrets: BTreeMap::new(),
                };
                let refused = field(app.add_channel(&actor, channel).await);
                assert!(refused.is_some(), "{} {} {address}", about.kind, wish.name);
                tried += 1;
            }
        }
        assert!(tried > 1, "there are kinds with addresses of their own");
    }
    assert_eq!(home.fingerprint().await, before);
}
