//! One command with its heading and duration.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// `cargo` with these words, in the workspace.
pub(crate) fn cargo(words: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.args(words).current_dir(root());
    command
}

/// Does one thing under a heading, and says how long it took.
pub(crate) fn step(heading: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("==> {heading}");
    let begun = Instant::now();
    let result = work();
    let word = if result.is_ok() { "ok" } else { "failed" };
    println!("    {word} in {}\n", spoken(begun.elapsed()));
    result.with_context(|| format!("red: {heading}"))
}

/// Runs a command to its end; its output goes where ours goes.
pub(crate) fn succeed(mut command: Command) -> Result<()> {
    let shown = shown(&command);
    let status = command
        .status()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` ended with {status}");
    }
    Ok(())
}

/// Runs a command and gives what it printed; its complaints go where ours go.
pub(crate) fn output(mut command: Command) -> Result<String> {
    let shown = shown(&command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` ended with {}", output.status);
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed no text"))
}

/// Whether a command can be started and ends well. What it prints is dropped.
pub(crate) fn works(program: &str, words: &[&str]) -> bool {
    let status = Command::new(program)
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// `3.2 s`, `2 min 05 s`.
pub(crate) fn spoken(duration: Duration) -> String {
    match duration.as_secs() {
        0..60 => format!("{:.1} s", duration.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_spoken_as_people_read_them() {
        assert_eq!(spoken(Duration::from_millis(3_210)), "3.2 s");
        assert_eq!(spoken(Duration::from_secs(125)), "2 min 05 s");
        assert_eq!(spoken(Duration::from_secs(3_600)), "60 min 00 s");
    }
}
