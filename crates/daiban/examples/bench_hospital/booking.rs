//! From a calendar that shows the day to the booking's own page.
//!
//! Everything of the program is real and set as it comes: engine, rows in a file, lines with politeness on, provider. The
//! clock is the machine's, put forward over the hours in which nothing happens. The service holds every answer back.
//! Each time it is another day's release and another account, signed in by picture and text message; the errand has
//! warmed up as it does before any release. Then the chain is four requests, each waiting for the answer to the one
//! before: the day's places, confirm, save, the order's page. Nobody can be faster than four answers, and a bare client
//! measures what four answers take here.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use daiban_core::{
    account::Settings,
    ask::{Answer, AskKind, AskState},
    call::CallState,
    clock::Clock,
    dates,
    engine::Engine,
    errand::Phase,
    household::Household,
    id::{AccountId, ErrandId},
    lifecycle::Verb,
};
use daiban_sim::{
    FaultKind, FaultPlan, HospitalAccount, HospitalCard, HospitalPatient, When, id_number,
};
use jiff::{ToSpan, civil::Date};
use tokio::sync::watch;

use crate::{
    kit::{
        figures::{Spread, Verdict, head, millis, row, spread},
        house::{House, LOOK, room},
        noting::{Kind, Note},
        time::LeapClock,
    },
    town::{self, PLAN},
};

/// How long the service takes over each answer.
const ANSWERS_MS: [u64; 2] = [40, 100];
/// `product/detail`, `product/confirm`, `order/save`, `order/detail`.
const CHAIN: [&str; 4] = [
    "/web/product/detail",
    "/web/product/confirm",
    "/web/order/save",
    "/web/order/detail",
];
/// What is held: this share of the four answers.
const SHARE: f64 = 1.05;
const FIRST_DAY: Date = jiff::civil::date(2026, 11, 22);

/// One booking, and how long each stretch of its way took.
struct Booked {
    seen_to_page: Duration,
    stretches: Vec<(&'static str, Duration)>,
}

pub(crate) async fn run(times: u32, verdict: &mut Verdict) -> Result<()> {
    println!("## From a calendar that shows the day to the booking's own page\n");
    for answer_ms in ANSWERS_MS {
        at_speed(answer_ms, times, verdict).await?;
    }
    Ok(())
}

async fn at_speed(answer_ms: u64, times: u32, verdict: &mut Verdict) -> Result<()> {
    let room = room()?;
    let clock = Arc::new(LeapClock::at(town::moment(FIRST_DAY, 7, 0, 0)));
    let house = House::build(room.path(), clock.clone(), &PLAN).await?;
    house.sim.add_hospital(town::hospital("801", "08:30", 0));
    let department = town::add_department(&house.sim, "801", "644");
    house.sim.add_clinic(town::doctor("801", "644", 6));
    house.sim.faults().add(FaultPlan {
        service: "hospital".to_owned(),
        path_contains: String::new(),
        nth: None,
        when: When::After,
        kind: FaultKind::Slow { ms: answer_ms },
    });
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(Arc::clone(&house.engine).run(stopped));
    let (mut bookings, mut bare) = (Vec::new(), Vec::new());
    for n in 0..times {
        let today = FIRST_DAY.saturating_add(i64::from(n).days());
        clock.leap_to(town::moment(today, 7, 0, 0));
        bookings.push(book(&house, &clock, &department, n).await?);
        bare.push(bare_chain(town::base(&house.addresses)).await?);
    }
    stop.send(true)?;
    running.await?;
    print(answer_ms, &bookings, bare, verdict);
    Ok(())
}

/// One account, one day, one booking.
async fn book(house: &House, clock: &LeapClock, department: &str, n: u32) -> Result<Booked> {
    let account = sign_in(house, n).await?;
    let today = dates::today(clock.now());
    let day = house.day(town::DAYS_AHEAD).to_string();
    let wishes = [
        ("departments", department),
        ("from", &day),
        ("to", &day),
        ("patient", "王小例"),
    ];
    let errand = house
        .add_errand("hospital.visit", &account, &wishes)
        .await?;
    is_ready(house, &errand).await?;
    clock.leap_to(town::moment(today, 8, 28, 0));
    is_ready(house, &errand).await?;
    clock.leap_to(town::moment(today, 8, 29, 30));
    house
        .wait_for(&errand, |row| row.checkpoint == "sprint")
        .await?;
    is_ready(house, &errand).await?;
    house.notes.take();
    clock.leap_to(town::moment(today, 8, 29, 59));
    house
        .wait_for(&errand, |row| row.checkpoint == "booked")
        .await?;
    let notes = house.notes.take();
    let booked = read(&notes).with_context(|| cannot_be_followed(&notes))?;
    // It is over, so that nothing of it goes on beside the next.
    house.engine.tell(&errand, Verb::Cancel).await?;
    Ok(booked)
}

/// It has looked, and nothing that was asked for is still under way.
async fn is_ready(house: &House, errand: &ErrandId) -> Result<()> {
    let patience = tokio::time::Instant::now() + Duration::from_secs(30);
    loop {
        let facts = house.store.facts(errand).await?;
        let watch = facts.iter().find(|(name, _)| name == "watch");
        let has_looked = watch.is_some_and(|(_, watch)| watch["looks"].as_u64() > Some(0));
        let calls = house.store.errand_calls(errand, 50).await?;
        if has_looked && calls.iter().all(|call| call.state == CallState::Settled) {
            return Ok(());
        }
        ensure!(
            tokio::time::Instant::now() < patience,
            "not ready: {watch:?}"
        );
        tokio::time::sleep(LOOK).await;
    }
}

/// As a person: reads the picture, types the code of the text message.
async fn sign_in(house: &House, n: u32) -> Result<AccountId> {
    let mobile = format!("1380000{:04}", 100 + n);
    house.sim.add_hospital_account(HospitalAccount {
        mobile: mobile.clone(),
        name: "王示例".to_owned(),
        id_number: id_number(100 + n),
        patients: vec![HospitalPatient {
            name: "王小例".to_owned(),
            id_number: id_number(500 + n),
            phone: mobile.clone(),
            cards: vec![HospitalCard::social_security(&format!("1000000{n:05}"))],
            ..HospitalPatient::default()
        }],
        ..HospitalAccount::default()
    });
    let settings = Settings::from([("mobile".to_owned(), mobile.clone())]);
    let account = house.add_account(&format!("family {n}"), settings).await?;
    let errand = house.add_errand("hospital.sign_in", &account, &[]).await?;
    loop {
        for ask in house.store.asks(None, Some(AskState::Open)).await? {
            let word = match ask.ask.kind {
                AskKind::Captcha => ask
                    .ask
                    .picture
                    .and_then(|picture| house.sim.read_hospital_picture(&picture)),
                _ => house.sim.hospital_sms_code(&mobile),
            };
            if let Some(word) = word {
                house.engine.answer(&ask.id, Answer::Text(word)).await?;
            }
        }
        let row = house.store.errand(&errand).await?;
        if row.phase.is_over() {
            ensure!(row.phase == Phase::Done, "not signed in: {}", row.reason.zh);
            return Ok(account);
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Follows a booking through the notes: when each thing on its way was done, and how long it all took.
fn read(notes: &[Note]) -> Option<Booked> {
    let mut requests: Vec<&Note> = notes.iter().filter(|note| note.pace.is_some()).collect();
    requests.sort_by_key(|note| note.began);
    let places = requests.iter().position(|note| note.name == CHAIN[0])?;
    let chain = requests.get(places..places + CHAIN.len())?;
    let names = chain.iter().map(|note| note.name.as_str());
    if !names.eq(CHAIN) {
        return None;
    }
    let (seen, [places, confirm, _, page]) = (requests[places.checked_sub(1)?], chain) else {
        return None;
    };
    seen.found.as_ref()?;
    let noticed = next(notes, "observe", seen.ended)?;
    let wanted = next(notes, "commit", noticed)?;
    let observed = next(notes, "observe", places.ended)?;
    let intended = next(notes, "commit", observed)?;
    let marked = next(notes, "mark_sent", intended)?;
    let length =
        |notes: &[&Note]| -> Duration { notes.iter().map(|note| note.ended - note.began).sum() };
    let between = (page.ended - confirm.began) - length(&chain[1..]);
    let stretches = vec![
        ("calendar → observation stored", noticed - seen.ended),
        (
            "→ pass committed, the day among its lookouts",
            wanted - noticed,
        ),
        (
            "→ its places asked for",
            places.began.saturating_duration_since(wanted),
        ),
        ("places → observation stored", observed - places.ended),
        ("→ pass committed, the intent in it", intended - observed),
        ("→ act marked as sent", marked - intended),
        (
            "→ confirm begun",
            confirm.began.saturating_duration_since(marked),
        ),
        ("between the requests of the act", between),
        ("four requests on the line", length(chain)),
        (
            "of that, taking turns",
            turns(notes, seen.ended, page.ended),
        ),
    ];
    Some(Booked {
        seen_to_page: page.ended - seen.ended,
        stretches,
    })
}

/// The requests there were, to see why.
fn cannot_be_followed(notes: &[Note]) -> String {
    let requests = notes.iter().filter(|note| note.pace.is_some());
    let names: Vec<&str> = requests.map(|note| note.name.as_str()).collect();
    format!("the booking cannot be followed: {}", names.join(" "))
}

/// When the next use of the rows of that name was over.
fn next(notes: &[Note], name: &str, after: Instant) -> Option<Instant> {
    let mut rows = notes.iter().filter(|note| note.kind == Kind::Rows);
    let found = rows.find(|note| note.began >= after && note.name == name);
    found.map(|note| note.ended)
}

fn turns(notes: &[Note], from: Instant, to: Instant) -> Duration {
    let turns = notes.iter().filter(|note| {
        let is_turn = ["closed_until", "take_budget"].contains(&note.name.as_str());
        is_turn && note.began >= from && note.ended <= to
    });
    turns.map(|note| note.ended - note.began).sum()
}

/// Four requests one after the other over one open connection, by the same library and nothing else.
async fn bare_chain(base: &str) -> Result<Duration> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let url = format!("{base}/web/user/info");
    let ask = async || client.get(&url).send().await?.bytes().await;
    ask().await?;
    let began = Instant::now();
    for _ in CHAIN {
        ask().await?;
    }
    Ok(began.elapsed())
}

fn print(answer_ms: u64, bookings: &[Booked], bare: Vec<Duration>, verdict: &mut Verdict) {
    println!(
        "{} bookings, each with an account and a release of its own; the service takes {answer_ms} ms an answer\n",
        bookings.len()
    );
    head(&["ms", "median", "worst"]);
    let page = spread(bookings.iter().map(|booked| booked.seen_to_page));
    let bare = spread(bare);
    line("calendar with the day → the booking's page", &page);
    line(
        "bare client, four requests one after the other (4 × R)",
        &bare,
    );
    let stretches = bookings.first().map_or(0, |booked| booked.stretches.len());
    for at in 0..stretches {
        let name = bookings[0].stretches[at].0;
        let lengths = bookings.iter().map(|booked| booked.stretches[at].1);
        line(&format!("· {name}"), &spread(lengths));
    }
    let most = SHARE * bare.median;
    println!(
        "\nto hold: median at most {SHARE} × (4 × R) = {most:.1} ms: {}",
        verdict.word(page.median <= most)
    );
    let four_ms = CHAIN.len() as f64 * millis(Duration::from_millis(answer_ms));
    times("4 × R as measured", bare.median, &page);
    times(&format!("4 × {answer_ms} ms"), four_ms, &page);
    println!();
}

fn times(name: &str, least: f64, page: &Spread) {
    let (median, worst) = (page.median / least, page.worst / least);
    println!("median × {median:.3}, worst × {worst:.3} of {name}");
}

fn line(name: &str, spread: &Spread) {
    let ms = |ms: f64| format!("{ms:.1}");
    row(&[name.to_owned(), ms(spread.median), ms(spread.worst)]);
}
