//! Results kept by account and name.

use daiban_core::{error::ServiceError, store::StoreError};

use super::*;

async fn keep(store: &impl Both, account: &str, name: &str, at_ms: i64, result: Value) {
    let account = account.into();
    let kept = store.keep(Service::Rail, &account, name, at(at_ms), Ok(result));
    kept.await.unwrap();
}

async fn settle_kept(store: &impl Both, account: &str, name: &str, at_ms: i64, settled: Settled) {
    let id = format!("call {at_ms}").as_str().into();
    let intended = store.intend(id, look(account, "t"), at(at_ms)).await;
    intended.unwrap();
    let id = format!("call {at_ms}").as_str().into();
    let settled = Settled {
        book_key: Some(name.to_owned()),
        ..settled
    };
    store.settle(&id, at(at_ms), settled).await.unwrap();
}

pub async fn the_newest_result_of_a_name_whoever_brought_it(store: &impl Both) {
    let (a, b) = ("a".into(), "b".into());
    assert_eq!(store.last(&a, "status/").await.unwrap(), None);
    keep(store, "a", "status/", 1, json!("by a person")).await;
    let by_errand = done(json!("by an errand"));
    settle_kept(store, "a", "status/", 2, by_errand).await;
    let last = store.last(&a, "status/").await.unwrap().unwrap();
    assert_eq!(
        (last.number, last.at, last.result),
        (2, at(2), Ok(json!("by an errand")))
    );
    keep(store, "a", "status/", 3, json!("by a person again")).await;
    let last = store.last(&a, "status/").await.unwrap().unwrap();
    assert_eq!(
        (last.number, last.at, last.result.clone()),
        (3, at(3), Ok(json!("by a person again")))
    );

    keep(store, "a", "status/0001", 4, json!("another")).await;
    keep(store, "b", "status/", 5, json!("of b")).await;
    assert_eq!(store.last(&b, "status/").await.unwrap().unwrap().number, 1);
    let kept = store.kept(Service::Rail, &a).await.unwrap();
    let names: Vec<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["status/", "status/0001"]);
    assert_eq!(kept[0].1, last);

    let refused = ServiceError::Refused {
        code: "no".to_owned(),
        text: text("no"),
    };
    let result = Err(refused.clone());
    let kept = store.keep(Service::Rail, &a, "status/", at(6), result);
    kept.await.unwrap();
    let last = store.last(&a, "status/").await.unwrap().unwrap();
    assert_eq!((last.number, last.result), (4, Err(refused)));
}

pub async fn a_removed_account_keeps_nothing(store: &impl Both) {
    let a = "a".into();
    keep(store, "a", "status/", 1, json!("before")).await;
    let look = look("a", "t");
    store.intend("under way".into(), look, at(1)).await.unwrap();
    let under_way = "under way".into();
    assert!(store.mark_sent(&under_way, at(1)).await.unwrap());
    store.remove_account(&a, at(2)).await.unwrap();
    assert_eq!(store.last(&a, "status/").await.unwrap(), None);

    keep(store, "a", "status/", 3, json!("a person's, too late")).await;
    let late = Settled {
        book_key: Some("status/".to_owned()),
        ..done(json!("an errand's, too late"))
    };
    store.settle(&under_way, at(4), late).await.unwrap();
    assert_eq!(store.last(&a, "status/").await.unwrap(), None);
    let nobody = store.secrets(&a).await;
    assert!(matches!(nobody, Err(StoreError::NotFound { .. })));
}
