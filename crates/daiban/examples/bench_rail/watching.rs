//! What many errands on one train cost the service, and the floor between two left-ticket queries.
//!
//! Real engine, real lines with politeness on, rows in a file, requests over TCP; only the clock is moved by hand, to the
//! next moment at which anything is due. What was asked is counted in the service's own journal, by the same clock.

use std::sync::Arc;

use anyhow::{Context, Result, bail};
use daiban_core::{account::Settings, household::Household, id::ErrandId, store::Store};

use crate::{
    kit::{
        figures::{Verdict, head, row},
        house::{House, room},
        time::ManualClock,
    },
    trains::{PLAN, train},
};

/// 2026-11-22 06:00 in Beijing.
const START_MS: i64 = 1_795_298_400_000;
/// The floor of the service, ms.
const FLOOR_MS: i64 = 4_000;
const STRETCH_MS: i64 = 30 * 60_000;
const MANY: usize = 1_000;
/// So many days, each watched by an errand of its own as fast as is allowed.
const DAYS: i64 = 13;

/// What errands cost in one stretch of time.
struct Cost {
    /// When each left-ticket query reached the service.
    queries_ms: Vec<i64>,
    /// All requests, stations and sessions included.
    requests: usize,
    /// Looks that the errand with the fewest has taken in.
    fewest_seen: u64,
}

impl Cost {
    fn smallest_gap_ms(&self) -> Option<i64> {
        let pairs = self.queries_ms.windows(2);
        pairs.map(|pair| pair[1] - pair[0]).min()
    }
}

pub(crate) async fn run(verdict: &mut Verdict) -> Result<()> {
    println!("## What watching costs the service\n");
    let one = watch(1, |_| (2, "15")).await?;
    let many = watch(MANY, |_| (2, "15")).await?;
    let crowd = usize::try_from(DAYS)?;
    let fast = watch(crowd, |n| (1 + n as i64 % DAYS, "4")).await?;
    println!(
        "{} minutes of the clock from the first left-ticket query, sold out all the time\n",
        STRETCH_MS / 60_000
    );
    head(&[
        "errands",
        "left-ticket queries",
        "all requests",
        "looks each errand took in, at least",
        "smallest gap, ms",
    ]);
    line("1, every 15 s", &one);
    line(&format!("{MANY}, same day and stations, every 15 s"), &many);
    line(&format!("{crowd}, each its own day, every 4 s"), &fast);
    let same = one.queries_ms.len() == many.queries_ms.len() && !one.queries_ms.is_empty();
    let all_saw = many.fewest_seen >= many.queries_ms.len() as u64;
    println!(
        "\nto hold: {MANY} errands ask for left tickets as often as one ({} and {}), and each sees every answer: {}",
        many.queries_ms.len(),
        one.queries_ms.len(),
        verdict.word(same && all_saw)
    );
    let gaps = [&one, &many, &fast].map(Cost::smallest_gap_ms);
    let smallest = gaps.into_iter().flatten().min();
    println!(
        "to hold: no two left-ticket queries closer than {FLOOR_MS} ms, whoever asks; smallest gap {} ms: {}\n",
        smallest.map_or("?".to_owned(), |gap| gap.to_string()),
        verdict.word(smallest.is_some_and(|gap| gap >= FLOOR_MS))
    );
    Ok(())
}

fn line(name: &str, cost: &Cost) {
    let gap = cost.smallest_gap_ms();
    row(&[
        name.to_owned(),
        cost.queries_ms.len().to_string(),
        cost.requests.to_string(),
        cost.fewest_seen.to_string(),
        gap.map_or("?".to_owned(), |gap| gap.to_string()),
    ]);
}

/// So many errands that only tell, each with its day (from today) and its pace.
async fn watch(count: usize, wish: impl Fn(usize) -> (i64, &'static str)) -> Result<Cost> {
    let room = room()?;
    let clock = Arc::new(ManualClock::at(START_MS));
    let house = House::build(room.path(), clock.clone(), &PLAN).await?;
    house.sim.add_train(train("G9051", "VNP", "HGH", 0));
    let account = house.add_account("watcher", Settings::new()).await?;
    let mut errands = Vec::with_capacity(count);
    for n in 0..count {
        let (day, pace_s) = wish(n);
        let day = house.day(day).to_string();
        let wishes = [
            ("from", "北京南"),
            ("to", "杭州东"),
            ("dates", &day),
            ("seats", "二等座"),
            ("then", "notify"),
            ("pace_s", pace_s),
        ];
        errands.push(house.add_errand("rail.ticket", &account, &wishes).await?);
    }
    let first = until(&house, &clock, || first_query(&house)).await?;
    let end = first + STRETCH_MS;
    until(&house, &clock, || (clock.ms() >= end).then_some(())).await?;
    cost(&house, &errands, end).await
}

/// Lets time pass, everything at its moment, until there is something.
async fn until<T>(
    house: &House,
    clock: &ManualClock,
    mut found: impl FnMut() -> Option<T>,
) -> Result<T> {
    loop {
        while !house.engine.round().await?.is_idle() {}
        house.notes.take();
        if let Some(found) = found() {
            return Ok(found);
        }
        let next = house.store.next_due().await?;
        let next = next.context("nothing is ever due again")?;
        clock.set(next.as_millisecond().max(clock.ms() + 1));
    }
}

fn first_query(house: &House) -> Option<i64> {
    queries(house).next()
}

fn queries(house: &House) -> impl Iterator<Item = i64> {
    let journal = house.sim.journal().into_iter();
    journal
        .filter(|entry| entry.path.starts_with("/otn/leftTicket/query"))
        .map(|entry| entry.at_ms)
}

async fn cost(house: &House, errands: &[ErrandId], end: i64) -> Result<Cost> {
    let journal = house.sim.journal().into_iter();
    let asked = journal.filter(|entry| !entry.method.is_empty() && entry.at_ms < end);
    let mut fewest_seen = u64::MAX;
    for errand in errands {
        let facts = house.store.facts(errand).await?;
        let watch = facts.into_iter().find(|(name, _)| name == "watch");
        let Some(looks) = watch.and_then(|(_, watch)| watch["looks"].as_u64()) else {
            bail!("an errand that watches nothing");
        };
        fewest_seen = fewest_seen.min(looks);
    }
    Ok(Cost {
        queries_ms: queries(house).filter(|at| *at < end).collect(),
        requests: asked.count(),
        fewest_seen,
    })
}
