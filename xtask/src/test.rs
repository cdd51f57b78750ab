//! Everything that must be green before a change goes in, in order, stopping at the first red.

use std::{fs, io::ErrorKind, path::PathBuf, time::Instant};

use anyhow::{Context, Result};

use crate::{
    provision::{browser, nextest, provision},
    run::{cargo, root, spoken, step, succeed},
    tidy,
};

/// `cargo xtask test`.
pub(crate) fn test() -> Result<()> {
    let begun = Instant::now();
    step("what the tests need", provision)?;
    step("formatting", || {
        succeed(cargo(&["fmt", "--all", "--", "--check"]))
    })?;
    step("tidy", tidy::tidy)?;
    step("clippy, warnings denied", clippy)?;
    forget_matrix()?;
    step("tests", tests)?;
    step("examples in the documentation", || {
        succeed(cargo(&["test", "--quiet", "--workspace", "--doc"]))
    })?;
    step("documentation, warnings denied", rustdoc)?;
    print_matrix()?;
    if let Err(why) = browser() {
        println!("browser tests: skipped, because {why}");
    }
    println!("all green in {}", spoken(begun.elapsed()));
    Ok(())
}

fn clippy() -> Result<()> {
    let words = [
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    succeed(cargo(&words))
}

fn tests() -> Result<()> {
    if nextest() {
        let quiet = ["--status-level", "slow", "--final-status-level", "fail"];
        let mut words = vec!["nextest", "run", "--workspace", "--no-fail-fast"];
        words.extend(quiet);
        return succeed(cargo(&words));
    }
    succeed(cargo(&[
        "test",
        "--workspace",
        "--all-targets",
        "--no-fail-fast",
    ]))
}

fn rustdoc() -> Result<()> {
    let mut doc = cargo(&[
        "doc",
        "--quiet",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    succeed(doc)
}

/// Where the crash matrix writes how many combinations it tried, a line for each story.
fn matrix() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    root().join(target).join("matrix.txt")
}

/// An old count must not pass for a new one.
fn forget_matrix() -> Result<()> {
    match fs::remove_file(matrix()) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).context("cannot remove target/matrix.txt")
        }
        _ => Ok(()),
    }
}

fn print_matrix() -> Result<()> {
    match fs::read_to_string(matrix()) {
        Ok(lines) => {
            lines.lines().for_each(|line| println!("{line}"));
            println!("crash matrix: {} combinations in all", combinations(&lines));
            Ok(())
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("crash matrix: no count was written");
            Ok(())
        }
        Err(error) => Err(error).context("cannot read target/matrix.txt"),
    }
}

/// The numbers before the word "combinations", added up.
fn combinations(lines: &str) -> u64 {
    let count = |line: &str| {
        line.split(" combinations")
            .next()?
            .rsplit(' ')
            .next()?
            .parse::<u64>()
            .ok()
    };
    lines.lines().filter_map(count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_of_all_stories_are_added() {
        let lines = "crash matrix: a: 311 combinations, none lost\ncrash matrix: b on the last day: 9 combinations\nelse";
        assert_eq!(combinations(lines), 320);
        assert_eq!(combinations(""), 0);
    }
}
