//! `/live`: whom it tells of what, when it ends, and what many of them cost.
#![allow(clippy::unwrap_used)]

mod web_kit;

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, BodyDataStream},
    http::{HeaderMap, Request, header},
};
use daiban_core::{
    Text,
    account::AccountState,
    ask::AskKind,
    clock::Clock as _,
    errand::Phase,
    household::{Household as _, Role, User},
    id::AccountId,
    notice::{ProblemChange, Severity},
    service::Service,
};
use futures_util::StreamExt as _;
use serde_json::json;
use tokio::time::{Instant, timeout};
use tower::ServiceExt as _;
use web_kit::{Browser, House, Seed, Still, new_ask};

/// Longer than any machine that runs tests is busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a page hears.
struct Stream {
    status: u16,
    headers: HeaderMap,
    lines: BodyDataStream,
    heard: String,
}

impl Stream {
    async fn of(browser: &Browser) -> Self {
        let cookie = browser.cookie.clone().unwrap_or_default();
        let request = Request::get("/live").header(header::COOKIE, cookie);
        let request = request.body(Body::empty()).unwrap();
        let (parts, body) = browser
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            lines: body.into_data_stream(),
            heard: String::new(),
        }
    }

    /// The next event that is no sign of life: its name and its id, 0 without one. `None`: it has ended.
    async fn next(&mut self) -> Option<(String, u64)> {
        let next = async {
            loop {
                while let Some((event, rest)) = self.heard.split_once("\n\n") {
                    let (event, rest) = (event.to_owned(), rest.to_owned());
                    self.heard = rest;
                    let field = |name: &str| {
                        let mut lines = event.lines();
                        lines.find_map(|line| line.strip_prefix(name).map(str::trim))
                    };
                    let name = field("event:").unwrap_or_default().to_owned();
                    if name != "alive" {
                        return Some((name, field("id:").map_or(0, |id| id.parse().unwrap())));
                    }
                }
                let bytes = self.lines.next().await?.unwrap();
                self.heard.push_str(std::str::from_utf8(&bytes).unwrap());
            }
        };
        timeout(PATIENCE, next).await.expect("something is heard")
    }

    async fn begun(browser: &Browser) -> Self {
        let mut stream = Self::of(browser).await;
        assert_eq!(stream.status, 200);
        assert_eq!(stream.next().await.unwrap().0, "hello");
        stream
    }
}

struct Person {
    user: User,
    account: AccountId,
    browser: Browser,
}

async fn person(house: &House, name: &str) -> Person {
    let user = house.add_user(name, Role::Member).await;
    let account = house
        .add_account(&user.id, Service::Permit, name, AccountState::Ready)
        .await;
    let browser = house.browser(&user).await;
    Person {
        user,
        account,
        browser,
    }
}

async fn ask(house: &House, person: &Person) {
    let ask = new_ask(AskKind::Sms, ("填验证码", "Enter the code"), ("", ""), None);
    let seed = Seed::new(
        "permit.sign_in",
        json!({}),
        Phase::NeedsYou,
        "等你",
        "waiting",
    );
    house
        .add_errand(&person.user.id, &person.account, seed.ask(ask))
        .await;
}

#[tokio::test]
async fn a_page_hears_of_its_owners_asks_and_of_nobody_elses() {
    let house = House::new().await;
    let (li, wang) = (person(&house, "li").await, person(&house, "wang").await);
    let mut hers = Stream::begun(&li.browser).await;
    let mut his = Stream::begun(&wang.browser).await;
    ask(&house, &li).await;
    let (event, first) = hers.next().await.unwrap();
    assert_eq!(event, "changed");
    // News are numbered as they come: the first he hears of is his own, not hers.
    ask(&house, &wang).await;
    let (event, second) = his.next().await.unwrap();
    assert_eq!(event, "changed");
    assert!(second > first, "{second} {first}");
}

#[tokio::test]
async fn what_is_everybodys_is_heard_by_everybody() {
    let house = House::new().await;
    let (li, wang) = (person(&house, "li").await, person(&house, "wang").await);
    let (mut hers, mut his) = (
        Stream::begun(&li.browser).await,
        Stream::begun(&wang.browser).await,
    );
    let problem = ProblemChange::Raise {
        key: "closed".to_owned(),
        severity: Severity::Attention,
        text: Text::new("服务关了", "closed"),
        fix: Text::new("等一等", "wait"),
    };
    let raise = |change| {
        house
            .store
            .change_problem("service/rail", None, Still.now(), change)
    };
    raise(problem).await.unwrap();
    assert_eq!(hers.next().await.unwrap().0, "changed");
    assert_eq!(his.next().await.unwrap().0, "changed");
    let clear = ProblemChange::Clear {
        key: "closed".to_owned(),
    };
    raise(clear).await.unwrap();
    assert_eq!(hers.next().await.unwrap().0, "changed");
}

#[tokio::test]
async fn it_carries_nothing_but_a_number_and_is_not_held_back() {
    let house = House::new().await;
    let li = person(&house, "li").await;
    let mut stream = Stream::of(&li.browser).await;
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    assert_eq!(stream.headers["x-accel-buffering"], "no");
    assert_eq!(stream.headers["cache-control"], "no-store, no-transform");
    let first = stream.lines.next().await.unwrap().unwrap();
    let first = std::str::from_utf8(&first).unwrap();
    assert!(
        first.starts_with(':') && first.len() > 2048,
        "padding first"
    );
    assert!(
        first.contains("retry:2000") || first.contains("retry: 2000"),
        "{first}"
    );
    ask(&house, &li).await;
    let news = timeout(PATIENCE, stream.lines.next()).await.unwrap();
    let news = news.unwrap().unwrap();
    let news = std::str::from_utf8(&news).unwrap();
    let number = news.lines().find_map(|line| line.strip_prefix("data: "));
    let number: u64 = number.unwrap().parse().unwrap();
    assert_eq!(
        news,
        format!("id: {number}\nevent: changed\ndata: {number}\n\n")
    );
}

#[tokio::test]
async fn it_is_for_people_with_a_session_and_ends_with_it() {
    let house = House::new().await;
    let li = person(&house, "li").await;
    let nobody = Stream::of(&house.stranger()).await;
    assert_eq!(nobody.status, 303);
    let mut stream = Stream::begun(&li.browser).await;
    let mut elsewhere = Stream::begun(&house.browser(&li.user).await).await;
    assert_eq!(li.browser.post("/signout", &[]).await.status, 303);
    let mut ended_at = 0;
    while let Some((event, number)) = stream.next().await {
        assert_eq!(event, "changed");
        ended_at = number;
    }
    assert!(ended_at > 0, "the end of a session is news");
    // Another session of the same person goes on.
    ask(&house, &li).await;
    let mut heard = 0;
    while heard <= ended_at {
        let (event, number) = elsewhere.next().await.expect("it goes on");
        assert_eq!(event, "changed");
        heard = number;
    }
}

#[tokio::test]
async fn it_ends_when_the_process_does() {
    let house = House::new().await;
    let li = person(&house, "li").await;
    let mut stream = Stream::begun(&li.browser).await;
    house.app.live().close();
    assert_eq!(stream.next().await, None);
    let mut late = Stream::begun(&li.browser).await;
    assert_eq!(late.next().await, None);
}

#[tokio::test]
async fn two_hundred_pages_cost_the_looks_of_one() {
    let house = House::new().await;
    let li = person(&house, "li").await;
    let live = house.app.live().clone();
    assert_eq!(live.looks(), 0, "nobody waits for news yet");
    let idle = Arc::strong_count(&live);
    let begun = Instant::now();
    let mut streams = Vec::new();
    for _ in 0..200 {
        streams.push(Stream::begun(&li.browser).await);
    }
    assert_eq!(live.listeners(), 200);
    ask(&house, &li).await;
    for stream in &mut streams {
        assert_eq!(stream.next().await.unwrap().0, "changed");
    }
    // One look every 40 ms at most, however many there are.
    let most = begun.elapsed().as_millis() / 40 + 2;
    assert!(
        u128::from(live.looks()) <= most,
        "{} of {most}",
        live.looks()
    );
    drop(streams);
    // Nobody listens: the next look is the last.
    let stopped = async {
        while Arc::strong_count(&live) > idle {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, stopped)
        .await
        .expect("nobody looks any more");
}
