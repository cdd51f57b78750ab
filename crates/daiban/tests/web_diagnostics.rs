//! Diagnostics and backup: who sees them, what is in the bundle, and that nothing of anybody is.
#![allow(clippy::unwrap_used)]

mod canaries;
mod web_kit;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use canaries::{forms, found};
use daiban::{
    access::Actor,
    config::{Config, Overrides},
    diagnostics::Machine,
    log::Recent,
    web::{self, WebOptions},
};
use daiban_core::{
    Text,
    account::{Account, AccountState, Secrets},
    ask::AskKind,
    errand::Phase,
    household::{Household as _, Role, User},
    id::{AccountId, ErrandId},
    notice::{ProblemChange, Severity},
    secret::Secret,
    service::Service,
    store::{EventKind, NewEvent, Store as _},
};
use serde_json::{Value, json};
use web_kit::{House, Seed, new_ask, page::check_page};

const OWNER: &str = "欧阳试用";
const CAR: &str = "我家的小车";
const VIN: &str = "LCANARY04E0004217";
const PLATE: &str = "冀R0D042";
const PHONE: &str = "13800000042";
const IDENTITY: &str = "11010119900101001X";
const TOKEN: &str = "canary/access+token=1";
const PASSWORD: &str = "canary password 42";
const COOKIE: &str = "JSESSIONID=CANARY0042";
const ICCID: &str = "89861122334455667788";
const PLACE: &str = "燕郊镇试用路四十二号";
const POSITION: &str = "39.98765,116.30472";
const HOME_DIR: &str = "ouyang-s-home";

/// What must not be read, and the parts of it that would give it away.
const CANARIES: [&str; 15] = [
    OWNER,
    CAR,
    VIN,
    "LCANARY04E000",
    PLATE,
    "R0D042",
    PHONE,
    IDENTITY,
    TOKEN,
    PASSWORD,
    COOKIE,
    ICCID,
    PLACE,
    "39.987",
    HOME_DIR,
];

/// Which of them a text tells.
fn told(text: &str) -> Vec<&'static str> {
    let tells = |canary: &&str| found(text, &forms(canary)).is_some();
    CANARIES.into_iter().filter(tells).collect()
}

fn config(dir: &Path) -> Config {
    let env = [
        ("DAIBAN_MQTT__HOST", "ouyang-s-home.example".to_owned()),
        ("DAIBAN_MQTT__PASSWORD", PASSWORD.to_owned()),
        (
            "DAIBAN_SERVER__PUBLIC_URL",
            "https://ouyang-s-home.example".to_owned(),
        ),
        ("DAIBAN_SERVER__LISTEN", "0.0.0.0:8420".to_owned()),
        ("DAIBAN_NET__TIMEOUT_S", "33".to_owned()),
    ];
    let env: BTreeMap<String, String> = env.map(|(name, value)| (name.to_owned(), value)).into();
    let dir = dir.to_string_lossy().into_owned();
    Config::load(None, &env, Overrides::default().with("data_dir", Some(dir))).unwrap()
}

/// A household full of canaries on a machine full of them.
async fn planted(dir: &Path) -> (House, User) {
    let mut house = House::new().await;
    house.app = house.app.clone().on(Machine::of(&config(dir)));
    let options = WebOptions {
        household: Arc::new(house.store.clone()),
        secure_cookies: false,
        live: false,
        map_url: None,
    };
    house.router = web::router(house.app.clone(), options);
    let user = house.add_user(OWNER, Role::Admin).await;
    let actor = Actor::whole(&user);
    let secret = Secret::new(PASSWORD);
    house
        .app
        .add_user(&actor, "li", Role::Member, &secret)
        .await
        .unwrap();
    let account = plant_account(&house, &user).await;
    let errand = plant_errand(&house, &user, &account).await;
    plant_history(&house, &account, &errand).await;
    let recent = Recent::of_this_process();
    for line in [
        format!(
            "GET /x?p={}&d={}",
            PASSWORD.replace(' ', "%20"),
            dir.display()
        ),
        format!("车 {PLATE} 号 {IDENTITY} 机 {PHONE} 架 {VIN} 密 {PASSWORD}"),
        "engine ready".to_owned(),
    ] {
        recent.keep(&line);
    }
    (house, user)
}

async fn plant_account(house: &House, user: &User) -> AccountId {
    let id = AccountId::from("x-account");
    let settings = [("vin", VIN), ("iccid", ICCID), ("plate", PLATE)];
    let account = Account {
        id: id.clone(),
        name: CAR.to_owned(),
        problem: Some(Text::new(format!("{OWNER} {PLATE}"), VIN)),
        settings: settings
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..house
            .store
            .account(
                &house
                    .add_account(&user.id, Service::Permit, "证", AccountState::Ready)
                    .await,
            )
            .await
            .unwrap()
    };
    let account = Account {
        service: Service::Vehicle,
        ..account
    };
    let secrets = [
        ("access_token", TOKEN),
        ("cookie", COOKIE),
        ("phone", PHONE),
    ];
    let secrets: Secrets = secrets
        .map(|(name, value)| (name.to_owned(), value.into()))
        .into();
    house.store.add_account(account, secrets).await.unwrap();
    id
}

async fn plant_errand(house: &House, user: &User, account: &AccountId) -> ErrandId {
    let wishes = json!({ "plate": PLATE, "name": OWNER, "address": PLACE, "areas": POSITION });
    let all = format!("{OWNER} {PLATE} {PLACE} {POSITION}");
    let seed = Seed::new("vehicle.watch", wishes, Phase::NeedsYou, &all, VIN)
        .fact("position", json!(POSITION))
        .ask(new_ask(AskKind::Approve, (&all, &all), (&all, &all), None))
        .notice((&all, &all), (&all, &all), Severity::Urgent)
        .problem((&all, &all), (&all, &all), Severity::Urgent)
        .outcome(json!({ "vin": VIN }));
    house.add_errand(&user.id, account, seed).await
}

/// A line of history, a problem, a closed service, a spent budget: all with words in them.
async fn plant_history(house: &House, account: &AccountId, errand: &ErrandId) {
    let (now, store) = (house.now(), &house.store);
    let event = NewEvent {
        errand: Some(errand.clone()),
        account: Some(account.clone()),
        at: now,
        kind: EventKind::Called,
        text: Text::new(PLACE, OWNER),
        data: json!({ "tag": format!("status:{PLATE}"), "ended": "refused", "error": "busy", "said": VIN,
            "calls": [format!("look/{PLATE}")] }),
    };
    store.append_event(event).await.unwrap();
    let why = Text::new(PLACE, VIN);
    let later = now + jiff::SignedDuration::from_mins(30);
    store
        .close(Service::Vehicle, now, later, why.clone())
        .await
        .unwrap();
    let raise = ProblemChange::Raise {
        key: format!("fuel-{PLATE}"),
        severity: Severity::Attention,
        text: why.clone(),
        fix: why,
    };
    let scope = format!("account/{account}");
    store
        .change_problem(&scope, None, now, raise)
        .await
        .unwrap();
}

#[tokio::test]
async fn the_bundle_says_how_daiban_is_and_nothing_of_anybody() {
    let room = tempfile::tempdir().unwrap();
    let dir = room.path().join(HOME_DIR).join("data");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("daiban.db"), [0_u8; 5000]).unwrap();
    std::fs::write(dir.join("of-ouyang.txt"), "x").unwrap();
    let (house, user) = planted(&dir).await;
    let bundle = house.app.diagnostics(&Actor::whole(&user)).await.unwrap();
    let text = bundle.text();
    assert_eq!(told(&text), [""; 0], "{text}");
    let read: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["program"]["version"], env!("CARGO_PKG_VERSION"));
    let settings = read["settings"].as_array().unwrap();
    let setting = |key: &str| {
        let found = settings.iter().find(|line| line["key"] == key);
        found.unwrap()["value"].clone()
    };
    assert_eq!(setting("net.timeout_s"), "33");
    assert_eq!(setting("server.listen"), "0.0.0.0:8420");
    for masked in [
        "mqtt.host",
        "mqtt.password",
        "server.public_url",
        "data_dir",
    ] {
        assert_eq!(setting(masked), "•••", "{masked}");
    }
    let files = &read["data"]["files"];
    assert_eq!(
        (&files[0]["name"], &files[0]["bytes"]),
        (&json!("daiban.db"), &json!(5000))
    );
    assert_eq!(read["data"]["other_files"], 1);
    if cfg!(unix) {
        assert!(read["data"]["free_bytes"].as_u64().unwrap() > 0);
    }
    assert!(read["migration"].as_i64().unwrap() >= 3);
    let car = &read["accounts"][1];
    assert_eq!(car["account"], "vehicle #1");
    assert_eq!(car["settings"], json!(["iccid", "plate", "vin"]));
    let errand = &read["errands"][0];
    assert_eq!(
        (&errand["kind"], &errand["state"]),
        (&json!("vehicle.watch"), &json!("needs_you"))
    );
    let called = &errand["last_events"][0];
    assert_eq!(
        (&called["tag"], &called["error"]),
        (&json!("status…"), &json!("busy"))
    );
    let car = read["services"].as_array().unwrap();
    let car = car
        .iter()
        .find(|service| service["service"] == "vehicle")
        .unwrap();
    assert_eq!(car["closed_until"], "2026-11-22T14:40:00+08:00");
    assert_eq!(read["problems"].as_array().unwrap().len(), 2);
    let log = read["log"].to_string();
    assert!(log.contains("engine ready") && log.contains("•••"), "{log}");
}

/// The search would find each canary in each spelling, and what the bundle leaves out is really there to be found.
#[tokio::test]
async fn the_search_finds_what_is_planted() {
    for canary in CANARIES {
        for form in forms(canary) {
            let text = format!("{{\"log\": [\"x={form}&y\"]}}");
            assert!(told(&text).contains(&canary), "{form}");
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let (house, user) = planted(&dir.path().join(HOME_DIR)).await;
    let browser = house.browser(&user).await;
    let errand = house.store.errands(None).await.unwrap().remove(0);
    let page = browser.get(&format!("/errands/{}", errand.id)).await;
    assert!(told(&page.text).contains(&PLATE), "its owner's own page");
    let account = AccountId::from("x-account");
    let secrets = house.store.secrets(&account).await.unwrap();
    assert_eq!(secrets["access_token"].reveal(), TOKEN);
    let log = Recent::of_this_process().lines().join("\n");
    assert!(
        told(&log).contains(&VIN),
        "not by the log, but by the bundle"
    );
}

#[tokio::test]
async fn it_is_made_on_request_shown_and_handed_over() {
    let dir = tempfile::tempdir().unwrap();
    let (house, user) = planted(&dir.path().join(HOME_DIR)).await;
    let browser = house.browser(&user).await;
    let before = browser.get("/settings/diagnostics").await;
    check_page(&before, "/settings/diagnostics");
    assert!(!before.text.contains("<textarea"), "{}", before.text);
    let made = browser.post("/settings/diagnostics", &[]).await;
    assert_eq!(made.status, 200);
    check_page(&made, "made");
    let shown = made.text.split_once("<textarea").unwrap().1;
    let shown = shown.split_once("</textarea>").unwrap().0;
    assert!(shown.contains("read_me") && shown.contains("engine ready"));
    assert_eq!(told(shown), [""; 0]);
    let file = browser
        .post("/settings/diagnostics", &[("as", "file")])
        .await;
    assert_eq!(
        file.headers["content-disposition"],
        "attachment; filename=\"daiban-diagnostics-2026-11-22.json\""
    );
    let read: Value = serde_json::from_str(&file.text).unwrap();
    assert_eq!(read["accounts_by_state"]["vehicle ready"], 1);
}

#[tokio::test]
async fn the_backup_page_says_what_to_copy_and_what_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("daiban.db"), [0_u8; 50_000]).unwrap();
    std::fs::write(dir.path().join("daiban.key"), [0_u8; 32]).unwrap();
    let (house, user) = planted(dir.path()).await;
    let browser = house.browser(&user).await;
    let page = browser.get("/settings/backup").await;
    check_page(&page, "/settings/backup");
    let path = dir.path().display().to_string();
    for said in [
        "daiban.db",
        "48 KB",
        "daiban.key",
        "32 B",
        "还没有备份命令",
        &path,
    ] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    let in_memory = House::new().await;
    let user = in_memory.add_user("林岚", Role::Admin).await;
    let page = in_memory.browser(&user).await.get("/settings/backup").await;
    assert!(page.text.contains("都在内存里") && !page.text.contains("daiban.key ·"));
}

#[tokio::test]
async fn both_are_for_admins() {
    let house = House::new().await;
    house.add_user("林岚", Role::Admin).await;
    for (name, role) in [("li", Role::Member), ("screen", Role::Viewer)] {
        let user = house.add_user(name, role).await;
        let browser = house.browser(&user).await;
        for path in ["/settings/diagnostics", "/settings/backup"] {
            assert_eq!(browser.get(path).await.status, 403, "{name} {path}");
        }
        let made = browser.post("/settings/diagnostics", &[]).await;
        assert_eq!(made.status, 403);
        assert!(!made.text.contains("read_me"));
        let index = browser.get("/more").await;
        assert!(!index.text.contains("/settings/backup"));
        let actor = Actor::whole(&user);
        assert!(house.app.diagnostics(&actor).await.is_err());
    }
}
