//! Numbers to hold.

use anyhow::Result;

use crate::run::{cargo, step, succeed};

/// `cargo xtask bench engine`: the example `bench_engine` of the binary's crate, optimised. Further words go to it.
pub(crate) fn engine(words: &[&str]) -> Result<()> {
    let build = [
        "build",
        "--release",
        "-p",
        "daiban",
        "--example",
        "bench_engine",
    ];
    step("building, optimised", || succeed(cargo(&build)))?;
    let mut run = cargo(&[
        "run",
        "--quiet",
        "--release",
        "-p",
        "daiban",
        "--example",
        "bench_engine",
        "--",
    ]);
    run.args(words);
    step("sleeping errands", || succeed(run))
}
