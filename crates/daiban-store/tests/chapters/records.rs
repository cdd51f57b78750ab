//! Dated values of accounts: written with a pass, read by kind, gone with their account.

use daiban_core::{lifecycle::Verb, record::Record, store::StoreError};

use super::*;

pub fn reading(id: &str, at_ms: i64, value: Value) -> Record {
    Record {
        kind: "reading".to_owned(),
        id: id.to_owned(),
        at: at(at_ms),
        value,
        keep_days: 400,
    }
}

fn readings(moments: &[(&str, i64)]) -> Vec<Record> {
    let reading = |&(id, at_ms): &(&str, i64)| reading(id, at_ms, json!({ "fuel_l": at_ms }));
    moments.iter().map(reading).collect()
}

/// A pass of an errand that is due then, with these.
pub async fn write(store: &impl Both, now: i64, records: Vec<Record>) {
    let mut writing = pass(&claim_one(store, now).await);
    writing.records = records;
    writing.next_due = Some(at(now + 1));
    committed(store, now, writing).await;
}

async fn all(store: &impl Both) -> Vec<Record> {
    let account = "a".into();
    let everything = store.records(&account, "reading", at(0), 99).await;
    everything.unwrap()
}

async fn ids(
    store: &impl Both,
    account: &str,
    kind: &str,
    since: i64,
    limit: usize,
) -> Vec<String> {
    let account = account.into();
    let records = store.records(&account, kind, at(since), limit).await;
    let records = records.unwrap();
    records.into_iter().map(|record| record.id).collect()
}

fn is_missing(found: Result<Record, StoreError>) -> bool {
    matches!(found, Err(StoreError::NotFound { what: "record", .. }))
}

pub async fn a_record_comes_back_as_it_was(store: &impl Both) {
    add_errand(store, "e", 0).await;
    let value = json!({ "car": "0001", "fuel_l": 31.5, "engine": "off", "soc_pct": null });
    let record = reading("0001/5", 5, value);
    write(store, 0, vec![record.clone()]).await;
    let a = "a".into();
    let one = store.record(&a, "reading", "0001/5").await.unwrap();
    assert_eq!(one, record);
    assert_eq!(all(store).await, [record]);
    for (account, kind, id) in [
        ("b", "reading", "0001/5"),
        ("a", "command", "0001/5"),
        ("a", "reading", "0001/6"),
    ] {
        assert!(is_missing(store.record(&account.into(), kind, id).await));
    }
}

pub async fn newest_first_since_a_moment_and_no_more_than_asked(store: &impl Both) {
    add_errand_of(store, "b", "other", 0, false).await;
    write(store, 0, readings(&[("of b", 2)])).await;
    store
        .tell(&"other".into(), Verb::Cancel, at(1))
        .await
        .unwrap()
        .unwrap();
    add_errand(store, "e", 0).await;
    // Not in order: a car that was out of reach tells late.
    let mut records = readings(&[("two", 2), ("four", 4), ("one", 1), ("three", 3), ("3", 3)]);
    records.push(Record {
        kind: "command".to_owned(),
        ..records[0].clone()
    });
    write(store, 2, records).await;

    assert_eq!(
        ids(store, "a", "reading", 0, 10).await,
        ["four", "three", "3", "two", "one"]
    );
    assert_eq!(
        ids(store, "a", "reading", 3, 10).await,
        ["four", "three", "3"],
        "that moment is among them"
    );
    assert_eq!(ids(store, "a", "reading", 0, 2).await, ["four", "three"]);
    assert_eq!(ids(store, "a", "reading", 5, 10).await, [""; 0]);
    assert_eq!(ids(store, "a", "command", 0, 10).await, ["two"]);
    assert_eq!(ids(store, "b", "reading", 0, 10).await, ["of b"]);
}

pub async fn written_again_it_takes_the_place_of_the_one_before(store: &impl Both) {
    add_errand(store, "e", 0).await;
    let mut order = reading("order", 1, json!({ "state": "sent" }));
    let other = reading("other", 1, json!({ "state": "sent" }));
    write(store, 0, vec![order.clone(), other.clone()]).await;
    order.value = json!({ "state": "confirmed" });
    order.at = at(9);
    order.keep_days = 30;
    write(store, 1, vec![order.clone()]).await;
    assert_eq!(all(store).await, [order.clone(), other]);

    let earlier = reading("order", 2, json!({ "state": "sent" }));
    let last = reading("order", 3, json!({ "state": "rejected" }));
    write(store, 2, vec![earlier, last.clone()]).await;
    let one = store.record(&"a".into(), "reading", "order").await;
    assert_eq!(one.unwrap(), last, "within a pass too");
}

pub async fn they_outlive_their_errand(store: &impl Both) {
    add_errand(store, "e", 0).await;
    let mut last = pass(&claim_one(store, 0).await);
    last.phase = Phase::Done;
    last.records = readings(&[("one", 1)]);
    committed(store, 1, last).await;
    add_errand(store, "again", 2).await;
    write(store, 2, readings(&[("two", 2)])).await;
    store
        .tell(&"again".into(), Verb::Cancel, at(3))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ids(store, "a", "reading", 0, 10).await, ["two", "one"]);
}

pub async fn a_pass_that_is_not_written_leaves_none(store: &impl Both) {
    add_errand(store, "cancelled", 0).await;
    add_errand(store, "running", 0).await;
    let mut passes: Vec<Commit> = claim(store, 0).await.iter().map(pass).collect();
    for (n, pass) in passes.iter_mut().enumerate() {
        pass.records = readings(&[(["first", "second"][n], 1)]);
    }
    let mut twice = passes[1].clone();
    twice.records = readings(&[("twice", 1), ("second", 7)]);
    passes.push(twice);
    store
        .tell(&"cancelled".into(), Verb::Cancel, at(1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        store.commit(at(2), passes).await.unwrap(),
        [Committed::Fenced, Committed::Yes, Committed::Fenced]
    );
    assert_eq!(all(store).await, readings(&[("second", 1)]));
}

pub async fn a_removed_account_takes_them_along(store: &impl Both) {
    for account in ["a", "b"] {
        add_errand_of(store, account, account, 0, false).await;
        write(store, 0, readings(&[("one", 1), ("two", 2)])).await;
        let mut asleep = pass(&claim_one(store, 1).await);
        asleep.next_due = None;
        committed(store, 1, asleep).await;
    }
    store.remove_account(&"a".into(), at(3)).await.unwrap();
    assert_eq!(ids(store, "a", "reading", 0, 10).await, [""; 0]);
    assert!(is_missing(
        store.record(&"a".into(), "reading", "one").await
    ));
    assert_eq!(ids(store, "b", "reading", 0, 10).await, ["two", "one"]);
}
