//! What many families that watch one department cost the service in a day.
//!
//! Real engine, real lines with politeness on, rows in a file, requests over TCP; only the clock is moved by hand, to the
//! next moment at which anything is due. The day has a release in it, and a few places that somebody gives back. What was
//! asked is counted in the service's own journal, by the same clock.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{Context, Result};
use daiban_core::{account::Settings, household::Household, id::ErrandId};
use daiban_sim::ClinicReturn;
use jiff::civil::Date;

use crate::{
    kit::{
        figures::{Verdict, head, row},
        house::{House, room},
        time::ManualClock,
    },
    town::{self, PLAN},
};

const DAY: Date = jiff::civil::date(2026, 11, 22);
const LONG_MS: i64 = 24 * 3_600_000;
const MANY: usize = 200;

/// What a day costs.
struct Cost {
    /// Requests by path.
    requests: BTreeMap<String, usize>,
    /// Looks that the errand with the fewest has taken in.
    fewest_seen: u64,
}

impl Cost {
    fn all(&self) -> usize {
        self.requests.values().sum()
    }
}

pub(crate) async fn run(verdict: &mut Verdict) -> Result<()> {
    println!("## What families that watch one department cost the service in a day\n");
    let (one, many) = (watch(1).await?, watch(MANY).await?);
    let of_many = format!("{MANY} families");
    head(&["requests of a day", "1 family", &of_many]);
    let mut paths: Vec<&String> = one.requests.keys().chain(many.requests.keys()).collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        let of = |cost: &Cost| cost.requests.get(path).copied().unwrap_or_default();
        row(&[path.clone(), of(&one).to_string(), of(&many).to_string()]);
    }
    let of = |cost: &Cost| cost.all().to_string();
    row(&["all".to_owned(), of(&one), of(&many)]);
    let same = one.requests == many.requests && one.all() > 0;
    let all_saw = one.fewest_seen > 0 && many.fewest_seen == one.fewest_seen;
    println!(
        "\nto hold: {MANY} families ask as often as one ({} and {}), and each takes in as much ({} and {} looks): {}\n",
        one.all(),
        many.all(),
        one.fewest_seen,
        many.fewest_seen,
        verdict.word(same && all_saw)
    );
    Ok(())
}

/// A day of so many families, each with an errand that only tells.
async fn watch(count: usize) -> Result<Cost> {
    let room = room()?;
    let start = town::moment(DAY, 6, 0, 0).as_millisecond();
    let clock = Arc::new(ManualClock::at(start));
    let house = House::build(room.path(), clock.clone(), &PLAN).await?;
    let department = furnish(&house, start);
    let (from, to) = (house.day(1).to_string(), house.day(9).to_string());
    let mut errands = Vec::with_capacity(count);
    for n in 0..count {
        let account = house
            .add_account(&format!("family {n}"), Settings::new())
            .await?;
        let wishes = [
            ("departments", department.as_str()),
            ("from", &from),
            ("to", &to),
            ("then", "notify"),
        ];
        errands.push(
            house
                .add_errand("hospital.visit", &account, &wishes)
                .await?,
        );
    }
    let end = start + LONG_MS;
    house.run_to(&clock, end).await?;
    cost(&house, &errands, end).await
}

/// Taken within ten seconds of their release, all of them; two given back, one for an hour and one for ten minutes.
fn furnish(house: &House, start: i64) -> String {
    house.sim.add_hospital(town::hospital("801", "08:30", 40));
    let department = town::add_department(&house.sim, "801", "644");
    let mut clinic = town::doctor("801", "644", 5);
    clinic.others_take_ms = Some(2_000);
    for (days, hours, stays_ms) in [(3, 5, 3_600_000), (4, 11, 600_000)] {
        clinic.returns.push(ClinicReturn {
            date: house.day(days),
            at_ms: start + hours * 3_600_000,
            stays_ms: Some(stays_ms),
            time: 0,
        });
    }
    house.sim.add_clinic(clinic);
    department
}

async fn cost(house: &House, errands: &[ErrandId], end: i64) -> Result<Cost> {
    let mut requests = BTreeMap::new();
    let journal = house.sim.journal().into_iter();
    for entry in journal.filter(|entry| !entry.method.is_empty() && entry.at_ms < end) {
        let path = entry.path.split('?').next().unwrap_or_default();
        *requests.entry(path.to_owned()).or_default() += 1;
    }
    let mut fewest_seen = u64::MAX;
    for errand in errands {
        let facts = house.store.facts(errand).await?;
        let watch = facts.into_iter().find(|(name, _)| name == "watch");
        let (_, watch) = watch.context("an errand that watches nothing")?;
        let looks = watch["looks"].as_u64();
        fewest_seen = fewest_seen.min(looks.context("an errand that has not looked")?);
    }
    Ok(Cost {
        requests,
        fewest_seen,
    })
}
