//! One engine per data directory: whoever drives it holds `serve.lock`, `serve` for as long as it runs and a command for a
//! moment.
//!
//! The lock is the operating system's and goes with the process; what is written in the file only says who has it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::Path,
    time::Duration,
};

/// Who drives the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// `daiban serve`
    Serve,
    /// A command, for a moment.
    Command,
}

impl Driver {
    fn word(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Command => "command",
        }
    }
}

/// The lock, held until dropped.
#[derive(Debug)]
pub struct Held {
    file: File,
}

/// Why the lock was not taken.
#[derive(Debug)]
pub enum NotHeld {
    /// Another process has it.
    Taken(Driver),
    /// The file cannot be used.
    Broken(std::io::Error),
}

/// Takes the lock of a data directory if nobody has it. The directory is made at need.
///
/// # Errors
/// [`NotHeld`]
pub fn take(data_dir: &Path, driver: Driver) -> Result<Held, NotHeld> {
    std::fs::create_dir_all(data_dir).map_err(NotHeld::Broken)?;
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(data_dir.join("serve.lock"))
        .map_err(NotHeld::Broken)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(NotHeld::Taken(holder(&mut file))),
        Err(TryLockError::Error(error)) => return Err(NotHeld::Broken(error)),
    }
    sign(&mut file, driver).map_err(NotHeld::Broken)?;
    Ok(Held { file })
}

/// As [`take`] for `serve`: a command that has it is waited for, another `serve` is not.
///
/// # Errors
/// [`NotHeld`]
pub async fn take_for_serve(data_dir: &Path) -> Result<Held, NotHeld> {
    let patience = tokio::time::Instant::now() + Duration::from_secs(60);
    loop {
        match take(data_dir, Driver::Serve) {
            Err(NotHeld::Taken(Driver::Command)) if tokio::time::Instant::now() < patience => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            other => return other,
        }
    }
}

/// Whether `serve` runs on this directory. A look only; it may have changed by the time it is used.
pub fn serve_runs(data_dir: &Path) -> bool {
    let Ok(mut file) = File::open(data_dir.join("serve.lock")) else {
        return false;
    };
    match file.try_lock_shared() {
        Ok(()) => false,
        Err(_) => holder(&mut file) == Driver::Serve,
    }
}

fn sign(file: &mut File, driver: Driver) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{} {}", driver.word(), std::process::id())?;
    file.flush()
}

/// Just after the lock is taken the file may still be empty; then it is taken for a command's, and asked again.
fn holder(file: &mut File) -> Driver {
    let mut words = String::new();
    let _ = file.read_to_string(&mut words);
    if words.starts_with(Driver::Serve.word()) {
        Driver::Serve
    } else {
        Driver::Command
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_one_has_it() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!serve_runs(dir.path()));
        let held = take(dir.path(), Driver::Serve).unwrap();
        assert!(serve_runs(dir.path()));
        assert!(matches!(
            take(dir.path(), Driver::Command),
            Err(NotHeld::Taken(Driver::Serve))
        ));
        drop(held);
        assert!(!serve_runs(dir.path()));
        let _held = take(dir.path(), Driver::Command).unwrap();
        assert!(matches!(
            take(dir.path(), Driver::Serve),
            Err(NotHeld::Taken(Driver::Command))
        ));
        assert!(!serve_runs(dir.path()));
    }

    #[tokio::test]
    async fn serve_waits_for_a_command_and_not_for_another_serve() {
        let dir = tempfile::tempdir().unwrap();
        let held = take(dir.path(), Driver::Command).unwrap();
        let waiting = tokio::spawn({
            let path = dir.path().to_owned();
            async move { take_for_serve(&path).await }
        });
        tokio::task::yield_now().await;
        drop(held);
        let _serve = waiting.await.unwrap().unwrap();
        assert!(matches!(
            take_for_serve(dir.path()).await,
            Err(NotHeld::Taken(Driver::Serve))
        ));
    }
}
