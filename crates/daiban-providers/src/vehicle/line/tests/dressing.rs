//! What a request wears.

use std::collections::BTreeSet;

use super::script::{Owner, Script, VIN, code, header, named, now};

#[tokio::test]
async fn a_signed_request_wears_what_was_published() {
    let script = Script::new([code("1000")]);
    Owner::new(&script).ask(VIN).await.unwrap();
    let sent = script.sent.lock().unwrap();
    for (name, value) in [
        ("accept", "application/json;responseformat=3"),
        ("authorization", "access-1"),
        ("platform", "CMA"),
        ("x-app-id", "lynkco"),
        ("x-operator-code", "LYNKCO"),
        ("x-client-id", "CLIENT1"),
        (
            "x-device-identifier",
            "00000000-0000-4000-8000-000000000000",
        ),
        ("x-api-signature-version", "1.0"),
    ] {
        assert_eq!(header(&sent[0], name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(header(&sent[0], "x-signature").unwrap().len(), 28);
    assert!(sent[0].ban_sign.is_some());
    for absent in ["user-agent", "cookie", "content-type"] {
        assert_eq!(header(&sent[0], absent), None, "{absent}");
    }
}

#[tokio::test]
async fn a_request_of_2020_is_not_signed_and_needs_no_key() {
    let script = Script::new([code("1000")]);
    let owner = Owner::new(&script).set("profile", "lynkco-2020");
    owner
        .seal("app_secret", "")
        .seal("device_id", "")
        .tell(VIN)
        .await
        .unwrap();
    let sent = script.sent.lock().unwrap();
    assert_eq!(
        header(&sent[0], "authorization").as_deref(),
        Some("access-1")
    );
    assert_eq!(
        header(&sent[0], "x-operator-code").as_deref(),
        Some("LYNKCO")
    );
    assert_eq!(
        header(&sent[0], "content-type").as_deref(),
        Some("application/json")
    );
    for absent in [
        "x-signature",
        "x-timestamp",
        "x-device-identifier",
        "x-client-id",
    ] {
        assert_eq!(header(&sent[0], absent), None, "{absent}");
    }
    assert!(script.kept.lock().unwrap().is_empty());
}

/// Also where chance and the moment are the same.
#[tokio::test]
async fn no_nonce_is_used_twice_and_no_moment_within_a_visit() {
    let script = Script::new((0..40).map(|n| code(if n % 2 == 0 { "1443" } else { "1000" })));
    let owner = Owner::new(&script);
    for _ in 0..20 {
        owner.ask(VIN).await.unwrap();
    }
    let nonces = script.headers("x-api-signature-nonce");
    assert_eq!(nonces.len(), 40);
    assert_eq!(nonces.iter().collect::<BTreeSet<_>>().len(), 40);
    let moments = script.headers("x-timestamp");
    assert_eq!(moments[0], now().as_millisecond().to_string());
    for visit in moments.chunks(2) {
        assert!(visit[0] < visit[1], "{visit:?}");
    }
}

#[tokio::test]
async fn a_device_is_named_once_and_kept_before_it_is_told() {
    let script = Script::new([code("1000"), code("1000")]);
    let owner = Owner::new(&script).seal("device_id", "");
    owner.ask(VIN).await.unwrap();
    let kept = script.kept.lock().unwrap()[0]["device_id"]
        .reveal()
        .to_owned();
    assert_eq!(script.headers("x-device-identifier"), [kept.clone()]);
    let owner = owner.seal("device_id", &kept);
    owner.ask(VIN).await.unwrap();
    assert_eq!(script.headers("x-device-identifier"), [kept.clone(), kept]);
    assert_eq!(script.kept.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named_and_nothing_is_sent() {
    let script = Script::default();
    let owner = || Owner::new(&script);
    for (owner, expected, names) in [
        (
            owner().set("profile", "volvo"),
            "refused invalid_input:profile",
            "lynkco-2023",
        ),
        (owner().set("profile", ""), "refused setting", "profile"),
        (
            owner().set("user_url", "http://api.xchanger.cn"),
            "refused setting",
            "user_url",
        ),
        (
            owner().set("device_url", "http://192.168.1.2"),
            "refused setting",
            "device_url",
        ),
        (
            owner().set("other_device_url", "x"),
            "refused setting",
            "other_device_url",
        ),
        (
            owner().seal("app_secret", ""),
            "refused secret",
            "app_secret",
        ),
        (
            owner()
                .set("secret_encoding", "base64")
                .seal("app_secret", "!"),
            "refused invalid_input:app_secret",
            "base64",
        ),
        (
            owner().seal("access_token", ""),
            "refused secret",
            "access_token",
        ),
    ] {
        let asked = owner.ask(VIN).await;
        assert_eq!(named(&asked), expected);
        let words = asked.unwrap_err().text().en.clone();
        assert!(words.contains(names), "{words}");
    }
    assert!(script.sent.lock().unwrap().is_empty());
}

/// Tokens of an owner who set where cars live are not sent to the profile's other host.
#[tokio::test]
async fn without_settings_requests_go_to_the_profiles_hosts() {
    let script = Script::new([code("1000")]);
    Owner::new(&script)
        .set("device_url", "")
        .ask(VIN)
        .await
        .unwrap();
    let url = script.sent.lock().unwrap()[0].url.clone();
    assert_eq!(url, format!("https://device-api.xchanger.cn/car/{VIN}"));
}
