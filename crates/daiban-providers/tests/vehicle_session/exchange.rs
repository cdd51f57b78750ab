//! Tokens for a code, once.

use daiban_core::provider::Reconciled;
use daiban_sim::{FaultKind, When};
use serde_json::json;

use crate::world::{USER, World, code_of};

const SESSION: &str = "auth/account/session/secure";

#[tokio::test]
async fn a_code_gives_tokens_that_are_stored_with_whose_they_are() {
    for profile in ["lynkco-2023", "lynkco-2020"] {
        let world = World::with_code().set("profile", profile);
        assert_eq!(
            world.exchange().await.unwrap(),
            json!({ "signed_in": true })
        );
        assert!(world.is_in_step());
        assert_eq!(world.sealed("user_id"), USER);
        assert_eq!(world.sealed("client_id"), world.driver.client_id);
        assert_eq!(world.sealed("expires_at"), "2026-11-22T08:00:00+08:00");
        assert_eq!(world.sealed("auth_code"), "", "it is good once");
        let sent = world.sent.lock().unwrap()[0].clone();
        assert!(
            !sent
                .headers
                .iter()
                .any(|(name, _)| *name == "authorization")
        );
        world.signed_in().await.unwrap();
    }
}

#[tokio::test]
async fn a_code_that_was_used_is_a_clear_no_and_no_lost_sign_in() {
    let world = World::with_code();
    world.exchange().await.unwrap();
    world.seal("auth_code", &world.driver.auth_code);
    assert_eq!(code_of(world.exchange().await), "1501");
}

#[tokio::test]
async fn without_a_code_nothing_is_sent() {
    let world = World::new();
    let refused = world.exchange().await.unwrap_err();
    assert!(refused.text().en.contains("auth_code"), "{refused}");
    assert!(world.told().is_empty());
}

#[tokio::test]
async fn a_lost_answer_is_unsure_and_nobody_can_know() {
    for when in [When::Before, When::After] {
        let world = World::with_code();
        world
            .sim
            .faults()
            .once("vehicle", SESSION, when, FaultKind::Timeout);
        assert_eq!(code_of(world.exchange().await), "unsure");
        world.told();
        let Reconciled::CannotKnow(text) = world.exchanged().await.unwrap() else {
            panic!("a code may be used up");
        };
        assert!(text.zh.contains("可能已经用掉"), "{}", text.zh);
        assert!(world.told().is_empty(), "and the code is not tried again");
    }
}

#[tokio::test]
async fn an_answer_that_says_nothing_clear_is_unsure() {
    for kind in [
        FaultKind::Html,
        FaultKind::Status500,
        FaultKind::Rename {
            from: "accessToken".into(),
            to: "token".into(),
        },
    ] {
        let world = World::with_code();
        world
            .sim
            .faults()
            .once("vehicle", SESSION, When::After, kind);
        assert_eq!(code_of(world.exchange().await), "unsure");
        assert_eq!(world.sealed("access_token"), "");
    }
}

#[tokio::test]
async fn tokens_that_could_not_be_stored_are_not_used() {
    let world = World::with_code();
    world.fail_keep(1);
    assert_eq!(code_of(world.exchange().await), "unsure");
    assert_eq!(world.told().len(), 2, "asked for, not stored, not used");
    assert!(matches!(
        world.exchanged().await.unwrap(),
        Reconciled::CannotKnow(_)
    ));
}

/// The process ended after the store: the code is gone and tokens are there.
#[tokio::test]
async fn tokens_that_were_stored_prove_the_exchange() {
    let mut world = World::with_code();
    world.exchange().await.unwrap();
    world.restart();
    assert_eq!(
        world.exchanged().await.unwrap(),
        Reconciled::Happened(json!({ "signed_in": true }))
    );
    world.sim.sign_in_elsewhere(USER);
    assert!(matches!(
        world.exchanged().await.unwrap(),
        Reconciled::CannotKnow(_)
    ));
}
