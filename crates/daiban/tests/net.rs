//! The net against small servers of this machine: politeness, cookies, limits and every way to get no answer.

#![allow(clippy::unwrap_used, missing_docs)]

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Uri},
    response::Response as Answer,
    routing::any,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use daiban::net::{Net, NetOptions, NetSettings};
use daiban_core::{
    Text, Timestamp,
    clock::Clock,
    descriptor::{Descriptor, Label, Sprint},
    household::Household,
    http::{Http, HttpFailure, Request, Response},
    id::AccountId,
    secret::Redactor,
    service::Service,
    store::Store,
};
use daiban_store::SqliteStore;
use jiff::SignedDuration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const START: &str = "2026-11-22T10:00:00+08:00";

/// Time that passes only while somebody sleeps.
struct ManualClock(Mutex<Timestamp>);

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        let mut now = self.0.lock().unwrap();
        *now = (*now).max(moment);
    }
}

struct Home {
    store: SqliteStore,
    clock: Arc<ManualClock>,
}

impl Home {
    async fn new() -> Self {
        Self {
            store: SqliteStore::in_memory().await.unwrap(),
            clock: Arc::new(ManualClock(Mutex::new(START.parse().unwrap()))),
        }
    }

    /// A net as after a start of the program: nothing in memory.
    fn net(&self, settings: NetSettings) -> Arc<Net> {
        Net::new(NetOptions {
            store: Arc::new(self.store.clone()),
            household: Arc::new(self.store.clone()),
            clock: self.clock.clone(),
            chance: Arc::new(|| 0),
            redactor: Redactor::default(),
            settings,
        })
    }

    fn plain(&self) -> Arc<Net> {
        self.net(quick())
    }

    fn pass(&self, span: SignedDuration) {
        *self.clock.0.lock().unwrap() += span;
    }

    /// Seconds since the beginning.
    fn seconds(&self) -> f64 {
        let start: Timestamp = START.parse().unwrap();
        self.clock.now().duration_since(start).as_secs_f64()
    }
}

fn quick() -> NetSettings {
    NetSettings {
        timeout: Duration::from_secs(5),
        step_gap_ms: 0,
        ..NetSettings::default()
    }
}

fn descriptor(poll_floor_s: u32, daily_budget: u32) -> Descriptor {
    Descriptor {
        service: Service::Rail,
        name: Label::new("铁路", "rail"),
        sign_in: &[],
        settings: &[],
        secrets: &[],
        errands: &[],
        poll_floor_s,
        sprint: None,
        daily_budget,
    }
}

fn account(name: &str) -> AccountId {
    AccountId::from(name)
}

/// A server that answers each request with the next of these, and the last again and again.
#[derive(Clone)]
struct Double {
    base: String,
    hits: Arc<AtomicUsize>,
    seen: Arc<Mutex<Vec<(String, HeaderMap)>>>,
}

type Script = fn(usize) -> Answer;

async fn double(script: Script) -> Double {
    let hits = Arc::new(AtomicUsize::new(0));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (count, keep) = (hits.clone(), seen.clone());
    let app = Router::new().fallback(any(move |uri: Uri, headers: HeaderMap| {
        keep.lock().unwrap().push((uri.to_string(), headers));
        let answer = script(count.fetch_add(1, Ordering::SeqCst));
        async move { answer }
    }));
    let base = serve(app).await;
    Double { base, hits, seen }
}

async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://{address}")
}

impl Double {
    fn get(&self, path: &str) -> Request {
        Request::get(format!("{}{path}", self.base))
    }

    fn hits(&self) -> usize {
        self.hits.load(Ordering::SeqCst)
    }

    fn cookie_of(&self, hit: usize) -> String {
        let seen = self.seen.lock().unwrap();
        let header = seen[hit].1.get("cookie");
        header.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    }
}

fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let mut builder = Answer::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(body.into()).unwrap()
}

fn fine(_: usize) -> Answer {
    answer(200, &[], "{\"ok\":true}")
}

fn ban_sign(response: &Response) -> Option<Text> {
    let banned = response.is_html() && response.text().contains("您的请求过于频繁");
    banned.then(|| Text::quoted("您的请求过于频繁"))
}

fn held_until(result: Result<Response, HttpFailure>) -> Timestamp {
    match result {
        Err(HttpFailure::Held { until, .. }) => until,
        other => panic!("not held: {other:?}"),
    }
}

#[tokio::test]
async fn polls_keep_the_floor_and_wait_for_a_near_turn() {
    let home = Home::new().await;
    let server = double(fine).await;
    let line = home.plain().line(&descriptor(4, 1000), Some(&account("a")));
    for expected in [0.0, 4.0, 8.0] {
        assert_eq!(
            line.send(server.get("/poll").poll()).await.unwrap().status,
            200
        );
        assert_eq!(home.seconds(), expected);
    }
    line.send(server.get("/step")).await.unwrap();
    assert_eq!(home.seconds(), 8.0, "a step is not held to the floor");
}

#[tokio::test]
async fn a_far_turn_is_not_waited_for() {
    let home = Home::new().await;
    let server = double(fine).await;
    let line = home
        .plain()
        .line(&descriptor(60, 1000), Some(&account("a")));
    line.send(server.get("/").poll()).await.unwrap();
    let until = held_until(line.send(server.get("/").poll()).await);
    assert_eq!(until, home.clock.now() + SignedDuration::from_secs(60));
    assert_eq!((server.hits(), home.seconds()), (1, 0.0));
    let other = home
        .plain()
        .line(&descriptor(60, 1000), Some(&account("b")));
    other.send(server.get("/").poll()).await.unwrap();
    let restarted = home
        .plain()
        .line(&descriptor(60, 1000), Some(&account("a")));
    held_until(restarted.send(server.get("/").poll()).await);
}

/// Time that passes when the test says so, and wakes those who sleep.
struct SteppedClock(tokio::sync::watch::Sender<Timestamp>);

#[async_trait]
impl Clock for SteppedClock {
    fn now(&self) -> Timestamp {
        *self.0.borrow()
    }

    async fn sleep_until(&self, moment: Timestamp) {
        self.0
            .subscribe()
            .wait_for(|now| *now >= moment)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_step_does_not_wait_behind_a_poll_that_waits() {
    let store = SqliteStore::in_memory().await.unwrap();
    let start: Timestamp = START.parse().unwrap();
    let clock = Arc::new(SteppedClock(tokio::sync::watch::channel(start).0));
    let net = Net::new(NetOptions {
        store: Arc::new(store.clone()),
        household: Arc::new(store),
        clock: clock.clone(),
        chance: Arc::new(|| 0),
        redactor: Redactor::default(),
        settings: quick(),
    });
    let server = double(fine).await;
    let line = || net.line(&descriptor(4, 1000), Some(&account("a")));
    line().send(server.get("/poll").poll()).await.unwrap();
    let (waiting, poll) = (line(), server.get("/poll").poll());
    let waiting = tokio::spawn(async move { waiting.send(poll).await });
    line().send(server.get("/step")).await.unwrap();
    assert!(!waiting.is_finished());
    clock.0.send_replace(start + SignedDuration::from_secs(4));
    assert_eq!(waiting.await.unwrap().unwrap().status, 200);
    assert_eq!(server.hits(), 3);
}

#[tokio::test]
async fn settings_slow_a_floor_and_never_quicken_it() {
    for (wished, floor) in [(30, 30), (1, 20)] {
        let home = Home::new().await;
        let server = double(fine).await;
        let settings = NetSettings {
            floors_s: BTreeMap::from([(Service::Rail, wished)]),
            ..quick()
        };
        let line = home.net(settings).line(&descriptor(20, 1000), None);
        line.send(server.get("/").poll()).await.unwrap();
        let until = held_until(line.send(server.get("/").poll()).await);
        assert_eq!(until, home.clock.now() + SignedDuration::from_secs(floor));
    }
}

/// A slow service with a quick time around a release.
fn sprinting() -> Descriptor {
    Descriptor {
        sprint: Some(Sprint {
            floor_s: 3,
            before_s: 90,
            after_s: 210,
        }),
        ..descriptor(60, 1000)
    }
}

#[tokio::test]
async fn polls_are_quick_around_a_release_and_slow_elsewhere() {
    let home = Home::new().await;
    let server = double(fine).await;
    let line = home.plain().line(&sprinting(), None);
    let start = home.clock.now();
    let at = |seconds| start + SignedDuration::from_millis((seconds * 1000.0) as i64);
    let release = at(100.0);
    let sprint = || server.get("/").sprint(release);
    line.send(sprint()).await.unwrap();
    assert_eq!(held_until(line.send(sprint()).await), at(60.0), "too early");
    home.pass(SignedDuration::from_secs(9));
    assert_eq!(held_until(line.send(sprint()).await), at(60.0), "still");
    home.pass(SignedDuration::from_secs(1));
    for expected in [10.0, 13.0, 16.0] {
        line.send(sprint()).await.unwrap();
        assert_eq!(home.seconds(), expected, "from the last poll's own moment");
    }
    let other = server.get("/").poll();
    assert_eq!(held_until(line.send(other).await), at(76.0), "no sprint");
    home.pass(SignedDuration::from_secs(294));
    line.send(sprint()).await.unwrap();
    assert_eq!(home.seconds(), 310.0, "its last moment");
    home.pass(SignedDuration::from_millis(1));
    assert_eq!(held_until(line.send(sprint()).await), at(370.0), "over");
    assert_eq!(server.hits(), 5);
}

#[tokio::test]
async fn a_restart_does_not_shorten_the_quick_floor() {
    let home = Home::new().await;
    let server = double(fine).await;
    let sprint = || server.get("/").sprint(home.clock.now());
    for expected in [0.0, 3.0] {
        let line = home.plain().line(&sprinting(), None);
        line.send(sprint()).await.unwrap();
        assert_eq!(home.seconds(), expected);
    }
    let restarted = home.plain().line(&sprinting(), None);
    held_until(restarted.send(server.get("/").poll()).await);
}

#[tokio::test]
async fn where_there_is_no_quick_floor_a_sprint_is_a_poll() {
    let home = Home::new().await;
    let server = double(fine).await;
    let line = home.plain().line(&descriptor(60, 1000), None);
    let sprint = || server.get("/").sprint(home.clock.now());
    line.send(sprint()).await.unwrap();
    let until = held_until(line.send(sprint()).await);
    assert_eq!(until, home.clock.now() + SignedDuration::from_secs(60));
}

#[tokio::test]
async fn settings_slow_the_quick_floor_and_never_quicken_it() {
    for (wished, ordinary, floor) in [(5, 0, 5.0), (1, 0, 3.0), (90, 0, 60.0), (0, 120, 3.0)] {
        let home = Home::new().await;
        let server = double(fine).await;
        let settings = NetSettings {
            floors_s: BTreeMap::from([(Service::Rail, ordinary)]),
            sprint_floors_s: BTreeMap::from([(Service::Rail, wished)]),
            ..quick()
        };
        let line = home.net(settings).line(&sprinting(), None);
        let release = home.clock.now() + SignedDuration::from_secs(60);
        let sprint = || server.get("/").sprint(release);
        line.send(sprint()).await.unwrap();
        if let Err(HttpFailure::Held { until, .. }) = line.send(sprint()).await {
            home.clock.sleep_until(until).await;
        }
        assert_eq!(home.seconds(), floor, "{wished} {ordinary}");
    }
}

#[tokio::test]
async fn chance_makes_both_floors_longer() {
    let home = Home::new().await;
    let server = double(fine).await;
    let net = Net::new(NetOptions {
        store: Arc::new(home.store.clone()),
        household: Arc::new(home.store.clone()),
        clock: home.clock.clone(),
        chance: Arc::new(|| 200),
        redactor: Redactor::default(),
        settings: quick(),
    });
    let line = net.line(&sprinting(), None);
    let start = home.clock.now();
    let sprint = || server.get("/").sprint(start);
    for expected in [0.0, 3.6] {
        line.send(sprint()).await.unwrap();
        assert_eq!(home.seconds(), expected);
    }
    let until = held_until(line.send(server.get("/").poll()).await);
    assert_eq!(until, start + SignedDuration::from_millis(3_600 + 72_000));
}

#[tokio::test]
async fn who_does_not_wait_is_told_of_a_near_turn() {
    let home = Home::new().await;
    let server = double(fine).await;
    let line = home.plain().line(&descriptor(4, 1000), None);
    let impatient = || Request {
        waits: false,
        ..server.get("/").poll()
    };
    line.send(impatient()).await.unwrap();
    let until = held_until(line.send(impatient()).await);
    assert_eq!(until, home.clock.now() + SignedDuration::from_secs(4));
    assert_eq!((server.hits(), home.seconds()), (1, 0.0));
}

#[tokio::test]
async fn steps_are_spaced_from_start_to_start() {
    let home = Home::new().await;
    let server = double(fine).await;
    let settings = NetSettings {
        step_gap_ms: 200,
        ..quick()
    };
    let line = home
        .net(settings)
        .line(&descriptor(4, 1000), Some(&account("a")));
    for _ in 0..3 {
        line.send(server.get("/")).await.unwrap();
    }
    assert_eq!(home.seconds(), 0.4);
    home.pass(SignedDuration::from_millis(150));
    line.send(server.get("/")).await.unwrap();
    assert_eq!(home.seconds(), 0.6);
}

#[tokio::test]
async fn the_days_budget_counts_steps_too() {
    let home = Home::new().await;
    let server = double(fine).await;
    let line = home.plain().line(&descriptor(1, 3), Some(&account("a")));
    for _ in 0..3 {
        line.send(server.get("/")).await.unwrap();
    }
    let until = held_until(line.send(server.get("/")).await);
    assert_eq!(until, "2026-11-23T00:00:00+08:00".parse().unwrap());
    home.pass(SignedDuration::from_hours(14));
    line.send(server.get("/")).await.unwrap();
    assert_eq!(server.hits(), 4);
}

#[tokio::test]
async fn one_request_of_a_line_at_a_time() {
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let app = Router::new().fallback(any(|| async {
        let now = NOW.fetch_add(1, Ordering::SeqCst) + 1;
        MOST.fetch_max(now, Ordering::SeqCst);
        tokio::task::yield_now().await;
        NOW.fetch_sub(1, Ordering::SeqCst);
        "ok"
    }));
    let base = serve(app).await;
    let net = Home::new().await.plain();
    let ask = || async {
        let line = net.line(&descriptor(0, 1000), Some(&account("a")));
        line.send(Request::get(format!("{base}/"))).await.unwrap();
    };
    futures_util::future::join_all((0..8).map(|_| ask())).await;
    assert_eq!(MOST.load(Ordering::SeqCst), 1);
    assert_eq!(net.counts()[&Service::Rail], 8);
    assert_eq!(net.counts()[&Service::Permit], 0);
}

#[tokio::test]
async fn cookies_are_scoped_by_path_and_outlive_the_program() {
    fn script(hit: usize) -> Answer {
        match hit {
            0 => answer(
                200,
                &[
                    ("set-cookie", "JSESSIONID=a; Path=/otn"),
                    ("set-cookie", "route=r; Path=/"),
                ],
                "",
            ),
            1 => answer(200, &[("set-cookie", "JSESSIONID=b; Path=/passport")], ""),
            _ => fine(hit),
        }
    }
    let home = Home::new().await;
    let server = double(script).await;
    let line = home.plain().line(&descriptor(0, 1000), Some(&account("a")));
    line.send(server.get("/otn/login")).await.unwrap();
    assert!(
        home.store.sealed("jar/a").await.unwrap().is_some(),
        "stored before the answer is seen"
    );
    line.send(server.get("/passport/web")).await.unwrap();

    let restarted = home.plain().line(&descriptor(0, 1000), Some(&account("a")));
    restarted
        .send(server.get("/otn/x").header("cookie", "own=1"))
        .await
        .unwrap();
    restarted.send(server.get("/passport/x")).await.unwrap();
    assert_eq!(server.cookie_of(1), "route=r");
    assert_eq!(server.cookie_of(2), "JSESSIONID=a; route=r; own=1");
    assert_eq!(server.cookie_of(3), "JSESSIONID=b; route=r");

    let other = home.plain().line(&descriptor(0, 1000), Some(&account("b")));
    other.send(server.get("/otn/x")).await.unwrap();
    assert_eq!(server.cookie_of(4), "");
}

/// A check that fails sets no cookies, and what it leads to is asked once, not by a helper that asks itself again.
#[tokio::test]
async fn peer_fault_12_an_empty_jar_written_over_a_good_one() {
    fn script(hit: usize) -> Answer {
        match hit {
            0 => answer(200, &[("set-cookie", "tk=good; Path=/otn")], ""),
            1 => answer(302, &[("location", "/otn/resources/login.html")], ""),
            2 => answer(200, &[], "<html>sign in</html>"),
            3 => answer(500, &[], "<html>sorry</html>"),
            _ => fine(hit),
        }
    }
    let home = Home::new().await;
    let server = double(script).await;
    let line = home.plain().line(&descriptor(0, 1000), Some(&account("a")));
    for _ in 0..4 {
        let _ = line.send(server.get("/otn/login/conf")).await;
    }
    let broken = cutting(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n").await;
    line.send(Request::get(broken)).await.unwrap_err();
    let restarted = home.plain().line(&descriptor(0, 1000), Some(&account("a")));
    restarted.send(server.get("/otn/login/conf")).await.unwrap();
    let sent: Vec<String> = (1..=4).map(|hit| server.cookie_of(hit)).collect();
    assert_eq!(sent, ["tk=good"; 4]);
    assert_eq!(server.hits(), 5, "each was asked once");
}

#[tokio::test]
async fn a_session_is_kept_even_when_the_answer_is_cut() {
    let home = Home::new().await;
    let base =
        cutting(b"HTTP/1.1 200 OK\r\nset-cookie: s=1; Path=/\r\ncontent-length: 100\r\n\r\nhalf")
            .await;
    let server = double(fine).await;
    let line = home.plain().line(&descriptor(0, 1000), Some(&account("a")));
    line.send(Request::get(base)).await.unwrap_err();
    line.send(server.get("/")).await.unwrap();
    assert_eq!(server.cookie_of(0), "s=1");
}

#[tokio::test]
async fn a_session_that_cannot_be_stored_is_not_used_until_it_is() {
    fn script(_: usize) -> Answer {
        answer(200, &[("set-cookie", "s=1; Path=/")], "")
    }
    let home = Home::new().await;
    let server = double(script).await;
    let line = home.plain().line(&descriptor(0, 1000), Some(&account("a")));
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON sealed BEGIN SELECT RAISE(ABORT, 'disk full'); END";
    home.store.raw(full).await.unwrap();
    let failure = line.send(server.get("/")).await.unwrap_err();
    assert!(
        matches!(failure, HttpFailure::NoAnswer { .. }),
        "{failure:?}"
    );
    let failure = line.send(server.get("/")).await.unwrap_err();
    assert!(
        matches!(failure, HttpFailure::NotSent { .. }),
        "{failure:?}"
    );
    assert_eq!(server.hits(), 1);
    home.store.raw("DROP TRIGGER full").await.unwrap();
    line.send(server.get("/")).await.unwrap();
    assert_eq!(server.cookie_of(1), "s=1");
}

#[tokio::test]
async fn an_account_signed_in_elsewhere_is_seen() {
    fn script(hit: usize) -> Answer {
        answer(
            200,
            &[("set-cookie", ["s=1; Path=/", "s=2; Path=/"][hit % 2])],
            "",
        )
    }
    let home = Home::new().await;
    let server = double(script).await;
    let (here, there) = (home.plain(), home.plain());
    for net in [&here, &there, &here] {
        net.line(&descriptor(0, 1000), Some(&account("a")))
            .send(server.get("/"))
            .await
            .unwrap();
    }
    assert_eq!(
        [0, 1, 2].map(|hit| server.cookie_of(hit)),
        ["", "s=1", "s=2"]
    );
}

#[tokio::test]
async fn the_public_line_has_a_jar_in_memory() {
    fn script(_: usize) -> Answer {
        answer(200, &[("set-cookie", "p=1; Path=/")], "")
    }
    let home = Home::new().await;
    let server = double(script).await;
    let net = home.plain();
    for _ in 0..2 {
        net.line(&descriptor(0, 1000), None)
            .send(server.get("/"))
            .await
            .unwrap();
    }
    net.line(&descriptor(0, 1000), Some(&account("a")))
        .send(server.get("/"))
        .await
        .unwrap();
    assert_eq!([0, 1, 2].map(|hit| server.cookie_of(hit)), ["", "p=1", ""]);
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    fn script(_: usize) -> Answer {
        answer(302, &[("location", "/error.html")], "")
    }
    let server = double(script).await;
    let line = Home::new().await.plain().line(&descriptor(0, 1000), None);
    let response = line.send(server.get("/otn/leftTicket")).await.unwrap();
    assert_eq!(
        (response.status, response.header("location")),
        (302, Some("/error.html"))
    );
    assert_eq!(server.hits(), 1);
}

#[tokio::test]
async fn headers_and_body_arrive_and_gzip_is_opened() {
    const PACKED: &str = "H4sIAAAAAAACA6tWys9WsiopKk2tBQCQX9SnCwAAAA==";
    fn script(_: usize) -> Answer {
        answer(
            200,
            &[("content-encoding", "gzip")],
            BASE64_STANDARD.decode(PACKED).unwrap(),
        )
    }
    let server = double(script).await;
    let line = Home::new().await.plain().line(&descriptor(0, 1000), None);
    let request = Request::post_json(
        format!("{}/x?a=1", server.base),
        &serde_json::json!({"a": 1}),
    )
    .header("x-token", "t");
    assert_eq!(line.send(request).await.unwrap().text(), "{\"ok\":true}");
    let seen = server.seen.lock().unwrap();
    assert_eq!(seen[0].0, "/x?a=1");
    let header = |name: &str| seen[0].1[name].to_str().unwrap();
    assert_eq!(
        (header("x-token"), header("content-type")),
        ("t", "application/json")
    );
    assert!(header("user-agent").starts_with("daiban/"));
}

#[tokio::test]
async fn too_large_however_it_is_told() {
    /// 100,000 zeros.
    const BOMB: &str = "H4sIAAAAAAACA+3BMQEAAADCoErrn84aHkABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAArwaFwk3FoIYBAA==";
    fn script(hit: usize) -> Answer {
        match hit {
            0 => answer(200, &[], vec![b'0'; 10_001]),
            1 => {
                let parts = (0..11).map(|_| Ok::<_, std::io::Error>(vec![b'0'; 1000]));
                answer(
                    200,
                    &[],
                    Body::from_stream(futures_util::stream::iter(parts)),
                )
            }
            2 => answer(
                200,
                &[("content-encoding", "gzip")],
                BASE64_STANDARD.decode(BOMB).unwrap(),
            ),
            _ => answer(200, &[], vec![b'0'; 10_000]),
        }
    }
    let server = double(script).await;
    let settings = NetSettings {
        max_answer_bytes: 10_000,
        ..quick()
    };
    let line = Home::new()
        .await
        .net(settings)
        .line(&descriptor(0, 1000), None);
    for _ in 0..3 {
        let failure = line.send(server.get("/")).await.unwrap_err();
        assert_eq!(failure, HttpFailure::TooLarge { limit: 10_000 });
    }
    assert_eq!(line.send(server.get("/")).await.unwrap().body.len(), 10_000);
}

#[tokio::test]
async fn what_never_left_is_not_sent() {
    let net = Home::new().await.plain();
    let line = net.line(&descriptor(0, 1000), None);
    let closed = closed_port().await;
    for url in [
        format!("http://{closed}/x?token=a-very-secret-token"),
        "http://kyfw.12306.cn/otn".to_owned(),
        "http://192.168.1.1/".to_owned(),
        "ftp://127.0.0.1/".to_owned(),
        "not an address".to_owned(),
    ] {
        let failure = line.send(Request::get(&url)).await.unwrap_err();
        let HttpFailure::NotSent { text } = failure else {
            panic!("{url}: {failure:?}");
        };
        assert!(
            !text.contains("secret") && !text.contains("http://127"),
            "{text}"
        );
    }
    let bad_header = Request::get(format!("http://{closed}/")).header("x-a", "line\nbreak");
    assert!(matches!(
        line.send(bad_header).await,
        Err(HttpFailure::NotSent { .. })
    ));
    assert_eq!(net.counts()[&Service::Rail], 0);
}

#[tokio::test]
async fn a_tls_handshake_that_fails_carried_nothing() {
    let plain = double(fine).await;
    let line = Home::new().await.plain().line(&descriptor(0, 1000), None);
    let url = plain.base.replace("http://", "https://");
    let failure = line.send(Request::get(url)).await.unwrap_err();
    assert!(
        matches!(failure, HttpFailure::NotSent { .. }),
        "{failure:?}"
    );
    assert_eq!(plain.hits(), 0);
}

async fn closed_port() -> SocketAddr {
    tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
}

/// A server that reads a request and then answers with these bytes, or with nothing, and cuts the line.
async fn cutting(bytes: &'static [u8]) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(bytes).await;
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn what_may_have_arrived_is_no_answer() {
    let net = Home::new().await.plain();
    let line = net.line(&descriptor(0, 1000), None);
    for bytes in [
        b"".as_slice(),
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhal",
        b"not http at all\r\n\r\n",
    ] {
        let base = cutting(bytes).await;
        let failure = line
            .send(Request::post(base, "text/plain", "act"))
            .await
            .unwrap_err();
        assert!(
            matches!(failure, HttpFailure::NoAnswer { .. }),
            "{failure:?}"
        );
    }
    assert_eq!(net.counts()[&Service::Rail], 5, "none was sent twice");
}

#[tokio::test]
async fn silence_is_a_time_out() {
    let app = Router::new().fallback(any(std::future::pending::<&'static str>));
    let base = serve(app).await;
    let settings = NetSettings {
        timeout: Duration::from_millis(100),
        ..quick()
    };
    let line = Home::new()
        .await
        .net(settings)
        .line(&descriptor(0, 1000), None);
    let failure = line.send(Request::get(base)).await.unwrap_err();
    assert!(
        matches!(&failure, HttpFailure::NoAnswer { text } if text.contains("time-out")),
        "{failure:?}"
    );
}

#[tokio::test]
async fn a_ban_closes_the_service_longer_each_time_and_is_one_problem() {
    fn script(hit: usize) -> Answer {
        match hit {
            0 | 1 => answer(
                200,
                &[("content-type", "text/html")],
                " <html>您的请求过于频繁</html>",
            ),
            _ => fine(hit),
        }
    }
    let home = Home::new().await;
    let server = double(script).await;
    let ask = |net: Arc<Net>, account: Option<AccountId>| {
        let request = server.get("/").ban_sign(ban_sign);
        async move {
            net.line(&descriptor(0, 1000), account.as_ref())
                .send(request)
                .await
        }
    };
    let banned_until = |result| match result {
        Err(HttpFailure::Banned { until, text }) => {
            assert_eq!(text.zh, "您的请求过于频繁");
            until
        }
        other => panic!("not banned: {other:?}"),
    };
    let minutes = |minutes| home.clock.now() + SignedDuration::from_mins(minutes);

    let net = home.plain();
    let first = banned_until(ask(net.clone(), Some(account("a"))).await);
    assert_eq!(first, minutes(30));
    assert_eq!(held_until(ask(net, Some(account("b"))).await), first);
    assert_eq!(
        held_until(ask(home.plain(), None).await),
        first,
        "a restart changes nothing"
    );
    assert_eq!(server.hits(), 1);
    let problems = home.store.problems(None).await.unwrap();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].key, "service/rail/banned");

    home.pass(SignedDuration::from_mins(30));
    let second = banned_until(ask(home.plain(), None).await);
    assert_eq!(second, minutes(60), "longer the second time");
    assert_eq!(home.store.problems(None).await.unwrap().len(), 1);

    home.pass(SignedDuration::from_mins(60));
    assert_eq!(ask(home.plain(), None).await.unwrap().status, 200);
    assert!(home.store.problems(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn another_process_may_see_the_end_of_a_ban() {
    fn script(hit: usize) -> Answer {
        match hit {
            1 => answer(200, &[], "<html>您的请求过于频繁</html>"),
            _ => fine(hit),
        }
    }
    let home = Home::new().await;
    let server = double(script).await;
    let (serving, command) = (home.plain(), home.plain());
    let ask = |net: &Arc<Net>| {
        let line = net.line(&descriptor(0, 1000), None);
        let request = server.get("/").ban_sign(ban_sign);
        async move { line.send(request).await }
    };
    ask(&serving).await.unwrap();
    ask(&command).await.unwrap_err();
    held_until(ask(&serving).await);
    home.pass(SignedDuration::from_mins(31));
    ask(&serving).await.unwrap();
    assert!(home.store.problems(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn retry_after_closes_and_a_short_one_is_waited_for() {
    fn script(hit: usize) -> Answer {
        match hit {
            0 => answer(429, &[("retry-after", "120")], "slow down"),
            1 => answer(503, &[("retry-after", "5")], ""),
            _ => fine(hit),
        }
    }
    let home = Home::new().await;
    let server = double(script).await;
    let line = home.plain().line(&descriptor(0, 1000), Some(&account("a")));
    assert_eq!(
        line.send(server.get("/")).await.unwrap().status,
        429,
        "the provider sees the answer"
    );
    let until = held_until(line.send(server.get("/")).await);
    assert_eq!(until, home.clock.now() + SignedDuration::from_secs(120));
    home.pass(SignedDuration::from_secs(120));
    assert_eq!(line.send(server.get("/")).await.unwrap().status, 503);
    assert_eq!(line.send(server.get("/")).await.unwrap().status, 200);
    assert_eq!(home.seconds(), 125.0);
    assert!(
        home.store.problems(None).await.unwrap().is_empty(),
        "being busy is no problem of the owner's"
    );
}

#[tokio::test]
async fn a_shorter_wish_does_not_open_a_banned_service() {
    fn script(_: usize) -> Answer {
        answer(503, &[("retry-after", "60")], "")
    }
    let home = Home::new().await;
    let server = double(script).await;
    let far = home.clock.now() + SignedDuration::from_hours(2);
    let line = home.plain().line(&descriptor(0, 1000), None);
    let answer = line.send(server.get("/")).await.unwrap();
    assert_eq!(answer.status, 503);
    home.store
        .close(
            Service::Rail,
            home.clock.now(),
            far,
            Text::new("停", "stop"),
        )
        .await
        .unwrap();
    assert_eq!(held_until(line.send(server.get("/")).await), far);
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn gone_and_back_are_a_line_each_without_bodies() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);

    let server = double(|_| {
        answer(
            200,
            &[("set-cookie", "session=canary-cookie; Path=/")],
            "canary-answer",
        )
    })
    .await;
    let line = Home::new()
        .await
        .plain()
        .line(&descriptor(0, 1000), Some(&account("a")));
    let closed = closed_port().await;
    for _ in 0..3 {
        let request = Request::post(
            format!("http://{closed}/canary-path?q=canary-query"),
            "text/plain",
            "canary-body",
        );
        line.send(request).await.unwrap_err();
    }
    for _ in 0..3 {
        line.send(server.get("/canary-path?q=canary-query"))
            .await
            .unwrap();
    }
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(log.matches("cannot be reached").count(), 1, "{log}");
    assert_eq!(log.matches("can be reached again").count(), 1, "{log}");
    assert!(!log.contains("canary"), "{log}");
}
