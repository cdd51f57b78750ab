//! Passes, deliveries, verbs.

use daiban_core::{
    errand::{Incoming, Phase},
    lifecycle::Verb,
    notice::{NewNotice, ProblemChange, Severity},
    store::{Committed, Delivered, EventKind, NewErrand, StoreError},
};

use super::*;

pub async fn a_pass_is_written_once_and_behind_its_fence(store: &impl Both) {
    add_errand(store, "e", 10).await;
    assert_eq!(claimed_ids(store, 9).await, [""; 0]);
    let claimed = claim_one(store, 10).await;
    assert!(claimed.timer);
    assert_eq!(
        (claimed.due, claimed.state.clone()),
        (at(10), json!({ "count": 0 }))
    );

    let mut again = pass(&claimed);
    again.next_due = Some(at(50));
    committed(store, 11, again.clone()).await;
    assert_eq!(commit(store, 12, again).await, Committed::Fenced);
    assert_eq!(store.errand_events(&"e".into(), 10).await.unwrap().len(), 2);

    let next = claim_one(store, 60).await;
    assert_eq!(next.due, at(50));
    assert!(
        next.generation > claimed.generation,
        "an old timer can be told from this one"
    );
    assert_eq!(next.state, json!({ "count": 1 }));
}

pub async fn a_batch_writes_what_it_can(store: &impl Both) {
    for n in 0..300 {
        add_errand(store, &format!("e{n:03}"), n).await;
    }
    let mut passes: Vec<Commit> = claim(store, 1000).await.iter().map(pass).collect();
    for stale in passes.iter_mut().step_by(3) {
        stale.ver += 7;
    }
    let outcome = store.commit(at(1000), passes).await.unwrap();
    for (n, committed) in outcome.iter().enumerate() {
        let expected = if n % 3 == 0 {
            Committed::Fenced
        } else {
            Committed::Yes
        };
        assert_eq!(*committed, expected, "{n}");
    }
    assert_eq!(claimed_ids(store, 1000).await.len(), 100);
    assert_eq!(store.events_after(0, 1000).await.unwrap().len(), 300 + 200);
}

pub async fn two_passes_of_one_errand_in_a_batch(store: &impl Both) {
    add_errand(store, "e", 0).await;
    let first = pass(&claim_one(store, 0).await);
    let stale = first.clone();
    let next = Commit {
        ver: first.ver + 1,
        state: json!({ "count": 2 }),
        ..first.clone()
    };
    let outcome = store.commit(at(1), vec![first, stale, next]).await.unwrap();
    assert_eq!(outcome, [Committed::Yes, Committed::Fenced, Committed::Yes]);
}

pub async fn oldest_due_first_and_no_more_than_asked(store: &impl Both) {
    for (id, due) in [("late", 30), ("early", 10), ("middle", 20), ("future", 99)] {
        add_errand(store, id, due).await;
    }
    assert_eq!(claimed_ids(store, 50).await, ["early", "middle", "late"]);
    assert_eq!(store.claim_due(at(50), 2, at(50)).await.unwrap().len(), 2);
}

pub async fn a_delivery_is_told_once(store: &impl Both) {
    add_errand(store, "e", 1000).await;
    let e = "e".into();
    let tell = || store.deliver(&e, "one".into(), at(5), Incoming::Woken);
    assert_eq!(tell().await.unwrap(), Delivered::New);
    assert_eq!(tell().await.unwrap(), Delivered::Known);
    let claimed = claim_one(store, 5).await;
    assert!(!claimed.timer);
    assert_eq!((claimed.due, claimed.incoming.len()), (at(5), 1));

    let mut slept = pass(&claimed);
    slept.next_due = Some(at(1000));
    committed(store, 6, slept).await;
    assert_eq!(
        tell().await.unwrap(),
        Delivered::Known,
        "known even after it was read"
    );
    assert_eq!(claimed_ids(store, 6).await, [""; 0]);

    let nobody = store
        .deliver(&"nobody".into(), "one".into(), at(5), Incoming::Woken)
        .await;
    assert!(matches!(
        nobody,
        Err(StoreError::NotFound { what: "errand", .. })
    ));
}

pub async fn what_comes_in_during_a_pass_is_seen_by_the_next(store: &impl Both) {
    add_errand(store, "e", 0).await;
    let e = "e".into();
    let tell = |n: i64| {
        store.deliver(
            &e,
            format!("event {n}").as_str().into(),
            at(n),
            Incoming::Woken,
        )
    };
    tell(1).await.unwrap();
    let claimed = claim_one(store, 1).await;
    tell(2).await.unwrap();
    tell(3).await.unwrap();
    committed(store, 4, pass(&claimed)).await;

    let next = claim_one(store, 4).await;
    let events: Vec<&str> = next
        .incoming
        .iter()
        .map(|(event, _)| event.as_str())
        .collect();
    assert_eq!(events, ["event 2", "event 3"]);
    assert_eq!(next.due, at(2));
    committed(store, 5, pass(&next)).await;
    assert_eq!(claimed_ids(store, 9).await, [""; 0]);
}

pub async fn a_paused_errand_sleeps_and_collects(store: &impl Both) {
    add_errand(store, "e", 10).await;
    let under_way = claim_one(store, 10).await;
    let e = "e".into();
    assert_eq!(
        store.tell(&e, Verb::Pause, at(11)).await.unwrap(),
        Ok(Phase::Paused)
    );
    assert_eq!(commit(store, 12, pass(&under_way)).await, Committed::Fenced);
    assert_eq!(
        store.tell(&e, Verb::Pause, at(12)).await.unwrap(),
        Ok(Phase::Paused)
    );
    assert!(store.tell(&e, Verb::Run, at(12)).await.unwrap().is_err());

    assert_eq!(
        store
            .deliver(&e, "one".into(), at(13), Incoming::SignedIn)
            .await
            .unwrap(),
        Delivered::New
    );
    assert_eq!(claimed_ids(store, 99).await, [""; 0]);
    assert_eq!(store.next_due().await.unwrap(), None);

    assert_eq!(
        store.tell(&e, Verb::Resume, at(20)).await.unwrap(),
        Ok(Phase::Waiting)
    );
    let claimed = claim_one(store, 20).await;
    let incoming: Vec<&Incoming> = claimed
        .incoming
        .iter()
        .map(|(_, incoming)| incoming)
        .collect();
    assert_eq!(incoming, [&Incoming::SignedIn, &Incoming::Resumed]);
    assert!(
        claimed.timer,
        "the moment that passed meanwhile is still due"
    );
    let told = store.errand_events(&e, 10).await.unwrap();
    assert_eq!(
        told.iter()
            .filter(|line| line.kind == EventKind::Told)
            .count(),
        2
    );
}

pub async fn what_is_over_is_cleared_up(store: &impl Both) {
    add_errand(store, "e", 0).await;
    let mut first = pass(&claim_one(store, 0).await);
    first.phase = Phase::NeedsYou;
    first.asks = vec![("ask".into(), ask("code", AskKind::Sms, Some(500)))];
    first.calls = vec![("call".into(), look("a", "tickets"))];
    first.watch = vec![watch("day", 30)];
    first.problems = vec![ProblemChange::Raise {
        key: "slow".to_owned(),
        severity: Severity::Info,
        text: text("slow"),
        fix: text("wait"),
    }];
    committed(store, 1, first).await;
    assert_eq!(store.problems(None).await.unwrap()[0].key, "errand/e/slow");

    store
        .deliver(&"e".into(), "late".into(), at(2), Incoming::Woken)
        .await
        .unwrap();
    let mut last = pass(&claim_one(store, 2).await);
    last.phase = Phase::Done;
    last.outcome = Some(json!({ "order": "E1" }));
    last.next_due = Some(at(9));
    last.consumed.clear();
    committed(store, 3, last).await;

    let row = store.errand(&"e".into()).await.unwrap();
    assert_eq!(
        (row.phase, row.outcome, row.next_at),
        (Phase::Done, Some(json!({ "order": "E1" })), None)
    );
    assert_eq!(store.problems(None).await.unwrap(), []);
    assert_eq!(
        store.ask(&"ask".into()).await.unwrap().state,
        daiban_core::ask::AskState::Expired
    );
    assert_eq!(
        store.call(&"call".into()).await.unwrap().state,
        daiban_core::call::CallState::Withdrawn
    );
    assert_eq!(store.due_lookouts(at(9999)).await.unwrap(), []);
    assert_eq!(store.next_due().await.unwrap(), None);
    let late = store
        .deliver(&"e".into(), "later".into(), at(4), Incoming::Woken)
        .await
        .unwrap();
    assert_eq!(late, Delivered::TooLate);
    assert!(
        store
            .tell(&"e".into(), Verb::Cancel, at(5))
            .await
            .unwrap()
            .is_err()
    );
}

pub async fn a_cancelled_pass_is_not_written(store: &impl Both) {
    add_errand(store, "e", 0).await;
    let claimed = claim_one(store, 0).await;
    assert_eq!(
        store.tell(&"e".into(), Verb::Cancel, at(1)).await.unwrap(),
        Ok(Phase::Cancelled)
    );
    let mut order = pass(&claimed);
    order.calls = vec![("order".into(), act("a", "order"))];
    assert_eq!(commit(store, 2, order).await, Committed::Fenced);
    assert_eq!(ready(store, 99).await, [""; 0]);
    assert_eq!(
        store.tell(&"e".into(), Verb::Cancel, at(3)).await.unwrap(),
        Ok(Phase::Cancelled)
    );
    assert_eq!(claimed_ids(store, 99).await, [""; 0]);
}

pub async fn history_facts_and_wishes_come_back(store: &impl Both) {
    add_errand(store, "e", 0).await;
    add_errand_of(store, "a", "ours", 500, true).await;
    for value in [1, 2] {
        let mut looked = pass(&claim_one(store, value).await);
        looked.next_due = Some(at(value));
        looked.facts = vec![
            ("left".to_owned(), json!(value)),
            ("train".to_owned(), json!("G1")),
        ];
        looked.notices = vec![NewNotice {
            key: "ticket".to_owned(),
            severity: Severity::Info,
            title: text("a ticket"),
            body: text("look at it"),
        }];
        committed(store, value, looked).await;
    }
    let facts = store.facts(&"e".into()).await.unwrap();
    assert_eq!(
        facts,
        [
            ("left".to_owned(), json!(2)),
            ("train".to_owned(), json!("G1"))
        ]
    );
    let lines = store.errand_events(&"e".into(), 2).await.unwrap();
    assert!(lines[0].seq > lines[1].seq);
    assert_eq!(
        (&lines[0].text, lines[0].kind),
        (&text("nothing to do"), EventKind::Ran)
    );
    assert_eq!(lines[0].data, json!({ "said": "nothing to do" }));
    let all = store.events_after(lines[1].seq, 10).await.unwrap();
    assert_eq!(all, [lines[0].clone()]);
    let shown = store.errands(Some(&"u".into())).await.unwrap();
    assert_eq!(shown.len(), 1, "daiban's own are left out");
    assert_eq!(
        (&shown[0].wishes, &shown[0].reason),
        (&json!({ "passenger": "旅客甲" }), &text("nothing to do"))
    );
    assert_eq!(shown[0].next_at, Some(at(2)));
    assert_eq!(
        store.notices(Some(&"u".into()), 10).await.unwrap().len(),
        1,
        "the second has the same key"
    );
    store
        .append_event(event("e", EventKind::Missed, "slept"))
        .await
        .unwrap();
    assert_eq!(
        store.errand_events(&"e".into(), 1).await.unwrap()[0].kind,
        EventKind::Missed
    );
}

pub async fn an_errand_needs_an_account(store: &impl Both) {
    let errand = NewErrand {
        id: "e".into(),
        user: "u".into(),
        account: "nobody".into(),
        kind: "rail.ticket".to_owned(),
        wishes: Value::Null,
        state: Value::Null,
        version: 1,
        due: at(0),
        internal: false,
    };
    let added = store
        .add_errand(errand, event("e", EventKind::Created, "made"))
        .await;
    assert!(matches!(
        added,
        Err(StoreError::NotFound {
            what: "account",
            ..
        })
    ));
    assert_eq!(store.events_after(0, 10).await.unwrap(), []);
}

pub async fn running_twice_in_a_moment_is_running_once(store: &impl Both) {
    add_errand(store, "e", 1000).await;
    for _ in 0..2 {
        assert_eq!(
            store.tell(&"e".into(), Verb::Run, at(5)).await.unwrap(),
            Ok(Phase::Waiting)
        );
    }
    let claimed = claim_one(store, 5).await;
    assert_eq!(claimed.incoming.len(), 1);
    assert!(!claimed.timer);
    store
        .tell(&"e".into(), Verb::Run, at(6))
        .await
        .unwrap()
        .unwrap();
    committed(store, 7, pass(&claimed)).await;
    assert_eq!(
        claim_one(store, 7).await.incoming.len(),
        1,
        "a pass under way is still written, and another follows"
    );
}
