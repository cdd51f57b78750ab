//! A person's own look, which is no stored call.

use daiban_core::{call::NewCall, error::ServiceError, id::AccountId, service::Service};
use serde_json::{Value, json};

use crate::rig::{EmbeddedRig, Rig, START_S};

/// A look as the account, and what is kept under its name afterwards: its number, its second and what was seen.
async fn look(rig: &EmbeddedRig, account: &str, what: &str) -> Option<(u64, i64, Value)> {
    let call = NewCall::look(
        "look",
        Service::Rail,
        &account.into(),
        json!({ "look": what }),
    );
    let seen = rig.desk().look(&call).await;
    let signed_out = rig.world().lock().signed_out;
    assert_eq!(seen.is_err(), signed_out, "{seen:?}");
    kept(rig, account, what).await
}

async fn kept(rig: &EmbeddedRig, account: &str, what: &str) -> Option<(u64, i64, Value)> {
    let kept = rig.store().last(&AccountId::from(account), what).await;
    let kept = kept.unwrap()?;
    let second = kept.at.as_second() - START_S;
    Some((kept.number, second, kept.result.unwrap()))
}

#[tokio::test]
async fn what_it_saw_is_kept_like_what_an_errand_saw() {
    let rig = EmbeddedRig::new().await;
    let seen = || json!({ "seen": "kept/l" });
    assert_eq!(look(&rig, "a1", "kept/l").await, Some((1, 0, seen())));
    rig.run_to(60).await;
    let errand = rig
        .start("a1", "test.look", json!({ "act": "kept/l" }))
        .await;
    rig.run_to(60).await;
    assert!(rig.phase(&errand).await.is_over());
    assert_eq!(kept(&rig, "a1", "kept/l").await, Some((2, 60, seen())));
    rig.run_to(90).await;
    assert_eq!(look(&rig, "a1", "kept/l").await, Some((3, 90, seen())));
    assert_eq!(kept(&rig, "a2", "kept/l").await, None, "somebody else's");
    assert_eq!(rig.world().lock().looks["kept/l"].len(), 3);
}

#[tokio::test]
async fn what_has_no_name_is_not_kept() {
    let rig = EmbeddedRig::new().await;
    assert_eq!(look(&rig, "a1", "l").await, None);
    let of_a1 = rig.rows().kept(Service::Rail, &"a1".into()).await;
    assert_eq!(of_a1.unwrap(), []);
}

#[tokio::test]
async fn a_look_that_failed_leaves_what_was_seen_before() {
    let rig = EmbeddedRig::new().await;
    let before = look(&rig, "a1", "kept/l").await;
    rig.run_to(60).await;
    rig.world().lock().signed_out = true;
    assert_eq!(look(&rig, "a1", "kept/l").await, before);
    assert!(before.is_some());
}

#[tokio::test]
async fn who_waits_for_the_hand_keeps_nothing_meanwhile() {
    let rig = EmbeddedRig::new().await;
    let (now, until) = (rig.now(), crate::after(rig.now(), 100));
    let a1 = AccountId::from("a1");
    assert!(
        rig.store()
            .take_hand(&a1, "other", now, until)
            .await
            .unwrap()
    );
    let call = NewCall::look("look", Service::Rail, &a1, json!({ "look": "kept/l" }));
    let busy = rig.desk().look(&call).await;
    assert!(matches!(busy, Err(ServiceError::Busy { .. })), "{busy:?}");
    assert_eq!(kept(&rig, "a1", "kept/l").await, None);
}
