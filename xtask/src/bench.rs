//! Numbers to hold.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::run::{cargo, root, step, succeed};

/// What the railway's parsing is measured beside.
const BESIDE: [&str; 2] = ["py12306", "mcp-server-12306"];

/// `cargo xtask bench engine`: the example `bench_engine` of the binary's crate, optimised. Further words go to it.
pub(crate) fn engine(words: &[&str]) -> Result<()> {
    build("bench_engine")?;
    let mut run = example("bench_engine");
    run.args(words);
    step("sleeping errands", || succeed(run))
}

/// `cargo xtask bench rail`: the example `bench_rail`, the same way, with two packages of PyPI to measure parsing beside.
/// Where those cannot be had, that part says so.
pub(crate) fn rail(words: &[&str]) -> Result<()> {
    build("bench_rail")?;
    let mut run = example("bench_rail");
    match packages() {
        Ok(python) => {
            run.arg("--python").arg(python);
            run.arg("--script")
                .arg(root().join("xtask/bench/parse_beside.py"));
        }
        Err(error) => println!("no packages to measure beside: {error:#}\n"),
    }
    run.args(words);
    step("seats, orders, answers", || succeed(run))
}

/// `cargo xtask bench hospital`: the example `bench_hospital`, the same way.
pub(crate) fn hospital(words: &[&str]) -> Result<()> {
    build("bench_hospital")?;
    let mut run = example("bench_hospital");
    run.args(words);
    step("places, bookings, looks", || succeed(run))
}

fn build(name: &str) -> Result<()> {
    let build = ["build", "--release", "-p", "daiban", "--example", name];
    step("building, optimised", || succeed(cargo(&build)))
}

fn example(name: &str) -> Command {
    let run = ["run", "--quiet", "--release", "-p", "daiban", "--example"];
    let mut run = cargo(&run);
    run.args([name, "--"]);
    run
}

/// The Python with the packages in it, below `target`.
fn packages() -> Result<PathBuf> {
    let venv = root().join("target/parse-beside");
    let python = venv.join("bin/python");
    step("packages to measure beside", || {
        if !python.is_file() {
            let mut make = Command::new("python3");
            make.args(["-m", "venv"]).arg(&venv);
            succeed(make)?;
        }
        succeed(install(&python))
    })?;
    Ok(python)
}

fn install(python: &Path) -> Command {
    let mut install = Command::new(python);
    install
        .args(["-m", "pip", "install", "--quiet"])
        .args(BESIDE);
    install
}
