//! A driver, the simulated service, and a vault that can be told to fail; everything that happens is noted in its order.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use async_trait::async_trait;
use daiban_core::account::{Account, AccountState, Secrets, Settings};
use daiban_core::clock::Clock;
use daiban_core::error::ServiceError;
use daiban_core::http::{Http, HttpFailure, Lines, Method, Request, Response};
use daiban_core::provider::{Provider, Reconciled, Vault, Visit};
use daiban_core::secret::Secret;
use daiban_core::service::Service;
use daiban_core::{Text, Timestamp};
use daiban_providers::vehicle::Vehicles;
use daiban_sim::{HouseholdDriver, Options, Sim};
use serde_json::{Value, json};

use crate::kit::lines::SimLines;
use crate::kit::{ManualClock, START_MS};

pub(crate) const KEY: &str = "daiban-made-up-key-0123456789abc";
pub(crate) const USER: &str = "1000001";

/// One driver with a process of daiban and what it has stored.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) driver: HouseholdDriver,
    vehicles: Vehicles,
    settings: Settings,
    /// What is stored.
    pub(crate) secrets: Mutex<Secrets>,
    /// Requests and stores, in their order: `GET /path access`, `keep name name`.
    pub(crate) told: Mutex<Vec<String>>,
    pub(crate) sent: Mutex<Vec<Request>>,
    pub(crate) hidden: Mutex<Vec<String>>,
    /// Stores that fail, by their number from 1.
    failing: Mutex<Vec<usize>>,
    keeps: Mutex<usize>,
    /// Answers to renewals are on their way for so long.
    pub(crate) holds_renewals: AtomicBool,
    chance: AtomicU64,
    account: Account,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = ManualClock::starting_at(START_MS);
        let time = Arc::clone(&clock);
        let sim = Sim::new(Options {
            now: Arc::new(move || time.ms()),
            seed: 7,
            rail_data: None,
        });
        let driver = sim.household().vehicle.petrol;
        let settings = [
            ("profile", "lynkco-2023"),
            ("user_url", "http://127.0.0.1:5"),
            ("device_url", "http://127.0.0.1:5"),
        ];
        let world = Self {
            vehicles: Vehicles::default(),
            settings: settings
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
            secrets: Mutex::default(),
            told: Mutex::default(),
            sent: Mutex::default(),
            hidden: Mutex::default(),
            failing: Mutex::default(),
            keeps: Mutex::default(),
            holds_renewals: AtomicBool::new(false),
            chance: AtomicU64::new(1),
            account: account(clock.now()),
            sim,
            clock,
            driver,
        };
        let driver = world.driver.clone();
        for (name, value) in [
            ("app_secret", driver.app_secret),
            ("access_token", driver.access_token),
            ("refresh_token", driver.refresh_token),
            ("user_id", driver.user_id),
            ("client_id", driver.client_id),
            (
                "device_id",
                "00000000-0000-4000-8000-000000000000".to_owned(),
            ),
        ] {
            world.seal(name, &value);
        }
        world
    }

    /// The same driver with nothing but an auth code.
    pub(crate) fn with_code() -> Self {
        let world = Self::new();
        for name in ["access_token", "refresh_token", "user_id", "client_id"] {
            world.seal(name, "");
        }
        world.seal("auth_code", &world.driver.auth_code);
        world
    }

    /// Sets a setting.
    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets a stored secret.
    pub(crate) fn seal(&self, name: &str, value: &str) {
        let mut secrets = self.secrets.lock().unwrap();
        secrets.insert(name.to_owned(), Secret::from(value));
    }

    /// A stored secret; empty where there is none.
    pub(crate) fn sealed(&self, name: &str) -> String {
        let secrets = self.secrets.lock().unwrap();
        secrets
            .get(name)
            .map_or_else(String::new, |it| it.reveal().to_owned())
    }

    /// The n-th store from now on fails.
    pub(crate) fn fail_keep(&self, nth: usize) {
        let keeps = *self.keeps.lock().unwrap();
        self.failing.lock().unwrap().push(keeps + nth);
    }

    /// A new process: what was in memory only is gone.
    pub(crate) fn restart(&mut self) {
        self.vehicles = Vehicles::default();
    }

    pub(crate) fn pass_s(&self, seconds: i64) {
        self.clock.set(self.clock.ms() + seconds * 1000);
    }

    pub(crate) async fn look(&self, body: Value) -> Result<Value, ServiceError> {
        let secrets = self.secrets.lock().unwrap().clone();
        self.look_knowing(&secrets, body).await
    }

    /// A look of a visit that began when these were stored.
    pub(crate) async fn look_knowing(
        &self,
        secrets: &Secrets,
        body: Value,
    ) -> Result<Value, ServiceError> {
        self.vehicles.look(&self.visit(secrets), &body).await
    }

    pub(crate) async fn signed_in(&self) -> Result<Value, ServiceError> {
        self.look(json!({ "do": "signed_in" })).await
    }

    pub(crate) async fn exchange(&self) -> Result<Value, ServiceError> {
        let secrets = self.secrets.lock().unwrap().clone();
        let body = json!({ "do": "exchange" });
        self.vehicles.act(&self.visit(&secrets), &body).await
    }

    pub(crate) async fn exchanged(&self) -> Result<Reconciled, ServiceError> {
        let secrets = self.secrets.lock().unwrap().clone();
        let (visit, body) = (self.visit(&secrets), json!({ "do": "exchange" }));
        self.vehicles.reconcile(&visit, &body, visit.now).await
    }

    fn visit<'a>(&'a self, secrets: &'a Secrets) -> Visit<'a> {
        Visit {
            now: self.clock.now(),
            chance: self
                .chance
                .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed),
            settings: &self.settings,
            account: Some(&self.account),
            secrets,
            http: self,
            vault: self,
        }
    }

    /// What happened since it was last asked.
    pub(crate) fn told(&self) -> Vec<String> {
        std::mem::take(&mut *self.told.lock().unwrap())
    }

    /// How often tokens were renewed, by the service's own count.
    pub(crate) fn renewals(&self) -> usize {
        let effects = self.sim.effects().into_iter().filter_map(|it| it.effect);
        effects
            .filter(|effect| effect.starts_with("vehicle.refresh"))
            .count()
    }

    /// Whether what is stored is what the service takes.
    pub(crate) fn is_in_step(&self) -> bool {
        let tokens = self.sim.car_tokens(USER).unwrap();
        self.sealed("access_token") == tokens.access_token
            && self.sealed("refresh_token") == tokens.refresh_token
    }

    fn note(&self, text: String) {
        self.told.lock().unwrap().push(text);
    }
}

#[async_trait]
impl Http for World {
    /// Others have their turn before and after.
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        tokio::task::yield_now().await;
        let header = |name: &str| request.headers.iter().find(|(known, _)| *known == name);
        let token = header("authorization").map_or("", |(_, value)| value);
        let path = request.url.trim_start_matches("http://127.0.0.1:5");
        let path = path.split('?').next().unwrap_or_default();
        self.note(format!("{} {path} {token}", request.method.as_str()));
        self.sent.lock().unwrap().push(request.clone());
        let line = SimLines::new(self.sim.clone()).line(Service::Vehicle, None);
        let is_renewal = request.method == Method::Put;
        let response = line.send(request).await;
        tokio::task::yield_now().await;
        while is_renewal && self.holds_renewals.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        response
    }
}

#[async_trait]
impl Vault for World {
    async fn keep(&self, changed: Secrets) -> Result<(), ServiceError> {
        let nth = {
            let mut keeps = self.keeps.lock().unwrap();
            *keeps += 1;
            *keeps
        };
        let names: Vec<_> = changed.keys().map(String::as_str).collect();
        if self.failing.lock().unwrap().contains(&nth) {
            self.note(format!("no keep {}", names.join(" ")));
            return Err(ServiceError::Unreachable {
                text: Text::new("磁盘满了", "the disk is full"),
            });
        }
        self.note(format!("keep {}", names.join(" ")));
        self.secrets.lock().unwrap().extend(changed);
        Ok(())
    }

    fn hide(&self, value: &str) {
        self.hidden.lock().unwrap().push(value.to_owned());
    }
}

fn account(now: Timestamp) -> Account {
    Account {
        id: "a1".into(),
        user: "u1".into(),
        service: Service::Vehicle,
        name: "车".into(),
        state: AccountState::Ready,
        problem: None,
        settings: Settings::new(),
        created_at: now,
        signed_in_at: None,
        shared: false,
    }
}

/// The code of a refusal, or of whatever else it is.
pub(crate) fn code_of<T: std::fmt::Debug>(result: Result<T, ServiceError>) -> String {
    match result.unwrap_err() {
        ServiceError::Refused { code, .. } => code,
        other => other.code().to_owned(),
    }
}
