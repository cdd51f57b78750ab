//! The railway's numbers to hold. Started by `cargo xtask bench rail`.
//!
//! | part | what is measured |
//! | --- | --- |
//! | [`ordering`] | from a left-ticket answer to an order number: the whole program against a service that takes 40 ms an answer, beside a bare client that sends six requests one after the other |
//! | [`watching`] | what a thousand errands on one train cost the service, and how close two left-ticket queries ever are |
//! | [`parsing`] | reading the service's answers, beside two packages of PyPI |
//!
//! Words: `[--times N] [--python FILE --script FILE] [order|watch|parse …]`; the default is all parts, ordering 12 times.
//! It ends with a failure when a figure is not held. A part that cannot be measured here is skipped, says so, and claims
//! nothing.

// The result is for the person who started it.
#![allow(clippy::print_stdout)]

#[path = "../bench_kit/mod.rs"]
mod kit;

mod ordering;
mod parsing;
mod trains;
mod watching;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail};

use kit::figures::Verdict;

/// What is measured, and with what.
struct Words {
    parts: Vec<String>,
    times: u32,
    python: Option<PathBuf>,
    script: Option<PathBuf>,
}

impl Words {
    fn read() -> Result<Self> {
        let mut words = Self {
            parts: Vec::new(),
            times: 12,
            python: None,
            script: None,
        };
        let mut given = std::env::args().skip(1);
        while let Some(word) = given.next() {
            let mut value = || given.next().with_context(|| format!("{word} what?"));
            match word.as_str() {
                "--times" => words.times = value()?.parse().context("--times is a number")?,
                "--python" => words.python = Some(value()?.into()),
                "--script" => words.script = Some(value()?.into()),
                "order" | "watch" | "parse" => words.parts.push(word),
                _ => bail!("no such word: {word}"),
            }
        }
        Ok(words)
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let words = Words::read()?;
    let mut verdict = Verdict::default();
    if words.wants("order") {
        ordering::run(words.times, &mut verdict).await?;
    }
    if words.wants("watch") {
        watching::run(&mut verdict).await?;
    }
    if words.wants("parse") {
        let beside = words.python.as_deref().zip(words.script.as_deref());
        parsing::run(beside, &mut verdict)?;
    }
    Ok(match verdict.all_held() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
