//! What whole-system tests stand on: the real engine, the real store, the real providers, the simulator called
//! in-process, a clock moved by hand, and a fuse that ends the process at any effect.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

pub mod fuse;
pub mod hospital;
pub mod jars;
pub mod lines;
pub mod story;
pub mod vehicle;

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
    account::{Account, AccountState, Secrets, Settings},
    ask::{Answer, Ask, AskState},
    call::NewCall,
    clock::Clock,
    engine::{Engine, Start},
    error::ServiceError,
    household::{Household, Role, User},
    id::{AccountId, ErrandId, UserId},
    secret::Secret,
    service::Service,
    store::{Store, StoreError},
};
use daiban_engine::{Desk, DeskOptions, Embedded, EngineOptions};
use daiban_sim::{Options, Sim};
use daiban_store::SqliteStore;
use serde_json::{Map, Value};

use fuse::{CuttingLines, CuttingStore, Fuse};
use jars::{CookieLines, Jars};
use lines::SimLines;

/// 2026-11-22 06:00 in Beijing.
pub const START_MS: i64 = 1_795_298_400_000;
pub const MINUTE_MS: i64 = 60_000;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// A clock moved by hand. Whoever sleeps on it moves it.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn starting_at(ms: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(ms)))
    }

    pub fn ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    pub fn set(&self, ms: i64) {
        self.0.fetch_max(ms, Ordering::SeqCst);
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.ms()).unwrap()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        self.set(moment.as_millisecond());
    }
}

/// What the person at the phone does with an open ask; `None`: lets it be.
pub type Person = Box<dyn Fn(&Sim, &Ask) -> Option<Answer>>;

/// One daiban with its world.
pub struct Rig {
    pub sim: Sim,
    pub clock: Arc<ManualClock>,
    pub store: SqliteStore,
    pub engine: Arc<Embedded>,
    pub fuse: Arc<Fuse>,
    pub person: Person,
    pub crashes: u32,
    jars: Jars,
    chance: Arc<AtomicU64>,
}

impl Rig {
    pub async fn new(seed: u64) -> Self {
        let clock = ManualClock::starting_at(START_MS);
        let time = Arc::clone(&clock);
        let sim = Sim::new(Options {
            now: Arc::new(move || time.ms()),
            seed,
            rail_data: None,
        });
        let store = SqliteStore::in_memory().await.unwrap();
        let fuse = Arc::new(Fuse::default());
        let chance = Arc::new(AtomicU64::new(seed));
        let jars = Jars::default();
        let engine = build(&sim, &clock, &store, &fuse, &jars, &chance).1;
        let user = User {
            id: UserId::from("u1"),
            name: "林岚".to_owned(),
            role: Role::Admin,
            created_at: clock.now(),
            failures: 0,
            locked_until: None,
        };
        store.add_user(user, "-".to_owned()).await.unwrap();
        Self {
            sim,
            clock,
            store,
            engine,
            fuse,
            person: Box::new(|_, _| None),
            crashes: 0,
            jars,
            chance,
        }
    }

    pub async fn add_account(
        &self,
        id: &str,
        service: Service,
        settings: &[(&str, &str)],
        secrets: &[(&str, &str)],
    ) -> AccountId {
        let mut settings: Settings = pairs(settings);
        let mut secrets: Secrets = secrets
            .iter()
            .map(|(k, v)| ((*k).to_owned(), Secret::new(*v)))
            .collect();
        let provider = daiban_providers::all()
            .into_iter()
            .find(|provider| provider.descriptor().service == service)
            .unwrap();
        provider.check_account(&mut settings, &mut secrets).unwrap();
        let account = Account {
            id: AccountId::from(id),
            user: UserId::from("u1"),
            service,
            name: id.to_owned(),
            state: AccountState::New,
            problem: None,
            settings,
            created_at: self.clock.now(),
            signed_in_at: None,
            shared: false,
        };
        self.store.add_account(account, secrets).await.unwrap();
        AccountId::from(id)
    }

    /// Begins an errand from wishes as typed on the command line.
    pub async fn add_errand(
        &self,
        kind: &str,
        account: &AccountId,
        wishes: &[(&str, &str)],
        internal: bool,
    ) -> ErrandId {
        let given: Map<String, Value> = wishes
            .iter()
            .map(|(k, v)| ((*k).to_owned(), Value::from(*v)))
            .collect();
        let providers = daiban_providers::all();
        let kind_of = providers
            .iter()
            .flat_map(|provider| provider.descriptor().errands)
            .find(|offered| offered.kind == kind)
            .unwrap();
        let start = Start {
            user: UserId::from("u1"),
            account: account.clone(),
            kind: kind.to_owned(),
            wishes: kind_of.read_wishes(&given).unwrap(),
            internal,
        };
        self.engine.start(start).await.unwrap()
    }

    /// Lets time pass until `end_ms`, running everything at its moment; a blown fuse is a crash, after which a new process starts.
    pub async fn run_to(&mut self, end_ms: i64) {
        loop {
            match self.run_until_crash(end_ms).await {
                Ok(()) => return,
                Err(error) => {
                    assert!(
                        self.fuse.is_blown(),
                        "the store fails only where the fuse is: {error}"
                    );
                    self.restart().await;
                }
            }
        }
    }

    async fn run_until_crash(&self, end_ms: i64) -> Result<(), StoreError> {
        let mut rounds = 0;
        loop {
            loop {
                let idle = self.engine.round().await?.is_idle();
                if idle && !self.answer_asks().await? {
                    break;
                }
                rounds += 1;
                assert!(
                    rounds < 20_000,
                    "going round in circles at {}",
                    self.clock.now()
                );
            }
            let next = self.store.next_due().await?.map(Timestamp::as_millisecond);
            match next {
                Some(next) if next <= end_ms => self.clock.set(next.max(self.clock.ms() + 1)),
                _ => break,
            }
        }
        self.clock.set(end_ms);
        while !self.engine.round().await?.is_idle() {}
        Ok(())
    }

    async fn answer_asks(&self) -> Result<bool, StoreError> {
        let mut answered = false;
        for ask in self.store.asks(None, Some(AskState::Open)).await? {
            if let Some(answer) = (self.person)(&self.sim, &ask) {
                answered |= self.engine.answer(&ask.id, answer).await.is_ok();
                if self.fuse.is_blown() {
                    return Err(StoreError::Unavailable(
                        "the process ended while a person answered".to_owned(),
                    ));
                }
            }
        }
        Ok(answered)
    }

    /// The engine goes on with this fuse.
    pub fn use_fuse(&mut self, fuse: Fuse) {
        self.fuse = Arc::new(fuse);
        self.engine = build(
            &self.sim,
            &self.clock,
            &self.store,
            &self.fuse,
            &self.jars,
            &self.chance,
        )
        .1;
    }

    /// A person's own look.
    pub async fn look(&self, call: &NewCall) -> Result<Value, ServiceError> {
        let fuse = Arc::new(Fuse::default());
        build(
            &self.sim,
            &self.clock,
            &self.store,
            &fuse,
            &self.jars,
            &self.chance,
        )
        .0
        .look(call)
        .await
    }

    /// A new process on the same rows, with no fuse.
    pub async fn restart(&mut self) {
        self.crashes += 1;
        self.jars.restart();
        self.fuse = Arc::new(Fuse::default());
        self.engine = build(
            &self.sim,
            &self.clock,
            &self.store,
            &self.fuse,
            &self.jars,
            &self.chance,
        )
        .1;
        self.engine.start_up().await.unwrap();
    }

    /// The errand's history and the service's journal, for a failed test's message.
    pub async fn story(&self, errand: &ErrandId) -> String {
        let mut lines = vec![String::new()];
        for event in self
            .store
            .errand_events(errand, 200)
            .await
            .unwrap()
            .into_iter()
            .rev()
        {
            lines.push(format!(
                "{} {:?} {} {}",
                event.at, event.kind, event.text.zh, event.data
            ));
        }
        for entry in self.sim.journal() {
            lines.push(format!(
                "{} {} {} {:?}",
                entry.at_ms - START_MS,
                entry.method,
                entry.path,
                entry.effect
            ));
        }
        lines.join("\n")
    }

    /// Effects on the world whose words begin so.
    pub fn effects(&self, beginning: &str) -> Vec<String> {
        let effects = self
            .sim
            .effects()
            .into_iter()
            .filter_map(|entry| entry.effect);
        effects
            .filter(|effect| effect.starts_with(beginning))
            .collect()
    }
}

fn build(
    sim: &Sim,
    clock: &Arc<ManualClock>,
    store: &SqliteStore,
    fuse: &Arc<Fuse>,
    jars: &Jars,
    chance: &Arc<AtomicU64>,
) -> (Arc<Desk>, Arc<Embedded>) {
    let chance = Arc::clone(chance);
    let settings = [
        (
            Service::Permit,
            pairs(&[("base_url", "http://127.0.0.1:1")]),
        ),
        (
            Service::Rail,
            pairs(&[
                ("base_url", "http://127.0.0.1:2"),
                ("www_url", "http://127.0.0.1:2"),
            ]),
        ),
        (
            Service::Hospital,
            pairs(&[
                ("base_url", "http://127.0.0.1:4"),
                ("dialect", "web-2022"),
                ("aes_key", "imed2019imed2019"),
                ("key_from", "setting"),
                ("orders_path", "web/order/list"),
                ("order_status_path", "web/order/status"),
            ]),
        ),
        (
            Service::Vehicle,
            pairs(&[
                ("profile", "lynkco-2023"),
                ("user_url", "http://127.0.0.1:5"),
                ("device_url", "http://127.0.0.1:5"),
            ]),
        ),
        (
            Service::Violation,
            pairs(&[("url", "http://127.0.0.1:3/pyi/65/173"), ("sign", "md5")]),
        ),
    ];
    let store_port: Arc<dyn Store> =
        Arc::new(CuttingStore::new(Arc::new(store.clone()), Arc::clone(fuse)));
    let desk = Desk::new(DeskOptions {
        store: store_port,
        household: Arc::new(store.clone()),
        lines: Arc::new(CookieLines::new(
            CuttingLines::new(SimLines::new(sim.clone()), Arc::clone(fuse)),
            jars.clone(),
        )),
        providers: daiban_providers::all(),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        chance: Arc::new(move || chance.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)),
        settings: settings.into_iter().collect(),
        holder: "matrix".to_owned(),
    });
    let engine = Embedded::new(Arc::clone(&desk), EngineOptions::default());
    (desk, engine)
}

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect()
}
