//! Wishes checked as the account: who is asked, when, and what an answer or the lack of one means.
#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use daiban_core::{
    Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    call::NewCall,
    clock::Clock,
    descriptor::{Descriptor, Label},
    errand::Machine,
    error::ServiceError,
    household::{Household as _, Role, User},
    http::{Http, HttpFailure, Lines, Request, Response},
    id::{AccountId, UserId},
    invalid::InvalidInput,
    provider::{Provider, Reconciled, Visit},
    secret::Secret,
    service::Service,
    store::Store,
};
use daiban_engine::{Desk, DeskOptions};
use daiban_store::SqliteStore;
use serde_json::{Value, json};

static DESCRIPTOR: Descriptor = Descriptor {
    service: Service::Hospital,
    name: Label::new("测试", "test"),
    sign_in: &[],
    settings: &[],
    secrets: &[],
    errands: &[],
    poll_floor_s: 60,
    sprint: None,
    daily_budget: 1000,
};

/// Knows nobody called 王二, and falls over 王三.
#[derive(Clone, Default)]
struct Registry(Arc<Mutex<Vec<String>>>);

#[async_trait]
impl Provider for Registry {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        Vec::new()
    }

    fn check_account(&self, _: &mut Settings, _: &mut Secrets) -> Result<(), InvalidInput> {
        Ok(())
    }

    async fn check_people(
        &self,
        visit: &Visit<'_>,
        kind: &str,
        wishes: &Value,
    ) -> Result<(), InvalidInput> {
        let account = visit.account.unwrap();
        let secret = visit.secret("card_nos").unwrap();
        let asked = format!(
            "{} {kind} {} {secret}",
            account.id, visit.settings["mobile"]
        );
        self.0.lock().unwrap().push(asked);
        match wishes["patient"].as_str() {
            Some("王二") => Err(InvalidInput::new("patient", "没有王二", "no such patient")),
            Some("王三") => panic!("a fault of ours"),
            _ => Ok(()),
        }
    }

    fn proof(&self, _: &Account, _: &Secrets) -> Option<NewCall> {
        None
    }

    async fn look(&self, _: &Visit<'_>, _: &Value) -> Result<Value, ServiceError> {
        Ok(json!({}))
    }

    async fn act(&self, _: &Visit<'_>, _: &Value) -> Result<Value, ServiceError> {
        Ok(json!({}))
    }

    async fn reconcile(
        &self,
        _: &Visit<'_>,
        _: &Value,
        _: Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        panic!("there is nothing to ask about")
    }
}

struct NoLines;

impl Lines for NoLines {
    fn line(&self, _: Service, _: Option<&AccountId>) -> Box<dyn Http> {
        Box::new(Self)
    }
}

#[async_trait]
impl Http for NoLines {
    async fn send(&self, _: Request) -> Result<Response, HttpFailure> {
        panic!("nothing is sent")
    }
}

/// Whoever sleeps on it moves it, and gives a hand back at its moment.
struct Moving {
    now_s: AtomicI64,
    store: SqliteStore,
    gives_back_at: AtomicI64,
}

const START_S: i64 = 1_795_305_600;

#[async_trait]
impl Clock for Moving {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.now_s.load(Ordering::SeqCst)).unwrap()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        self.now_s.fetch_max(moment.as_second(), Ordering::SeqCst);
        if self.now_s.load(Ordering::SeqCst) >= self.gives_back_at.load(Ordering::SeqCst) {
            self.store.give_hand(&"a1".into(), "other").await.unwrap();
        }
    }
}

struct House {
    desk: Arc<Desk>,
    registry: Registry,
    clock: Arc<Moving>,
    store: SqliteStore,
}

impl House {
    async fn new() -> Self {
        let store = SqliteStore::in_memory().await.unwrap();
        let clock = Arc::new(Moving {
            now_s: AtomicI64::new(START_S),
            store: store.clone(),
            gives_back_at: AtomicI64::new(i64::MAX),
        });
        let registry = Registry::default();
        let desk = Desk::new(DeskOptions {
            store: Arc::new(store.clone()),
            household: Arc::new(store.clone()),
            lines: Arc::new(NoLines),
            providers: vec![Box::new(registry.clone())],
            clock: clock.clone(),
            chance: Arc::new(|| 1),
            settings: BTreeMap::new(),
            holder: "test".to_owned(),
        });
        let user = User {
            id: UserId::from("u1"),
            name: "林岚".to_owned(),
            role: Role::Admin,
            created_at: clock.now(),
            failures: 0,
            locked_until: None,
        };
        store.add_user(user, "x".to_owned()).await.unwrap();
        let secrets = Secrets::from([("card_nos".to_owned(), Secret::new("10000000000X"))]);
        let house = Self {
            desk,
            registry,
            clock,
            store,
        };
        let account = house.account(AccountState::Ready);
        house.store.add_account(account, secrets).await.unwrap();
        house
    }

    fn account(&self, state: AccountState) -> Account {
        Account {
            id: AccountId::from("a1"),
            user: UserId::from("u1"),
            service: Service::Hospital,
            name: "家".to_owned(),
            state,
            problem: None,
            settings: Settings::from([("mobile".to_owned(), "13800000000".to_owned())]),
            created_at: self.clock.now(),
            signed_in_at: None,
            shared: false,
        }
    }

    async fn check(&self, state: AccountState, patient: &str) -> Result<(), String> {
        let account = self.account(state);
        let wishes = json!({ "patient": patient });
        let checked = self
            .desk
            .check_people(Service::Hospital, &account, "hospital.visit", &wishes)
            .await;
        checked.map_err(|error| error.field)
    }

    fn asked(&self) -> usize {
        self.registry.0.lock().unwrap().len()
    }

    /// Somebody else has the hand until that moment.
    async fn hold(&self, gives_back_at: i64) {
        let until = Timestamp::from_second(START_S + 300).unwrap();
        let (account, now) = (AccountId::from("a1"), self.clock.now());
        let taken = self.store.take_hand(&account, "other", now, until);
        assert!(taken.await.unwrap());
        self.clock
            .gives_back_at
            .store(gives_back_at, Ordering::SeqCst);
    }

    async fn is_free(&self) -> bool {
        let now = self.clock.now();
        let until = Timestamp::from_second(now.as_second() + 1).unwrap();
        let account = AccountId::from("a1");
        let taken = self.store.take_hand(&account, "someone", now, until);
        taken.await.unwrap()
    }
}

#[tokio::test]
async fn the_service_is_asked_as_the_account_and_the_hand_given_back() {
    let house = House::new().await;
    assert_eq!(house.check(AccountState::Ready, "王一").await, Ok(()));
    assert_eq!(
        *house.registry.0.lock().unwrap(),
        ["a1 hospital.visit 13800000000 10000000000X"]
    );
    assert_eq!(
        house.check(AccountState::Ready, "王二").await,
        Err("patient".to_owned())
    );
    assert!(house.is_free().await);
}

#[tokio::test]
async fn who_is_not_signed_in_is_not_asked() {
    let house = House::new().await;
    for state in [AccountState::New, AccountState::SignInLost] {
        assert_eq!(house.check(state, "王二").await, Ok(()));
    }
    assert_eq!(house.asked(), 0);
}

#[tokio::test]
async fn a_hand_is_waited_for_a_moment_and_no_longer() {
    let house = House::new().await;
    house.hold(START_S + 1).await;
    assert_eq!(
        house.check(AccountState::Ready, "王二").await,
        Err("patient".to_owned())
    );
    let house = House::new().await;
    house.hold(START_S + 10).await;
    assert_eq!(house.check(AccountState::Ready, "王二").await, Ok(()));
    assert_eq!(house.asked(), 0);
    assert_eq!(house.clock.now().as_second(), START_S + 2);
}

#[tokio::test]
async fn a_fault_of_ours_is_left_to_the_errand() {
    let house = House::new().await;
    assert_eq!(house.check(AccountState::Ready, "王三").await, Ok(()));
    assert_eq!(house.asked(), 1);
    assert!(house.is_free().await);
}
