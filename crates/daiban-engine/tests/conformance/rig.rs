//! What the suite needs of an engine under test, and the embedded engine on SQLite as the first such rig.
//!
//! A second engine is held to the suite by a second `Rig`.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use daiban_core::{
    Timestamp,
    account::{Account, AccountState, Secrets},
    clock::Clock,
    engine::{Engine, Start},
    errand::Phase,
    household::{Household, Role, User},
    id::{AccountId, ErrandId, UserId},
    service::Service,
    store::{EventKind, Store},
};
use daiban_engine::{Desk, DeskOptions, Embedded, EngineOptions};
use daiban_store::SqliteStore;
use serde_json::Value;

use crate::world::{self, Shared, TestLines};

/// 2026-11-22 08:00 in Beijing.
pub const START_S: i64 = 1_795_305_600;

/// A clock moved by hand.
#[derive(Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn set(&self, ms: i64) {
        self.0.store(ms, Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        self.0.fetch_max(moment.as_millisecond(), Ordering::SeqCst);
        tokio::task::yield_now().await;
    }
}

/// An engine under test, on two accounts `a1` and `a2` at a service of wishes.
#[async_trait(?Send)]
pub trait Rig: Sized + Send + Sync {
    /// At [`START_S`], with nothing begun.
    async fn new() -> Self;
    /// The service of wishes.
    fn world(&self) -> &Shared;
    /// The port.
    fn engine(&self) -> Arc<dyn Engine>;
    /// The rows people see.
    fn rows(&self) -> Arc<dyn Household>;
    /// The engine's rows.
    fn store(&self) -> Arc<dyn Store>;
    /// This moment.
    fn now(&self) -> Timestamp;
    /// Lets time pass to so many seconds after the start, running everything at its moment.
    async fn run_to(&self, seconds: i64);
    /// Runs passes only: calls stay queued.
    async fn pass_only(&self);
    /// Runs as a program does, many things at once, until these errands are over.
    async fn run_freely(&self, errands: &[ErrandId]);
    /// Sets the clock with the program not running.
    fn sleep_through(&self, seconds: i64);
    /// Drops the engine without a word and starts another on the same rows.
    async fn crash(&mut self);

    /// Begins an errand.
    async fn start(&self, account: &str, kind: &str, wishes: Value) -> ErrandId {
        let start = Start {
            user: UserId::from("u1"),
            account: AccountId::from(account),
            kind: kind.to_owned(),
            wishes,
            internal: false,
        };
        self.engine().start(start).await.unwrap()
    }

    /// Where an errand stands.
    async fn phase(&self, errand: &ErrandId) -> Phase {
        self.rows().errand(errand).await.unwrap().phase
    }

    /// How it ended.
    async fn outcome(&self, errand: &ErrandId) -> Value {
        let row = self.rows().errand(errand).await.unwrap();
        row.outcome.unwrap_or(Value::Null)
    }

    /// How many lines of that kind its history has.
    async fn lines(&self, errand: &ErrandId, kind: EventKind) -> usize {
        let events = self.rows().errand_events(errand, 1000).await.unwrap();
        events.iter().filter(|event| event.kind == kind).count()
    }
}

/// The embedded engine on SQLite.
pub struct EmbeddedRig {
    world: Shared,
    store: SqliteStore,
    clock: Arc<ManualClock>,
    desk: Arc<Desk>,
    engine: Arc<Embedded>,
    chance: Arc<AtomicU64>,
}

impl EmbeddedRig {
    /// Where a person's own looks are made.
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    fn account(&self, id: &str) -> Account {
        Account {
            id: AccountId::from(id),
            user: UserId::from("u1"),
            service: Service::Rail,
            name: id.to_owned(),
            state: AccountState::Ready,
            problem: None,
            settings: BTreeMap::new(),
            created_at: self.clock.now(),
            signed_in_at: None,
            shared: false,
        }
    }
}

fn build(
    store: &SqliteStore,
    clock: &Arc<ManualClock>,
    world: &Shared,
    chance: &Arc<AtomicU64>,
) -> (Arc<Desk>, Arc<Embedded>) {
    let chance = Arc::clone(chance);
    let desk = Desk::new(DeskOptions {
        store: Arc::new(store.clone()),
        household: Arc::new(store.clone()),
        lines: Arc::new(TestLines {
            store: Arc::new(store.clone()),
            clock: Arc::clone(clock) as Arc<dyn Clock>,
        }),
        providers: world::providers(world),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        chance: Arc::new(move || chance.fetch_add(7919, Ordering::Relaxed)),
        settings: BTreeMap::new(),
        holder: "test".to_owned(),
    });
    let engine = Embedded::new(Arc::clone(&desk), EngineOptions::default());
    (desk, engine)
}

#[async_trait(?Send)]
impl Rig for EmbeddedRig {
    async fn new() -> Self {
        let store = SqliteStore::in_memory().await.unwrap();
        let clock = Arc::new(ManualClock::default());
        clock.set(START_S * 1000);
        let world = Shared::default();
        let chance = Arc::new(AtomicU64::new(1));
        let (desk, engine) = build(&store, &clock, &world, &chance);
        let rig = Self {
            world,
            store,
            clock,
            desk,
            engine,
            chance,
        };
        let user = User {
            id: UserId::from("u1"),
            name: "林岚".to_owned(),
            role: Role::Admin,
            created_at: rig.clock.now(),
            failures: 0,
            locked_until: None,
        };
        rig.store.add_user(user, "x".to_owned()).await.unwrap();
        for account in ["a1", "a2"] {
            rig.store
                .add_account(rig.account(account), Secrets::new())
                .await
                .unwrap();
        }
        rig
    }

    fn world(&self) -> &Shared {
        &self.world
    }

    fn engine(&self) -> Arc<dyn Engine> {
        Arc::clone(&self.engine) as Arc<dyn Engine>
    }

    fn rows(&self) -> Arc<dyn Household> {
        Arc::new(self.store.clone())
    }

    fn store(&self) -> Arc<dyn Store> {
        Arc::new(self.store.clone())
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn run_to(&self, seconds: i64) {
        let end = (START_S + seconds) * 1000;
        loop {
            while !self.engine.round().await.unwrap().is_idle() {}
            let next = self
                .store
                .next_due()
                .await
                .unwrap()
                .map(Timestamp::as_millisecond);
            match next {
                Some(next) if next <= end => self
                    .clock
                    .set(next.max(self.clock.now().as_millisecond() + 1)),
                _ => break,
            }
        }
        self.clock.set(end.max(self.clock.now().as_millisecond()));
        while !self.engine.round().await.unwrap().is_idle() {}
    }

    /// Both accounts' hands are held elsewhere meanwhile.
    async fn pass_only(&self) {
        let (now, later) = (
            self.clock.now(),
            Timestamp::from_second(START_S + 1_000_000).unwrap(),
        );
        for account in ["a1", "a2"].map(AccountId::from) {
            assert!(
                self.store
                    .take_hand(&account, "another process", now, later)
                    .await
                    .unwrap()
            );
        }
        self.engine.round().await.unwrap();
        for account in ["a1", "a2"].map(AccountId::from) {
            self.store
                .give_hand(&account, "another process")
                .await
                .unwrap();
        }
    }

    async fn run_freely(&self, errands: &[ErrandId]) {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let running = tokio::spawn(Arc::clone(&self.engine).run(stopped));
        for errand in errands {
            while !self.phase(errand).await.is_over() {
                tokio::task::yield_now().await;
            }
        }
        stop.send(true).unwrap();
        running.await.unwrap();
    }

    fn sleep_through(&self, seconds: i64) {
        self.clock.set((START_S + seconds) * 1000);
    }

    async fn crash(&mut self) {
        (self.desk, self.engine) = build(&self.store, &self.clock, &self.world, &self.chance);
        self.engine.start_up().await.unwrap();
    }
}
