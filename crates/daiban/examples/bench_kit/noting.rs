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
    http::{Http, HttpFailure, Lines, Pace, Request, Response},
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
    /// A request: how politeness applied to it; `None` when it never left.
    pub(crate) pace: Option<Pace>,
    /// A request: whether it went over the public line.
    pub(crate) public: bool,
    /// What the bench looks for in a request's answer, such as an order number.
    pub(crate) found: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Request,
    Rows,
}

/// Finds something in the answer to a request of that path.
pub(crate) type Find = fn(&str, &Response) -> Option<String>;

/// All notes so far. Clones share them.
#[derive(Clone)]
pub(crate) struct Notes {
    notes: Arc<Mutex<Vec<Note>>>,
    find: Find,
}

impl Notes {
    pub(crate) fn new(find: Find) -> Self {
        Self {
            notes: Arc::default(),
            find,
        }
    }

    fn add(&self, note: Note) {
        self.locked().push(note);
    }

    /// The notes, which are forgotten here.
    pub(crate) fn take(&self) -> Vec<Note> {
        std::mem::take(&mut self.locked())
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Vec<Note>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
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
            public: account.is_none(),
        })
    }
}

struct NotedLine {
    line: Box<dyn Http>,
    notes: Notes,
    public: bool,
}

#[async_trait]
impl Http for NotedLine {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        let (name, pace) = (path(&request.url), request.pace);
        let began = Instant::now();
        let answer = self.line.send(request).await;
        let ended = Instant::now();
        self.notes.add(Note {
            kind: Kind::Request,
            pace: has_left(&answer).then_some(pace),
            public: self.public,
            found: answer
                .as_ref()
                .ok()
                .and_then(|answer| (self.notes.find)(&name, answer)),
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

fn has_left(answer: &Result<Response, HttpFailure>) -> bool {
    !matches!(
        answer,
        Err(HttpFailure::Held { .. } | HttpFailure::NotSent { .. })
    )
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
            pace: None,
            public: false,
            found: None,
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
    keep(service: Service, account: &AccountId, book_key: &str, at: Timestamp, result: Result<Value, ServiceError>) -> ();
    last(account: &AccountId, book_key: &str) -> Option<Snapshot>;
    ledger(account: &AccountId, since: Timestamp) -> Vec<Call>;
    due_lookouts(now: Timestamp) -> Vec<DueLookout>;
    put_off_lookout(due: &DueLookout, until: Timestamp) -> ();
    observe(key: &LookoutKey, at: Timestamp, result: Result<Value, ServiceError>, not_before: Timestamp) -> (u64, u64);
    take_budget(now: Timestamp, toll: &Toll) -> Slot;
    take_hand(account: &AccountId, holder: &str, now: Timestamp, until: Timestamp) -> bool;
    give_hand(account: &AccountId, holder: &str) -> ();
    closed_until(service: Service) -> Option<(Timestamp, Text)>;
    close(service: Service, at: Timestamp, until: Timestamp, why: Text) -> bool;
    signed_in(account: &AccountId, at: Timestamp) -> ();
}
