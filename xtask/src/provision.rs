//! What the tests need of the machine: a C compiler for SQLite, git for the list of files, rustfmt and clippy.
//!
//! As root on a Debian-like system what is missing is installed; elsewhere the message says precisely what to install.
//! cargo-nextest is used when it is there and never installed: `cargo test` does the same, slower.

use std::process::Command;

use anyhow::{Result, bail};

use crate::run::{cargo, succeed, works};

/// A program that must be there, and the Debian packages it comes from.
struct Need {
    what: &'static str,
    there: fn() -> bool,
    packages: &'static [&'static str],
    elsewhere: &'static str,
}

const NEEDS: &[Need] = &[
    Need {
        what: "a C compiler (SQLite is built from source)",
        there: c_compiler,
        packages: &["gcc", "libc6-dev"],
        elsewhere: "install gcc or clang with the C library's headers (Debian: apt-get install gcc libc6-dev; Fedora: dnf install gcc; macOS: xcode-select --install)",
    },
    Need {
        what: "git (tidy looks at the files it lists)",
        there: || works("git", &["--version"]),
        packages: &["git"],
        elsewhere: "install git",
    },
];

/// Sees to everything, or says what is missing.
pub(crate) fn provision() -> Result<()> {
    for need in NEEDS {
        see_to(need)?;
    }
    for component in ["fmt", "clippy"] {
        see_to_component(component)?;
    }
    match nextest() {
        true => println!("    cargo-nextest is there"),
        false => println!("    cargo-nextest is not there: cargo test runs the tests instead"),
    }
    Ok(())
}

/// Whether cargo-nextest is installed.
pub(crate) fn nextest() -> bool {
    works("cargo-nextest", &["nextest", "--version"])
}

fn see_to(need: &Need) -> Result<()> {
    if (need.there)() {
        println!("    {}: there", need.what);
        return Ok(());
    }
    if may_install() {
        println!("    {}: installing {}", need.what, need.packages.join(" "));
        install(need.packages)?;
        if (need.there)() {
            return Ok(());
        }
    }
    bail!("{} is missing: {}", need.what, need.elsewhere);
}

fn see_to_component(component: &str) -> Result<()> {
    let there = || {
        cargo(&[component, "--version"])
            .output()
            .is_ok_and(|output| output.status.success())
    };
    if there() {
        return Ok(());
    }
    let name = if component == "fmt" {
        "rustfmt"
    } else {
        component
    };
    if works("rustup", &["--version"]) {
        let mut rustup = Command::new("rustup");
        rustup.args(["component", "add", name]);
        succeed(rustup)?;
    }
    if !there() {
        bail!(
            "cargo {component} is missing: rustup component add {name}, or your system's package of {name}"
        );
    }
    Ok(())
}

fn c_compiler() -> bool {
    if let Ok(compiler) = std::env::var("CC") {
        return works(&compiler, &["--version"]);
    }
    ["cc", "gcc", "clang"]
        .iter()
        .any(|compiler| works(compiler, &["--version"]))
}

/// Root, and apt-get is there.
fn may_install() -> bool {
    let root = Command::new("id").arg("-u").output();
    let root = root.is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    root && works("apt-get", &["--version"])
}

fn install(packages: &[&str]) -> Result<()> {
    let apt = |words: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    succeed(apt(&["update", "-qq"]))?;
    let mut all = apt(&["install", "-y", "-qq", "--no-install-recommends"]);
    all.args(packages);
    succeed(all)
}
