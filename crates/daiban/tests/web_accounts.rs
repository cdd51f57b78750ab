//! Accounts over the pages: tried out before they are stored, never twice, mended in place.
#![allow(clippy::unwrap_used)]

mod web_kit;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use daiban_core::{
    Text, Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    call::NewCall,
    descriptor::Descriptor,
    errand::Machine,
    error::ServiceError,
    household::{Household as _, Role, User},
    invalid::InvalidInput,
    provider::{Provider, Reconciled, Visit},
    service::Service,
};
use daiban_providers::permit::Permit;
use serde_json::{Value, json};
use web_kit::{
    Browser, House, Seen, Still,
    page::{assert_at_field, check_page},
};

const GOOD: &str = "0123456789abcdef0123456789abcdef";
const BAD: &str = "ffffffffffffffffffffffffffffffff";
const AWAY: &str = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee";
const OLD: &str = "dddddddddddddddddddddddddddddddd";
const NEWER: &str = "cccccccccccccccccccccccccccccccc";
const SAID: &str = "令牌不对，请重新登录（服务原话）";
const PATH: &str = "/accounts/new/permit";

/// The permit service, knowing a token by heart: good, refused, out of reach, or exchanged on the way and refused then.
struct Doorkeeper {
    asked: Arc<Mutex<Vec<String>>>,
}

#[async_trait]
impl Provider for Doorkeeper {
    fn descriptor(&self) -> &'static Descriptor {
        Permit.descriptor()
    }

    fn machines(&self) -> Vec<Box<dyn Machine>> {
        Permit.machines()
    }

    fn check_account(
        &self,
        settings: &mut Settings,
        secrets: &mut Secrets,
    ) -> Result<(), InvalidInput> {
        Permit.check_account(settings, secrets)
    }

    fn known_by(&self, settings: &Settings, secrets: &Secrets) -> Vec<(&'static str, String)> {
        Permit.known_by(settings, secrets)
    }

    fn proof(&self, account: &Account, secrets: &Secrets) -> Option<NewCall> {
        Permit.proof(account, secrets)
    }

    async fn look(&self, visit: &Visit<'_>, _: &Value) -> Result<Value, ServiceError> {
        let token = visit.secret("token")?.to_owned();
        self.asked.lock().unwrap().push(token.clone());
        match token.as_str() {
            GOOD | NEWER => Ok(json!({ "public": {} })),
            OLD => {
                let newer = Secrets::from([("token".to_owned(), NEWER.into())]);
                visit.vault.keep(newer).await?;
                Err(lost())
            }
            AWAY => Err(ServiceError::Unreachable {
                text: Text::new("连不上服务", "the service cannot be reached"),
            }),
            _ => Err(lost()),
        }
    }

    async fn act(&self, _: &Visit<'_>, _: &Value) -> Result<Value, ServiceError> {
        Err(lost())
    }

    async fn reconcile(
        &self,
        _: &Visit<'_>,
        _: &Value,
        _: Timestamp,
    ) -> Result<Reconciled, ServiceError> {
        Err(lost())
    }
}

fn lost() -> ServiceError {
    ServiceError::SignInLost {
        text: Text::new(SAID, "wrong token (the service's words)"),
    }
}

struct Home {
    house: House,
    user: User,
    browser: Browser,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Home {
    async fn new() -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let mut providers = daiban_providers::all();
        providers.retain(|provider| provider.descriptor().service != Service::Permit);
        providers.insert(
            0,
            Box::new(Doorkeeper {
                asked: asked.clone(),
            }),
        );
        let house = House::with_providers(Arc::new(Still), providers).await;
        let user = house.add_user("林岚", Role::Member).await;
        let browser = house.browser(&user).await;
        Self {
            house,
            user,
            browser,
            asked,
        }
    }

    async fn add(&self, name: &str, token: &str, more: &[(&str, &str)]) -> Seen {
        let fields = [&[("name", name), ("sec.token", token)][..], more].concat();
        self.browser.post(PATH, &fields).await
    }

    async fn accounts(&self) -> Vec<Account> {
        self.house.store.accounts(None).await.unwrap()
    }

    async fn token(&self, account: &Account) -> String {
        let secrets = self.house.store.secrets(&account.id).await.unwrap();
        secrets["token"].reveal().to_owned()
    }

    fn looks(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

#[tokio::test]
async fn what_the_service_takes_is_stored_after_one_look() {
    let home = Home::new().await;
    let added = home.add("家", GOOD, &[]).await;
    assert_eq!(added.status, 303, "{}", added.text);
    let account = &home.accounts().await[0];
    assert_eq!(
        (account.state, &account.problem),
        (AccountState::Ready, &None)
    );
    assert_eq!(home.looks(), 1, "one polite look");
    let page = home.browser.get(&added.location.unwrap()).await;
    for word in ["登录于", "上次能用", "14:10", "服务没有公开说能撑多久"] {
        assert!(page.text.contains(word), "{word}: {}", page.text);
    }
    assert!(!page.text.contains(GOOD));
}

#[tokio::test]
async fn what_the_service_refuses_comes_back_with_its_words_and_leaves_nothing() {
    let home = Home::new().await;
    let refused = home.add("家", BAD, &[]).await;
    assert_eq!(refused.status, 422);
    assert_at_field(&refused, "sec.token");
    assert!(refused.text.contains(SAID) && !refused.text.contains(BAD));
    assert!(!refused.text.contains("name=\"unchecked\""), "a no is a no");
    check_page(&refused, PATH);
    assert!(home.accounts().await.is_empty());
    let problems = home.house.store.problems(None).await.unwrap();
    assert!(
        problems.is_empty(),
        "nobody is told of an account that is not there"
    );
    // The name is free, and what was wrong is typed anew.
    assert_eq!(home.add("家", GOOD, &[]).await.status, 303);
}

#[tokio::test]
async fn what_could_not_be_tried_is_stored_when_its_owner_says_so() {
    let home = Home::new().await;
    let unknown = home.add("家", AWAY, &[]).await;
    assert_eq!(unknown.status, 422);
    for word in ["没试成，什么也没存", "连不上服务", "name=\"unchecked\""] {
        assert!(unknown.text.contains(word), "{word}");
    }
    assert!(!unknown.text.contains(AWAY) && !unknown.text.contains("aria-invalid"));
    check_page(&unknown, PATH);
    assert!(home.accounts().await.is_empty());

    // The secret is not in the page, and is not typed again.
    let draft = unknown.hidden("draft");
    let kept = [("draft", draft.as_str()), ("unchecked", "1")];
    let stored = home.add("家", "", &kept).await;
    assert_eq!(stored.status, 303, "{}", stored.text);
    let account = &home.accounts().await[0];
    assert_eq!(account.state, AccountState::New);
    assert_eq!(
        account.problem.as_ref().unwrap().zh,
        "存下时没有试过，还不知道能不能用"
    );
    assert_eq!(home.token(account).await, AWAY);
    assert_eq!(home.looks(), 1, "not tried again");
    // The words of a form are good once, and for nobody else.
    let again = home.add("二", "", &kept).await;
    assert_eq!(
        again.status, 303,
        "without a token it is an account to be signed in by form"
    );
    assert!(
        home.house
            .store
            .secrets(&home.accounts().await[1].id)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn nobody_else_gets_the_secrets_of_a_form() {
    let home = Home::new().await;
    let draft = home.add("家", AWAY, &[]).await.hidden("draft");
    let other = home.house.add_user("陈默", Role::Member).await;
    let browser = home.house.browser(&other).await;
    let fields = [
        ("name", "我的"),
        ("draft", draft.as_str()),
        ("unchecked", "1"),
    ];
    assert_eq!(browser.post(PATH, &fields).await.status, 303);
    let account = &home.accounts().await[0];
    assert_eq!(account.user, other.id);
    assert!(
        home.house
            .store
            .secrets(&account.id)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn the_same_sign_in_is_not_added_twice() {
    let home = Home::new().await;
    assert_eq!(home.add("家", GOOD, &[]).await.status, 303);
    let looks = home.looks();
    let twice = home.add("又一个", GOOD, &[]).await;
    assert_eq!(twice.status, 422);
    assert_at_field(&twice, "sec.token");
    assert!(twice.text.contains("已经有了：就是账号「家」"));
    assert_eq!(
        (home.accounts().await.len(), home.looks()),
        (1, looks),
        "it is not even tried"
    );
    // Somebody else's is somebody else's, and says nothing of it.
    let other = home.house.add_user("陈默", Role::Member).await;
    let browser = home.house.browser(&other).await;
    let fields = [("name", "我的"), ("sec.token", GOOD)];
    assert_eq!(browser.post(PATH, &fields).await.status, 303);

    let car = |name, plate| {
        [
            ("name", name),
            ("set.plate", plate),
            ("set.engine_number", "TESTENG000001"),
            ("set.frame_number", "LTESTVIN000000001"),
            ("sec.appid", "90001"),
            ("sec.secret", GOOD),
        ]
    };
    let path = "/accounts/new/violation";
    let add = async |name, plate| home.browser.post(path, &car(name, plate)).await;
    assert_eq!(add("一", "冀R0D001").await.status, 303);
    let same = add("二", "冀 r0d001").await;
    assert_eq!(same.status, 422, "{}", same.text);
    assert_at_field(&same, "set.plate");
    assert_eq!(add("二", "冀R0D002").await.status, 303, "another car");
}

#[tokio::test]
async fn exchanged_tokens_are_stored_before_they_are_used() {
    let home = Home::new().await;
    let added = home.add("家", OLD, &[]).await;
    assert_eq!(
        added.status, 303,
        "the old token is void: throwing the new one away would lose both"
    );
    let account = &home.accounts().await[0];
    assert_eq!(account.state, AccountState::SignInLost);
    assert_eq!(home.token(account).await, NEWER);
}

#[tokio::test]
async fn a_sign_in_is_mended_in_place() {
    let home = Home::new().await;
    home.add("家", GOOD, &[]).await;
    let account = home.accounts().await.remove(0);
    let path = format!("/accounts/{}", account.id);
    let change = async |token: &str, more: &[(&str, &str)]| {
        let fields = [&[("name", "家"), ("sec.token", token)][..], more].concat();
        home.browser.post(&path, &fields).await
    };
    let refused = change(BAD, &[]).await;
    assert_eq!(refused.status, 422);
    assert_at_field(&refused, "sec.token");
    assert!(refused.text.contains(SAID) && !refused.text.contains(BAD));
    check_page(&refused, &path);
    let state = async || home.house.store.account(&account.id).await.unwrap().state;
    assert_eq!(home.token(&account).await, GOOD, "the one that works stays");
    assert_eq!(state().await, AccountState::Ready);

    let unknown = change(AWAY, &[]).await;
    assert_eq!(
        (unknown.status, home.token(&account).await.as_str()),
        (422, GOOD)
    );
    let draft = unknown.hidden("draft");
    let stored = change("", &[("draft", &draft), ("unchecked", "1")]).await;
    assert_eq!(
        (stored.status, home.token(&account).await.as_str()),
        (303, AWAY)
    );

    let now = home.house.now();
    home.house
        .store
        .set_account_state(&account.id, AccountState::SignInLost, None, now)
        .await
        .unwrap();
    assert_eq!(change(NEWER, &[]).await.status, 303);
    assert_eq!(
        (state().await, home.accounts().await.len()),
        (AccountState::Ready, 1)
    );
    assert_eq!(home.token(&account).await, NEWER);
}

#[tokio::test]
async fn nobody_guesses_tokens_through_this_house() {
    let home = Home::new().await;
    for _ in 0..20 {
        assert_eq!(home.add("家", BAD, &[]).await.status, 422);
    }
    let looks = home.looks();
    let stopped = home.add("家", GOOD, &[]).await;
    assert_eq!((stopped.status, home.looks()), (422, looks));
    assert!(stopped.text.contains("试登录太多次了"));
    assert!(home.accounts().await.is_empty());
}

#[tokio::test]
async fn every_service_says_what_to_have_at_hand_and_shows_one_way_first() {
    let home = Home::new().await;
    for (service, first, others, button) in [
        (
            "permit",
            "id=\"sec.token\"",
            &["id=\"sec.id_number\""][..],
            "试一次，好了就存",
        ),
        (
            "rail",
            "加上，去扫码",
            &["id=\"sec.password\""],
            "加上，去扫码",
        ),
        (
            "violation",
            "id=\"sec.appid\"",
            &["id=\"set.fresh_days\""],
            "加上",
        ),
        (
            "hospital",
            "id=\"set.mobile\"",
            &["id=\"sec.card_nos\""],
            "加上，去登录",
        ),
        (
            "vehicle",
            "id=\"sec.access_token\"",
            &["id=\"sec.auth_code\""],
            "试一次，好了就存",
        ),
    ] {
        let path = format!("/accounts/new/{service}");
        let page = home.browser.get(&path).await;
        check_page(&page, &path);
        assert!(
            page.text.contains("先备好") && page.text.contains("<ol class=\"how\">"),
            "{service}"
        );
        assert!(
            page.text.contains(&format!(">{button}</button>")),
            "{service}"
        );
        let at = |word: &str| {
            page.text
                .find(word)
                .unwrap_or_else(|| panic!("{service}: {word}"))
        };
        let folded = page.text.find("<details").unwrap_or(usize::MAX);
        for other in others {
            assert!(at(other) > folded, "{service}: {other} is folded away");
        }
        if first.starts_with("id=") {
            assert!(at(first) < folded, "{service}: {first} is not");
        }
    }
}

#[tokio::test]
async fn the_list_says_what_stands_how_and_leads_to_mending_it() {
    let home = Home::new().await;
    for (service, name, state) in [
        (Service::Rail, "陈默", AccountState::SignInLost),
        (Service::Permit, "家", AccountState::SignInLost),
        (Service::Hospital, "孩子", AccountState::New),
        (Service::Violation, "车", AccountState::Ready),
    ] {
        home.house
            .add_account(&home.user.id, service, name, state)
            .await;
    }
    let page = home.browser.get("/accounts").await;
    check_page(&page, "/accounts");
    let places: Vec<usize> = [
        "要你登录",
        "换令牌",
        "扫码登录",
        "还没登录好",
        "去登录",
        "正常",
    ]
    .iter()
    .map(|word| {
        page.text
            .find(&format!(">{word}<"))
            .unwrap_or_else(|| panic!("{word}"))
    })
    .collect();
    assert!(places.is_sorted(), "{places:?}");
}
