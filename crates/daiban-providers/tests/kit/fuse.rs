//! A fuse: the process ends at the n-th effect, just before or just after it. An effect is a write to the store or a
//! request on a line. Once blown, nothing works any more, until a new process starts on the same rows.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
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

/// On which side of the effect the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Before,
    After,
}

#[derive(Default)]
pub struct Fuse {
    effects: AtomicUsize,
    cut: Option<(usize, Side)>,
    blown: AtomicBool,
}

impl Fuse {
    pub fn at(effect: usize, side: Side) -> Self {
        Self {
            cut: Some((effect, side)),
            ..Self::default()
        }
    }

    /// Effects so far.
    pub fn effects(&self) -> usize {
        self.effects.load(Ordering::SeqCst)
    }

    pub fn is_blown(&self) -> bool {
        self.blown.load(Ordering::SeqCst)
    }

    /// Counts an effect; `true`: the process ends before it.
    fn enter(&self) -> (usize, bool) {
        let n = self.effects.fetch_add(1, Ordering::SeqCst);
        if self.cut == Some((n, Side::Before)) {
            self.blown.store(true, Ordering::SeqCst);
        }
        (n, self.is_blown())
    }

    /// `true`: the process ends after it.
    fn leave(&self, n: usize) -> bool {
        if self.cut == Some((n, Side::After)) {
            self.blown.store(true, Ordering::SeqCst);
        }
        self.is_blown()
    }
}

fn cut() -> StoreError {
    StoreError::Unavailable("the process has ended".to_owned())
}

pub struct CuttingLines<L> {
    lines: L,
    fuse: Arc<Fuse>,
}

impl<L> CuttingLines<L> {
    pub fn new(lines: L, fuse: Arc<Fuse>) -> Self {
        Self { lines, fuse }
    }
}

impl<L: Lines> Lines for CuttingLines<L> {
    fn line(&self, service: Service, account: Option<&AccountId>) -> Box<dyn Http> {
        Box::new(CuttingLine {
            line: self.lines.line(service, account),
            fuse: Arc::clone(&self.fuse),
        })
    }
}

struct CuttingLine {
    line: Box<dyn Http>,
    fuse: Arc<Fuse>,
}

#[async_trait]
impl Http for CuttingLine {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        let ended = || HttpFailure::NoAnswer {
            text: "the process has ended".to_owned(),
        };
        let (n, blown) = self.fuse.enter();
        if blown {
            return Err(ended());
        }
        let result = self.line.send(request).await;
        if self.fuse.leave(n) {
            return Err(ended());
        }
        result
    }
}

pub struct CuttingStore {
    store: Arc<dyn Store>,
    fuse: Arc<Fuse>,
}

impl CuttingStore {
    pub fn new(store: Arc<dyn Store>, fuse: Arc<Fuse>) -> Self {
        Self { store, fuse }
    }

    async fn write<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let (n, blown) = self.fuse.enter();
        if blown {
            return Err(cut());
        }
        let result = work.await;
        if self.fuse.leave(n) {
            return Err(cut());
        }
        result
    }

    async fn read<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        match self.fuse.is_blown() {
            true => Err(cut()),
            false => work.await,
        }
    }
}

macro_rules! through {
    ($($how:ident $name:ident($($arg:ident: $type:ty),*) -> $out:ty;)+) => {
        #[async_trait]
        impl Store for CuttingStore {$(
            async fn $name(&self, $($arg: $type),*) -> Result<$out, StoreError> {
                self.$how(self.store.$name($($arg),*)).await
            }
        )+}
    };
}

through! {
    write add_errand(errand: NewErrand, event: NewEvent) -> ();
    read claim_due(now: Timestamp, limit: usize, lease_until: Timestamp) -> Vec<Claimed>;
    read renew(errands: &[ErrandId], lease_until: Timestamp) -> ();
    write commit(now: Timestamp, commits: Vec<Commit>) -> Vec<Committed>;
    read next_due() -> Option<Timestamp>;
    read changes() -> u64;
    write deliver(errand: &ErrandId, event: EventId, at: Timestamp, incoming: Incoming) -> Delivered;
    write append_event(event: NewEvent) -> ();
    write tell(errand: &ErrandId, verb: Verb, at: Timestamp) -> Result<Phase, Text>;
    write answer(ask: &AskId, answer: Answer, at: Timestamp) -> bool;
    read expire_asks(now: Timestamp) -> usize;
    write intend(id: CallId, call: NewCall, at: Timestamp) -> ();
    read ready_calls(now: Timestamp, busy: &[AccountId], limit: usize) -> Vec<Call>;
    write mark_sent(call: &CallId, at: Timestamp) -> bool;
    write put_off(call: &CallId, until: Timestamp, event: Option<NewEvent>) -> ();
    write mark_unsure(call: &CallId, due: Timestamp, event: Option<NewEvent>) -> ();
    write settle(call: &CallId, at: Timestamp, settled: Settled) -> ();
    read call(call: &CallId) -> Call;
    read recover(now: Timestamp) -> (u64, u64);
    write keep(service: Service, account: &AccountId, book_key: &str, at: Timestamp, result: Result<Value, ServiceError>) -> ();
    read last(account: &AccountId, book_key: &str) -> Option<Snapshot>;
    read ledger(account: &AccountId, since: Timestamp) -> Vec<Call>;
    read due_lookouts(now: Timestamp) -> Vec<DueLookout>;
    write put_off_lookout(due: &DueLookout, until: Timestamp) -> ();
    write observe(key: &LookoutKey, at: Timestamp, result: Result<Value, ServiceError>, not_before: Timestamp) -> (u64, u64);
    read take_budget(now: Timestamp, toll: &Toll) -> Slot;
    write take_hand(account: &AccountId, holder: &str, now: Timestamp, until: Timestamp) -> bool;
    read give_hand(account: &AccountId, holder: &str) -> ();
    read closed_until(service: Service) -> Option<(Timestamp, Text)>;
    write close(service: Service, at: Timestamp, until: Timestamp, why: Text) -> bool;
    write signed_in(account: &AccountId, at: Timestamp) -> ();
}
