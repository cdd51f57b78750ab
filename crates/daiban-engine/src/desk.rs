//! The desk where visits to services are made: one hand per account, one line, secrets opened for the visit only.

use std::{
    collections::{BTreeMap, HashSet},
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use daiban_core::{
    Text, Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    call::{Nature, NewCall},
    clock::Clock,
    errand::Machine,
    error::ServiceError,
    household::Household,
    http::{Http, HttpFailure, Lines, Request, Response},
    id::AccountId,
    invalid::InvalidInput,
    provider::{Provider, Reconciled, Vault, Visit},
    service::Service,
    store::{Store, StoreError},
};
use futures_util::FutureExt as _;
use serde_json::Value;

use crate::standing;

/// Chance as an argument: 64 bits each time it is asked.
pub type Chance = Arc<dyn Fn() -> u64 + Send + Sync>;

/// A hand is given back after a visit; a process that dies with it keeps others waiting this long at most.
const HAND_S: i64 = 300;

/// A person's own look waits this long for the hand.
pub(crate) const PATIENCE_S: i64 = 30;

/// The check of a new errand waits this long for the hand: what it would tell, the errand finds out as well.
const MOMENT_S: i64 = 2;

/// What a desk is made of.
pub struct DeskOptions {
    /// The engine's rows.
    pub store: Arc<dyn Store>,
    /// The rows people see.
    pub household: Arc<dyn Household>,
    /// Lines to the services.
    pub lines: Arc<dyn Lines>,
    /// The services.
    pub providers: Vec<Box<dyn Provider>>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Chance,
    /// Settings per service; those of an account override them.
    pub settings: BTreeMap<Service, Settings>,
    /// This process, in the rows of hands.
    pub holder: String,
}

/// Makes visits.
pub struct Desk {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) household: Arc<dyn Household>,
    lines: Arc<dyn Lines>,
    providers: Vec<Box<dyn Provider>>,
    machines: BTreeMap<&'static str, Box<dyn Machine>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Chance,
    settings: BTreeMap<Service, Settings>,
    holder: String,
    busy: Mutex<HashSet<AccountId>>,
}

/// What came of a visit.
pub(crate) struct Visited<T> {
    /// The provider's answer.
    pub(crate) result: Result<T, ServiceError>,
    /// Set when politeness held the visit back before anything was sent.
    pub(crate) held: Option<(Timestamp, Text)>,
}

impl Desk {
    /// A desk.
    pub fn new(options: DeskOptions) -> Arc<Self> {
        let machines = options
            .providers
            .iter()
            .flat_map(|provider| provider.machines())
            .map(|machine| (machine.kind(), machine))
            .collect();
        Arc::new(Self {
            store: options.store,
            household: options.household,
            lines: options.lines,
            providers: options.providers,
            machines,
            clock: options.clock,
            chance: options.chance,
            settings: options.settings,
            holder: options.holder,
            busy: Mutex::default(),
        })
    }

    /// The provider of a service, if daiban has one.
    pub fn provider(&self, service: Service) -> Option<&dyn Provider> {
        self.providers
            .iter()
            .map(AsRef::as_ref)
            .find(|provider| provider.descriptor().service == service)
    }

    /// All providers.
    pub fn providers(&self) -> &[Box<dyn Provider>] {
        &self.providers
    }

    /// The machine of an errand kind.
    pub fn machine(&self, kind: &str) -> Option<&dyn Machine> {
        self.machines.get(kind).map(AsRef::as_ref)
    }

    /// A person's own look, now. Waits a little for the account's hand, marks the account by what was seen, and keeps that
    /// where a call that settles would.
    ///
    /// # Errors
    /// One of the eight.
    pub async fn look(self: &Arc<Self>, call: &NewCall) -> Result<Value, ServiceError> {
        let account = call.account.as_ref();
        let hand = self.hand_within(account, PATIENCE_S).await?;
        let hand = hand.ok_or_else(busy)?;
        let account = self.account(call.account.as_ref()).await.map_err(rows)?;
        let result = self
            .visit_look(call.service, account.as_ref(), &call.body)
            .await
            .result;
        if let Some(account) = &account {
            standing::mark(self, account, Nature::Look, result.as_ref())
                .await
                .map_err(rows)?;
            self.keep(call, account, result.as_ref().ok())
                .await
                .map_err(rows)?;
        }
        hand.give_back().await;
        result
    }

    /// The newest of its name, where the provider has one for it. A look that failed leaves what was seen before.
    pub(crate) async fn keep(
        &self,
        call: &NewCall,
        account: &Account,
        seen: Option<&Value>,
    ) -> Result<(), StoreError> {
        let provider = self.provider(call.service);
        let key = provider.and_then(|provider| provider.book_key(&call.body));
        let (Some(key), Some(seen)) = (key, seen) else {
            return Ok(());
        };
        let now = self.clock.now();
        self.store
            .keep(call.service, &account.id, &key, now, Ok(seen.clone()))
            .await
    }

    /// Checks the wishes of a new errand with its service, over the public line.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the wish.
    pub async fn check_wishes(
        &self,
        service: Service,
        kind: &str,
        wishes: &Value,
    ) -> Result<(), InvalidInput> {
        let Ok(opened) = self.open(service, None).await else {
            return Ok(());
        };
        let visit = opened.visit();
        let checked = opened.provider.check_wishes(&visit, kind, wishes);
        standing_by(checked).await.unwrap_or(Ok(()))
    }

    /// Checks the wishes of a new errand with its service, as its account. An account that is not signed in, or whose hand
    /// is not free within a moment, is not asked.
    ///
    /// # Errors
    /// [`InvalidInput`] naming the wish.
    pub async fn check_people(
        self: &Arc<Self>,
        service: Service,
        account: &Account,
        kind: &str,
        wishes: &Value,
    ) -> Result<(), InvalidInput> {
        if account.state != AccountState::Ready {
            return Ok(());
        }
        let Ok(Some(hand)) = self.hand_within(Some(&account.id), MOMENT_S).await else {
            return Ok(());
        };
        let checked = match self.open(service, Some(account)).await {
            Ok(opened) => {
                let visit = opened.visit();
                let checked = opened.provider.check_people(&visit, kind, wishes);
                standing_by(checked).await.unwrap_or(Ok(()))
            }
            Err(_) => Ok(()),
        };
        hand.give_back().await;
        checked
    }

    pub(crate) async fn account(
        &self,
        id: Option<&AccountId>,
    ) -> Result<Option<Account>, StoreError> {
        match id {
            Some(id) => self.household.account(id).await.map(Some),
            None => Ok(None),
        }
    }

    pub(crate) async fn visit_look(
        &self,
        service: Service,
        account: Option<&Account>,
        body: &Value,
    ) -> Visited<Value> {
        match self.open(service, account).await {
            Ok(opened) => opened.look(body).await,
            Err(error) => Visited::failed(error),
        }
    }

    /// A look for all who watch. It waits for its turn among the lookouts and not on the line.
    pub(crate) async fn visit_lookout(&self, service: Service, query: &Value) -> Visited<Value> {
        match self.open(service, None).await {
            Ok(mut opened) => {
                opened.line.queued = true;
                opened.look(query).await
            }
            Err(error) => Visited::failed(error),
        }
    }

    pub(crate) async fn visit_act(
        &self,
        service: Service,
        account: Option<&Account>,
        body: &Value,
    ) -> Visited<Value> {
        match self.open(service, account).await {
            Ok(opened) => opened.close(
                standing_by(opened.provider.act(&opened.visit(), body))
                    .await
                    .unwrap_or_else(|| Err(unsure(&fell()))),
            ),
            Err(error) => Visited::failed(error),
        }
    }

    pub(crate) async fn visit_reconcile(
        &self,
        service: Service,
        account: Option<&Account>,
        body: &Value,
        sent_at: Timestamp,
    ) -> Visited<Reconciled> {
        match self.open(service, account).await {
            Ok(opened) => opened.close(
                standing_by(opened.provider.reconcile(&opened.visit(), body, sent_at))
                    .await
                    .unwrap_or_else(|| Err(fell())),
            ),
            Err(error) => Visited::failed(error),
        }
    }

    async fn open<'a>(
        &'a self,
        service: Service,
        account: Option<&'a Account>,
    ) -> Result<Opened<'a>, ServiceError> {
        let secrets = match account {
            Some(account) => self.household.secrets(&account.id).await.map_err(rows)?,
            None => Secrets::new(),
        };
        let vault = AccountVault {
            household: &*self.household,
            account: account.map(|account| &account.id),
        };
        self.open_with(service, account, secrets, Box::new(vault))
    }

    /// Opens a visit with these secrets, whatever is stored.
    pub(crate) fn open_with<'a>(
        &'a self,
        service: Service,
        account: Option<&'a Account>,
        secrets: Secrets,
        vault: Box<dyn Vault + 'a>,
    ) -> Result<Opened<'a>, ServiceError> {
        let provider = self.provider(service).ok_or_else(|| no_provider(service))?;
        let id = account.map(|account| &account.id);
        Ok(Opened {
            provider,
            now: self.clock.now(),
            chance: (self.chance)(),
            settings: self.settings_for(service, account),
            account,
            secrets,
            line: NotingLine {
                line: self.lines.line(service, id),
                queued: false,
                left: AtomicU32::new(0),
                held: Mutex::default(),
            },
            vault,
        })
    }

    /// Settings of a service with those of the account over them.
    pub fn settings_for(&self, service: Service, account: Option<&Account>) -> Settings {
        let mut settings = self.settings.get(&service).cloned().unwrap_or_default();
        if let Some(account) = account {
            let given = account
                .settings
                .iter()
                .filter(|(_, value)| !value.is_empty());
            settings.extend(given.map(|(name, value)| (name.clone(), value.clone())));
        }
        settings
    }

    /// The hand of an account if it is free here and in other processes.
    pub(crate) async fn take_hand(
        self: &Arc<Self>,
        account: Option<&AccountId>,
    ) -> Result<Option<Hand>, StoreError> {
        let desk = Arc::clone(self);
        let Some(account) = account else {
            return Ok(Some(Hand {
                desk,
                account: None,
            }));
        };
        if !self.busy_set().insert(account.clone()) {
            return Ok(None);
        }
        let hand = Hand {
            desk,
            account: Some(account.clone()),
        };
        let now = self.clock.now();
        let until = after(now, HAND_S);
        if self
            .store
            .take_hand(account, &self.holder, now, until)
            .await?
        {
            return Ok(Some(hand));
        }
        Ok(None)
    }

    /// The hand of an account once it is free; `None`: it was not within so many seconds.
    pub(crate) async fn hand_within(
        self: &Arc<Self>,
        account: Option<&AccountId>,
        patience_s: i64,
    ) -> Result<Option<Hand>, ServiceError> {
        let patience = after(self.clock.now(), patience_s);
        loop {
            if let Some(hand) = self.take_hand(account).await.map_err(rows)? {
                return Ok(Some(hand));
            }
            let now = self.clock.now();
            if now >= patience {
                return Ok(None);
            }
            self.clock.sleep_until(after(now, 1)).await;
        }
    }

    /// Accounts whose hand this process has.
    pub(crate) fn busy(&self) -> Vec<AccountId> {
        self.busy_set().iter().cloned().collect()
    }

    fn busy_set(&self) -> std::sync::MutexGuard<'_, HashSet<AccountId>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An account's one hand. Given back by [`Hand::give_back`]; dropping it frees it in this process only, and the row runs out.
pub(crate) struct Hand {
    desk: Arc<Desk>,
    account: Option<AccountId>,
}

impl Hand {
    /// Gives it back to other processes too.
    pub(crate) async fn give_back(self) {
        if let Some(account) = &self.account {
            let given = self.desk.store.give_hand(account, &self.desk.holder).await;
            if let Err(error) = given {
                tracing::debug!(%error, "a hand runs out by itself");
            }
        }
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        if let Some(account) = &self.account {
            self.desk.busy_set().remove(account);
        }
    }
}

/// A visit with everything it needs, opened for its duration.
pub(crate) struct Opened<'a> {
    provider: &'a dyn Provider,
    now: Timestamp,
    chance: u64,
    settings: Settings,
    account: Option<&'a Account>,
    secrets: Secrets,
    line: NotingLine,
    vault: Box<dyn Vault + 'a>,
}

impl Opened<'_> {
    fn visit(&self) -> Visit<'_> {
        Visit {
            now: self.now,
            chance: self.chance,
            settings: &self.settings,
            account: self.account,
            secrets: &self.secrets,
            http: &self.line,
            vault: &*self.vault,
        }
    }

    pub(crate) async fn look(&self, body: &Value) -> Visited<Value> {
        let looked = standing_by(self.provider.look(&self.visit(), body)).await;
        self.close(looked.unwrap_or_else(|| Err(fell())))
    }

    fn close<T>(&self, result: Result<T, ServiceError>) -> Visited<T> {
        let held = match &result {
            Err(_) => self.line.held_before_sending(),
            Ok(_) => None,
        };
        Visited { result, held }
    }
}

impl<T> Visited<T> {
    fn failed(error: ServiceError) -> Self {
        Self {
            result: Err(error),
            held: None,
        }
    }
}

/// Notes whether anything left, so that a visit held back by politeness can simply be made later.
struct NotingLine {
    line: Box<dyn Http>,
    /// Whether the visit has its turn elsewhere. What follows once something has left waits as ever.
    queued: bool,
    left: AtomicU32,
    held: Mutex<Option<(Timestamp, Text)>>,
}

impl NotingLine {
    fn held_before_sending(&self) -> Option<(Timestamp, Text)> {
        if self.left.load(Ordering::Relaxed) > 0 {
            return None;
        }
        self.held
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[async_trait]
impl Http for NotingLine {
    async fn send(&self, mut request: Request) -> Result<Response, HttpFailure> {
        request.waits &= !self.queued || self.left.load(Ordering::Relaxed) > 0;
        let result = self.line.send(request).await;
        match &result {
            Err(HttpFailure::Held { until, text }) => {
                let held = Some((*until, text.clone()));
                *self.held.lock().unwrap_or_else(PoisonError::into_inner) = held;
            }
            Err(HttpFailure::NotSent { .. }) => {}
            _ => {
                self.left.fetch_add(1, Ordering::Relaxed);
            }
        }
        result
    }
}

struct AccountVault<'a> {
    household: &'a dyn Household,
    account: Option<&'a AccountId>,
}

#[async_trait]
impl Vault for AccountVault<'_> {
    async fn keep(&self, changed: Secrets) -> Result<(), ServiceError> {
        let Some(account) = self.account else {
            return Ok(());
        };
        self.household
            .keep_secrets(account, changed)
            .await
            .map_err(rows)
    }
}

/// Trouble with our own rows during a visit, in the visit's terms: nothing is known, nothing may be assumed.
pub(crate) fn rows(error: StoreError) -> ServiceError {
    ServiceError::Unreachable {
        text: Text::new(
            format!("本机数据读写出错：{error}"),
            format!("trouble with our own data: {error}"),
        ),
    }
}

/// A fault in a provider ends its visit, not the engine.
async fn standing_by<T>(visit: impl Future<Output = T>) -> Option<T> {
    AssertUnwindSafe(visit).catch_unwind().await.ok()
}

fn fell() -> ServiceError {
    ServiceError::changed("provider", "a fault in daiban itself")
}

/// Whoever fell in the middle of an act may have sent it.
fn unsure(error: &ServiceError) -> ServiceError {
    ServiceError::Unsure {
        text: error.text().clone(),
    }
}

pub(crate) fn busy() -> ServiceError {
    ServiceError::Busy {
        retry_after_s: Some(30),
        text: Text::new(
            "这个账号正忙着别的事，稍后再试",
            "this account is busy with something else; try again soon",
        ),
    }
}

fn no_provider(service: Service) -> ServiceError {
    ServiceError::Refused {
        code: "no_provider".to_owned(),
        text: Text::new(
            format!("这个版本还不能办「{}」", service.name().zh),
            format!("this version has no {} yet", service.name().en),
        ),
    }
}

pub(crate) fn after(moment: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_second(moment.as_second() + seconds).unwrap_or(moment)
}
