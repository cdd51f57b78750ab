//! How close two looks ever are, and whether two are ever under way at once.
//!
//! First days with releases, told and late, of three departments of two hospitals that several families watch: the clock
//! is moved by hand, the moments are the service's own journal. Then a release in real time against a service that takes
//! 100 ms an answer, with people who look for themselves meanwhile: a doorkeeper counts who is inside.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use axum::{Router, body::Body, extract::Request, response::Response, routing::any};
use daiban_core::{account::Settings, call::NewCall, http::Pace, service::Service};
use daiban_sim::ClinicReturn;
use jiff::{ToSpan, civil::Date};
use serde_json::json;
use tokio::sync::watch;

use crate::{
    kit::{
        figures::{Verdict, head, row},
        house::{House, Plan, room},
        noting::Note,
        time::{LeapClock, ManualClock},
    },
    town::{self, PLAN},
};

const FIRST_DAY: Date = jiff::civil::date(2026, 11, 22);
const DAYS: i64 = 3;
/// The floors of the service, ms.
const FLOOR_MS: i64 = 60_000;
const SPRINT_FLOOR_MS: i64 = 3_000;
/// A quick look is at most so far from the release that was told, ms.
const SPRINT_MS: std::ops::RangeInclusive<i64> = -90_000..=210_000;
/// A hospital, the hour of its releases, how late these are, and its departments.
type Town = (&'static str, (i8, i8), i64, &'static [&'static str]);
const HOSPITALS: [Town; 2] = [
    ("801", (8, 30), 0, &["644", "645"]),
    ("802", (7, 0), 110, &["100"]),
];
/// How long the real release is watched, and how long the service takes over an answer.
const REAL: Duration = Duration::from_secs(20);
const ANSWER: Duration = Duration::from_millis(100);

pub(crate) async fn run(verdict: &mut Verdict) -> Result<()> {
    println!("## How close two looks are, and whether two are under way at once\n");
    in_days(verdict).await?;
    at_once(verdict).await
}

async fn in_days(verdict: &mut Verdict) -> Result<()> {
    let room = room()?;
    let clock = Arc::new(ManualClock::at(
        town::moment(FIRST_DAY, 6, 0, 0).as_millisecond(),
    ));
    let house = House::build(room.path(), clock.clone(), &PLAN).await?;
    let departments = furnish(&house);
    let all = departments.join(",");
    for (name, departments) in [
        ("all", &all),
        ("one", &departments[0]),
        ("last", &departments[2]),
    ] {
        watch_for(&house, name, departments).await?;
    }
    let end = clock.ms() + DAYS * 24 * 3_600_000;
    let notes = house.run_to(&clock, end).await?;
    let polls = polls(&house, &notes)?;
    print(&polls, verdict);
    Ok(())
}

fn furnish(house: &House) -> Vec<String> {
    let mut departments = Vec::new();
    for (hos, (hour, minute), drift_s, seconds) in HOSPITALS {
        let opens_at = format!("{hour:02}:{minute:02}");
        house
            .sim
            .add_hospital(town::hospital(hos, &opens_at, drift_s));
        for second in seconds {
            departments.push(town::add_department(&house.sim, hos, second));
            let mut clinic = town::doctor(hos, second, 5);
            clinic.others_take_ms = Some(5_000);
            clinic.returns.push(ClinicReturn {
                date: house.day(4),
                at_ms: house.clock.now().as_millisecond() + 30 * 3_600_000,
                stays_ms: Some(7_200_000),
                time: 0,
            });
            house.sim.add_clinic(clinic);
        }
    }
    departments
}

async fn watch_for(house: &House, name: &str, departments: &str) -> Result<()> {
    let account = house.add_account(name, Settings::new()).await?;
    let (from, to) = (house.day(2).to_string(), house.day(13).to_string());
    let wishes = [
        ("departments", departments),
        ("from", &from),
        ("to", &to),
        ("then", "notify"),
    ];
    house
        .add_errand("hospital.visit", &account, &wishes)
        .await?;
    Ok(())
}

/// A poll that reached the service: when, and whether close to a release of its hospital.
struct Poll {
    at_ms: i64,
    in_sprint: bool,
}

/// The journal has when and what; the notes of the lines, in the same order, have which were polls.
fn polls(house: &House, notes: &[Note]) -> Result<Vec<Poll>> {
    let journal = house.sim.journal().into_iter();
    let asked: Vec<_> = journal.filter(|entry| !entry.method.is_empty()).collect();
    let sent: Vec<&Note> = notes.iter().filter(|note| note.pace.is_some()).collect();
    ensure!(
        asked.len() == sent.len(),
        "{} requests arrived, {} were sent",
        asked.len(),
        sent.len()
    );
    let both = asked.iter().zip(sent);
    let polls =
        both.filter(|(_, note)| matches!(note.pace, Some(Pace::Poll | Pace::Sprint { .. })));
    polls
        .map(|(entry, note)| {
            ensure!(
                entry.path.starts_with(&note.name),
                "{} is not {}",
                entry.path,
                note.name
            );
            let body: serde_json::Value = serde_json::from_str(&entry.body)?;
            let hos = body["hosCode"].as_str().context("a poll of no hospital")?;
            Ok(Poll {
                at_ms: entry.at_ms,
                in_sprint: told(hos).any(|told| SPRINT_MS.contains(&(entry.at_ms - told))),
            })
        })
        .collect()
}

/// The moments a hospital tells for its releases, ms.
fn told(hos: &str) -> impl Iterator<Item = i64> {
    let hospital = HOSPITALS.into_iter().find(|(code, ..)| *code == hos);
    let hours = hospital.into_iter().map(|(_, hour, ..)| hour);
    hours.flat_map(|(hour, minute)| {
        (0..=DAYS).map(move |day| {
            let date = FIRST_DAY.saturating_add(day.days());
            town::moment(date, hour, minute, 0).as_millisecond()
        })
    })
}

fn print(polls: &[Poll], verdict: &mut Verdict) {
    let smallest = |in_sprint: bool| {
        let pairs = polls
            .windows(2)
            .filter(|pair| pair[1].in_sprint == in_sprint);
        pairs.map(|pair| pair[1].at_ms - pair[0].at_ms).min()
    };
    let count = |in_sprint: bool| {
        polls
            .iter()
            .filter(|poll| poll.in_sprint == in_sprint)
            .count()
    };
    println!("{DAYS} days, three departments of two hospitals, three families, one line\n");
    head(&[
        "polls",
        "number",
        "smallest gap to the one before, ms",
        "to hold, ms",
    ]);
    for (name, in_sprint, floor_ms) in [
        ("around a release", true, SPRINT_FLOOR_MS),
        ("at all other times", false, FLOOR_MS),
    ] {
        let gap = smallest(in_sprint);
        let word = verdict.word(gap.is_some_and(|gap| gap >= floor_ms));
        row(&[
            name.to_owned(),
            count(in_sprint).to_string(),
            gap.map_or("?".to_owned(), |gap| gap.to_string()),
            format!("≥ {floor_ms}: {word}"),
        ]);
    }
    println!();
}

/// Who is inside now, and how many there ever were at once.
#[derive(Default)]
struct Doorkeeper {
    inside: AtomicUsize,
    most: AtomicUsize,
    passed: AtomicUsize,
}

async fn at_once(verdict: &mut Verdict) -> Result<()> {
    let room = room()?;
    let clock = Arc::new(LeapClock::at(town::moment(FIRST_DAY, 8, 29, 0)));
    let keeper = Arc::new(Doorkeeper::default());
    let plan = Plan {
        settings: &|addresses| {
            let door = keep(&keeper, town::base(addresses)).unwrap_or_default();
            town::settings(&door)
        },
        ..PLAN
    };
    let house = House::build(room.path(), clock, &plan).await?;
    let departments = furnish(&house);
    for department in &departments {
        watch_for(&house, department, department).await?;
    }
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(Arc::clone(&house.engine).run(stopped));
    let people = (0..3).map(|n| look_again_and_again(&house, n));
    let looked = tokio::time::timeout(REAL, futures_util::future::join_all(people)).await;
    ensure!(looked.is_err(), "nobody looks any more");
    stop.send(true)?;
    running.await?;
    let (passed, most) = (
        keeper.passed.load(Ordering::SeqCst),
        keeper.most.load(Ordering::SeqCst),
    );
    println!(
        "to hold: never two requests of the public line at once; {passed} requests in {} s of a release, three people looking as well, at most {most} at once: {}\n",
        REAL.as_secs(),
        verdict.word(most == 1 && passed > 10)
    );
    Ok(())
}

/// A person who looks at another hospital's departments whenever the last answer is there.
async fn look_again_and_again(house: &House, n: usize) {
    for round in 0.. {
        let day = house.day(2 + (round + n as i64) % 5);
        let body =
            json!({ "do": "slots", "hos": "801", "first": "04", "second": "644", "date": day });
        let call = NewCall {
            account: None,
            ..NewCall::look("look", Service::Hospital, &"nobody".into(), body)
        };
        let _ = house.desk.look(&call).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// A door in front of the service. Gives its address.
fn keep(keeper: &Arc<Doorkeeper>, service: &str) -> Result<String> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let (keeper, service) = (Arc::clone(keeper), service.to_owned());
    let client = reqwest::Client::builder().no_proxy().build()?;
    let door = Router::new().fallback(any(move |request: Request| {
        let (keeper, service, client) = (Arc::clone(&keeper), service.clone(), client.clone());
        async move {
            let inside = keeper.inside.fetch_add(1, Ordering::SeqCst) + 1;
            keeper.most.fetch_max(inside, Ordering::SeqCst);
            keeper.passed.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(ANSWER).await;
            let answer = pass_on(&client, &service, request).await;
            keeper.inside.fetch_sub(1, Ordering::SeqCst);
            answer.unwrap_or_else(|_| Response::new(Body::empty()))
        }
    }));
    let listener = tokio::net::TcpListener::from_std(listener)?;
    tokio::spawn(async move { axum::serve(listener, door).await });
    Ok(format!("http://{address}"))
}

async fn pass_on(client: &reqwest::Client, service: &str, request: Request) -> Result<Response> {
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let url = format!("{service}{path}");
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await?;
    let answer = client
        .request(parts.method, url)
        .headers(parts.headers)
        .body(body)
        .send()
        .await?;
    let mut passed = Response::builder().status(answer.status());
    if let Some(headers) = passed.headers_mut() {
        headers.extend(answer.headers().clone());
    }
    Ok(passed.body(Body::from(answer.bytes().await?))?)
}
