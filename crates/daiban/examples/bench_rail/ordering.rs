//! From a left-ticket answer that has arrived to an order number that has arrived.
//!
//! Everything of the program is real and set as it comes: engine, rows in a file, lines with politeness on, providers,
//! clock. The service holds every answer back for 40 ms. Each time it is another account, signed in by QR code, another
//! day and another train: sold out while the errand gets ready, until tickets come back. The order chain is six requests, each waiting for the answer to the one before; nobody can be
//! faster than six answers, and a bare client measures what six answers take here.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use daiban_core::{
    account::Settings,
    ask::{AskKind, AskState},
    call::CallState,
    engine::Engine,
    errand::Phase,
    household::Household,
    id::{AccountId, ErrandId},
    lifecycle::Verb,
};
use daiban_sim::{FaultKind, FaultPlan, RailAccount, RailPassenger, When, id_number};
use tokio::sync::watch;

use crate::{
    kit::{
        figures::{Spread, Verdict, head, row, spread},
        house::{House, LOOK, room},
        noting::{Kind, Note},
        time::DayClock,
    },
    trains::{PLAN, train},
};

/// How long the service takes over each answer.
const ANSWER_MS: u64 = 40;
/// submitOrderRequest, initDc, checkOrderInfo, getQueueCount, confirmSingleForQueue, queryOrderWaitTime.
const CHAIN: usize = 6;
/// What is held: this share of the six answers, and this much a request.
const SHARE: f64 = 1.02;
const EACH_MS: f64 = 1.0;
/// Days on which a train is looked for, from the day after tomorrow; then the next pair of stations has its turn.
const DAYS: u32 = 12;
const PAIRS: [[(&str, &str); 2]; 3] = [
    [("北京南", "VNP"), ("杭州东", "HGH")],
    [("北京南", "VNP"), ("上海虹桥", "AOH")],
    [("上海虹桥", "AOH"), ("杭州东", "HGH")],
];

/// One order, and how long each stretch of its way took.
struct Ordered {
    seen_to_number: Duration,
    seen_to_settled: Duration,
    stretches: Vec<(&'static str, Duration)>,
}

pub(crate) async fn run(times: u32, verdict: &mut Verdict) -> Result<()> {
    println!("## From a left-ticket answer to an order number\n");
    let times = times.min(DAYS * PAIRS.len() as u32);
    let room = room()?;
    let house = House::build(room.path(), Arc::new(DayClock::new()), &PLAN).await?;
    house
        .sim
        .set_options(|options| options.rail_order.queue.takes_ms = 0);
    house.sim.faults().add(FaultPlan {
        service: "rail".to_owned(),
        path_contains: String::new(),
        nth: None,
        when: When::After,
        kind: FaultKind::Slow { ms: ANSWER_MS },
    });
    let (stop, stopped) = watch::channel(false);
    let running = tokio::spawn(Arc::clone(&house.engine).run(stopped));
    let (mut orders, mut bare) = (Vec::new(), Vec::new());
    for n in 0..times {
        orders.push(order(&house, n).await?);
        bare.push(bare_chain(&house.addresses.rail).await?);
    }
    stop.send(true)?;
    running.await?;
    print(&orders, bare, verdict);
    Ok(())
}

/// One account, one train, one order.
async fn order(house: &House, n: u32) -> Result<Ordered> {
    let account = sign_in(house, n).await?;
    let [from, to] = PAIRS[(n / DAYS) as usize];
    let code = format!("G9{:02}1", n + 1);
    house.sim.add_train(train(&code, from.1, to.1, 0));
    let day = house.day(2 + i64::from(n % DAYS)).to_string();
    let wishes = [
        ("from", from.0),
        ("to", to.0),
        ("dates", &day),
        ("passengers", "陈远"),
        ("trains", &code),
        ("seats", "二等座"),
        ("pace_s", "4"),
    ];
    let errand = house.add_errand("rail.ticket", &account, &wishes).await?;
    watches(house, &errand).await?;
    house.notes.take();
    house.sim.add_train(train(&code, from.1, to.1, 6));
    house
        .wait_for(&errand, |row| row.checkpoint == "pay")
        .await?;
    let (ordered, order_no) = read(&house.notes.take()).context("the order cannot be followed")?;
    // It is over, so that nothing of it goes on beside the next.
    house.sim.pay_rail_order(&order_no);
    house.engine.tell(&errand, Verb::Cancel).await?;
    Ok(ordered)
}

/// It has seen that nothing is left, and knows who travels.
async fn watches(house: &House, errand: &ErrandId) -> Result<()> {
    house
        .wait_for(errand, |row| row.checkpoint == "watching")
        .await?;
    loop {
        let facts = house.store.facts(errand).await?;
        let watch = facts.iter().find(|(name, _)| name == "watch");
        let has_looked = watch.is_some_and(|(_, watch)| watch["looks"].as_u64() > Some(0));
        let calls = house.store.errand_calls(errand, 50).await?;
        if has_looked && calls.iter().all(|call| call.state == CallState::Settled) {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// As a person with a phone: scans the code and confirms.
async fn sign_in(house: &House, n: u32) -> Result<AccountId> {
    let username = format!("rider_{n}");
    house.sim.add_rail_account(RailAccount {
        username: username.clone(),
        name: "陈远".to_owned(),
        passengers: vec![RailPassenger {
            name: "陈远".to_owned(),
            id_number: id_number(700 + n),
            phone: format!("1380000{:04}", 700 + n),
            ..RailPassenger::default()
        }],
        ..RailAccount::default()
    });
    let account = house.add_account(&username, Settings::new()).await?;
    let errand = house.add_errand("rail.sign_in", &account, &[]).await?;
    loop {
        for ask in house.store.asks(None, Some(AskState::Open)).await? {
            let picture = ask.ask.picture.filter(|_| ask.ask.kind == AskKind::Qr);
            if let Some(uuid) = picture.and_then(|picture| house.sim.read_rail_qr(&picture)) {
                house.sim.scan_rail_qr(&uuid, &username);
                house.sim.confirm_rail_qr(&uuid);
            }
        }
        let row = house.store.errand(&errand).await?;
        if row.phase.is_over() {
            anyhow::ensure!(row.phase == Phase::Done, "not signed in: {}", row.reason.zh);
            return Ok(account);
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Follows an order through the notes: when each thing on its way was done, and how long it all took.
fn read(notes: &[Note]) -> Option<(Ordered, String)> {
    let number = notes.iter().find(|note| note.found.is_some())?;
    let requests = notes.iter().filter(|note| note.kind == Kind::Request);
    let mut submits = requests.clone();
    let submit = submits.find(|note| note.name.ends_with("/submitOrderRequest"))?;
    let looks = requests.filter(|note| note.name.contains("/leftTicket/query"));
    let seen = looks
        .filter(|note| note.ended <= submit.began)
        .max_by_key(|note| note.ended)?;
    let observed = next(notes, "observe", seen.ended)?;
    let intended = next(notes, "commit", observed)?;
    let marked = next(notes, "mark_sent", intended)?;
    let settled = next(notes, "settle", number.ended)?;
    let (on_the_line, turns) = chain(notes, submit.began, number.ended)?;
    let stretches = vec![
        ("answer → observation stored", observed - seen.ended),
        ("→ pass committed, the intent in it", intended - observed),
        ("→ act marked as sent", marked - intended),
        ("→ first request begun", submit.began - marked),
        ("six requests on the line", on_the_line),
        ("of that, taking turns", turns),
        (
            "between the requests",
            (number.ended - submit.began) - on_the_line,
        ),
    ];
    let ordered = Ordered {
        seen_to_number: number.ended - seen.ended,
        seen_to_settled: settled - seen.ended,
        stretches,
    };
    Some((ordered, number.found.clone()?))
}

/// When the next use of the rows of that name was over.
fn next(notes: &[Note], name: &str, after: Instant) -> Option<Instant> {
    let mut rows = notes.iter().filter(|note| note.kind == Kind::Rows);
    let found = rows.find(|note| note.began >= after && note.name == name);
    found.map(|note| note.ended)
}

/// What the requests took together, and in them the question whether it is our turn. They must be the six.
fn chain(notes: &[Note], from: Instant, to: Instant) -> Option<(Duration, Duration)> {
    let within = |note: &&Note| note.began >= from && note.ended <= to;
    let (requests, rows): (Vec<&Note>, Vec<&Note>) = notes
        .iter()
        .filter(within)
        .partition(|note| note.kind == Kind::Request);
    let length = |notes: &[&Note]| notes.iter().map(|note| note.ended - note.began).sum();
    let turns = ["closed_until", "take_budget"];
    let turns: Vec<&Note> = rows
        .into_iter()
        .filter(|note| turns.contains(&note.name.as_str()))
        .collect();
    (requests.len() == CHAIN).then(|| (length(&requests), length(&turns)))
}

/// Six requests one after the other over one open connection, by the same library and nothing else.
async fn bare_chain(base: &str) -> Result<Duration> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let url = format!("{base}/otn/login/conf");
    let ask = async || client.get(&url).send().await?.bytes().await;
    ask().await?;
    let began = Instant::now();
    for _ in 0..CHAIN {
        ask().await?;
    }
    Ok(began.elapsed())
}

fn print(orders: &[Ordered], bare: Vec<Duration>, verdict: &mut Verdict) {
    println!(
        "{} orders, each with an account, a day and a train of its own; the service takes {ANSWER_MS} ms an answer\n",
        orders.len()
    );
    head(&["ms", "median", "worst"]);
    let number = spread(orders.iter().map(|order| order.seen_to_number));
    let bare = spread(bare);
    line("left-ticket answer → order number", &number);
    line(
        "left-ticket answer → settled in the store",
        &spread(orders.iter().map(|order| order.seen_to_settled)),
    );
    line(
        "bare client, six requests one after the other (6 × R)",
        &bare,
    );
    let stretches = orders.first().map_or(0, |order| order.stretches.len());
    for at in 0..stretches {
        let name = orders[0].stretches[at].0;
        let lengths = orders.iter().map(|order| order.stretches[at].1);
        line(&format!("· {name}"), &spread(lengths));
    }
    let most = SHARE * bare.median + EACH_MS * CHAIN as f64;
    let held = number.median <= most && number.worst <= most;
    println!(
        "\nto hold: median and worst at most {SHARE} × (6 × R) + {EACH_MS} ms a request = {most:.1} ms: {}",
        verdict.word(held)
    );
    times("6 × R as measured", bare.median, &number);
    times("6 × 40 ms", CHAIN as f64 * ANSWER_MS as f64, &number);
    println!();
}

fn times(name: &str, least: f64, number: &Spread) {
    let (median, worst) = (number.median / least, number.worst / least);
    println!("median × {median:.3}, worst × {worst:.3} of {name}");
}

fn line(name: &str, spread: &Spread) {
    let ms = |ms: f64| format!("{ms:.1}");
    row(&[name.to_owned(), ms(spread.median), ms(spread.worst)]);
}
