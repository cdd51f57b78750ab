//! A household in memory with pages over it, for tests of the pages and for looking at them: no service is ever reached,
//! rows are written as the engine would write them.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request as HttpRequest, Response as HttpResponse, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use daiban::{
    access::Actor,
    app::{App, AppParts},
    notify::{Notify, NotifyOptions},
    web::{self, WebOptions, links::Links},
};
use daiban_core::{
    Lang, Text, Timestamp,
    account::{Account, AccountState, Secrets},
    ask::{AskKind, NewAsk},
    clock::Clock,
    errand::Phase,
    household::{Household, Role, User},
    http::{Http, HttpFailure, Lines, Request, Response},
    id::{AccountId, AskId, ErrandId, UserId},
    notice::{NewNotice, ProblemChange, Severity},
    provider::Provider,
    record::Record,
    secret::{Redactor, Secret},
    service::Service,
    store::{Commit, EventKind, NewErrand, NewEvent, Store},
};
use daiban_engine::{Desk, DeskOptions, Embedded, EngineOptions};
use daiban_store::SqliteStore;
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub mod hospital;
pub mod page;
pub mod rail;
pub mod vehicle;
pub mod walk;

pub const PASSWORD: &str = "a long password";

/// 2026-11-22 14:10 in Beijing, and it stays so.
pub struct Still;

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        "2026-11-22T14:10:00+08:00".parse().unwrap()
    }

    async fn sleep_until(&self, _: Timestamp) {
        std::future::pending::<()>().await;
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
        Err(HttpFailure::NotSent {
            text: "connection refused".to_owned(),
        })
    }
}

/// A household with pages over it.
pub struct House {
    pub app: App,
    pub store: SqliteStore,
    pub links: Links,
    pub engine: Arc<Embedded>,
    pub router: Router,
    clock: Arc<dyn Clock>,
    numbers: Arc<AtomicU64>,
}

impl House {
    pub async fn new() -> Self {
        Self::with_clock(Arc::new(Still)).await
    }

    pub async fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self::with(clock, daiban_providers::all()).await
    }

    /// With these services.
    pub async fn with_providers(clock: Arc<dyn Clock>, providers: Vec<Box<dyn Provider>>) -> Self {
        Self::with(clock, providers).await
    }

    /// With a railway that answers by heart.
    pub async fn with_rail(clock: Arc<dyn Clock>) -> (Self, Arc<rail::Script>) {
        let script = Arc::new(rail::Script::default());
        let mut providers = daiban_providers::all();
        providers.retain(|provider| provider.descriptor().service != Service::Rail);
        providers.insert(1, Box::new(rail::ScriptedRail(script.clone())));
        (Self::with(clock, providers).await, script)
    }

    /// With a 114 that answers by heart.
    pub async fn with_hospital(clock: Arc<dyn Clock>) -> (Self, Arc<rail::Script>) {
        let script = Arc::new(rail::Script::default());
        let providers = hospital::among(daiban_providers::all(), script.clone());
        (Self::with(clock, providers).await, script)
    }

    /// With both.
    pub async fn with_scripts(clock: Arc<dyn Clock>) -> (Self, Arc<rail::Script>) {
        let script = Arc::new(rail::Script::default());
        let mut providers = hospital::among(daiban_providers::all(), script.clone());
        providers.retain(|provider| provider.descriptor().service != Service::Rail);
        providers.insert(1, Box::new(rail::ScriptedRail(script.clone())));
        let providers = vehicle::among(providers, script.clone());
        (Self::with(clock, providers).await, script)
    }

    /// With cars that answer by heart.
    pub async fn with_vehicle(clock: Arc<dyn Clock>) -> (Self, Arc<rail::Script>) {
        let script = Arc::new(rail::Script::default());
        let providers = vehicle::among(daiban_providers::all(), script.clone());
        (Self::with(clock, providers).await, script)
    }

    /// With a map to open positions on.
    pub fn mapped(mut self, map_url: &str) -> Self {
        let options = WebOptions {
            household: Arc::new(self.store.clone()),
            secure_cookies: false,
            live: true,
            map_url: Some(map_url.to_owned()),
        };
        self.router = web::router(self.app.clone(), options);
        self
    }

    async fn with(clock: Arc<dyn Clock>, providers: Vec<Box<dyn Provider>>) -> Self {
        Self::over(SqliteStore::in_memory().await.unwrap(), clock, providers)
    }

    /// Over rows that are somewhere else.
    pub fn over(
        store: SqliteStore,
        clock: Arc<dyn Clock>,
        providers: Vec<Box<dyn Provider>>,
    ) -> Self {
        let shared = Arc::new(store.clone());
        let numbers = Arc::new(AtomicU64::new(1));
        let counting = numbers.clone();
        let chance: Arc<dyn Fn() -> u64 + Send + Sync> =
            Arc::new(move || counting.fetch_add(1, Ordering::Relaxed));
        let redactor = Redactor::default();
        let desk = Desk::new(DeskOptions {
            store: shared.clone(),
            household: shared.clone(),
            lines: Arc::new(NoLines),
            providers,
            clock: clock.clone(),
            chance: chance.clone(),
            settings: BTreeMap::from([
                (Service::Permit, one("base_url", "http://127.0.0.1:1")),
                (Service::Rail, one("base_url", "http://127.0.0.1:1")),
                (Service::Hospital, one("base_url", "http://127.0.0.1:1")),
                (Service::Vehicle, one("profile", "lynkco-2023")),
                (
                    Service::Violation,
                    one("url", "http://127.0.0.1:1/pyi/65/173"),
                ),
            ]),
            holder: "pages".to_owned(),
        });
        let engine = Embedded::new(desk.clone(), EngineOptions::default());
        let notify = Notify::new(NotifyOptions {
            allow_private: false,
            lang: Lang::Zh,
            clock: clock.clone(),
            redactor: redactor.clone(),
            timeout: Duration::from_secs(1),
        });
        let app = App::new(AppParts {
            household: shared.clone(),
            store: shared.clone(),
            engine: engine.clone(),
            desk,
            notify: Arc::new(notify),
            clock: clock.clone(),
            wall: clock.clone(),
            chance,
            redactor,
            lang: Lang::Zh,
        });
        let router = web::router(
            app.clone(),
            WebOptions {
                household: shared.clone(),
                secure_cookies: false,
                live: true,
                map_url: None,
            },
        );
        Self {
            links: Links::new(shared),
            engine,
            app,
            store,
            router,
            clock,
            numbers,
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    pub async fn add_user(&self, name: &str, role: Role) -> User {
        self.app
            .access()
            .add_user(name, role, &Secret::new(PASSWORD))
            .await
            .unwrap()
    }

    pub async fn add_account(
        &self,
        user: &UserId,
        service: Service,
        name: &str,
        state: AccountState,
    ) -> AccountId {
        let account = Account {
            id: AccountId::new(self.now(), self.number()),
            user: user.clone(),
            service,
            name: name.to_owned(),
            state,
            problem: (state == AccountState::SignInLost)
                .then(|| Text::new("登录失效，要重新登录", "sign-in lost, sign in again")),
            settings: BTreeMap::new(),
            created_at: self.now(),
            signed_in_at: Some(self.now() - jiff::SignedDuration::from_hours(50)),
            shared: false,
        };
        let id = account.id.clone();
        self.store
            .add_account(account, Secrets::new())
            .await
            .unwrap();
        id
    }

    /// An errand as one pass of its machine would have left it.
    pub async fn add_errand(&self, user: &UserId, account: &AccountId, seed: Seed) -> ErrandId {
        let now = self.now();
        let id = ErrandId::new(now, self.number());
        let errand = NewErrand {
            id: id.clone(),
            user: user.clone(),
            account: account.clone(),
            kind: seed.kind.to_owned(),
            wishes: seed.wishes,
            state: json!({}),
            version: 1,
            due: now,
            internal: seed.kind.ends_with(".sign_in") || seed.kind == vehicle::COMMAND,
        };
        let line = |kind, zh: &str, en: &str| NewEvent {
            errand: Some(id.clone()),
            account: Some(account.clone()),
            at: now,
            kind,
            text: Text::new(zh, en),
            data: Value::Null,
        };
        self.store
            .add_errand(errand, line(EventKind::Created, "建了这件代办", "made"))
            .await
            .unwrap();
        let claimed = self
            .store
            .claim_due(now, 10, now + jiff::SignedDuration::from_mins(1))
            .await
            .unwrap();
        let claimed = claimed
            .into_iter()
            .find(|claimed| claimed.id == id)
            .unwrap();
        let mut events = vec![line(EventKind::Ran, &seed.reason.zh, &seed.reason.en)];
        if !seed.asks.is_empty() {
            events.push(line(EventKind::Asked, "问了你", "asked you"));
        }
        let commit = Commit {
            errand: id.clone(),
            ver: claimed.ver,
            state: json!({}),
            version: 1,
            phase: seed.phase,
            checkpoint: seed.checkpoint.to_owned(),
            reason: seed.reason,
            next_due: seed
                .next_in_s
                .map(|seconds| now + jiff::SignedDuration::from_secs(seconds)),
            outcome: seed.outcome,
            consumed: Vec::new(),
            calls: Vec::new(),
            asks: seed
                .asks
                .into_iter()
                .map(|ask| (AskId::new(now, self.number()), ask))
                .collect(),
            withdraw_asks: false,
            watch: Vec::new(),
            facts: seed.facts,
            records: seed.records,
            notices: seed.notices,
            problems: seed.problems,
            events,
        };
        self.store.commit(now, vec![commit]).await.unwrap();
        id
    }

    /// The id of the newest open ask.
    pub async fn newest_ask(&self, user: &UserId) -> AskId {
        let asks = self.store.asks(Some(user), None).await.unwrap();
        asks.into_iter().map(|ask| ask.id).max().unwrap()
    }

    /// A browser signed in as that user.
    pub async fn browser(&self, user: &User) -> Browser {
        let (cookie, session) = self.app.access().open_session(&user.id).await.unwrap();
        Browser {
            router: self.router.clone(),
            cookie: Some(format!("daiban_session={}", cookie.reveal())),
            csrf: session.csrf,
        }
    }

    /// A browser of somebody unknown.
    pub fn stranger(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookie: None,
            csrf: String::new(),
        }
    }

    pub fn actor(user: &User) -> Actor {
        Actor::whole(user)
    }
}

fn one(name: &str, value: &str) -> BTreeMap<String, String> {
    BTreeMap::from([(name.to_owned(), value.to_owned())])
}

/// How an errand stands.
pub struct Seed {
    pub kind: &'static str,
    pub wishes: Value,
    pub phase: Phase,
    pub checkpoint: &'static str,
    pub outcome: Option<Value>,
    pub reason: Text,
    pub next_in_s: Option<i64>,
    pub asks: Vec<NewAsk>,
    pub facts: Vec<(String, Value)>,
    pub records: Vec<Record>,
    pub notices: Vec<NewNotice>,
    pub problems: Vec<ProblemChange>,
}

impl Seed {
    pub fn new(kind: &'static str, wishes: Value, phase: Phase, zh: &str, en: &str) -> Self {
        Self {
            kind,
            wishes,
            phase,
            checkpoint: "there",
            outcome: None,
            reason: Text::new(zh, en),
            next_in_s: None,
            asks: Vec::new(),
            facts: Vec::new(),
            records: Vec::new(),
            notices: Vec::new(),
            problems: Vec::new(),
        }
    }

    pub fn at(mut self, checkpoint: &'static str) -> Self {
        self.checkpoint = checkpoint;
        self
    }

    pub fn outcome(mut self, outcome: Value) -> Self {
        self.outcome = Some(outcome);
        self
    }

    pub fn next_in_s(mut self, seconds: i64) -> Self {
        self.next_in_s = Some(seconds);
        self
    }

    pub fn ask(mut self, ask: NewAsk) -> Self {
        self.asks.push(ask);
        self
    }

    pub fn fact(mut self, name: &str, value: Value) -> Self {
        self.facts.push((name.to_owned(), value));
        self
    }

    pub fn notice(mut self, title: (&str, &str), body: (&str, &str), severity: Severity) -> Self {
        self.notices.push(NewNotice {
            key: title.1.to_owned(),
            severity,
            title: Text::new(title.0, title.1),
            body: Text::new(body.0, body.1),
        });
        self
    }

    pub fn problem(mut self, text: (&str, &str), fix: (&str, &str), severity: Severity) -> Self {
        self.problems.push(ProblemChange::Raise {
            key: text.1.to_owned(),
            severity,
            text: Text::new(text.0, text.1),
            fix: Text::new(fix.0, fix.1),
        });
        self
    }
}

pub fn new_ask(
    kind: AskKind,
    title: (&str, &str),
    body: (&str, &str),
    deadline: Option<Timestamp>,
) -> NewAsk {
    let pictured = matches!(kind, AskKind::Captcha | AskKind::Points | AskKind::Qr);
    NewAsk {
        tag: "ask".to_owned(),
        kind,
        title: Text::new(title.0, title.1),
        body: Text::new(body.0, body.1),
        told: None,
        picture: pictured.then(|| STANDARD.encode(checked_png(300, 120))),
        deadline,
    }
}

/// A PNG of grey squares: one bit a pixel, stored without compression.
pub fn checked_png(width: u32, height: u32) -> Vec<u8> {
    let line = usize::try_from(width.div_ceil(8)).unwrap();
    let mut raw = Vec::new();
    for y in 0..height {
        raw.push(0);
        raw.extend((0..line).map(|x| {
            if (x / 2 + usize::try_from(y / 16).unwrap()) % 2 == 0 {
                0xff
            } else {
                0x00
            }
        }));
    }
    let mut zlib = vec![0x78, 0x01];
    let chunks: Vec<&[u8]> = raw.chunks(0xffff).collect();
    for (index, chunk) in chunks.iter().enumerate() {
        let length = u16::try_from(chunk.len()).unwrap();
        zlib.push(u8::from(index + 1 == chunks.len()));
        zlib.extend(length.to_le_bytes());
        zlib.extend((!length).to_le_bytes());
        zlib.extend(*chunk);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &raw {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    zlib.extend(((b << 16) | a).to_be_bytes());
    let mut head = Vec::new();
    head.extend(width.to_be_bytes());
    head.extend(height.to_be_bytes());
    head.extend([1, 0, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &head), (b"IDAT", &zlib), (b"IEND", &Vec::new())] {
        png.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        let checked: Vec<u8> = kind.iter().chain(data.iter()).copied().collect();
        png.extend(&checked);
        png.extend(crc(&checked).to_be_bytes());
    }
    png
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

/// A browser without JavaScript.
#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    pub cookie: Option<String>,
    pub csrf: String,
}

/// What came back.
pub struct Seen {
    pub status: u16,
    pub location: Option<String>,
    pub headers: axum::http::HeaderMap,
    pub text: String,
    pub bytes: usize,
}

impl Browser {
    pub async fn get(&self, path: &str) -> Seen {
        self.get_with(path, &[]).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Seen {
        let mut request = HttpRequest::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, Body::empty()).await
    }

    /// A form with the session's token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let csrf = self.csrf.clone();
        let all = [fields, &[("csrf", csrf.as_str())]].concat();
        self.post_bare(path, &all, &[]).await
    }

    /// A form as it is.
    pub async fn post_bare(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Seen {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let mut request = HttpRequest::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, Body::from(body.finish())).await
    }

    pub async fn method(&self, method: &str, path: &str) -> Seen {
        self.send(
            HttpRequest::builder().method(method).uri(path),
            Body::empty(),
        )
        .await
    }

    async fn send(&self, mut request: axum::http::request::Builder, body: Body) -> Seen {
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request
            .header(header::HOST, "home.example")
            .body(body)
            .unwrap();
        let response: HttpResponse<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 8 << 20).await.unwrap();
        let location = parts
            .headers
            .get(header::LOCATION)
            .map(|value| value.to_str().unwrap().to_owned());
        Seen {
            status: parts.status.as_u16(),
            location,
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes: bytes.len(),
            headers: parts.headers,
        }
    }
}

impl Seen {
    /// The value of the hidden field of that name.
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let rest = self
            .text
            .split_once(&start)
            .unwrap_or_else(|| panic!("no field {name} in\n{}", self.text))
            .1;
        rest.split_once('"').unwrap().0.to_owned()
    }

    /// The cookies it brings, as they are sent back.
    pub fn cookies(&self) -> String {
        let cookies = self.headers.get_all(header::SET_COOKIE).into_iter();
        let pairs = cookies.map(|cookie| {
            cookie
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .to_owned()
        });
        pairs.collect::<Vec<_>>().join("; ")
    }
}

/// A family's afternoon: every page has something to show.
pub async fn furnish(house: &House, user: &UserId) -> Furnished {
    let now = house.now();
    let minutes = |minutes: i64| Some(now + jiff::SignedDuration::from_mins(minutes));
    let permit = house
        .add_account(user, Service::Permit, "林岚", AccountState::Ready)
        .await;
    let rail = house
        .add_account(user, Service::Rail, "陈默", AccountState::SignInLost)
        .await;
    let fines = house
        .add_account(user, Service::Violation, "冀R0D001", AccountState::Ready)
        .await;

    let today = daiban_core::dates::today(now);
    let days: Vec<Value> = (0..14_i64)
        .map(|ahead| {
            let state = match ahead {
                0..5 => "has",
                9 => "miss",
                _ => "will",
            };
            json!({ "date": today.checked_add(jiff::Span::new().days(ahead)).unwrap(), "state": state })
        })
        .collect();
    let status = json!({ "vehicles": [{
        "plate": "冀R0D001", "inside_uses_left": 11, "why_not": null,
        "records": [
            { "id": "1", "zone": "outside", "state": "in_effect", "from": "2026-11-20", "to": "2026-11-26", "reason_code": null, "reason": null },
            { "id": "2", "zone": "outside", "state": "rejected", "from": "2026-11-13", "to": null, "reason_code": "10023", "reason": "有未处理的违法" },
        ],
        "covered": [{ "from": "2026-11-20", "to": "2026-11-26", "zone": "outside" }],
    }] });
    let keep = Seed::new(
        "permit.keep",
        json!({ "plates": ["冀R0D001"], "zone": "outside" }),
        Phase::Waiting,
        "有效到 11月26日；当天续办",
        "valid to 26 Nov; renewed that day",
    )
    .next_in_s(4 * 86_400)
    .fact("coverage", json!({ "冀R0D001": days }))
    .fact("status", status)
    .fact("renewals", json!({ "冀R0D001": 2 }))
    .notice(
        ("进京证续好了", "permit renewed"),
        ("11月20日到26日，六环外", "20 to 26 Nov, outside"),
        Severity::Info,
    )
    .problem(
        ("12月1日没有能用的证", "no permit on 1 Dec"),
        (
            "那天要进京，先处理完违章",
            "settle the fine before that day",
        ),
        Severity::Urgent,
    );
    let keep = house.add_errand(user, &permit, keep).await;

    let check = json!({ "plate": "冀R0D001", "checked_at": "2026-11-21T09:00:00+08:00", "source": "live", "charged": "yes", "meaning": "found",
        "violations": [{ "id": "v1", "at": "2026-11-18T08:42:00+08:00", "place": "燕顺路与迎宾路口", "action": "不按导向车道行驶", "code": "1208", "fine_yuan": 100, "points": 2, "city": "廊坊", "state": "open", "online": true }],
        "count": 1, "fine_total_yuan": 100, "points_total": 2 });
    let watch = Seed::new(
        "violation.watch",
        json!({ "plates": null, "every_days": 7 }),
        Phase::Waiting,
        "冀R0D001：查到 1 条没处理",
        "冀R0D001: 1 open",
    )
    .next_in_s(6 * 86_400)
    .fact("check/冀R0D001", check);
    let watch = house.add_errand(user, &fines, watch).await;

    let captcha = new_ask(
        AskKind::Captcha,
        ("填图片里的字", "Read the picture"),
        ("登录进京证要先过这一关", "needed to sign in"),
        minutes(49),
    );
    let captcha = house
        .add_errand(
            user,
            &permit,
            Seed::new(
                "permit.sign_in",
                json!({}),
                Phase::NeedsYou,
                "等你看图填字",
                "waiting for you",
            )
            .ask(captcha),
        )
        .await;
    let qr = new_ask(
        AskKind::Qr,
        ("扫码登录 12306", "Scan to sign in to 12306"),
        ("用铁路 12306 App 扫", "with the 12306 app"),
        minutes(4),
    );
    let qr = house
        .add_errand(
            user,
            &rail,
            Seed::new(
                "rail.sign_in",
                json!({}),
                Phase::NeedsYou,
                "等你扫码",
                "waiting for your scan",
            )
            .ask(qr),
        )
        .await;
    let approve = new_ask(
        AskKind::Approve,
        ("用 1 次六环内？", "Use an inside permit?"),
        ("今年还剩 11 次\n生效后六环外那张作废", "11 left this year"),
        minutes(600),
    );
    let points = new_ask(
        AskKind::Points,
        ("依次点出图中的字", "Tap the words in order"),
        ("", ""),
        minutes(9),
    );
    let sms = new_ask(
        AskKind::Sms,
        ("填短信验证码", "Enter the code"),
        ("发到 138 0000 0417", "sent to 138 0000 0417"),
        None,
    );
    let more = Seed::new(
        "permit.sign_in",
        json!({}),
        Phase::NeedsYou,
        "等你",
        "waiting",
    )
    .ask(approve)
    .ask(points)
    .ask(sms);
    let more = house.add_errand(user, &permit, more).await;
    Furnished {
        accounts: vec![permit, rail, fines],
        errands: vec![keep, watch, captcha, qr, more],
    }
}

/// What [`furnish`] made.
pub struct Furnished {
    pub accounts: Vec<AccountId>,
    pub errands: Vec<ErrandId>,
}
