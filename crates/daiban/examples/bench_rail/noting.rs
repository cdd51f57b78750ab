//! Notes when each request and each use of the rows began and ended, without changing any of them.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use async_trait::async_trait;
use daiban_core::{
    Text, Timestamp,
    ask::Answer,
    call::{Call, NewCall},
    errand::{Incoming, Phase, Snapshot},
    error::ServiceError,
    http::{Http, HttpFailure, Lines, Request, Response},
    id::{AccountId, AskId, CallId, ErrandId, EventId, LookoutKey},
    lifecycle::Verb,
    service::Service,
    store::{
        Claimed, Commit, Committed, Delivered, DueLookout, NewErrand, NewEvent, Settled, Slot,
        Store, StoreError, Toll,
    },
};
use serde_json::Value;

/// Something that took time.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) kind: Kind,
    /// A request's path, or the store's function.
    pub(crate) name: String,
    pub(crate) began: Instant,
    /// A request: its answer has arrived as a whole.
    pub(crate) ended: Instant,
    /// The order number in a request's answer.
    pub(crate) order_no: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Request,
    Rows,
}

/// All notes so far. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<Vec<Note>>>);

impl Notes {
    fn add(&self, note: Note) {
        self.locked().push(note);
    }

    /// The notes, which are forgotten here.
    pub(crate) fn take(&self) -> Vec<Note> {
        std::mem::take(&mut self.locked())
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Vec<Note>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct NotedLines<L> {
    pub(crate) lines: L,
    pub(crate) notes: Notes,
}

impl<L: Lines> Lines for NotedLines<L> {
    fn line(&self, service: Service, account: Option<&AccountId>) -> Box<dyn Http> {
        Box::new(NotedLine {
            line: self.lines.line(service, account),
            notes: self.notes.clone(),
        })
    }
}

struct NotedLine {
    line: Box<dyn Http>,
    notes: Notes,
}

#[async_trait]
impl Http for NotedLine {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        let name = path(&request.url);
        let began = Instant::now();
        let answer = self.line.send(request).await;
        let ended = Instant::now();
        self.notes.add(Note {
            kind: Kind::Request,
            order_no: answer.as_ref().ok().and_then(order_no),
            name,
            began,
            ended,
        });
        answer
    }
}

fn path(url: &str) -> String {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after.find('/').map_or("/", |at| &after[at..]);
    path.split('?').next().unwrap_or("/").to_owned()
}

/// `data.orderId`, where there is one.
fn order_no(answer: &Response) -> Option<String> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    Some(body["data"]["orderId"].as_str()?.to_owned())
}

pub(crate) struct NotedStore {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) notes: Notes,
}

impl NotedStore {
    async fn noted<T>(&self, name: &'static str, work: impl Future<Output = T>) -> T {
        let began = Instant::now();
        let done = work.await;
        self.notes.add(Note {
            kind: Kind::Rows,
            name: name.to_owned(),
            began,
            ended: Instant::now(),
            order_no: None,
        });
        done
    }
}

macro_rules! noted {
    ($($name:ident($($arg:ident: $type:ty),*) -> $out:ty;)+) => {
        #[async_trait]
        impl Store for NotedStore {$(
            async fn $name(&self, $($arg: $type),*) -> Result<$out, StoreError> {
                self.noted(stringify!($name), self.store.$name($($arg),*)).await
            }
        )+}
    };
}

noted! {
    add_errand(errand: NewErrand, event: NewEvent) -> ();
    claim_due(now: Timestamp, limit: usize, lease_until: Timestamp) -> Vec<Claimed>;
    renew(errands: &[ErrandId], lease_until: Timestamp) -> ();
    commit(now: Timestamp, commits: Vec<Commit>) -> Vec<Committed>;
    next_due() -> Option<Timestamp>;
    changes() -> u64;
    deliver(errand: &ErrandId, event: EventId, at: Timestamp, incoming: Incoming) -> Delivered;
    append_event(event: NewEvent) -> ();
    tell(errand: &ErrandId, verb: Verb, at: Timestamp) -> Result<Phase, Text>;
    answer(ask: &AskId, answer: Answer, at: Timestamp) -> bool;
    expire_asks(now: Timestamp) -> usize;
    intend(id: CallId, call: NewCall, at: Timestamp) -> ();
    ready_calls(now: Timestamp, busy: &[AccountId], limit: usize) -> Vec<Call>;
    mark_sent(call: &CallId, at: Timestamp) -> bool;
    put_off(call: &CallId, until: Timestamp, event: Option<NewEvent>) -> ();
    mark_unsure(call: &CallId, due: Timestamp, event: Option<NewEvent>) -> ();
    settle(call: &CallId, at: Timestamp, settled: Settled) -> ();
    call(call: &CallId) -> Call;
    recover(now: Timestamp) -> (u64, u64);
    last(account: &AccountId, book_key: &str) -> Option<Snapshot>;
    ledger(account: &AccountId, since: Timestamp) -> Vec<Call>;
    due_lookouts(now: Timestamp) -> Vec<DueLookout>;
    put_off_lookout(key: &LookoutKey, until: Timestamp) -> ();
    observe(key: &LookoutKey, at: Timestamp, result: Result<Value, ServiceError>, next: Timestamp) -> (u64, u64);
    take_budget(now: Timestamp, toll: &Toll) -> Slot;
    take_hand(account: &AccountId, holder: &str, now: Timestamp, until: Timestamp) -> bool;
    give_hand(account: &AccountId, holder: &str) -> ();
    closed_until(service: Service) -> Option<(Timestamp, Text)>;
    close(service: Service, at: Timestamp, until: Timestamp, why: Text) -> bool;
    signed_in(account: &AccountId, at: Timestamp) -> ();
}
