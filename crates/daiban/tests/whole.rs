//! Whole stories: the real binary over real sockets against the simulated services, killed and started again. What really
//! happened is read from the simulator's journal and never from daiban.

#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

mod canaries;
mod program;

#[path = "whole/canary.rs"]
mod canary;
#[path = "whole/hospital.rs"]
mod hospital;

use std::{
    collections::BTreeMap,
    fs::OpenOptions,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use daiban_core::dates;
use daiban_sim::{
    Addresses, Entry, FaultKind, Options, PermitAccount, Sim, Switches, Vehicle, When, id_number,
};
use jiff::{Timestamp, ToSpan, civil::Date};
use program::{Home, Running, text, until};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::{Connection as _, SqliteConnection};
use tokio::runtime::Runtime;

const NAME: &str = "欧阳试用";
const PHONE: &str = "13800000007";
const PLATE: &str = "冀R0D007";
/// Where an application is submitted.
const SUBMIT: &str = "insertApplyRecord";

/// The simulated services in this process, one invented person with a car and no permit, and daiban's data directory.
struct World {
    runtime: Runtime,
    sim: Sim,
    home: Home,
    client: reqwest::Client,
    /// The person's token at the permit service.
    permit_token: String,
    _addresses: Addresses,
}

impl World {
    fn new() -> Self {
        Self::with_rail(None)
    }

    fn with_rail(rail_data: Option<PathBuf>) -> Self {
        daiban::net::install_tls();
        let runtime = Runtime::new().unwrap();
        let sim = Sim::new(Options {
            now: Arc::new(|| Timestamp::now().as_millisecond()),
            seed: 11,
            rail_data,
        });
        // Nobody decides while a story lasts.
        sim.set_options(|options| {
            (options.review_min_ms, options.review_max_ms) = (3_600_000, 7_200_000);
        });
        let permit_token = person(&sim);
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let addresses = runtime.block_on(sim.serve(anywhere)).unwrap();
        let mut home =
            Home::with_services(&addresses.permit, &addresses.rail, &addresses.violation);
        home.set("DAIBAN_SERVICES__HOSPITAL__BASE_URL", &addresses.hospital);
        home.set("DAIBAN_SERVICES__VEHICLE__USER_URL", &addresses.vehicle);
        home.set("DAIBAN_SERVICES__VEHICLE__DEVICE_URL", &addresses.vehicle);
        home.set("DAIBAN_SERVER__LISTEN", "127.0.0.1:0");
        home.set("DAIBAN_NOTICES__QUIET_HOURS", "");
        home.set("DAIBAN_CHANNELS__ALLOW_PRIVATE", "true");
        Self {
            runtime,
            sim,
            home,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            permit_token,
            _addresses: addresses,
        }
    }

    /// The person's account, with everything in it that must never be seen.
    fn account(&self) -> String {
        let secrets = json!({ "token": self.permit_token, "name": NAME, "id_number": id_number(7), "phone": PHONE });
        let add = ["account", "add", "permit", "--name", "家", "--secrets", "-"];
        let account = self.home.json(&add, &secrets.to_string(), 0);
        assert_eq!(account["state"], "ready", "{account}");
        id(&account)
    }

    fn log_file(&self) -> PathBuf {
        self.home.dir.path().join("serve.log")
    }

    fn serve(&self) -> Serve<'_> {
        let token = self.home.json(
            &["token", "create", "--name", "test", "--scope", "admin"],
            "",
            0,
        );
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log_file())
            .unwrap();
        let mut serve = self.home.command(&["serve", "--json", "-vv"]);
        // More than -vv: also what the libraries below would say.
        serve.env("DAIBAN_LOG", "trace");
        let running = Running::start_logging(serve, log);
        let url = running.said["listen"].as_str().unwrap_or_else(|| {
            panic!(
                "serve: {}",
                std::fs::read_to_string(self.log_file()).unwrap()
            )
        });
        Serve {
            url: url.to_owned(),
            token: token["token"].as_str().unwrap().to_owned(),
            world: self,
            running,
        }
    }

    fn why(&self, errand: &str) -> Value {
        self.home.json(&["errand", "why", errand], "", 0)
    }

    fn history(&self, errand: &str) -> Value {
        self.home.json(&["errand", "history", errand], "", 0)
    }

    /// What was really applied for.
    fn applications(&self) -> Vec<String> {
        let effects = self
            .sim
            .effects()
            .into_iter()
            .filter_map(|entry| entry.effect);
        effects
            .filter(|effect| effect.starts_with("permit.apply "))
            .collect()
    }

    /// Requests that submitted, or were to submit, an application.
    fn submissions(&self) -> Vec<Entry> {
        let mut journal = self.sim.journal();
        journal.retain(|entry| entry.path.contains(SUBMIT));
        journal
    }

    /// Nothing of the person is in the log or, in the clear, in the database.
    fn keeps_its_secrets(&self) {
        let id_number = id_number(7);
        let sealed = [self.permit_token.as_str(), &id_number, PHONE, NAME];
        let log = std::fs::read(self.log_file()).unwrap();
        let lines: Vec<String> = text(&log).lines().map(str::to_owned).collect();
        assert!(lines.len() > 20, "the libraries speak too: {lines:?}");
        for secret in sealed.into_iter().chain([PLATE]) {
            let told = lines.iter().find(|line| line.contains(secret));
            assert_eq!(told, None, "{secret} in the log");
        }
        let mut looked = 0;
        for file in std::fs::read_dir(self.home.data_dir()).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            looked += bytes.len();
            for secret in sealed {
                assert!(!holds(&bytes, secret), "{secret} in {}", path.display());
            }
        }
        assert!(looked > 10_000, "the database was among the files");
    }
}

/// An invented person, their car, no permit. Gives the token.
fn person(sim: &Sim) -> String {
    let token = sim.add_permit_account(PermitAccount {
        name: NAME.into(),
        id_number: id_number(7),
        phone: PHONE.into(),
        ..PermitAccount::default()
    });
    sim.add_vehicle(Vehicle {
        owner_id: id_number(7),
        plate: PLATE.into(),
        engine_number: "TESTENG000007".into(),
        frame_number: "LTESTVIN000000007".into(),
        ..Vehicle::default()
    });
    token
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes
        .windows(words.len())
        .any(|window| window == words.as_bytes())
}

fn id(row: &Value) -> String {
    row["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{row}"))
        .to_owned()
}

fn today() -> Date {
    dates::today(Timestamp::now())
}

/// `daiban serve`, spoken to over REST.
struct Serve<'w> {
    running: Running,
    world: &'w World,
    url: String,
    token: String,
}

impl Serve<'_> {
    /// Any address, any method; status and JSON.
    fn ask(&self, method: Method, path: &str, body: &Value) -> (u16, Value) {
        let request = self
            .world
            .client
            .request(method, format!("{}{path}", self.url));
        let request = request
            .bearer_auth(&self.token)
            .header("accept-language", "en");
        let request = match body {
            Value::Null => request,
            body => request.body(body.to_string()),
        };
        self.world.runtime.block_on(async {
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap();
            (status, serde_json::from_str(&text).unwrap_or(Value::Null))
        })
    }

    fn get(&self, path: &str) -> Value {
        let (status, value) = self.ask(Method::GET, &format!("/api/v1{path}"), &Value::Null);
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let (status, value) = self.ask(Method::POST, &format!("/api/v1{path}"), body);
        assert!((200..300).contains(&status), "{path}: {status} {value}");
        value
    }

    fn list(&self, path: &str) -> Vec<Value> {
        let value = self.get(path);
        value
            .as_array()
            .unwrap_or_else(|| panic!("{path}: {value}"))
            .clone()
    }

    /// Keeps the person's car allowed in, every day, outside the 6th ring.
    fn keep(&self, account: &str) -> String {
        let wishes = json!({
            "plates": PLATE, "purpose": "03", "district": "010", "address": "测试路 1 号",
            "in_beijing": "no", "entry_road": "00606",
        });
        let errand = json!({ "kind": "permit.keep", "account": account, "wishes": wishes });
        id(&self.post("/errands", &errand))
    }

    fn errand(&self, errand: &str) -> Value {
        self.get(&format!("/errands/{errand}"))
    }

    /// The errand once it is at that checkpoint.
    fn at(&self, errand: &str, checkpoint: &str) -> Value {
        until(&format!("errand at {checkpoint}"), || {
            let row = self.errand(errand);
            (row["checkpoint"] == checkpoint).then_some(row)
        })
    }

    fn ready(&self) -> (u16, Value) {
        self.ask(Method::GET, "/readyz", &Value::Null)
    }
}

/// An application is under way and `serve` is killed in the middle of it.
fn killed_in_the_middle(world: &World, when: When) -> String {
    let account = world.account();
    world
        .sim
        .faults()
        .once("permit", SUBMIT, when, FaultKind::Timeout);
    let serve = world.serve();
    let errand = serve.keep(&account);
    until("the application at the service", || {
        (!world.submissions().is_empty()).then_some(())
    });
    serve.running.kill();
    errand
}

#[test]
fn killed_after_the_effect_it_applies_once() {
    let world = World::new();
    let errand = killed_in_the_middle(&world, When::After);
    assert_eq!(world.applications().len(), 1);
    let before = world.why(&errand);
    assert_eq!(before["errand"]["checkpoint"], "applying", "{before}");

    let serve = world.serve();
    let row = serve.at(&errand, "in_review");
    assert_eq!(row["state"], "waiting", "{row}");
    let why = world.why(&errand);
    assert!(why["reason"].as_str().unwrap().contains("review"), "{why}");
    let history = world.history(&errand);
    assert!(
        history
            .as_array()
            .unwrap()
            .iter()
            .any(|event| event["data"]["ended"] == "done"),
        "{history}"
    );
    drop(serve);
    assert_eq!(world.applications().len(), 1, "{:?}", world.applications());
    assert_eq!(
        world.submissions().len(),
        1,
        "the application was sent once"
    );
    world.keeps_its_secrets();
}

#[test]
fn killed_before_the_effect_it_stays_unsure_and_sends_nothing() {
    let world = World::new();
    let errand = killed_in_the_middle(&world, When::Before);
    assert_eq!(world.applications(), Vec::<String>::new());
    let asked = world.sim.journal().len();

    let serve = world.serve();
    until("the records were looked at after the restart", || {
        let journal = world.sim.journal();
        journal[asked..]
            .iter()
            .any(|entry| entry.path.contains("stateList"))
            .then_some(())
    });
    let said = until("a line of history about the doubt", || {
        let history = world.history(&errand);
        let mut events = history.as_array().unwrap().clone();
        events.retain(|event| event["data"]["unsure"] == true);
        events.pop()
    });
    assert!(
        said["text"].as_str().unwrap().contains("not sent again"),
        "{said}"
    );
    let later: Timestamp = said["data"]["until"].as_str().unwrap().parse().unwrap();
    let wait_s = later.as_second() - Timestamp::now().as_second();
    assert!((200..=300).contains(&wait_s), "asked again in {wait_s} s");
    let why = world.why(&errand);
    assert_eq!(why["errand"]["checkpoint"], "applying", "{why}");
    let calls = why["calls"].as_array().unwrap();
    let doubtful: Vec<&Value> = calls
        .iter()
        .filter(|call| call["state"] == "unsure")
        .collect();
    assert_eq!(doubtful.len(), 1, "{why}");
    assert_eq!(doubtful[0]["do"], "apply");
    // A person who presses "run" does not make it apply again either.
    let ran = || {
        let history = world.history(&errand);
        let events = history.as_array().unwrap().iter();
        events.filter(|event| event["kind"] == "ran").count()
    };
    let before = ran();
    serve.post(&format!("/errands/{errand}/run"), &Value::Null);
    until("the person's word taken in", || {
        (ran() > before).then_some(())
    });
    assert_eq!(world.submissions().len(), 1, "nothing is sent blindly");
    assert_eq!(world.applications(), Vec::<String>::new());
    drop(serve);
    world.keeps_its_secrets();
}

#[test]
fn a_firewall_page_stops_everything_and_is_one_problem() {
    let world = World::new();
    let account = world.account();
    let serve = world.serve();
    world.sim.faults().set_switches(Switches {
        permit_waf: true,
        ..Switches::default()
    });
    let errand = serve.keep(&account);
    serve.at(&errand, "backing_off");
    let asked = world.sim.journal().len();

    let no_more = |serve: &Serve<'_>| {
        for _ in 0..3 {
            serve.post(&format!("/errands/{errand}/run"), &Value::Null);
        }
        // The command does not sit there for half an hour, or a minute.
        let since = Instant::now();
        world.home.json(&["errand", "run", &errand], "", 0);
        assert!(
            since.elapsed() < Duration::from_secs(15),
            "{:?}",
            since.elapsed()
        );
        let path = format!("/api/v1/permit/{account}/status");
        let (status, refused) = serve.ask(Method::GET, &path, &Value::Null);
        assert_eq!(status, 503, "{refused}");
        let key = |problem: &Value| problem["key"].as_str().unwrap().to_owned();
        let problems = serve.list("/problems");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(key(&problems[0]), "service/permit/banned");
        assert!(!problems[0]["fix"].as_str().unwrap().is_empty());
        assert_eq!(world.sim.journal().len(), asked, "it is left alone");
    };
    no_more(&serve);
    serve.running.kill();
    // The page is gone, but half an hour is half an hour.
    world.sim.faults().clear();
    let serve = world.serve();
    no_more(&serve);
}

/// What a receiver of webhooks got, and what it answers.
struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
}

impl Receiver {
    fn answering(world: &World, status: StatusCode) -> Self {
        let got: Arc<Mutex<Vec<(HeaderMap, Bytes)>>> = Arc::default();
        let kept = Arc::clone(&got);
        let router = Router::new().fallback(move |headers: HeaderMap, body: Bytes| async move {
            kept.lock().unwrap().push((headers, body));
            status
        });
        let listener = world
            .runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        world
            .runtime
            .spawn(async move { axum::serve(listener, router).await });
        Self { url, got }
    }

    fn got(&self) -> Vec<(HeaderMap, Bytes)> {
        self.got.lock().unwrap().clone()
    }
}

/// RFC 2104 by hand: another road to the same sum.
fn hmac_sha256(key: &[u8], words: &[u8]) -> Vec<u8> {
    assert!(key.len() <= 64, "a longer key would be hashed first");
    let pad = |with: u8| -> Vec<u8> {
        let mut block = vec![with; 64];
        block
            .iter_mut()
            .zip(key)
            .for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = Sha256::digest([pad(0x36), words.to_vec()].concat());
    Sha256::digest([pad(0x5c), inner.to_vec()].concat()).to_vec()
}

#[test]
fn a_lost_token_is_told_once_over_a_webhook_and_mended_with_a_new_one() {
    let world = World::new();
    let account = world.account();
    let serve = world.serve();
    let good = Receiver::answering(&world, StatusCode::OK);
    let broken = Receiver::answering(&world, StatusCode::INTERNAL_SERVER_ERROR);
    let key = b"0123456789abcdef0123456789abcdef";
    let secret = format!("whsec_{}", BASE64_STANDARD.encode(key));
    for (name, receiver) in [("good", &good), ("broken", &broken)] {
        let channel = json!({
            "kind": "webhook", "name": name, "settings": { "url": receiver.url }, "secrets": { "secret": secret },
        });
        serve.post("/channels", &channel);
    }

    world.sim.faults().set_switches(Switches {
        token_loss: true,
        ..Switches::default()
    });
    let errand = serve.keep(&account);
    let row = serve.at(&errand, "sign_in");
    assert_eq!(row["state"], "needs_you", "{row}");
    let lost = serve.get(&format!("/accounts/{account}"));
    assert_eq!(lost["state"], "sign_in_lost");
    assert!(lost["problem"].is_string(), "{lost}");
    // Asked again, it finds the same and says nothing new.
    let asked = world.sim.journal().len();
    serve.ask(
        Method::GET,
        &format!("/api/v1/permit/{account}/status"),
        &Value::Null,
    );
    assert!(world.sim.journal().len() > asked);
    let notices = serve.list("/notices");
    assert_eq!(notices.len(), 1, "{notices:?}");
    let title = notices[0]["title"].as_str().unwrap();
    assert!(title.contains("sign-in lost"), "{title}");

    let outbox = until("both channels tried", || {
        let outbox = serve.list("/outbox");
        let tried = outbox.iter().all(|row| row["attempts"] != 0);
        (outbox.len() == 2 && tried).then_some(outbox)
    });
    let by_state = |state: &str| {
        outbox
            .iter()
            .find(|row| row["state"] == state)
            .unwrap_or_else(|| panic!("{state}: {outbox:?}"))
    };
    let (sent, again) = (by_state("sent"), by_state("queued"));
    assert_eq!(
        (&sent["attempts"], &sent["next_at"]),
        (&json!(1), &Value::Null)
    );
    assert_eq!(again["attempts"], 1);
    assert!(
        again["next_at"].is_string(),
        "it is tried again later: {again}"
    );
    assert!(
        again["answer"].as_str().unwrap().contains("500"),
        "what the receiver said: {again}"
    );
    assert_eq!((good.got().len(), broken.got().len()), (1, 1));
    signed_as_agreed(key, &good.got()[0]);

    // A bad token first: it is said, and nothing is ready.
    world.sim.faults().clear();
    world.sim.drop_permit_token(&world.permit_token);
    let sign_in = ["account", "sign-in", &account, "--way", "token"];
    assert_eq!(
        world.home.refused(&sign_in, "", 4)["code"],
        "sign_in_lost",
        "the old token is worthless"
    );
    let fresh = world.sim.add_permit_token(&id_number(7), false);
    let with_secret = [&sign_in[..], &["--secrets", "-"]].concat();
    let back = world
        .home
        .json(&with_secret, &json!({ "token": fresh }).to_string(), 0);
    assert_eq!(
        (&back["state"], &back["problem"]),
        (&json!("ready"), &Value::Null)
    );

    serve.at(&errand, "in_review");
    assert_eq!(world.applications().len(), 1);
    assert_eq!(serve.list("/problems"), Vec::<Value>::new());
    let lost = |notice: &&Value| notice["title"].as_str().unwrap().contains("sign-in lost");
    assert_eq!(serve.list("/notices").iter().filter(lost).count(), 1);
    drop(serve);
    assert!(!holds(&std::fs::read(world.log_file()).unwrap(), &fresh));
    world.keeps_its_secrets();
}

/// `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, after Standard Webhooks.
fn signed_as_agreed(key: &[u8], (headers, body): &(HeaderMap, Bytes)) {
    let header = |name: &str| headers[name].to_str().unwrap();
    let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
    let signed = [format!("{id}.{at}.").as_bytes(), body].concat();
    let expected = format!("v1,{}", BASE64_STANDARD.encode(hmac_sha256(key, &signed)));
    assert_eq!(header("webhook-signature"), expected);
    let age = Timestamp::now().as_second() - at.parse::<i64>().unwrap();
    assert!((0..60).contains(&age), "{age} s");
    let said: Value = serde_json::from_slice(body).unwrap();
    assert_eq!(
        (&said["id"], &said["severity"]),
        (&json!(id), &json!("urgent"))
    );
    assert!(
        said["title"].as_str().unwrap().contains("登录失效"),
        "{said}"
    );
}

#[test]
fn the_demo_reaches_every_outcome() {
    let home = Home::new();
    let report = home.json(&["demo", "--once", "--speed", "40000"], "", 0);
    assert_eq!(report["as_expected"], true, "{report}");
    assert_eq!(report["paid_queries"], 1, "{report}");
    // Three applications, one paid query, two sign-ins (one with a text message), two orders, two bookings and one lock
    // changed the world, and nothing else did.
    assert_eq!(report["acts"], 12, "{report}");
    assert!(report["notices"].as_u64().unwrap() >= 3, "{report}");
    let requests = &report["upstream_requests"];
    assert_eq!(requests["violation"], 1, "{report}");
    assert!((1..200).contains(&requests["permit"].as_u64().unwrap()));
    assert!((100..3000).contains(&requests["rail"].as_u64().unwrap()));
    assert!((50..6000).contains(&requests["hospital"].as_u64().unwrap()));
    assert!((20..2000).contains(&requests["vehicle"].as_u64().unwrap()));
    let (errands, others) = report["errands"].as_array().unwrap().split_at(3);
    let (tickets, others) = others.split_at(2);
    let (visits, cars) = others.split_at(2);
    let plates: Vec<&Value> = errands.iter().map(|errand| &errand["plate"]).collect();
    assert_eq!(plates, ["冀R0D001", "冀R0D002", "冀RD00003"]);
    for errand in errands {
        assert!(!id(errand).is_empty());
        assert_eq!(errand["kind"], "permit.keep");
        assert_eq!(errand["as_expected"], true);
        assert_eq!(errand["outcome"]["applications"], 1, "{errand}");
    }
    for healthy in [&errands[0], &errands[2]] {
        renewed_on_the_last_day(healthy);
    }
    let blocked = &errands[1];
    assert_eq!(blocked["state"], "needs_you");
    let (reason, renewed) = (
        &blocked["outcome"]["reason"],
        &blocked["outcome"]["renewed"],
    );
    for part in ["冀R0D002", "朝阳区测试路", "200"] {
        assert!(reason.as_str().unwrap().contains(part), "{reason}");
    }
    assert_eq!(renewed[0]["result"], "rejected", "{blocked}");
    for (ticket, train) in tickets.iter().zip(["G9041", "G9043"]) {
        assert_eq!(
            (&ticket["kind"], &ticket["train"]),
            (&"rail.ticket".into(), &train.into())
        );
        assert_eq!(ticket["state"], "done", "{ticket}");
        assert_eq!(ticket["outcome"]["orders"], 1, "{ticket}");
        assert_eq!(ticket["outcome"]["ended"]["result"], "paid", "{ticket}");
    }
    for visit in visits {
        let outcome = &visit["outcome"];
        assert_eq!(visit["kind"], "hospital.visit");
        assert_eq!(outcome["bookings"], 1, "{visit}");
        assert_eq!(outcome["booking"]["stage"], "booked", "{visit}");
        assert_eq!(outcome["booking"]["patient"], "王小例", "{visit}");
        assert!(outcome["calendar"].as_str().unwrap().ends_with(".ics"));
    }
    assert_eq!((tickets.len(), visits.len(), cars.len()), (2, 2, 1));
    locked_by_one_tap(&cars[0]);
}

/// It drove, was left unlocked, and one command locked it, as the car itself said afterwards.
fn locked_by_one_tap(car: &Value) {
    let outcome = &car["outcome"];
    assert_eq!(car["kind"], "vehicle.watch");
    assert_eq!(outcome["locks"], 1, "{car}");
    assert!(outcome["readings"].as_u64().unwrap() > 3, "{car}");
    let command = &outcome["command"];
    assert_eq!(
        (&command["command"], &command["state"]),
        (&"lock".into(), &"confirmed".into()),
        "{car}"
    );
    assert!(command["confirmed_by"].as_str() > command["sent_at"].as_str());
}

/// One application, made on the last day of the old permit, for seven days from the day after.
fn renewed_on_the_last_day(errand: &Value) {
    assert_eq!(errand["state"], "waiting", "{errand}");
    let renewed = errand["outcome"]["renewed"].as_array().unwrap();
    assert_eq!(renewed.len(), 1, "{errand}");
    let last: Date = errand["outcome"]["last_day_at_start"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(renewed[0]["result"], "approved");
    assert_eq!(renewed[0]["zone"], "outside");
    assert_eq!(renewed[0]["from"], (last + 1.day()).to_string());
    assert_eq!(renewed[0]["to"], (last + 7.days()).to_string());
    let applied = renewed[0]["applied_at"].as_str().unwrap();
    assert!(applied.starts_with(&last.to_string()), "{errand}");
}

/// Bad wishes are refused before anything is asked; an unknown station needs the station file, and nothing else.
#[test]
fn a_ticket_that_cannot_be_is_refused_with_the_reason() {
    let world = World::new();
    let account = world
        .home
        .json(&["account", "add", "rail", "--name", "家"], "", 0);
    let account = id(&account);
    let date = (dates::today(Timestamp::now()) + 3.days()).to_string();
    let refused = |changed: &[&str]| {
        let mut wishes = BTreeMap::from([
            ("from", "北京南"),
            ("to", "杭州东"),
            ("dates", &*date),
            ("passengers", "苏晴"),
            ("seats", "二等座"),
        ]);
        wishes.extend(changed.iter().map(|wish| wish.split_once('=').unwrap()));
        let wishes: Vec<String> = wishes
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut words = vec!["errand", "add", "rail.ticket", "--account", &account];
        words.extend(wishes.iter().map(String::as_str));
        world.home.refused(&words, "", 2)
    };
    let check = |changed: &[&str], field: &str| {
        let said = refused(changed);
        assert_eq!(
            (&said["code"], &said["field"]),
            (&"invalid_input".into(), &field.into()),
            "{said}"
        );
    };
    check(&["dates=2020-01-01"], "dates");
    check(&["dates=2099-01-01"], "dates");
    check(&["passengers=1,2,3,4,5,6,7,8,9,10"], "passengers");
    check(&["passengers=小明:child"], "passengers");
    check(&["trains=G105", "seats=硬卧"], "seats");
    assert!(world.sim.journal().is_empty(), "nothing was asked");
    check(&["from=北京难"], "from");
    let asked: Vec<String> = world
        .sim
        .journal()
        .into_iter()
        .map(|entry| entry.path)
        .collect();
    assert!(
        asked.iter().all(|path| path.starts_with("/index/")),
        "{asked:?}"
    );
    assert_eq!(world.home.json(&["errand", "list"], "", 0), json!([]));
}

/// The folder with recorded answers, where there is one.
fn recorded_rail() -> Option<PathBuf> {
    let shared = std::env::var_os("DAIBAN_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("data/rail");
    folder.is_dir().then_some(folder)
}

const TRAIN_KEYS: [&str; 12] = [
    "arrive",
    "depart",
    "duration_min",
    "from",
    "note",
    "on_sale_at",
    "seats",
    "standby",
    "state",
    "to",
    "train",
    "train_no",
];

/// Exactly the keys that scripts rely on, each of its form.
fn shaped_as_agreed(train: &Value, date: Date) {
    let keys = |value: &Value| -> Vec<String> {
        let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        keys.sort();
        keys
    };
    assert_eq!(keys(train), TRAIN_KEYS, "{train}");
    for place in ["from", "to"] {
        assert_eq!(keys(&train[place]), ["code", "name"]);
        assert_eq!(train[place]["code"].as_str().unwrap().len(), 3);
    }
    let depart = train["depart"].as_str().unwrap();
    assert!(
        depart.starts_with(&date.to_string()) && depart.ends_with("+08:00"),
        "{train}"
    );
    let minutes = |name: &str| {
        let moment: Timestamp = train[name].as_str().unwrap().parse().unwrap();
        moment.as_second() / 60
    };
    assert_eq!(
        minutes("arrive") - minutes("depart"),
        train["duration_min"].as_i64().unwrap()
    );
    let states = ["bookable", "sold_out", "not_on_sale", "suspended"];
    assert!(
        states.contains(&train["state"].as_str().unwrap()),
        "{train}"
    );
    for seat in train["seats"].as_array().unwrap() {
        assert_eq!(
            keys(seat),
            ["class", "code", "left", "or_more", "price_fen"]
        );
        let left = seat["left"].as_i64().unwrap();
        assert_eq!(seat["or_more"] == true, left == 21, "{seat}");
    }
}

fn tickets(home: &Home, from: &str, to: &str, date: Date) -> Vec<Value> {
    let date_text = date.to_string();
    let ask = [
        "rail", "tickets", "--from", from, "--to", to, "--date", &date_text,
    ];
    let trains = home.json(&ask, "", 0).as_array().unwrap().clone();
    trains
        .iter()
        .for_each(|train| shaped_as_agreed(train, date));
    trains
}

fn stops(home: &Home, train_no: &str, from: &str, to: &str, date: Date) -> Vec<Value> {
    let date = date.to_string();
    let ask = [
        "rail",
        "stops",
        "--train-no",
        train_no,
        "--from",
        from,
        "--to",
        to,
        "--date",
        &date,
    ];
    home.json(&ask, "", 0).as_array().unwrap().clone()
}

#[test]
fn recorded_trains_come_out_in_the_agreed_shape() {
    let Some(folder) = recorded_rail() else {
        eprintln!("skipped: no recorded rail answers beside the workspace");
        return;
    };
    let world = World::with_rail(Some(folder));
    let date = today() + 3.days();
    let trains = tickets(&world.home, "长沙", "合肥", date);
    assert_eq!(trains.len(), 17);
    let train = &trains[0];
    let moment = |clock: &str| json!(format!("{date}T{clock}:00+08:00"));
    let place = |name: &str, code: &str| json!({ "name": name, "code": code });
    for (key, expected) in [
        ("train", json!("G1778")),
        ("train_no", json!("6c000G17780D")),
        ("from", place("长沙南", "CWQ")),
        ("to", place("合肥南", "ENH")),
        ("depart", moment("07:31")),
        ("arrive", moment("11:19")),
        ("duration_min", json!(228)),
        ("state", json!("bookable")),
        ("note", json!("预订")),
        ("standby", json!(true)),
    ] {
        assert_eq!(train[key], expected, "{key}: {train}");
    }
    assert_eq!(
        train["seats"],
        json!([
            { "code": "9", "class": "商务座", "left": 0, "or_more": false, "price_fen": 92_700 },
            { "code": "M", "class": "一等座", "left": 3, "or_more": false, "price_fen": 48_000 },
            { "code": "O", "class": "二等座", "left": 21, "or_more": true, "price_fen": 30_000 },
        ])
    );
    stations_and_stops(&world, date);
}

#[test]
fn invented_trains_come_out_in_the_agreed_shape() {
    let world = World::new();
    stations_and_stops(&world, today() + 3.days());
}

/// Stations by name, and a train of the simulator's own timetable, which is there beside any recorded rows.
fn stations_and_stops(world: &World, date: Date) {
    world.sim.household();
    let stations = world.home.json(&["rail", "stations", "北京南"], "", 0);
    assert_eq!(
        stations[0],
        json!({ "name": "北京南", "code": "VNP", "pinyin": "beijingnan", "initials": "bjn", "city": "北京" })
    );
    let trains = tickets(&world.home, "北京南", "上海虹桥", date);
    let train = trains
        .iter()
        .find(|train| train["train"] == "G9001")
        .unwrap_or_else(|| panic!("{trains:?}"));
    assert_eq!(train["duration_min"], 269);
    let stops = stops(
        &world.home,
        train["train_no"].as_str().unwrap(),
        "北京南",
        "上海虹桥",
        date,
    );
    let said: Vec<[&Value; 3]> = stops
        .iter()
        .map(|stop| [&stop["name"], &stop["arrive"], &stop["depart"]])
        .collect();
    assert_eq!(
        json!(said[..3]),
        json!([
            ["北京南", null, "07:00"],
            ["济南西", "08:24", "08:26"],
            ["南京南", "10:17", "10:19"],
        ])
    );
    assert_eq!(json!(said[3][..2]), json!(["上海虹桥", "11:29"]));
}

#[test]
fn a_locked_database_is_said_and_nothing_is_lost_or_doubled() {
    let world = World::new();
    let account = world.account();
    world
        .sim
        .faults()
        .once("permit", SUBMIT, When::After, FaultKind::Slow { ms: 4000 });
    let serve = world.serve();
    assert_eq!(serve.ready().0, 200);
    let errand = serve.keep(&account);
    // The application is made and its answer on the way; from now on nobody can write.
    until("the application at the service", || {
        (!world.applications().is_empty()).then_some(())
    });
    let database = format!(
        "sqlite://{}",
        world.home.data_dir().join("daiban.db").display()
    );
    let mut lock = world
        .runtime
        .block_on(SqliteConnection::connect(&database))
        .unwrap();
    let run = |lock: &mut SqliteConnection, sql: &'static str| {
        world
            .runtime
            .block_on(sqlx::raw_sql(sql).execute(lock))
            .unwrap();
    };
    run(&mut lock, "BEGIN IMMEDIATE");
    let since = Instant::now();
    let (_, said) = until("not ready", || {
        Some(serve.ready()).filter(|(status, _)| *status == 503)
    });
    assert!(since.elapsed() < Duration::from_secs(20));
    let why = said["why"].as_str().unwrap();
    assert!(
        why.contains("cannot be written") && why.contains("nothing is lost"),
        "{said}"
    );
    let problems = serve.list("/problems");
    assert!(
        problems
            .iter()
            .any(|problem| problem["key"] == "daiban/data"),
        "{problems:?}"
    );
    // Reading goes on; what would write says so and changes nothing.
    assert_eq!(serve.errand(&errand)["checkpoint"], "applying");
    let (status, refused) = serve.ask(
        Method::POST,
        &format!("/api/v1/errands/{errand}/pause"),
        &Value::Null,
    );
    assert_eq!(status, 503, "{refused}");

    run(&mut lock, "ROLLBACK");
    until("ready again", || (serve.ready().0 == 200).then_some(()));
    let row = serve.at(&errand, "in_review");
    assert_eq!(row["state"], "waiting", "{row}");
    assert_eq!(serve.list("/problems"), Vec::<Value>::new());
    assert_eq!(world.applications().len(), 1);
    assert_eq!(world.submissions().len(), 1, "it was sent once");
    drop(serve);
    assert_eq!(world.home.json(&["doctor"], "", 0)["ok"], true);
    world.keeps_its_secrets();
}
