//! `cargo xtask bench web`: how big the pages are, how soon they come, and what many who look cost.
//!
//! The program is the one that is released, over the data directory of an invented household with matters of every kind; no
//! service is reached. Client and server share the machine, so how much of it each used is printed.

mod http;
mod load;
mod served;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::run::{cargo, output, root, step, succeed};
use http::Client;
use load::{Lengths, Streams};
use served::Served;

/// How often a cold start is measured.
const STARTS: usize = 5;
/// Pages that are open at once.
const OPEN: usize = 200;
/// How long pages are asked for.
const SECONDS: u32 = 10;

/// The goals, and whether each was held.
#[derive(Default)]
struct Table {
    rows: Vec<(String, String, String, Option<bool>)>,
}

impl Table {
    fn add(&mut self, what: &str, measured: String, goal: &str, held: Option<bool>) {
        let row = (what.to_owned(), measured, goal.to_owned(), held);
        self.rows.push(row);
    }

    fn print(&self) {
        println!("| what | measured | goal | |\n| --- | ---: | ---: | --- |");
        for (what, measured, goal, held) in &self.rows {
            let word = match held {
                Some(true) => "held",
                Some(false) => "NOT held",
                None => "",
            };
            println!("| {what} | {measured} | {goal} | {word} |");
        }
    }

    fn all_held(&self) -> bool {
        self.rows.iter().all(|row| row.3 != Some(false))
    }
}

/// What the maker of the household said.
#[derive(Deserialize)]
struct House {
    cookie: String,
    csrf: String,
    errand: String,
    errands: usize,
}

/// Measures. With `--binary PATH` another build than the released one.
pub(crate) fn bench(words: &[&str]) -> Result<()> {
    let binary = match words {
        [] => {
            let build = ["build", "--release", "-p", "daiban", "--bin", "daiban"];
            step("building, optimised", || succeed(cargo(&build)))?;
            root().join("target/release/daiban")
        }
        ["--binary", path] => PathBuf::from(path),
        _ => bail!("usage: cargo xtask bench web [--binary PATH]"),
    };
    let dir = root().join("target/bench-web");
    let mut house = None;
    step("an invented household", || {
        house = Some(furnish(&dir)?);
        Ok(())
    })?;
    let house = house.context("a household")?;
    let mut table = Table::default();
    step("measuring", || measure(&binary, &dir, &house, &mut table))?;
    println!("{} errands; {}\n", house.errands, binary.display());
    table.print();
    match table.all_held() {
        true => Ok(()),
        false => bail!("a number is not held"),
    }
}

fn furnish(dir: &Path) -> Result<House> {
    let _ = fs::remove_dir_all(dir);
    let example = [
        "run",
        "--quiet",
        "-p",
        "daiban",
        "--example",
        "bench_web_house",
        "--",
    ];
    let mut make = cargo(&example);
    make.arg(dir);
    let said = output(make)?;
    serde_json::from_str(&said).with_context(|| said.clone())
}

fn measure(binary: &Path, dir: &Path, house: &House, table: &mut Table) -> Result<()> {
    assets(table)?;
    starts(binary, dir, house, table)?;
    let served = Served::listening(binary, dir)?;
    let mut client = Client::connect(served.port, &house.cookie)?;
    let today = client.get("/")?;
    anyhow::ensure!(today.status == 200, "today: {}", today.status);
    let kb = kilobytes(today.body.len());
    let held = today.body.len() < 60_000;
    table.add("Today, as it is sent", kb, "< 60 KB", Some(held));
    if today.header("content-encoding") == Some("gzip") {
        table.add("… and packed", "served".to_owned(), "", None);
    } else {
        let packed = gzipped(&today.body);
        let packed = packed.map_or_else(|_| "no gzip here".to_owned(), kilobytes);
        table.add(
            "… packed by a proxy (daiban packs nothing)",
            packed,
            "",
            None,
        );
    }
    table.add(
        "memory, nobody looks",
        megabytes(served.rss_mb()?),
        "< 40 MB",
        None,
    );
    open_pages(&served, house, &mut client, table)?;
    steady(&served, house, table)
}

fn assets(table: &mut Table) -> Result<()> {
    let mut bytes = 0;
    for entry in fs::read_dir(root().join("crates/daiban/assets"))? {
        bytes += entry?.metadata()?.len();
    }
    let bytes = usize::try_from(bytes)?;
    let held = bytes <= 120 * 1024;
    table.add(
        "assets, all together",
        kilobytes(bytes),
        "≤ 120 KB",
        Some(held),
    );
    Ok(())
}

fn starts(binary: &Path, dir: &Path, house: &House, table: &mut Table) -> Result<()> {
    for (what, path) in [("/signin", "/signin"), ("Today", "/")] {
        let measured: Result<Vec<Duration>> = (0..STARTS)
            .map(|_| Served::start(binary, dir)?.first_answer(path, &house.cookie))
            .collect();
        let lengths = Lengths::of(measured?);
        let (middle, worst) = (lengths.ms(0.5), lengths.ms(1.0));
        table.add(
            &format!("process start to {what}, middle and worst of {STARTS}"),
            format!("{middle:.0} / {worst:.0} ms"),
            "< 300 ms",
            Some(worst < 300.0),
        );
    }
    Ok(())
}

fn open_pages(
    served: &Served,
    house: &House,
    client: &mut Client,
    table: &mut Table,
) -> Result<()> {
    let streams = Streams::open(served, &house.cookie, OPEN)?;
    let cpu = served.cpu_s()?;
    std::thread::sleep(Duration::from_secs(5));
    let idle = (served.cpu_s()? - cpu) / 5.0;
    let mb = served.rss_mb()?;
    table.add(
        &format!("memory, {OPEN} pages open"),
        megabytes(mb),
        "< 100 MB",
        Some(mb < 100.0),
    );
    let share = format!("{:.1} % of a core", idle * 100.0);
    table.add(
        &format!("{OPEN} pages open, nothing changes"),
        share,
        "",
        None,
    );
    let mut told = |verb: &str| {
        let path = format!("/errands/{}/{verb}", house.errand);
        let form = format!("csrf={}&sure=1", house.csrf);
        let status = client.post(&path, &form)?;
        anyhow::ensure!(status == 303, "{path}: {status}");
        Ok(())
    };
    for (what, verb) in [("the first news", "pause"), ("later news", "resume")] {
        std::thread::sleep(Duration::from_millis(1500));
        let lengths = streams.hear(|| told(verb))?;
        let (middle, worst) = (lengths.ms(0.5), lengths.ms(1.0));
        table.add(
            &format!("{what}: a form is sent, {OPEN} pages are told, middle and last"),
            format!("{middle:.0} / {worst:.0} ms"),
            "< 1000 ms",
            Some(worst < 1000.0),
        );
    }
    Ok(())
}

fn steady(served: &Served, house: &House, table: &mut Table) -> Result<()> {
    for (what, per_s) in [
        ("Today at 500 a second", Some(500)),
        ("Today as fast as it goes", None),
    ] {
        let load = load::pages(served, "/", &house.cookie, per_s, SECONDS)?;
        let held = per_s.map(|per_s| load.per_s > 0.98 * f64::from(per_s));
        let goal = if per_s.is_some() { "500/s" } else { "" };
        table.add(
            &format!("{what}, {} pages", load.asked),
            format!("{:.0}/s", load.per_s),
            goal,
            held,
        );
        let (p50, p99) = (load.latency.ms(0.5), load.latency.ms(0.99));
        table.add("… p50 / p99", format!("{p50:.1} / {p99:.1} ms"), "", None);
        let cores = format!("{:.2} / {:.2} cores", load.server_cores, load.client_cores);
        table.add("… server / client", cores, "", None);
    }
    let mb = served.rss_mb()?;
    table.add(
        "memory afterwards",
        megabytes(mb),
        "< 100 MB",
        Some(mb < 100.0),
    );
    Ok(())
}

/// How big something is when it is packed.
fn gzipped(bytes: &[u8]) -> Result<usize> {
    let path = root().join("target/bench-web/page.html");
    fs::write(&path, bytes)?;
    let mut gzip = Command::new("gzip");
    gzip.args(["-6", "-c"]).arg(&path);
    Ok(gzip.output()?.stdout.len())
}

#[allow(clippy::cast_precision_loss)]
fn kilobytes(bytes: usize) -> String {
    format!("{:.1} KB", bytes as f64 / 1024.0)
}

fn megabytes(mb: f64) -> String {
    format!("{mb:.0} MB")
}
