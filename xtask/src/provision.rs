//! What the tests need of the machine: a C compiler for SQLite, git for the list of files, rustfmt and clippy.
//!
//! As root on a Debian-like system what is missing is installed; elsewhere the message says precisely what to install.
//! cargo-nextest is used when it is there and never installed: `cargo test` does the same, slower. Without a Chromium the
//! browser tests are skipped, and each run says so.

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

/// What Chromium is called on different systems; the browser tests know the same names.
const BROWSERS: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
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
    match browser() {
        Ok(()) => println!("    Chromium, for the browser tests: there"),
        Err(why) => println!("    Chromium, for the browser tests: {why}"),
    }
    Ok(())
}

/// Sees to a Chromium, and to a font with Chinese for its pictures. Nothing else needs them, so lacking them is no failure.
///
/// # Errors
/// Why there is none, in words that say what to install.
pub(crate) fn browser() -> Result<(), String> {
    if std::env::var("DAIBAN_CHROMIUM").is_ok_and(|wish| wish == "none") {
        return Err("DAIBAN_CHROMIUM=none".to_owned());
    }
    if chromium() && (chinese() || !may_install()) {
        return Ok(());
    }
    if may_install() {
        println!("    Chromium, for the browser tests: installing chromium fonts-noto-cjk");
        if let Err(error) = install(&["chromium", "fonts-noto-cjk"]) {
            println!("    apt-get could not: {error:#}");
        }
    }
    match chromium() {
        true => Ok(()),
        false => Err(
            "no Chromium starts here (Debian: apt-get install chromium fonts-noto-cjk; elsewhere: \
             Chromium or Chrome, or its path in DAIBAN_CHROMIUM)"
                .to_owned(),
        ),
    }
}

fn chromium() -> bool {
    match std::env::var("DAIBAN_CHROMIUM") {
        Ok(path) => works(&path, &["--version"]),
        Err(_) => BROWSERS.iter().any(|name| works(name, &["--version"])),
    }
}

/// Without one, pictures show boxes where words should be; fontconfig, which knows, comes with the browser.
fn chinese() -> bool {
    let fonts = Command::new("fc-list").arg(":lang=zh").output();
    fonts.is_ok_and(|fonts| !fonts.stdout.is_empty())
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
