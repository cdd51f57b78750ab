//! The way to the services: politeness, cookies, limits, redaction and the circuit breaker in one place.
//!
//! A [`Line`] sends one request at a time. Before a request: is the service closed, is there a turn within the floor and
//! the day's budget, are the cookies at hand. After it: cookies are stored, then the answer is looked at for a ban.
//! What an answer means is left to the providers, and repeating a request to the engine: nothing is ever sent twice here.
//!
//! Waits are on the port's clock; the limit on how long an answer may take is in real seconds, as the network is real.

pub mod address;
mod breaker;
mod client;
mod jar;
mod line;
mod pacing;
mod retry_after;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use daiban_core::{
    Text,
    clock::Clock,
    descriptor::{Descriptor, Sprint},
    household::Household,
    http::{HttpFailure, Response},
    id::AccountId,
    secret::Redactor,
    service::Service,
    store::Store,
};

use breaker::Breaker;
use client::{Clients, Limits};
use line::Memory;
use pacing::millis_of;

pub use client::install_tls;
pub(crate) use client::words;
pub use line::Line;
pub use pacing::{Chance, system_chance};
pub use retry_after::retry_after;

/// What the owner may set.
#[derive(Debug, Clone)]
pub struct NetSettings {
    /// Sent unless a provider sends its own.
    pub user_agent: String,
    /// How long one answer may take, in real time. Default 15 s.
    pub timeout: Duration,
    /// How long an answer may be, unpacked. Default 4 MiB.
    pub max_answer_bytes: usize,
    /// At least this long from the start of one request of a line to the start of its next, in milliseconds. Default 200.
    pub step_gap_ms: u64,
    /// Floors between polls in seconds that are slower than the service's own; quicker ones have no effect.
    pub floors_s: BTreeMap<Service, u32>,
    /// The same for the quicker floor around a release; slower than the ordinary one, that one holds.
    pub sprint_floors_s: BTreeMap<Service, u32>,
}

impl Default for NetSettings {
    fn default() -> Self {
        Self {
            user_agent: concat!("daiban/", env!("CARGO_PKG_VERSION")).to_owned(),
            timeout: Duration::from_secs(15),
            max_answer_bytes: 4 << 20,
            step_gap_ms: 200,
            floors_s: BTreeMap::new(),
            sprint_floors_s: BTreeMap::new(),
        }
    }
}

/// What the net is made of.
pub struct NetOptions {
    /// Budgets and closings.
    pub store: Arc<dyn Store>,
    /// Cookies and problems.
    pub household: Arc<dyn Household>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance, for jitter; see [`system_chance`].
    pub chance: Chance,
    /// Takes secrets out of error texts.
    pub redactor: Redactor,
    /// What the owner set.
    pub settings: NetSettings,
}

/// All lines to all services.
pub struct Net {
    store: Arc<dyn Store>,
    household: Arc<dyn Household>,
    clock: Arc<dyn Clock>,
    chance: Chance,
    redactor: Redactor,
    settings: NetSettings,
    clients: Clients,
    breakers: BTreeMap<Service, Breaker>,
    lines: Mutex<BTreeMap<LineKey, Arc<tokio::sync::Mutex<Memory>>>>,
    tally: Mutex<Tally>,
}

/// Service and account; no account: the public line.
type LineKey = (Service, Option<AccountId>);

#[derive(Default)]
struct Tally {
    requests: BTreeMap<Service, u64>,
    gone: BTreeSet<Service>,
}

impl Net {
    /// Opens no connection yet.
    pub fn new(options: NetOptions) -> Arc<Self> {
        let NetOptions {
            store,
            household,
            clock,
            chance,
            redactor,
            settings,
        } = options;
        let limits = Limits {
            user_agent: settings.user_agent.clone(),
            timeout: settings.timeout,
            max_bytes: settings.max_answer_bytes,
        };
        let breaker = |service| {
            (
                service,
                Breaker::new(service, store.clone(), household.clone()),
            )
        };
        Arc::new(Self {
            breakers: Service::ALL.into_iter().map(breaker).collect(),
            clients: Clients::new(limits, redactor.clone()),
            store,
            household,
            clock,
            chance,
            redactor,
            settings,
            lines: Mutex::default(),
            tally: Mutex::default(),
        })
    }

    /// The line of an account to its service, or the public line. Floors and budget are the descriptor's; the floors may be
    /// slower by settings.
    pub fn line(self: &Arc<Self>, descriptor: &Descriptor, account: Option<&AccountId>) -> Line {
        let service = descriptor.service;
        let slower = |floor_s: u32, wished: &BTreeMap<Service, u32>| {
            floor_s.max(wished.get(&service).copied().unwrap_or_default())
        };
        let floor_s = slower(descriptor.poll_floor_s, &self.settings.floors_s);
        let sprint = descriptor.sprint.map(|sprint| Sprint {
            floor_s: slower(sprint.floor_s, &self.settings.sprint_floors_s).min(floor_s),
            ..sprint
        });
        let key = (service, account.cloned());
        Line {
            net: self.clone(),
            service,
            account: account.cloned(),
            floor_ms: millis_of(floor_s),
            sprint,
            daily: descriptor.daily_budget,
            memory: locked(&self.lines).entry(key).or_default().clone(),
        }
    }

    /// Requests that may have reached each service since the start, for metrics. All services are listed.
    pub fn counts(&self) -> BTreeMap<Service, u64> {
        let tally = locked(&self.tally);
        let count = |service| {
            (
                service,
                tally.requests.get(&service).copied().unwrap_or_default(),
            )
        };
        Service::ALL.into_iter().map(count).collect()
    }

    /// Forgets what is in memory of a removed account.
    pub fn forget(&self, account: &AccountId) {
        locked(&self.lines).retain(|(_, of), _| of.as_ref() != Some(account));
    }

    fn breaker(&self, service: Service) -> &Breaker {
        &self.breakers[&service]
    }

    fn redacted(&self, text: &Text) -> Text {
        Text::new(
            self.redactor.redact(&text.zh),
            self.redactor.redact(&text.en),
        )
    }

    /// Counts a request, and says once that a service is gone and once that it is back.
    fn note(&self, service: Service, sent: &Result<Response, HttpFailure>) {
        let mut tally = locked(&self.tally);
        if !matches!(sent, Err(HttpFailure::NotSent { .. })) {
            *tally.requests.entry(service).or_default() += 1;
        }
        match sent {
            Err(failure @ (HttpFailure::NotSent { .. } | HttpFailure::NoAnswer { .. })) => {
                if tally.gone.insert(service) {
                    tracing::warn!(%service, "the service cannot be reached: {failure}");
                }
            }
            _ => {
                if tally.gone.remove(&service) {
                    tracing::info!(%service, "the service can be reached again");
                }
            }
        }
    }
}

/// What is under a lock is whole even where a holder panicked: each change is one statement.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
