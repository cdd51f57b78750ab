//! Calls: order, sending, settling, crashes.

use daiban_core::{
    account::AccountState,
    call::{CallState, Charged, Nature},
    errand::Incoming,
    error::ServiceError,
    lifecycle::Verb,
    store::StoreError,
};

use super::*;

async fn intend(store: &impl Both, id: &str, call: NewCall, now: i64) {
    store.intend(id.into(), call, at(now)).await.unwrap();
}

pub async fn one_call_of_an_account_at_a_time_in_order(store: &impl Both) {
    intend(store, "a2", look("a", "t"), 2).await;
    intend(store, "a1", act("a", "t"), 1).await;
    intend(store, "b1", look("b", "t").not_before(at(50)), 0).await;
    let nobody = |tag| NewCall {
        account: None,
        ..look("a", tag)
    };
    intend(store, "n1", nobody("t"), 3).await;
    intend(store, "n2", nobody("t"), 4).await;
    assert_eq!(ready(store, 10).await, ["a1", "n1", "n2"]);
    assert_eq!(ready(store, 50).await, ["a1", "n1", "n2", "b1"]);
    let busy = store.ready_calls(at(50), &["a".into()], 2).await.unwrap();
    assert_eq!(
        busy.iter().map(|call| call.id.as_str()).collect::<Vec<_>>(),
        ["n1", "n2"]
    );

    assert!(store.mark_sent(&"a1".into(), at(51)).await.unwrap());
    assert!(!store.mark_sent(&"a1".into(), at(51)).await.unwrap());
    assert_eq!(
        ready(store, 51).await,
        ["n1", "n2", "b1"],
        "its account's hand is in use"
    );
    store
        .settle(&"a1".into(), at(52), done(Value::Null))
        .await
        .unwrap();
    assert_eq!(ready(store, 52).await, ["a2", "n1", "n2", "b1"]);
}

pub async fn an_unsure_act_holds_back_acts_but_not_looks(store: &impl Both) {
    intend(store, "act1", act("a", "t"), 1).await;
    intend(store, "act2", act("a", "t"), 2).await;
    intend(store, "look", look("a", "t"), 3).await;
    assert!(store.mark_sent(&"act1".into(), at(5)).await.unwrap());
    store
        .mark_unsure(&"act1".into(), at(100), None)
        .await
        .unwrap();
    assert_eq!(ready(store, 10).await, ["look"]);
    store
        .settle(&"look".into(), at(11), done(Value::Null))
        .await
        .unwrap();
    assert_eq!(ready(store, 50).await, [""; 0]);
    assert_eq!(
        store.next_due().await.unwrap(),
        Some(at(100)),
        "and not the act that waits behind it"
    );
    assert_eq!(ready(store, 100).await, ["act1"]);
    store
        .mark_unsure(&"act1".into(), at(200), None)
        .await
        .unwrap();
    let asked = store.call(&"act1".into()).await.unwrap();
    assert_eq!(
        (asked.state, asked.tries, asked.sent_at),
        (CallState::Unsure, 1, Some(at(5)))
    );
    assert!(
        !store.mark_sent(&"act1".into(), at(200)).await.unwrap(),
        "an unsure act is never sent again"
    );
    store
        .settle(
            &"act1".into(),
            at(200),
            settled(Outcome::DidNotHappen(text("no order"))),
        )
        .await
        .unwrap();
    assert_eq!(ready(store, 200).await, ["act2"]);
}

pub async fn a_lost_sign_in_holds_all_but_our_own_errands(store: &impl Both) {
    add_errand_of(store, "a", "sign_in", 0, true).await;
    let mut signing_in = pass(&claim_one(store, 0).await);
    signing_in.calls = vec![("ours".into(), look("a", "qr"))];
    committed(store, 3, signing_in).await;
    intend(store, "theirs", look("a", "t"), 1).await;
    let lost = Some(text("sign in again"));
    store
        .set_account_state(&"a".into(), AccountState::SignInLost, lost, at(4))
        .await
        .unwrap();
    assert_eq!(ready(store, 9).await, ["ours"]);
    store
        .settle(&"ours".into(), at(10), done(Value::Null))
        .await
        .unwrap();
    assert_eq!(ready(store, 10).await, [""; 0]);
    claim_one(store, 10).await;
    store.signed_in(&"a".into(), at(11)).await.unwrap();
    assert_eq!(ready(store, 11).await, ["theirs"]);
}

pub async fn a_call_settles_once(store: &impl Both) {
    add_errand(store, "e", 0).await;
    let mut calling = pass(&claim_one(store, 0).await);
    calling.phase = Phase::Working;
    calling.calls = vec![("call".into(), act("a", "order"))];
    committed(store, 1, calling).await;
    assert!(store.mark_sent(&"call".into(), at(2)).await.unwrap());

    let result = json!({ "order": "E1" });
    let first = Settled {
        charged: Some(Charged::Yes),
        book_key: Some("orders".to_owned()),
        account: Some((AccountState::SignInLost, Some(text("expired")))),
        ..done(result.clone())
    };
    store.settle(&"call".into(), at(3), first).await.unwrap();
    let second = Settled {
        book_key: Some("orders".to_owned()),
        ..settled(Outcome::Unknown(text("?")))
    };
    store.settle(&"call".into(), at(4), second).await.unwrap();

    let call = store.call(&"call".into()).await.unwrap();
    assert_eq!(
        (call.state, call.settled_at, call.charged),
        (CallState::Settled, Some(at(3)), Some(Charged::Yes))
    );
    assert_eq!(call.outcome, Some(Outcome::Done(result.clone())));
    let last = store.last(&"a".into(), "orders").await.unwrap().unwrap();
    assert_eq!(
        (last.number, last.at, last.result.clone()),
        (1, at(3), Ok(result.clone()))
    );
    assert_eq!(
        store.kept(Service::Rail, &"a".into()).await.unwrap(),
        [("orders".to_owned(), last)]
    );
    let account = store.account(&"a".into()).await.unwrap();
    assert_eq!(
        (account.state, account.problem),
        (AccountState::SignInLost, Some(text("expired")))
    );

    let claimed = claim_one(store, 5).await;
    let called = Incoming::Called {
        tag: "order".to_owned(),
        body: act("a", "order").body,
        at: at(3),
        outcome: Outcome::Done(result),
    };
    assert_eq!(claimed.incoming, [("call/call".into(), called)]);
    let lines = store.errand_events(&"e".into(), 10).await.unwrap();
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.text == text("it ended"))
            .count(),
        1
    );
    let nothing = store
        .settle(&"nothing".into(), at(5), done(Value::Null))
        .await;
    assert!(matches!(
        nothing,
        Err(StoreError::NotFound { what: "call", .. })
    ));
}

/// Of a look and an act of one errand, settled like this, what is left with each.
async fn left_with(store: &impl Both, outcome: Outcome) -> [Option<Outcome>; 2] {
    add_errand(store, "e", 0).await;
    let mut calling = pass(&claim_one(store, 0).await);
    calling.calls = vec![
        ("look".into(), look("a", "status")),
        ("act".into(), act("a", "order")),
    ];
    committed(store, 1, calling).await;
    for id in ["look", "act"].map(Into::into) {
        assert!(store.mark_sent(&id, at(2)).await.unwrap());
        let ended = settled(outcome.clone());
        store.settle(&id, at(3), ended).await.unwrap();
    }
    let told = claim_one(store, 3).await.incoming;
    assert_eq!(told.len(), 2);
    for (_, told) in told {
        let Incoming::Called { outcome: told, .. } = told else {
            panic!("{told:?}");
        };
        assert_eq!(told, outcome, "both are told to the errand");
    }
    store
        .tell(&"e".into(), Verb::Cancel, at(4))
        .await
        .unwrap()
        .unwrap();
    let calls = store.errand_calls(&"e".into(), 9).await.unwrap();
    let left = |nature| {
        let call = calls.iter().find(|call| call.call.nature == nature);
        let call = call.unwrap();
        assert_eq!(
            (call.state, call.settled_at),
            (CallState::Settled, Some(at(3)))
        );
        call.outcome.clone()
    };
    [left(Nature::Look), left(Nature::Act)]
}

pub async fn what_a_look_saw_is_told_and_not_left_with_it(store: &impl Both) {
    let seen = Outcome::Done(json!({ "lat": 39.9087, "lon": 116.3975 }));
    assert_eq!(left_with(store, seen.clone()).await, [None, Some(seen)]);
}

pub async fn why_a_look_failed_stays_with_it(store: &impl Both) {
    let failed = Outcome::Failed(ServiceError::Refused {
        code: "8160".to_owned(),
        text: text("no permission"),
    });
    let left = left_with(store, failed.clone()).await;
    assert_eq!(left, [Some(failed.clone()), Some(failed)]);
}

pub async fn a_look_that_nobody_is_told_of_keeps_what_it_saw(store: &impl Both) {
    intend(store, "look", look("a", "t"), 1).await;
    let seen = json!({ "cars": 1 });
    store
        .settle(&"look".into(), at(2), done(seen.clone()))
        .await
        .unwrap();
    assert_eq!(
        store.call(&"look".into()).await.unwrap().outcome,
        Some(Outcome::Done(seen)),
        "it is nowhere else"
    );
}

pub async fn after_a_crash_looks_go_again_and_acts_are_asked_about(store: &impl Both) {
    for (id, call) in [("look", look("a", "t")), ("act", act("b", "t"))] {
        intend(store, id, call, 1).await;
        assert!(store.mark_sent(&id.into(), at(2)).await.unwrap());
    }
    assert!(
        store
            .take_hand(&"a".into(), "dead", at(2), at(9999))
            .await
            .unwrap()
    );
    assert_eq!(store.recover(at(50)).await.unwrap(), (1, 1));
    assert_eq!(store.recover(at(51)).await.unwrap(), (0, 0));
    let look = store.call(&"look".into()).await.unwrap();
    let act = store.call(&"act".into()).await.unwrap();
    assert_eq!(
        (look.state, look.sent_at, look.due),
        (CallState::Queued, None, at(50))
    );
    assert_eq!(
        (act.state, act.sent_at, act.due),
        (CallState::Unsure, Some(at(2)), at(50))
    );
    assert_eq!(ready(store, 50).await, ["act", "look"]);
    assert!(
        store
            .take_hand(&"a".into(), "living", at(52), at(60))
            .await
            .unwrap()
    );
}

pub async fn put_off_is_as_if_nothing_was_sent(store: &impl Both) {
    intend(store, "call", act("a", "t"), 1).await;
    assert!(store.mark_sent(&"call".into(), at(2)).await.unwrap());
    let held = event("e", EventKind::Held, "too soon");
    store
        .put_off(&"call".into(), at(90), Some(held))
        .await
        .unwrap();
    let call = store.call(&"call".into()).await.unwrap();
    assert_eq!(
        (call.state, call.sent_at, call.due),
        (CallState::Queued, None, at(90))
    );
    assert_eq!(store.events_after(0, 9).await.unwrap().len(), 1);

    assert!(store.mark_sent(&"call".into(), at(91)).await.unwrap());
    store
        .mark_unsure(&"call".into(), at(95), None)
        .await
        .unwrap();
    store.put_off(&"call".into(), at(99), None).await.unwrap();
    let call = store.call(&"call".into()).await.unwrap();
    assert_eq!(
        (call.state, call.sent_at, call.due),
        (CallState::Unsure, Some(at(91)), at(99))
    );

    store
        .settle(&"call".into(), at(99), done(Value::Null))
        .await
        .unwrap();
    let late = event("e", EventKind::Held, "too late");
    store
        .put_off(&"call".into(), at(200), Some(late))
        .await
        .unwrap();
    assert_eq!(
        store.call(&"call".into()).await.unwrap().state,
        CallState::Settled
    );
    assert_eq!(store.events_after(0, 9).await.unwrap().len(), 2);
}

pub async fn a_repeated_commit_makes_no_second_call(store: &impl Both) {
    add_errand(store, "e", 0).await;
    let mut calling = pass(&claim_one(store, 0).await);
    calling.calls = vec![("order".into(), act("a", "order"))];
    calling.next_due = Some(at(5));
    committed(store, 1, calling.clone()).await;
    assert!(store.mark_sent(&"order".into(), at(2)).await.unwrap());
    calling.ver = claim_one(store, 5).await.ver;
    committed(store, 6, calling).await;
    assert_eq!(store.errand_calls(&"e".into(), 9).await.unwrap().len(), 1);
    assert_eq!(
        store.call(&"order".into()).await.unwrap().state,
        CallState::Sent
    );
}

pub async fn the_ledger_has_what_was_sent(store: &impl Both) {
    for (id, call) in [
        ("one", act("a", "t")),
        ("two", act("a", "t")),
        ("look", look("a", "t")),
        ("b", act("b", "t")),
    ] {
        intend(store, id, call, 1).await;
    }
    for (id, sent) in [("two", 10), ("one", 20), ("look", 15), ("b", 15)] {
        assert!(store.mark_sent(&id.into(), at(sent)).await.unwrap());
    }
    intend(store, "three", act("a", "t"), 2).await;
    let ids = |calls: Vec<daiban_core::call::Call>| {
        calls
            .iter()
            .map(|call| call.id.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        ids(store.ledger(&"a".into(), at(0)).await.unwrap()),
        ["two", "one"]
    );
    assert_eq!(
        ids(store.ledger(&"a".into(), at(11)).await.unwrap()),
        ["one"]
    );
}

pub async fn blocked_calls_are_not_due(store: &impl Both) {
    add_errand(store, "e", 0).await;
    let mut calling = pass(&claim_one(store, 0).await);
    calling.calls = vec![("order".into(), act("a", "order"))];
    committed(store, 1, calling).await;
    assert_eq!(store.next_due().await.unwrap(), Some(at(1)));
    store
        .tell(&"e".into(), Verb::Pause, at(2))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        ready(store, 9).await,
        [""; 0],
        "nothing leaves for a paused errand"
    );
    assert_eq!(store.next_due().await.unwrap(), None);
    store
        .tell(&"e".into(), Verb::Resume, at(3))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ready(store, 9).await, ["order"]);
}
