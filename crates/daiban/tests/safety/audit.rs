//! The audit log: who did what, from where, and nothing that somebody typed.

use axum::body::Body;
use daiban_core::household::Household as _;
use serde_json::Value;

use super::home::{Home, password, send, send_body};
use crate::web_kit::House;

#[tokio::test]
async fn what_people_do_is_noted_and_what_they_typed_is_not() {
    let home = Home::new().await;
    let app = &home.house.app;
    let stranger = crate::web_kit::Browser {
        router: home.router.clone(),
        ..home.house.stranger()
    };
    // A wrong password, a name nobody has, a right one.
    for (name, word) in [
        ("林岚", "secret-typed-wrong"),
        ("secret-typed-as-name", "x"),
        ("林岚", crate::web_kit::PASSWORD),
    ] {
        let form = stranger.get("/signin").await;
        let (csrf, cookie) = (form.hidden("csrf"), form.cookies());
        let browser = crate::web_kit::Browser {
            cookie: Some(cookie),
            csrf,
            ..stranger.clone()
        };
        browser
            .post("/signin", &[("name", name), ("password", word)])
            .await;
    }
    let owner = home.browser(&home.owner).await;
    let errand = &home.things.errands[0];
    owner.post(&format!("/errands/{errand}/pause"), &[]).await;
    // A viewer who tries.
    let viewer = home.browser(&home.viewer).await;
    viewer.post(&format!("/errands/{errand}/cancel"), &[]).await;
    // By a token.
    let token = format!("Bearer {}", home.tokens["owner"]);
    let path = format!("/api/v1/errands/{errand}/resume");
    let headers = [("authorization", token.as_str())];
    send_body(&home.router, "POST", &path, &headers, Body::empty())
        .await
        .unwrap();
    app.set_password(&House::actor(&home.owner), &home.member.id, &password())
        .await
        .unwrap();

    let lines = home.house.store.audit(None, None, 99).await.unwrap();
    let told: Vec<(&str, Option<&str>, bool)> = lines
        .iter()
        .rev()
        .map(|line| {
            let user = line.user.as_ref().map(|user| match user {
                user if *user == home.owner.id => "owner",
                user if *user == home.viewer.id => "viewer",
                _ => "?",
            });
            (line.what.as_str(), user, line.refused)
        })
        .collect();
    for expected in [
        ("channel_added", Some("owner"), false),
        ("sign_in_refused", Some("owner"), true),
        ("sign_in_refused", None, true),
        ("signed_in", Some("owner"), false),
        ("errand_paused", Some("owner"), false),
        ("not_allowed", Some("viewer"), true),
        ("errand_resumed", Some("owner"), false),
        ("password_set", Some("owner"), false),
    ] {
        assert!(told.contains(&expected), "{expected:?} in {told:#?}");
    }
    let via = |what: &str| {
        let line = lines.iter().find(|line| line.what == what).unwrap();
        (
            line.via.clone().unwrap_or_default(),
            line.origin.clone().unwrap_or_default(),
        )
    };
    assert!(via("errand_paused").0.starts_with("session/"));
    assert!(via("errand_resumed").0.starts_with("token/"));
    assert_eq!(via("errand_resumed").1, "127.0.0.1");
    let all = format!("{lines:?}");
    let cookie = owner.cookie.unwrap();
    for typed in [
        "secret-typed",
        cookie.split('=').nth(1).unwrap(),
        "dbn_",
        "冀R0D001",
        "林岚",
    ] {
        assert!(!all.contains(typed), "{typed}");
    }
}

#[tokio::test]
async fn admins_see_everything_and_others_what_concerns_them() {
    let home = Home::new().await;
    let app = &home.house.app;
    let admin = House::actor(&home.owner);
    for _ in 0..60 {
        app.unlock(&admin, &home.viewer.id).await.unwrap();
    }
    app.set_password(&admin, &home.member.id, &password())
        .await
        .unwrap();
    let owner = home.browser(&home.owner).await;
    let page = owner.get("/settings/audit").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.text.matches("<time").count(), 50);
    assert!(
        page.text.contains("换了密码") && page.text.contains("王勇"),
        "{}",
        page.text
    );
    let older = page.text.split_once("/settings/audit?before=").unwrap().1;
    let older = older.split_once('"').unwrap().0;
    let page = owner
        .get(&format!("/settings/audit?before={older}&lang=en"))
        .await;
    assert!(page.text.contains("unlocked somebody") && !page.text.contains("set a password"));
    let member = home
        .browser(&home.member)
        .await
        .get("/settings/audit")
        .await;
    assert_eq!(member.text.matches("<time").count(), 1, "{}", member.text);
    assert!(member.text.contains("换了密码") && !member.text.contains("林岚"));

    let of = async |who: &str, query: &str| {
        let token = format!("Bearer {}", home.tokens[who]);
        let path = format!("/api/v1/audit{query}");
        let got = send(&home.router, "GET", &path, &[("authorization", &token)])
            .await
            .unwrap();
        assert_eq!(got.status, 200, "{}", got.text);
        serde_json::from_str::<Value>(&got.text).unwrap()
    };
    assert_eq!(of("member", "").await["lines"].as_array().unwrap().len(), 1);
    let first = of("owner", "?limit=10").await;
    assert_eq!(first["lines"][0]["what"], "password_set");
    let next = of("owner", &format!("?limit=10&before={}", first["next"])).await;
    assert_eq!(next["lines"][0]["what"], "user_unlocked");
}

#[test]
fn the_command_line_notes_and_tells() {
    let home = crate::program::Home::new();
    home.json(&["account", "add", "rail", "--name", "家"], "", 0);
    let lines = home.json(&["audit", "list"], "", 0);
    let line = &lines[0];
    assert_eq!(line["what"], "account_added", "{lines}");
    assert_eq!(line["via"], "command_line");
    assert_eq!(line["from"], Value::Null);
    assert_eq!(line["name"], "owner");
    assert_eq!(line["refused"], false);
}
