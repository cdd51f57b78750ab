//! The hospital service's numbers to hold. Started by `cargo xtask bench hospital`.
//!
//! | part | what is measured |
//! | --- | --- |
//! | [`booking`] | from a calendar that shows the day to the booking's own page: the whole program at a release, against a service that takes 40 ms or 100 ms an answer, beside a bare client that sends four requests one after the other |
//! | [`watching`] | what 200 families that watch one department cost the service in a day |
//! | [`pacing`] | how close two looks ever are in days with releases, and whether two are ever under way at once |
//!
//! Words: `[--times N] [book|watch|pace …]`; the default is all parts, booking 12 times. It ends with a failure when a
//! figure is not held.

// The result is for the person who started it.
#![allow(clippy::print_stdout)]

#[path = "../bench_kit/mod.rs"]
mod kit;

mod booking;
mod pacing;
mod town;
mod watching;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use kit::figures::Verdict;

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let (mut parts, mut times) = (Vec::new(), 12);
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        match word.as_str() {
            "--times" => {
                let count = given.next().context("--times what?")?;
                times = count.parse().context("--times is a number")?;
            }
            "book" | "watch" | "pace" => parts.push(word),
            _ => bail!("no such word: {word}"),
        }
    }
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    let mut verdict = Verdict::default();
    if wants("book") {
        booking::run(times, &mut verdict).await?;
    }
    if wants("watch") {
        watching::run(&mut verdict).await?;
    }
    if wants("pace") {
        pacing::run(&mut verdict).await?;
    }
    Ok(match verdict.all_held() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
