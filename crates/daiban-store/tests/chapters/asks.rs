//! Asks and answers.

use daiban_core::{
    ask::{Answer, AskState},
    errand::Incoming,
    notice::Severity,
    store::{EventKind, StoreError},
};

use super::*;

async fn asked(store: &impl Both, id: &str, kind: AskKind, deadline: Option<i64>) {
    let mut asking = pass(&claim_one(store, 0).await);
    asking.phase = Phase::NeedsYou;
    asking.asks = vec![(id.into(), ask("code", kind, deadline))];
    committed(store, 1, asking).await;
}

pub async fn an_answer_reaches_its_errand_once(store: &impl Both) {
    add_errand(store, "e", 0).await;
    asked(store, "one", AskKind::Sms, Some(500)).await;
    let open = store
        .asks(Some(&"u".into()), Some(AskState::Open))
        .await
        .unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!(
        (open[0].service, open[0].account.as_str()),
        (Service::Rail, "a")
    );
    assert_eq!(open[0].ask, ask("code", AskKind::Sms, Some(500)));
    let notice = &store.unspread(10).await.unwrap()[0];
    assert_eq!(
        (notice.ask.as_ref(), notice.severity),
        (Some(&"one".into()), Severity::Attention)
    );

    let answer = Answer::Text("314159".to_owned());
    assert!(
        store
            .answer(&"one".into(), answer.clone(), at(10))
            .await
            .unwrap()
    );
    assert!(
        !store
            .answer(&"one".into(), answer.clone(), at(11))
            .await
            .unwrap()
    );
    let claimed = claim_one(store, 10).await;
    let tag = "code".to_owned();
    assert_eq!(
        claimed.incoming,
        [("ask/one".into(), Incoming::Answered { tag, answer })]
    );
    assert_eq!(store.expire_asks(at(600)).await.unwrap(), 0);
    assert_eq!(
        store.ask(&"one".into()).await.unwrap().state,
        AskState::Answered
    );
    let line = store.errand_events(&"e".into(), 1).await.unwrap().remove(0);
    assert_eq!(line.kind, EventKind::Answered);
    assert!(!format!("{line:?}").contains("314159"));
    let unknown = store.answer(&"two".into(), Answer::Approved, at(1)).await;
    assert!(matches!(
        unknown,
        Err(StoreError::NotFound { what: "ask", .. })
    ));
}

pub async fn facts_stay_on_their_page_where_the_message_has_its_own_words(store: &impl Both) {
    add_errand(store, "e", 0).await;
    let mut asking = pass(&claim_one(store, 0).await);
    let own = Text::new("打开看", "open it");
    let plain = ask("plain", AskKind::Approve, None);
    let discreet = NewAsk {
        told: Some(own.clone()),
        ..ask("discreet", AskKind::Approve, None)
    };
    let body = plain.body.clone();
    asking.phase = Phase::NeedsYou;
    asking.asks = vec![("one".into(), plain), ("two".into(), discreet)];
    committed(store, 1, asking).await;
    let told: Vec<_> = store.unspread(10).await.unwrap();
    let told: Vec<_> = told.into_iter().map(|notice| notice.body).collect();
    assert_eq!(told, [body.clone(), own]);
    let two = store.ask(&"two".into()).await.unwrap();
    assert_eq!(two.ask.body, body);
}

pub async fn silence_is_told_once(store: &impl Both) {
    add_errand(store, "e", 0).await;
    asked(store, "one", AskKind::Approve, Some(500)).await;
    assert_eq!(store.next_due().await.unwrap(), Some(at(500)));
    assert_eq!(store.expire_asks(at(499)).await.unwrap(), 0);
    assert!(
        !store
            .answer(&"one".into(), Answer::Approved, at(500))
            .await
            .unwrap(),
        "too late is no yes"
    );
    assert_eq!(store.expire_asks(at(500)).await.unwrap(), 1);
    assert_eq!(store.expire_asks(at(501)).await.unwrap(), 0);
    let claimed = claim_one(store, 500).await;
    let tag = "code".to_owned();
    assert_eq!(
        claimed.incoming,
        [("ask/one".into(), Incoming::AskExpired { tag })]
    );
}

pub async fn withdrawn_asks_tell_nobody(store: &impl Both) {
    add_errand(store, "e", 0).await;
    asked(store, "one", AskKind::Qr, Some(500)).await;
    store
        .deliver(&"e".into(), "x".into(), at(2), Incoming::Woken)
        .await
        .unwrap();
    let mut next = pass(&claim_one(store, 2).await);
    next.withdraw_asks = true;
    next.asks = vec![("two".into(), ask("code", AskKind::Qr, None))];
    committed(store, 3, next).await;
    let states: Vec<_> = store
        .asks(None, None)
        .await
        .unwrap()
        .iter()
        .map(|ask| (ask.id.to_string(), ask.state))
        .collect();
    assert_eq!(
        states,
        [
            ("one".to_owned(), AskState::Expired),
            ("two".to_owned(), AskState::Open)
        ]
    );
    assert_eq!(store.expire_asks(at(900)).await.unwrap(), 0);
    assert_eq!(claimed_ids(store, 900).await, [""; 0]);
}
