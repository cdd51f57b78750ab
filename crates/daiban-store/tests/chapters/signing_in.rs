//! Sessions, browsers, one-time words, the second step, what the household shares.

use daiban_core::{household::Session, secret::Secret, store::StoreError};

use super::*;

fn session(id: &str, user: &str, seen: i64) -> Session {
    Session {
        id: id.to_owned(),
        user: user.into(),
        csrf: format!("csrf {id}"),
        until: at(100),
        created_at: at(0),
        seen_at: at(seen),
        agent: "Mozilla/5.0".to_owned(),
        from: "192.0.2.7".to_owned(),
        fresh_at: None,
    }
}

async fn ids(store: &impl Both, user: &str) -> Vec<String> {
    let listed = store.sessions(&user.into(), at(50)).await.unwrap();
    listed.into_iter().map(|session| session.id).collect()
}

pub async fn a_session_is_found_listed_and_ended(store: &impl Both) {
    add_user(store, "w").await;
    for (id, user, seen) in [("1", "u", 1), ("2", "u", 3), ("3", "u", 2), ("4", "w", 9)] {
        let one = session(id, user, seen);
        store.add_session(&format!("hash {id}"), one).await.unwrap();
    }
    let found = store.session("hash 1", at(99)).await.unwrap();
    assert_eq!(found, Some(session("1", "u", 1)));
    assert_eq!(store.session("hash 1", at(100)).await.unwrap(), None);
    assert_eq!(ids(store, "u").await, ["2", "3", "1"], "last used first");

    store.touch_session("1", at(20), at(200)).await.unwrap();
    store.freshen_session("1", at(21)).await.unwrap();
    let found = store.session("hash 1", at(150)).await.unwrap().unwrap();
    assert_eq!(
        (found.seen_at, found.until, found.fresh_at),
        (at(20), at(200), Some(at(21)))
    );

    let others = store.end_session_of(&"w".into(), "1").await;
    assert!(matches!(others, Err(StoreError::NotFound { .. })));
    store.end_session_of(&"u".into(), "3").await.unwrap();
    store.end_session("hash 2").await.unwrap();
    assert_eq!(ids(store, "u").await, ["1"]);
    store
        .add_session("hash 5", session("5", "u", 1))
        .await
        .unwrap();
    assert_eq!(store.end_sessions_but(&"u".into(), "1").await.unwrap(), 1);
    assert_eq!(ids(store, "u").await, ["1"]);
    assert_eq!(ids(store, "w").await, ["4"], "others stay");
}

pub async fn a_new_password_ends_all_sessions(store: &impl Both) {
    store.add_session("s", session("1", "u", 1)).await.unwrap();
    store
        .set_password(&"u".into(), "new".to_owned())
        .await
        .unwrap();
    assert_eq!(store.session("s", at(1)).await.unwrap(), None);
}

pub async fn words_are_seen_listed_and_withdrawn(store: &impl Both) {
    for (hash, purpose, until) in [
        ("a", "join/1", 90),
        ("b", "join/2", 80),
        ("c", "join/3", 10),
        ("d", "jo", 90),
    ] {
        store.add_once(hash, purpose, at(until)).await.unwrap();
    }
    let open = async || store.open_once("join/", at(10)).await.unwrap();
    let (one, two) = (("join/1".to_owned(), at(90)), ("join/2".to_owned(), at(80)));
    assert_eq!(open().await, [two, one.clone()]);
    for _ in 0..2 {
        let seen = store.look_at_once("a", at(10)).await.unwrap();
        assert_eq!(seen.as_deref(), Some("join/1"), "looking uses nothing up");
    }
    assert!(store.withdraw_once("join/2", at(10)).await.unwrap());
    assert!(!store.withdraw_once("join/2", at(11)).await.unwrap());
    assert_eq!(store.use_once("b", at(11)).await.unwrap(), None);
    assert_eq!(open().await, [one]);
    store.use_once("a", at(11)).await.unwrap().unwrap();
    assert_eq!(store.look_at_once("a", at(11)).await.unwrap(), None);
    assert_eq!(open().await, []);
}

pub async fn a_browser_is_new_once_to_each_user(store: &impl Both) {
    add_user(store, "w").await;
    let new = async |user: &str, day: i64| {
        let seen = at(day * 86_400_000);
        store.know_device(&user.into(), "hash", seen).await.unwrap()
    };
    assert!(new("u", 0).await);
    assert!(!new("u", 300).await);
    assert!(new("w", 300).await, "another user of the same browser");
    assert!(!new("u", 600).await, "it was seen in between");
    assert!(new("u", 1001).await, "forgotten");
}

pub async fn a_second_step_is_set_up_used_and_ended(store: &impl Both) {
    let user = "u".into();
    assert_eq!(store.two_step(&user).await.unwrap(), None);
    for secret in ["FIRST", "SECOND"] {
        let secret = Secret::from(secret);
        store.begin_two_step(&user, &secret).await.unwrap();
    }
    let pending = store.two_step(&user).await.unwrap().unwrap();
    assert_eq!(pending.secret, Secret::from("SECOND"));
    assert_eq!((pending.confirmed_at, pending.codes_left), (None, 0));
    assert!(
        !store.use_step(&user, 5).await.unwrap(),
        "not asked for yet"
    );

    let codes = ["x".to_owned(), "y".to_owned()];
    store
        .confirm_two_step(&user, 5, at(1), &codes)
        .await
        .unwrap();
    let again = store.confirm_two_step(&user, 6, at(2), &[]).await;
    assert!(matches!(again, Err(StoreError::NotFound { .. })));
    let replaced = store.begin_two_step(&user, &Secret::from("EVIL")).await;
    assert!(matches!(replaced, Err(StoreError::NotFound { .. })));
    let there = store.two_step(&user).await.unwrap().unwrap();
    assert_eq!(there.secret, Secret::from("SECOND"));
    assert_eq!((there.confirmed_at, there.codes_left), (Some(at(1)), 2));

    for (step, taken) in [
        (5, false),
        (4, false),
        (6, true),
        (6, false),
        (8, true),
        (7, false),
    ] {
        let used = store.use_step(&user, step).await.unwrap();
        assert_eq!(used, taken, "{step}");
    }
    store.end_two_step(&user).await.unwrap();
    assert_eq!(store.two_step(&user).await.unwrap(), None);
    store
        .begin_two_step(&user, &Secret::from("THIRD"))
        .await
        .unwrap();
    let anew = store.two_step(&user).await.unwrap().unwrap();
    assert_eq!((anew.last_step, anew.codes_left), (0, 0));
}

pub async fn a_recovery_code_works_once(store: &impl Both) {
    add_user(store, "w").await;
    let user = "u".into();
    store
        .begin_two_step(&user, &Secret::from("S"))
        .await
        .unwrap();
    store
        .confirm_two_step(&user, 1, at(1), &["x".to_owned()])
        .await
        .unwrap();
    let used = async |user: &str, code: &str| {
        let user = user.into();
        let used = store.use_recovery_code(&user, code, at(2));
        used.await.unwrap()
    };
    assert!(!used("w", "x").await);
    assert!(!used("u", "z").await);
    assert!(used("u", "x").await);
    assert!(!used("u", "x").await);
    assert_eq!(store.two_step(&user).await.unwrap().unwrap().codes_left, 0);
}

pub async fn an_account_is_shared_until_it_is_not(store: &impl Both) {
    let a = "a".into();
    assert!(store.shared_accounts().await.unwrap().is_empty());
    store.share_account(&a, true).await.unwrap();
    assert_eq!(store.shared_accounts().await.unwrap(), ["a".into()]);
    assert!(store.account(&a).await.unwrap().shared);
    assert!(!store.account(&"b".into()).await.unwrap().shared);
    store.share_account(&a, false).await.unwrap();
    assert!(store.shared_accounts().await.unwrap().is_empty());
    store.share_account(&a, true).await.unwrap();
    store.remove_account(&a, at(5)).await.unwrap();
    assert!(
        store.shared_accounts().await.unwrap().is_empty(),
        "it is gone"
    );
    let gone = store.share_account(&a, true).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })));
}
