//! The story's stage: a household, and short words for what happens in it.
#![allow(dead_code, missing_docs, unreachable_pub)]

pub mod asks;
pub mod calls;
pub mod errands;
pub mod kept;
pub mod leaving;
pub mod lookouts;
pub mod people;
pub mod records;
pub mod sharing;
pub mod signing_in;

use daiban_core::{
    Text, Timestamp,
    account::{Account, AccountState},
    ask::{AskKind, NewAsk},
    call::{NewCall, Outcome},
    errand::{Phase, Watch},
    household::{Household, Role, User},
    service::Service,
    store::{Claimed, Commit, Committed, EventKind, NewErrand, NewEvent, Settled, Store},
};
use serde_json::{Value, json};

/// What these tests need of a store.
pub trait Both: Store + Household {}
impl<S: Store + Household> Both for S {}

/// 2026-12-01 08:00:00 in Beijing, and so many milliseconds.
pub fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(1_796_083_200_000 + ms).unwrap()
}

pub fn text(words: &str) -> Text {
    Text::quoted(words)
}

pub async fn household(store: &impl Both) {
    add_user(store, "u").await;
    add_account(store, "a").await;
    add_account(store, "b").await;
}

pub async fn add_user(store: &impl Both, id: &str) {
    let user = User {
        id: id.into(),
        name: format!("user {id}"),
        role: Role::Member,
        created_at: at(0),
        failures: 0,
        locked_until: None,
    };
    store.add_user(user, "hash".to_owned()).await.unwrap();
}

pub fn account(id: &str) -> Account {
    Account {
        id: id.into(),
        user: "u".into(),
        service: Service::Rail,
        name: format!("account {id}"),
        state: AccountState::Ready,
        problem: None,
        settings: [("mobile".to_owned(), "13800000001".to_owned())].into(),
        created_at: at(0),
        signed_in_at: None,
        shared: false,
    }
}

pub async fn add_account(store: &impl Both, id: &str) {
    store
        .add_account(account(id), Default::default())
        .await
        .unwrap();
}

pub fn event(errand: &str, kind: EventKind, words: &str) -> NewEvent {
    NewEvent {
        errand: Some(errand.into()),
        account: None,
        at: at(0),
        kind,
        text: text(words),
        data: json!({ "said": words }),
    }
}

pub async fn add_errand_of(store: &impl Both, account: &str, id: &str, due: i64, internal: bool) {
    let errand = NewErrand {
        id: id.into(),
        user: "u".into(),
        account: account.into(),
        kind: "rail.ticket".to_owned(),
        wishes: json!({ "passenger": "旅客甲" }),
        state: json!({ "count": 0 }),
        version: 1,
        due: at(due),
        internal,
    };
    store
        .add_errand(errand, event(id, EventKind::Created, "made"))
        .await
        .unwrap();
}

/// Of account `a`, shown to people.
pub async fn add_errand(store: &impl Both, id: &str, due: i64) {
    add_errand_of(store, "a", id, due, false).await;
}

pub async fn claim(store: &impl Both, now: i64) -> Vec<Claimed> {
    store
        .claim_due(at(now), 1000, at(now + 30_000))
        .await
        .unwrap()
}

pub async fn claim_one(store: &impl Both, now: i64) -> Claimed {
    let mut claimed = claim(store, now).await;
    assert_eq!(claimed.len(), 1, "{claimed:?}");
    claimed.remove(0)
}

pub async fn claimed_ids(store: &impl Both, now: i64) -> Vec<String> {
    claim(store, now)
        .await
        .iter()
        .map(|errand| errand.id.to_string())
        .collect()
}

/// A pass that has read everything and sleeps without a timer.
pub fn pass(claimed: &Claimed) -> Commit {
    Commit {
        errand: claimed.id.clone(),
        ver: claimed.ver,
        state: json!({ "count": 1 }),
        version: 1,
        phase: Phase::Waiting,
        checkpoint: "asleep".to_owned(),
        reason: text("nothing to do"),
        next_due: None,
        outcome: None,
        consumed: claimed
            .incoming
            .iter()
            .map(|(event, _)| event.clone())
            .collect(),
        calls: vec![],
        asks: vec![],
        withdraw_asks: false,
        watch: vec![],
        facts: vec![],
        records: Vec::new(),
        notices: vec![],
        problems: vec![],
        events: vec![event(claimed.id.as_str(), EventKind::Ran, "nothing to do")],
    }
}

pub async fn commit(store: &impl Both, now: i64, pass: Commit) -> Committed {
    store.commit(at(now), vec![pass]).await.unwrap()[0]
}

pub async fn committed(store: &impl Both, now: i64, pass: Commit) {
    assert_eq!(commit(store, now, pass).await, Committed::Yes);
}

pub fn look(account: &str, tag: &str) -> NewCall {
    NewCall::look(
        tag,
        Service::Rail,
        &account.into(),
        json!({ "do": "tickets" }),
    )
}

pub fn act(account: &str, tag: &str) -> NewCall {
    NewCall::act(
        tag,
        Service::Rail,
        &account.into(),
        json!({ "do": "order", "passenger": "旅客甲" }),
    )
}

pub fn ask(tag: &str, kind: AskKind, deadline: Option<i64>) -> NewAsk {
    NewAsk {
        tag: tag.to_owned(),
        kind,
        title: text("the code from the text message"),
        body: text("sent to 138 0000 0001"),
        told: None,
        picture: None,
        deadline: deadline.map(at),
    }
}

pub fn watch(key: &str, pace_s: u32) -> Watch {
    Watch {
        key: key.into(),
        service: Service::Rail,
        query: json!({ "do": "tickets", "day": key }),
        pace_s,
    }
}

pub fn settled(outcome: Outcome) -> Settled {
    Settled {
        outcome,
        charged: None,
        book_key: None,
        event: event("e", EventKind::Called, "it ended"),
        account: None,
    }
}

pub fn done(value: Value) -> Settled {
    settled(Outcome::Done(value))
}

pub async fn ready(store: &impl Both, now: i64) -> Vec<String> {
    let calls = store.ready_calls(at(now), &[], 1000).await.unwrap();
    calls.iter().map(|call| call.id.to_string()).collect()
}
