//! Lookouts: shared, counted, woken.

use daiban_core::{error::ServiceError, lifecycle::Verb, store::StoreError};

use super::*;

async fn watching(store: &impl Both, id: &str, key: &str, pace_s: u32) {
    add_errand(store, id, 0).await;
    let mut look_out = pass(&claim_one(store, 0).await);
    look_out.watch = vec![watch(key, pace_s)];
    committed(store, 1, look_out).await;
}

pub async fn a_thousand_watch_and_one_look_is_due(store: &impl Both) {
    for n in 0..1000 {
        add_errand(store, &format!("e{n:04}"), 0).await;
    }
    let passes = claim(store, 0)
        .await
        .iter()
        .map(|claimed| Commit {
            watch: vec![watch("day", 30)],
            ..pass(claimed)
        })
        .collect();
    store.commit(at(1), passes).await.unwrap();
    let due = store.due_lookouts(at(1)).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(
        (due[0].watchers, due[0].pace_s, due[0].service),
        (1000, 30, Service::Rail)
    );
    assert_eq!(due[0].query, watch("day", 30).query);

    let seen = json!([{ "train": "G1", "left": 3 }]);
    let observed = store
        .observe(&"day".into(), at(2), Ok(seen.clone()), at(30_000))
        .await
        .unwrap();
    assert_eq!(observed, (1, 1000));
    assert_eq!(store.due_lookouts(at(29_999)).await.unwrap(), []);
    let woken = claim(store, 2).await;
    assert_eq!(woken.len(), 1000);
    let snapshot = &woken[500].seen[&"day".into()];
    assert_eq!(
        (snapshot.number, snapshot.at, &snapshot.result),
        (1, at(2), &Ok(seen))
    );

    let passes = woken
        .iter()
        .map(|claimed| Commit {
            phase: Phase::Done,
            ..pass(claimed)
        })
        .collect();
    store.commit(at(3), passes).await.unwrap();
    assert_eq!(
        store.due_lookouts(at(99_999)).await.unwrap(),
        [],
        "it stops when nobody looks"
    );
    assert_eq!(store.next_due().await.unwrap(), None);
}

pub async fn the_fastest_wish_counts(store: &impl Both) {
    watching(store, "slow", "day", 1800).await;
    store
        .observe(&"day".into(), at(1000), Ok(Value::Null), at(1_801_000))
        .await
        .unwrap();
    let slow = claim_one(store, 1000).await;
    committed(
        store,
        1001,
        Commit {
            watch: vec![watch("day", 1800)],
            ..pass(&slow)
        },
    )
    .await;
    assert_eq!(store.next_due().await.unwrap(), Some(at(1_801_000)));

    watching(store, "fast", "day", 5).await;
    assert_eq!(
        store.next_due().await.unwrap(),
        Some(at(6000)),
        "five seconds after the last look"
    );
    let due = store.due_lookouts(at(6000)).await.unwrap();
    assert_eq!((due[0].pace_s, due[0].watchers), (5, 2));
    let error = ServiceError::Busy {
        retry_after_s: Some(9),
        text: text("later"),
    };
    let observed = store
        .observe(&"day".into(), at(6000), Err(error.clone()), at(15_000))
        .await
        .unwrap();
    assert_eq!(observed, (2, 2));
    let woken = claim(store, 6000).await;
    assert!(
        woken
            .iter()
            .all(|claimed| claimed.seen[&"day".into()].result == Err(error.clone()))
    );
    let unknown = store
        .observe(&"nothing".into(), at(1), Ok(Value::Null), at(2))
        .await;
    assert!(matches!(
        unknown,
        Err(StoreError::NotFound {
            what: "lookout",
            ..
        })
    ));
}

pub async fn an_observation_during_a_pass_is_not_lost(store: &impl Both) {
    watching(store, "e", "day", 5).await;
    store
        .observe(&"day".into(), at(10), Ok(json!(1)), at(5010))
        .await
        .unwrap();
    let under_way = claim_one(store, 10).await;
    store
        .observe(&"day".into(), at(11), Ok(json!(2)), at(5011))
        .await
        .unwrap();
    commit(
        store,
        12,
        Commit {
            watch: vec![watch("day", 5)],
            ..pass(&under_way)
        },
    )
    .await;
    let next = claim_one(store, 12).await;
    assert_eq!(next.seen[&"day".into()].result, Ok(json!(2)));
    committed(
        store,
        13,
        Commit {
            watch: vec![watch("day", 5)],
            ..pass(&next)
        },
    )
    .await;
    assert_eq!(claimed_ids(store, 4000).await, [""; 0]);
}

pub async fn nobody_looks_for_the_paused(store: &impl Both) {
    watching(store, "e", "day", 5).await;
    store
        .tell(&"e".into(), Verb::Pause, at(2))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(store.due_lookouts(at(9999)).await.unwrap(), []);
    assert_eq!(
        store
            .observe(&"day".into(), at(3), Ok(Value::Null), at(9))
            .await
            .unwrap(),
        (1, 0),
        "one that was under way"
    );
    store
        .tell(&"e".into(), Verb::Resume, at(4))
        .await
        .unwrap()
        .unwrap();
    let claimed = claim_one(store, 4).await;
    assert_eq!(claimed.seen.len(), 1);
    assert_eq!(store.due_lookouts(at(5003)).await.unwrap().len(), 1);
    committed(store, 5, pass(&claimed)).await;
    assert_eq!(
        store.due_lookouts(at(9999)).await.unwrap(),
        [],
        "it watches nothing now"
    );
}

/// The lookouts whose turn it is.
async fn turns(store: &impl Both, now: i64) -> Vec<String> {
    let due = store.due_lookouts(at(now)).await.unwrap();
    due.iter().map(|due| due.key.to_string()).collect()
}

async fn seen(store: &impl Both, key: &str, now: i64, next: i64) {
    let result = Ok(Value::Null);
    store
        .observe(&key.into(), at(now), result, at(next))
        .await
        .unwrap();
}

async fn put_off(store: &impl Both, now: i64, until: i64) {
    let due = store.due_lookouts(at(now)).await.unwrap();
    let [due] = &due[..] else {
        panic!("{due:?}");
    };
    store.put_off_lookout(due, at(until)).await.unwrap();
}

pub async fn those_of_one_service_take_turns(store: &impl Both) {
    for (errand, key) in [("e1", "day 1"), ("e2", "day 2"), ("e3", "day 3")] {
        watching(store, errand, key, 5).await;
    }
    add_errand(store, "e4", 0).await;
    let mut elsewhere = pass(&claim_one(store, 0).await);
    elsewhere.watch = vec![Watch {
        service: Service::Hospital,
        ..watch("calendar", 60)
    }];
    committed(store, 1, elsewhere).await;
    assert_eq!(turns(store, 1).await, ["calendar", "day 1"]);
    seen(store, "calendar", 1, 60_000).await;
    seen(store, "day 1", 2, 9000).await;
    seen(store, "day 2", 3, 9000).await;
    assert_eq!(turns(store, 3).await, ["day 3"], "the only one that is due");
    put_off(store, 3, 9000).await;
    assert_eq!(turns(store, 8999).await, [""; 0]);
    assert_eq!(turns(store, 9000).await, ["day 3"], "never looked at");
    seen(store, "day 3", 9000, 18_000).await;
    assert_eq!(turns(store, 9001).await, ["day 1"], "the longest ago");
    seen(store, "day 1", 9001, 16_000).await;
    seen(store, "day 2", 9002, 18_000).await;
    assert_eq!(turns(store, 18_000).await, ["day 1"], "due longest");
}

pub async fn a_look_put_off_tells_nobody(store: &impl Both) {
    watching(store, "e", "day", 5).await;
    seen(store, "day", 10, 5010).await;
    let claimed = claim_one(store, 10).await;
    let watching = Commit {
        watch: vec![watch("day", 5)],
        ..pass(&claimed)
    };
    committed(store, 11, watching).await;
    put_off(store, 5010, 9000).await;
    assert_eq!(store.next_due().await.unwrap(), Some(at(9000)));
    assert_eq!(claimed_ids(store, 9000).await, [""; 0]);
    let due = store.due_lookouts(at(9000)).await.unwrap().remove(0);
    seen(store, "day", 9000, 14_000).await;
    let over = claim_one(store, 9000).await;
    assert_eq!(over.seen[&"day".into()].number, 2);
    committed(store, 9001, pass(&over)).await;
    store.put_off_lookout(&due, at(9500)).await.unwrap();
    assert_eq!(
        store.next_due().await.unwrap(),
        None,
        "nobody watches any more"
    );
}

pub async fn a_faster_wish_during_a_look_counts(store: &impl Both) {
    watching(store, "slow", "day", 600).await;
    let under_way = store.due_lookouts(at(1)).await.unwrap().remove(0);
    watching(store, "fast", "day", 3).await;
    store.put_off_lookout(&under_way, at(60_000)).await.unwrap();
    let due = store.due_lookouts(at(2)).await.unwrap();
    assert_eq!(due[0].pace_s, 3, "tried again as fast as is wished now");
    seen(store, "day", 100, 1000).await;
    for claimed in claim(store, 100).await {
        let pace_s = if claimed.id.as_str() == "fast" {
            3
        } else {
            600
        };
        let watching = Commit {
            watch: vec![watch("day", pace_s)],
            ..pass(&claimed)
        };
        committed(store, 101, watching).await;
    }
    assert_eq!(store.next_due().await.unwrap(), Some(at(3100)));
}
