//! Reading the service's answers, beside two packages of PyPI that do the same.
//!
//! The answers are recorded ones, read when this runs. Ours is everything a row says: train, stations, times, classes with
//! counts and prices, and what an order needs. Theirs is what each package itself makes of the text, begun with the JSON
//! as here: see `xtask/bench/parse_beside.py`. Nobody uses a network.

use std::{
    hint::black_box,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use daiban_providers::rail::{
    stations::Dictionary,
    tickets::Row,
    wire::{Reply, left_tickets},
};
use jiff::civil::{Date, date};
use serde::Deserialize;
use serde_json::Value;

use crate::kit::{
    figures::{Verdict, head, row},
    house::room,
};

const RECORDED: &str = "left_ticket_2025-03-20_CSQ-HFH.json";
const DAY: Date = date(2025, 3, 20);
const LONG: usize = 500;
/// The best of so many rounds counts, each at least so long, here as there: whatever else runs only makes it slower.
const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(60);
/// Our goals: so many times as fast as each of them.
const GOALS: [(&str, f64); 2] = [("py12306", 20.0), ("mcp-server-12306", 3.0)];

/// One answer to read.
struct Text {
    name: &'static str,
    body: String,
    file: PathBuf,
}

/// What the script prints, one line each.
#[derive(Deserialize)]
struct Theirs {
    package: String,
    version: String,
    text: String,
    items: usize,
    us: f64,
}

/// Ours: how many rows or stations, and microseconds.
struct Ours {
    items: usize,
    us: f64,
    owned_us: Option<f64>,
}

pub(crate) fn run(beside: Option<(&Path, &Path)>, verdict: &mut Verdict) -> Result<()> {
    println!("## Reading the service's answers\n");
    let room = room()?;
    let Some(texts) = texts(room.path())? else {
        println!("skipped: there are no recorded answers here (DAIBAN_SHARED)\n");
        return Ok(());
    };
    let ours: Vec<Ours> = texts.iter().map(ours).collect::<Result<_>>()?;
    let Some((python, script)) = beside else {
        print_ours(&texts, &ours);
        println!("skipped: the packages to compare with could not be installed\n");
        return Ok(());
    };
    let theirs = theirs(python, script, &texts)?;
    print(&texts, &ours, &theirs, verdict)
}

/// The recorded answer, a long one of its rows over and over, and the station file.
fn texts(room: &Path) -> Result<Option<[Text; 3]>> {
    let shared = std::env::var_os("DAIBAN_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let recorded = |name: &str| std::fs::read_to_string(shared.join("data/rail").join(name)).ok();
    let Some((short, stations)) = recorded(RECORDED).zip(recorded("station_name.js")) else {
        return Ok(None);
    };
    let long = repeated(&short)?;
    let text = |name, body: String, file: &str| -> Result<Text> {
        let file = room.join(file);
        std::fs::write(&file, &body)?;
        Ok(Text { name, body, file })
    };
    Ok(Some([
        text("17 rows", short, "short.json")?,
        text("500 rows", long, "long.json")?,
        text("station file", stations, "stations.js")?,
    ]))
}

fn repeated(short: &str) -> Result<String> {
    let mut answer: Value = serde_json::from_str(short)?;
    let rows = answer["data"]["result"].as_array_mut();
    let rows = rows.context("no rows in the recorded answer")?;
    *rows = rows.iter().cloned().cycle().take(LONG).collect();
    Ok(answer.to_string())
}

fn ours(text: &Text) -> Result<Ours> {
    let body = &text.body;
    if text.name == "station file" {
        return Ok(Ours {
            items: Dictionary::parse(body)?.stations().len(),
            us: best(|| Dictionary::parse(black_box(body))),
            owned_us: None,
        });
    }
    Ok(Ours {
        items: rows(body, |rows| rows.len())?,
        us: best(|| rows(black_box(body), |rows| black_box(&rows).len())),
        owned_us: Some(best(|| rows(black_box(body), owned))),
    })
}

/// Reads every row of an answer.
fn rows<T>(body: &str, use_them: impl FnOnce(Vec<Row<'_>>) -> T) -> Result<T> {
    match left_tickets(body)? {
        Reply::Tickets(answer) => Ok(use_them(answer.rows(DAY)?)),
        Reply::Moved(path) => bail!("moved to {path}"),
    }
}

fn owned(rows: Vec<Row<'_>>) -> Vec<Row<'static>> {
    rows.into_iter().map(Row::into_owned).collect()
}

/// Microseconds of one run, in the best of the rounds.
fn best<T>(mut work: impl FnMut() -> T) -> f64 {
    let mut round = |runs: u32| {
        let began = Instant::now();
        for _ in 0..runs {
            black_box(work());
        }
        began.elapsed()
    };
    let mut runs = 1;
    while round(runs) < ROUND {
        runs *= 2;
    }
    let rounds = (0..ROUNDS).map(|_| round(runs).as_secs_f64() * 1e6 / f64::from(runs));
    rounds.fold(f64::INFINITY, f64::min)
}

fn theirs(python: &Path, script: &Path, texts: &[Text]) -> Result<Vec<Theirs>> {
    let mut command = Command::new(python);
    command
        .arg(script)
        .args(texts.iter().map(|text| &text.file));
    command.args([ROUNDS.to_string(), ROUND.as_secs_f64().to_string()]);
    let output = command.stderr(Stdio::inherit()).output()?;
    ensure!(
        output.status.success(),
        "the script ended with {}",
        output.status
    );
    let lines = output.stdout.split(|byte| *byte == b'\n');
    lines
        .filter(|line| !line.is_empty())
        .map(|line| Ok(serde_json::from_slice(line)?))
        .collect()
}

fn print_ours(texts: &[Text], ours: &[Ours]) {
    head(&["µs (best round)", "items", "daiban", "owned"]);
    for (text, ours) in texts.iter().zip(ours) {
        let owned = ours.owned_us.map_or_else(String::new, us);
        row(&[text.name.into(), ours.items.to_string(), us(ours.us), owned]);
    }
    println!();
}

fn print(texts: &[Text], ours: &[Ours], theirs: &[Theirs], verdict: &mut Verdict) -> Result<()> {
    print_ours(texts, ours);
    head(&["µs (best round)", "items", "theirs", "× daiban", "to hold"]);
    for (text, ours) in texts.iter().zip(ours) {
        for (package, times) in GOALS {
            let mut found = theirs.iter();
            let found = found.find(|one| one.package == package && one.text == text.name);
            let found = found.with_context(|| format!("nothing of {package} on {}", text.name))?;
            ensure!(
                found.items == ours.items,
                "{package} finds {} in {}, daiban {}",
                found.items,
                text.name,
                ours.items
            );
            let ratio = found.us / ours.us;
            let goal = match text.name {
                "station file" => "(no goal)".to_owned(),
                _ => format!("≥ {times}: {}", verdict.word(ratio >= times)),
            };
            row(&[
                format!("{}: {package} {}", text.name, found.version),
                found.items.to_string(),
                us(found.us),
                format!("{ratio:.1}"),
                goal,
            ]);
        }
    }
    println!();
    Ok(())
}

fn us(us: f64) -> String {
    format!("{us:.1}")
}
