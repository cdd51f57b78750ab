//! The loop, and the engine port on it.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use daiban_core::{
    Text, Timestamp,
    ask::{Answer, AskState},
    call::{Call, CallState, NewCall},
    engine::{Engine, EngineError, Health, Start},
    errand::{Incoming, Phase, Snapshot},
    id::{AccountId, AskId, CallId, ErrandId, EventId, LookoutKey, UserId},
    invalid::InvalidInput,
    lifecycle::Verb,
    store::{Committed, Delivered, EventKind, NewErrand, NewEvent, StoreError},
};
use serde_json::json;
use tokio::{
    sync::{Notify, Semaphore, watch},
    task::{JoinError, JoinSet},
};

use crate::{
    calls,
    desk::{Desk, after},
    lookouts::{self, Looking},
    pass,
};

/// How many lateness figures are remembered.
const LATENESS_KEPT: usize = 65_536;

/// How something under way has ended.
type Ended = Result<Result<(), StoreError>, JoinError>;

/// Batches of passes in one round at most.
const BATCHES: usize = 8;

/// How an engine runs.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Passes in one commit at most.
    pub batch: usize,
    /// Calls under way at once at most.
    pub calls_at_once: usize,
    /// A timer kept later than this leaves a line "missed", in seconds of the clock.
    pub grace_s: i64,
    /// How often another process's changes are looked for, in real time.
    pub poll: Duration,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            batch: 256,
            calls_at_once: 16,
            grace_s: 120,
            poll: Duration::from_millis(500),
        }
    }
}

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Passes committed.
    pub passes: usize,
    /// Calls begun.
    pub calls: usize,
    /// Lookouts begun.
    pub lookouts: usize,
    /// Asks that expired.
    pub expired: usize,
}

impl Round {
    /// Whether there was nothing to do.
    pub fn is_idle(self) -> bool {
        self == Self::default()
    }
}

/// The engine in this process, on its store.
pub struct Embedded {
    desk: Arc<Desk>,
    options: EngineOptions,
    woken: Notify,
    looking: Looking,
    passes: AtomicU64,
    /// The store's count of changes when it was last looked at.
    changes: AtomicU64,
    state: Mutex<Standing>,
}

#[derive(Default)]
struct Standing {
    stalled: Option<Text>,
    last_round: Option<Timestamp>,
    /// Everything due at this moment has been looked for.
    seen_to: Option<Timestamp>,
    lateness_ms: VecDeque<u64>,
}

impl Embedded {
    /// An engine at rest. [`Embedded::run`] sets it going; [`Embedded::round`] drives it by hand.
    pub fn new(desk: Arc<Desk>, options: EngineOptions) -> Arc<Self> {
        Arc::new(Self {
            desk,
            options,
            woken: Notify::new(),
            looking: Looking::default(),
            passes: AtomicU64::new(0),
            changes: AtomicU64::new(0),
            state: Mutex::default(),
        })
    }

    /// Runs until told to stop. Trouble with the store stops the taking of work, is said once, and is over when the store is back.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let slots = Arc::new(Semaphore::new(self.options.calls_at_once));
        let mut under_way = JoinSet::new();
        let mut recovered = false;
        while !*stop.borrow() {
            let mut ended = None;
            let result = match recovered {
                true => self.round_with(&mut under_way, &slots).await,
                false => self.recover(&mut under_way).await,
            };
            match result {
                Ok(round) => {
                    recovered = true;
                    self.going(self.desk.clock.now());
                    if round.is_idle() {
                        ended = self.sleep(&mut under_way, &mut stop).await;
                    }
                }
                Err(error) => {
                    recovered = false;
                    self.stalled(&error);
                    tokio::select! {
                        () = tokio::time::sleep(Duration::from_secs(1)) => {}
                        _ = stop.changed() => {}
                    }
                }
            }
            while let Some(end) = ended.take().or_else(|| under_way.try_join_next()) {
                if let Ok(Err(error)) = end {
                    recovered = false;
                    self.stalled(&error);
                }
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    /// Calls cut off by a crash, or by a store that went away, are taken up again. Nothing may be under way meanwhile.
    async fn recover(
        &self,
        under_way: &mut JoinSet<Result<(), StoreError>>,
    ) -> Result<Round, StoreError> {
        while under_way.join_next().await.is_some() {}
        // Counting begins before the first round, so that nothing written meanwhile is overlooked.
        let changes = self.desk.store.changes().await?;
        self.changes.store(changes, Ordering::Relaxed);
        let (looks, acts) = self.desk.store.recover(self.desk.clock.now()).await?;
        if looks + acts > 0 {
            tracing::info!(looks, acts, "took up calls that were cut off");
        }
        Ok(Round {
            calls: 1,
            ..Round::default()
        })
    }

    /// Calls go before lookouts: a pass that saw a free seat has just made one.
    async fn round_with(
        self: &Arc<Self>,
        under_way: &mut JoinSet<Result<(), StoreError>>,
        slots: &Arc<Semaphore>,
    ) -> Result<Round, StoreError> {
        let mut round = self.passes().await?;
        let now = self.desk.clock.now();
        round.calls = self.begin_calls(now, under_way, slots).await?;
        round.lookouts = self.begin_lookouts(now, under_way).await?;
        Ok(round)
    }

    async fn begin_calls(
        self: &Arc<Self>,
        now: Timestamp,
        under_way: &mut JoinSet<Result<(), StoreError>>,
        slots: &Arc<Semaphore>,
    ) -> Result<usize, StoreError> {
        let free = slots.available_permits();
        if free == 0 {
            return Ok(0);
        }
        let mut begun = 0;
        let (store, busy) = (&self.desk.store, self.desk.busy());
        for call in store.ready_calls(now, &busy, free).await? {
            let Some(hand) = self.desk.take_hand(call.call.account.as_ref()).await? else {
                continue;
            };
            let Ok(slot) = Arc::clone(slots).try_acquire_owned() else {
                break;
            };
            begun += 1;
            let engine = Arc::clone(self);
            under_way.spawn(async move {
                let result = calls::carry_out(&engine.desk, &call.id, hand).await;
                drop(slot);
                engine.woken.notify_one();
                result
            });
        }
        Ok(begun)
    }

    async fn begin_lookouts(
        self: &Arc<Self>,
        now: Timestamp,
        under_way: &mut JoinSet<Result<(), StoreError>>,
    ) -> Result<usize, StoreError> {
        let mut begun = 0;
        for due in self.desk.store.due_lookouts(now).await? {
            if !self.looking.begin(due.service) {
                continue;
            }
            begun += 1;
            let engine = Arc::clone(self);
            under_way.spawn(async move {
                let under_way = engine.looking.until_dropped(due.service);
                let result = lookouts::look(&engine.desk, &due).await;
                drop(under_way);
                engine.woken.notify_one();
                result
            });
        }
        Ok(begun)
    }

    /// One round by hand: passes, then lookouts and calls one after the other. For tests, and for a command line without `serve`.
    ///
    /// # Errors
    /// The store's.
    pub async fn round(&self) -> Result<Round, StoreError> {
        let mut round = self.passes().await?;
        let now = self.desk.clock.now();
        for due in self.desk.store.due_lookouts(now).await? {
            round.lookouts += 1;
            lookouts::look(&self.desk, &due).await?;
        }
        for call in self
            .desk
            .store
            .ready_calls(now, &self.desk.busy(), self.options.calls_at_once)
            .await?
        {
            let Some(hand) = self.desk.take_hand(call.call.account.as_ref()).await? else {
                continue;
            };
            round.calls += 1;
            calls::carry_out(&self.desk, &call.id, hand).await?;
        }
        self.going(self.desk.clock.now());
        Ok(round)
    }

    /// Takes up what a crash has cut off; the first thing after a start when driving by hand.
    ///
    /// # Errors
    /// The store's.
    pub async fn start_up(&self) -> Result<(), StoreError> {
        self.desk
            .store
            .recover(self.desk.clock.now())
            .await
            .map(drop)
    }

    /// Drives rounds by hand until an errand rests: nothing due now, no call ready, or a person is needed. `false`: still going when the time was up.
    ///
    /// # Errors
    /// The store's.
    pub async fn settle_errand(
        &self,
        errand: &ErrandId,
        limit: Duration,
    ) -> Result<bool, StoreError> {
        self.drive(limit, async || self.errand_rests(errand).await)
            .await
    }

    /// Drives rounds by hand until a call is over.
    ///
    /// # Errors
    /// The store's.
    pub async fn settle_call(&self, call: &CallId, limit: Duration) -> Result<bool, StoreError> {
        self.drive(limit, async || {
            let state = self.desk.store.call(call).await?.state;
            Ok(matches!(state, CallState::Settled | CallState::Withdrawn))
        })
        .await
    }

    async fn drive(
        &self,
        limit: Duration,
        rests: impl AsyncFn() -> Result<bool, StoreError>,
    ) -> Result<bool, StoreError> {
        let patience = tokio::time::Instant::now() + limit;
        loop {
            let round = self.round().await?;
            if round.is_idle() && rests().await? {
                return Ok(true);
            }
            if tokio::time::Instant::now() >= patience {
                return Ok(false);
            }
            if round.is_idle() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    /// Whether nothing is to be done for an errand right now: it is over or paused, or what comes next comes later, a call that
    /// is put off included.
    ///
    /// # Errors
    /// The store's.
    pub async fn errand_rests(&self, errand: &ErrandId) -> Result<bool, StoreError> {
        let row = self.desk.household.errand(errand).await?;
        if row.phase.is_over() || row.phase == Phase::Paused {
            return Ok(true);
        }
        let now = self.desk.clock.now();
        let calls = self.desk.household.errand_calls(errand, 50).await?;
        let at_it = calls.iter().any(|call| match call.state {
            CallState::Sent => true,
            CallState::Queued | CallState::Unsure => call.due <= after(now, 1),
            CallState::Settled | CallState::Withdrawn => false,
        });
        Ok(!at_it && row.next_at.is_none_or(|at| at > now))
    }

    async fn passes(&self) -> Result<Round, StoreError> {
        let now = self.desk.clock.now();
        self.standing().seen_to = Some(now);
        let store = &self.desk.store;
        let mut round = Round {
            expired: store.expire_asks(now).await?,
            ..Round::default()
        };
        // Bounded, so that calls and lookouts have their turn however many errands are due.
        for _ in 0..BATCHES {
            let now = self.desk.clock.now();
            let claimed = store
                .claim_due(now, self.options.batch, after(now, 30))
                .await?;
            let count = claimed.len();
            if count == 0 {
                return Ok(round);
            }
            self.note_lateness(
                now,
                claimed
                    .iter()
                    .filter(|claimed| claimed.timer)
                    .map(|claimed| claimed.due),
            );
            let commits = claimed
                .into_iter()
                .map(|claimed| pass::run(&self.desk, claimed, now, self.options.grace_s))
                .collect();
            let written = store.commit(now, commits).await?;
            let passes = written
                .iter()
                .filter(|written| **written == Committed::Yes)
                .count();
            round.passes += passes;
            self.passes.fetch_add(passes as u64, Ordering::Relaxed);
            if count < self.options.batch {
                return Ok(round);
            }
        }
        Ok(round)
    }

    /// Sleeps until the next due moment, a wake, the end of something under way (which it gives), a change by another process, or stop.
    async fn sleep(
        &self,
        under_way: &mut JoinSet<Result<(), StoreError>>,
        stop: &mut watch::Receiver<bool>,
    ) -> Option<Ended> {
        let next = self.desk.store.next_due().await.ok().flatten();
        let now = self.desk.clock.now();
        // What has become due since the last round is not waited for. What was due then already could not be had (its account's
        // hand is out, a look is under way) and is tried again in a moment.
        let seen_to = self.standing().seen_to;
        let next = next.map(|at| match (at <= now, seen_to) {
            (true, Some(seen_to)) if at <= seen_to => soon(now),
            _ => at,
        });
        let due = async {
            match next {
                Some(at) => self.desk.clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => None,
            () = self.woken.notified() => None,
            () = self.changed_elsewhere() => None,
            _ = stop.changed() => None,
            Some(ended) = under_way.join_next() => Some(ended),
        }
    }

    /// Comes back once another connection has written. Our own writes are seen too: a needless round now and then.
    async fn changed_elsewhere(&self) {
        loop {
            tokio::time::sleep(self.options.poll).await;
            let Ok(now) = self.desk.store.changes().await else {
                return;
            };
            if self.changes.swap(now, Ordering::Relaxed) != now {
                return;
            }
        }
    }

    fn note_lateness(&self, now: Timestamp, dues: impl Iterator<Item = Timestamp>) {
        let mut state = self.standing();
        for due in dues {
            let late = (now.as_millisecond() - due.as_millisecond())
                .max(0)
                .unsigned_abs();
            if state.lateness_ms.len() == LATENESS_KEPT {
                state.lateness_ms.pop_front();
            }
            state.lateness_ms.push_back(late);
        }
    }

    fn going(&self, now: Timestamp) {
        let mut state = self.standing();
        state.last_round = Some(now);
        if state.stalled.take().is_some() {
            tracing::info!("the data can be written again; taking work");
        }
    }

    fn stalled(&self, error: &StoreError) {
        let mut state = self.standing();
        if state.stalled.is_none() {
            tracing::error!(%error, "the data cannot be written; taking no work");
        }
        state.stalled = Some(Text::new(
            format!("数据写不进去，先不接活，什么都没丢：{error}"),
            format!("the data cannot be written; taking no work, nothing is lost: {error}"),
        ));
    }

    fn standing(&self) -> std::sync::MutexGuard<'_, Standing> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn soon(now: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(now.as_millisecond() + 20).unwrap_or(now)
}

impl Embedded {
    /// Stores an answer that fits and wakes the loop.
    async fn take_answer(
        &self,
        ask: &AskId,
        answer: Answer,
        by: Option<&UserId>,
    ) -> Result<(), EngineError> {
        let row = self.desk.household.ask(ask).await?;
        if row.state != AskState::Open {
            return Err(no_longer_open());
        }
        if !answer.fits(row.ask.kind) {
            return Err(InvalidInput::new(
                "answer",
                "这样的回答不合这个问题",
                "this answer does not fit the question",
            )
            .into());
        }
        let now = self.desk.clock.now();
        let store = &self.desk.store;
        let stored = match by {
            Some(by) => store.answer_by(ask, answer, now, by).await?,
            None => store.answer(ask, answer, now).await?,
        };
        self.woken.notify_one();
        if stored {
            Ok(())
        } else {
            Err(no_longer_open())
        }
    }
}

#[async_trait]
impl Engine for Embedded {
    async fn start(&self, start: Start) -> Result<ErrandId, EngineError> {
        let Some(machine) = self.desk.machine(&start.kind) else {
            let kind = &start.kind;
            return Err(InvalidInput::new(
                "kind",
                format!("没有「{kind}」这种代办"),
                format!("no errand kind {kind:?}"),
            )
            .into());
        };
        let now = self.desk.clock.now();
        let state = machine.begin(&start.wishes, now)?;
        let id = ErrandId::new(now, (self.desk.chance)());
        let event = NewEvent {
            errand: Some(id.clone()),
            account: Some(start.account.clone()),
            at: now,
            kind: EventKind::Created,
            text: Text::new("新建", "created"),
            data: json!({ "kind": start.kind, "wishes": start.wishes }),
        };
        let errand = NewErrand {
            id: id.clone(),
            user: start.user,
            account: start.account,
            kind: start.kind,
            wishes: start.wishes,
            state,
            version: machine.version(),
            due: now,
            internal: start.internal,
        };
        self.desk.store.add_errand(errand, event).await?;
        self.woken.notify_one();
        Ok(id)
    }

    async fn deliver(
        &self,
        errand: &ErrandId,
        event: EventId,
        incoming: Incoming,
    ) -> Result<Delivered, EngineError> {
        let delivered = self
            .desk
            .store
            .deliver(errand, event, self.desk.clock.now(), incoming)
            .await?;
        self.woken.notify_one();
        Ok(delivered)
    }

    async fn tell(&self, errand: &ErrandId, verb: Verb) -> Result<Phase, EngineError> {
        let told = self
            .desk
            .store
            .tell(errand, verb, self.desk.clock.now())
            .await?;
        self.woken.notify_one();
        told.map_err(EngineError::NotNow)
    }

    async fn answer(&self, ask: &AskId, answer: Answer) -> Result<(), EngineError> {
        self.take_answer(ask, answer, None).await
    }

    async fn answer_by(&self, ask: &AskId, answer: Answer, by: &UserId) -> Result<(), EngineError> {
        self.take_answer(ask, answer, Some(by)).await
    }

    async fn command(&self, call: NewCall) -> Result<CallId, EngineError> {
        let now = self.desk.clock.now();
        let id = CallId::new(now, (self.desk.chance)());
        self.desk.store.intend(id.clone(), call, now).await?;
        self.woken.notify_one();
        Ok(id)
    }

    async fn call(&self, call: &CallId) -> Result<Call, EngineError> {
        Ok(self.desk.store.call(call).await?)
    }

    async fn signed_in(&self, account: &AccountId) -> Result<(), EngineError> {
        self.desk
            .store
            .signed_in(account, self.desk.clock.now())
            .await?;
        self.woken.notify_one();
        Ok(())
    }

    async fn wake(&self, key: &LookoutKey, snapshot: Snapshot) -> Result<(), EngineError> {
        let not_before = after(snapshot.at, 60);
        self.desk
            .store
            .observe(key, snapshot.at, snapshot.result, not_before)
            .await?;
        self.woken.notify_one();
        Ok(())
    }

    async fn health(&self) -> Health {
        let state = self.standing();
        let mut sorted: Vec<u64> = state.lateness_ms.iter().copied().collect();
        sorted.sort_unstable();
        let at = |share: f64| {
            sorted
                .get(((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1)))
                .copied()
                .unwrap_or(0)
        };
        Health {
            taking_work: state.stalled.is_none(),
            why: state.stalled.clone(),
            last_round: state.last_round,
            passes: self.passes.load(Ordering::Relaxed),
            lateness_ms: (at(0.5), at(0.99), at(1.0)),
        }
    }
}

fn no_longer_open() -> EngineError {
    EngineError::NotNow(Text::new(
        "这件事已经有了回答，或者过了时间",
        "it has been answered already, or its time has passed",
    ))
}
