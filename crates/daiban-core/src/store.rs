//! The engine's port to its rows. One story of tests is told to every store.
//!
//! Every write is one transaction. A write that can meet a changed row is fenced by the row's version and says so
//! instead of overwriting.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Text, Timestamp,
    account::AccountState,
    ask::{Answer, NewAsk},
    call::{Call, Charged, NewCall, Outcome},
    errand::{Incoming, Phase, Snapshot, Watch},
    error::ServiceError,
    id::{AccountId, AskId, CallId, ErrandId, EventId, LookoutKey, UserId},
    invalid::InvalidInput,
    lifecycle::Verb,
    notice::{NewNotice, ProblemChange},
    record::Record,
    service::Service,
};

/// Trouble with the data directory or its contents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Disk full, database locked, connection gone: nothing was written; may pass.
    #[error("the data cannot be written now: {0}")]
    Unavailable(String),
    /// The key file does not fit the database.
    #[error("{0}")]
    WrongKey(String),
    /// A row that cannot be read, a migration that failed.
    #[error("the data is damaged or of another version: {0}")]
    Damaged(String),
    /// No such row.
    #[error("there is no {what} {id}")]
    NotFound {
        /// `errand`, `account`, …
        what: &'static str,
        /// The id asked for.
        id: String,
    },
    /// The input was refused by the rows: a name taken, a duplicate.
    #[error(transparent)]
    Invalid(#[from] InvalidInput),
}

/// A new errand with its first state.
#[derive(Debug, Clone, PartialEq)]
pub struct NewErrand {
    /// Its name.
    pub id: ErrandId,
    /// Whose.
    pub user: UserId,
    /// As whom.
    pub account: AccountId,
    /// `permit.keep` and the like.
    pub kind: String,
    /// Checked wishes.
    pub wishes: Value,
    /// The first state.
    pub state: Value,
    /// The version of that state.
    pub version: u32,
    /// The first pass.
    pub due: Timestamp,
    /// Whether it is shown among errands.
    pub internal: bool,
}

/// An errand due for a pass, with all that the pass needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// Which.
    pub id: ErrandId,
    /// As whom.
    pub account: AccountId,
    /// Its kind.
    pub kind: String,
    /// Its wishes.
    pub wishes: Value,
    /// Its state.
    pub state: Value,
    /// The version of that state.
    pub version: u32,
    /// When it was due: the timer's moment, or the moment of the oldest delivery.
    pub due: Timestamp,
    /// Whether the timer itself is due (and not only a delivery waiting).
    pub timer: bool,
    /// The generation of that timer.
    pub generation: u64,
    /// The fence: the row's version when it was claimed.
    pub ver: u64,
    /// What came in, oldest first.
    pub incoming: Vec<(EventId, Incoming)>,
    /// Observations of the lookouts it watches.
    pub seen: BTreeMap<LookoutKey, Snapshot>,
}

/// What kind of line a history line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The errand was made.
    Created,
    /// A pass ran.
    Ran,
    /// A due moment that could not be kept; the text says what was done about it.
    Missed,
    /// A due moment that was let go, and why.
    Skipped,
    /// A call was held back by politeness or a missing sign-in.
    Held,
    /// A call ended.
    Called,
    /// A person was asked.
    Asked,
    /// A person answered, or the time ran out.
    Answered,
    /// A person paused, resumed, cancelled or woke it.
    Told,
    /// It could not be carried on: the stored row is not readable.
    Stuck,
}

/// One line of history. Never edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewEvent {
    /// Of which errand; a line about an account alone has none.
    pub errand: Option<ErrandId>,
    /// Of which account.
    pub account: Option<AccountId>,
    /// When.
    pub at: Timestamp,
    /// What kind of line.
    pub kind: EventKind,
    /// What happened and why.
    pub text: Text,
    /// The facts, for programs.
    pub data: Value,
}

/// Everything one pass changes, in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    /// Which errand.
    pub errand: ErrandId,
    /// The fence: does nothing unless the row still has this version.
    pub ver: u64,
    /// The new state.
    pub state: Value,
    /// Its version.
    pub version: u32,
    /// Where it stands.
    pub phase: Phase,
    /// The checkpoint's name.
    pub checkpoint: String,
    /// Why.
    pub reason: Text,
    /// The next timer.
    pub next_due: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Value>,
    /// Deliveries this pass has read; they go away.
    pub consumed: Vec<EventId>,
    /// Calls to make, with the ids that make a repeated commit harmless.
    pub calls: Vec<(CallId, NewCall)>,
    /// Asks to put.
    pub asks: Vec<(AskId, NewAsk)>,
    /// Whether asks still open are taken back first.
    pub withdraw_asks: bool,
    /// Everything watched from now on.
    pub watch: Vec<Watch>,
    /// Facts by name.
    pub facts: Vec<(String, Value)>,
    /// Dated values of the account; one of the same kind and id takes the place of the one before.
    pub records: Vec<Record>,
    /// Messages to the owner.
    pub notices: Vec<NewNotice>,
    /// Problems that appear or go away.
    pub problems: Vec<ProblemChange>,
    /// Lines of history; at least one.
    pub events: Vec<NewEvent>,
}

/// What became of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Committed {
    /// Written.
    Yes,
    /// The row had changed; nothing was written.
    Fenced,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivered {
    /// The errand will see it.
    New,
    /// It had been told before.
    Known,
    /// The errand is over.
    TooLate,
}

/// How a call ended, to be stored together with the delivery to its errand.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// How.
    pub outcome: Outcome,
    /// What it cost.
    pub charged: Option<Charged>,
    /// Kept for [`crate::provider::Book::last`] under this name.
    pub book_key: Option<String>,
    /// The line of history.
    pub event: NewEvent,
    /// The account's new state, when the call showed it, with what is wrong.
    pub account: Option<(AccountState, Option<Text>)>,
}

/// A lookout whose look is due.
#[derive(Debug, Clone, PartialEq)]
pub struct DueLookout {
    /// What is looked at.
    pub key: LookoutKey,
    /// Of which service.
    pub service: Service,
    /// The look.
    pub query: Value,
    /// Seconds between looks, the fastest wish of those who watch.
    pub pace_s: u32,
    /// How many watch.
    pub watchers: u64,
}

/// A standing with a service that all processes share: when the next poll may go, how much of the day is used, whether it is closed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Budget {
    /// When the last poll's floor ends.
    pub next_poll: Option<Timestamp>,
    /// The civil day the count is of.
    pub day: Option<jiff::civil::Date>,
    /// Requests that day.
    pub used: u32,
}

/// What [`Store::take_budget`] says.
#[derive(Debug, Clone, PartialEq)]
pub enum Slot {
    /// Go ahead.
    Now,
    /// Not before that moment, in words.
    At(Timestamp, Text),
}

/// Which floor a request is held to. Every poll of either kind begins both floors anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// None: a step.
    Free,
    /// The ordinary floor since the last poll.
    Poll,
    /// The quicker floor around a release, since the last poll: also where that one was held to the ordinary floor.
    Sprint,
}

/// What a request costs the budget.
#[derive(Debug, Clone, PartialEq)]
pub struct Toll {
    /// Which service.
    pub service: Service,
    /// Which account; empty for the public line.
    pub account: String,
    /// Which floor it is held to.
    pub turn: Turn,
    /// The ordinary floor that begins with it, in milliseconds, jitter included.
    pub floor_ms: u64,
    /// The quicker floor that begins with it; the ordinary one where the service has no other.
    pub sprint_floor_ms: u64,
    /// Requests a day.
    pub daily: u32,
}

/// The engine's rows.
#[async_trait]
pub trait Store: Send + Sync {
    /// Adds an errand with its first line of history.
    async fn add_errand(&self, errand: NewErrand, event: NewEvent) -> Result<(), StoreError>;

    /// Errands whose timer is due or that have deliveries waiting, oldest due first. Paused and finished ones are left.
    /// `lease_until` bounds the claim where several processes share the store; a store with one process may ignore it.
    async fn claim_due(
        &self,
        now: Timestamp,
        limit: usize,
        lease_until: Timestamp,
    ) -> Result<Vec<Claimed>, StoreError>;

    /// Extends claims during long work. A store without leases does nothing.
    async fn renew(&self, errands: &[ErrandId], lease_until: Timestamp) -> Result<(), StoreError>;

    /// Writes passes, all in one transaction, each behind its own fence.
    async fn commit(
        &self,
        now: Timestamp,
        commits: Vec<Commit>,
    ) -> Result<Vec<Committed>, StoreError>;

    /// The earliest moment anything is due: an errand, a call, a lookout, an ask's deadline.
    async fn next_due(&self) -> Result<Option<Timestamp>, StoreError>;

    /// A number that grows when another process has changed the data.
    async fn changes(&self) -> Result<u64, StoreError>;

    /// Tells an errand something, once per event id, and makes it due at `at`.
    async fn deliver(
        &self,
        errand: &ErrandId,
        event: EventId,
        at: Timestamp,
        incoming: Incoming,
    ) -> Result<Delivered, StoreError>;

    /// Adds a line of history.
    async fn append_event(&self, event: NewEvent) -> Result<(), StoreError>;

    /// Carries out a person's verb behind [`crate::lifecycle::after`]. Cancelling withdraws open asks and calls still queued.
    async fn tell(
        &self,
        errand: &ErrandId,
        verb: Verb,
        at: Timestamp,
    ) -> Result<Result<Phase, Text>, StoreError>;

    /// Stores a person's answer and delivers it. `false`: the ask is not open any more.
    async fn answer(&self, ask: &AskId, answer: Answer, at: Timestamp) -> Result<bool, StoreError>;

    /// The same, and the line of history says whose answer it was: `by` in its data. The default leaves that out.
    async fn answer_by(
        &self,
        ask: &AskId,
        answer: Answer,
        at: Timestamp,
        _by: &UserId,
    ) -> Result<bool, StoreError> {
        self.answer(ask, answer, at).await
    }

    /// Lets asks expire whose deadline has passed, and tells their errands.
    async fn expire_asks(&self, now: Timestamp) -> Result<usize, StoreError>;

    /// Stores the intent of a person's own command.
    async fn intend(&self, id: CallId, call: NewCall, at: Timestamp) -> Result<(), StoreError>;

    /// Calls that may go now: queued or unsure, due, oldest first; at most one per account (an unsure act before any other act of its account), none for an account in `busy`.
    async fn ready_calls(
        &self,
        now: Timestamp,
        busy: &[AccountId],
        limit: usize,
    ) -> Result<Vec<Call>, StoreError>;

    /// Marks a queued call as sent, before its first byte. `false`: it was not queued any more.
    async fn mark_sent(&self, call: &CallId, at: Timestamp) -> Result<bool, StoreError>;

    /// Puts a call off without anything having been sent: queued again, due then, with a line of history. A line of kind
    /// [`EventKind::Held`] also becomes the reason of an errand that was waiting for the call's answer.
    async fn put_off(
        &self,
        call: &CallId,
        until: Timestamp,
        event: Option<NewEvent>,
    ) -> Result<(), StoreError>;

    /// An act is unsure: its outcome will be asked for at `due`.
    async fn mark_unsure(
        &self,
        call: &CallId,
        due: Timestamp,
        event: Option<NewEvent>,
    ) -> Result<(), StoreError>;

    /// Stores how a call ended and delivers it to its errand, once, in one transaction. What a look of an errand saw goes into
    /// the delivery, and under its name where it is kept, and nowhere else: deliveries go away once they are read.
    async fn settle(
        &self,
        call: &CallId,
        at: Timestamp,
        settled: Settled,
    ) -> Result<(), StoreError>;

    /// One call.
    async fn call(&self, call: &CallId) -> Result<Call, StoreError>;

    /// After a crash: looks marked as sent are queued again, acts marked as sent become unsure, and hands are free. Called only by
    /// the one process that runs the engine, before it starts. Returns how many looks and acts.
    async fn recover(&self, now: Timestamp) -> Result<(u64, u64), StoreError>;

    /// Keeps a result under a name as the newest of an account, numbered as [`Self::settle`] does it. A removed account keeps
    /// nothing.
    async fn keep(
        &self,
        service: Service,
        account: &AccountId,
        book_key: &str,
        at: Timestamp,
        result: Result<Value, ServiceError>,
    ) -> Result<(), StoreError>;

    /// The last result kept under a name for an account.
    async fn last(
        &self,
        account: &AccountId,
        book_key: &str,
    ) -> Result<Option<Snapshot>, StoreError>;

    /// Acts of an account with that service since a moment, oldest first.
    async fn ledger(&self, account: &AccountId, since: Timestamp) -> Result<Vec<Call>, StoreError>;

    /// Of each service the lookout whose turn it is: of those that somebody watches and whose look is due, the one that is due
    /// longest, and of those due at one moment the one that was looked at longest ago, or never. They share the service's one
    /// public line, so that none is looked at twice while another waits.
    async fn due_lookouts(&self, now: Timestamp) -> Result<Vec<DueLookout>, StoreError>;

    /// Stores an observation and wakes everybody who watches. The next look is due when the fastest wish of this moment says,
    /// which may have come while the look was under way, and not before `not_before`. Returns the number of the observation
    /// and how many were woken.
    async fn observe(
        &self,
        key: &LookoutKey,
        at: Timestamp,
        result: Result<Value, ServiceError>,
        not_before: Timestamp,
    ) -> Result<(u64, u64), StoreError>;

    /// Puts a look off without anything having been sent or seen: nobody is told. Does nothing where nobody watches any more,
    /// or a faster wish has come meanwhile: then it is tried again.
    async fn put_off_lookout(&self, due: &DueLookout, until: Timestamp) -> Result<(), StoreError>;

    /// Takes a slot from a budget, or says when there is one: none while the service is closed. Never sleeps. A power cut may
    /// forget the last few, as it may hands and observations.
    async fn take_budget(&self, now: Timestamp, toll: &Toll) -> Result<Slot, StoreError>;

    /// Takes the one hand of an account until a moment at most. `false`: another holder has it.
    async fn take_hand(
        &self,
        account: &AccountId,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Gives the hand back. Does nothing unless this holder has it.
    async fn give_hand(&self, account: &AccountId, holder: &str) -> Result<(), StoreError>;

    /// Until when a service is left alone, and why.
    async fn closed_until(&self, service: Service)
    -> Result<Option<(Timestamp, Text)>, StoreError>;

    /// Leaves a service alone until then. Returns whether it was open before.
    async fn close(
        &self,
        service: Service,
        at: Timestamp,
        until: Timestamp,
        why: Text,
    ) -> Result<bool, StoreError>;

    /// Tells every live errand of an account that it is signed in again, and lets its held calls go.
    async fn signed_in(&self, account: &AccountId, at: Timestamp) -> Result<(), StoreError>;
}
