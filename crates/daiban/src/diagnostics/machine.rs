//! The machine below: settings, the data directory's files, the program itself, the last lines of its log.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use daiban_core::Timestamp;
use serde::Serialize;
use url::Url;

use crate::{
    config::{Config, Dumped, Source},
    log::Recent,
};

/// What daiban runs on, as far as its own looks at itself need it.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    /// Settings that strangers may read.
    settings: Vec<Dumped>,
    /// `None`: everything is in memory.
    data_dir: Option<PathBuf>,
    /// Where services are, as settings say.
    addresses: Vec<Url>,
    log: Recent,
}

/// The program.
#[derive(Debug, Serialize)]
pub(crate) struct ProgramFacts {
    version: &'static str,
    /// `release` or `debug`
    build: &'static str,
    os: &'static str,
    arch: &'static str,
    /// `gnu`, `musl`, …
    libc: &'static str,
    cpus: Option<usize>,
}

/// The data directory.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DataFacts {
    /// `default`, `below_home`, `elsewhere`, or `memory`: where it is, without its name.
    pub place: &'static str,
    /// Ours among the files, as they are called below the directory.
    pub files: Vec<FileFacts>,
    /// How many files are not ours.
    pub other_files: usize,
    /// What is free on its disk; `None` where the system does not say.
    pub free_bytes: Option<u64>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileFacts {
    /// Its name below the data directory.
    pub name: &'static str,
    /// Its size.
    pub bytes: u64,
    /// When it was last written.
    pub modified: Option<Timestamp>,
    /// Whether its owner alone may read it; `None` where the system does not know of that.
    pub private: Option<bool>,
}

/// Our files in the data directory.
const FILES: [&str; 5] = [
    "daiban.db",
    "daiban.db-wal",
    "daiban.db-shm",
    "daiban.key",
    "serve.lock",
];

impl Machine {
    /// Of a configuration, with the log of this process.
    pub fn of(config: &Config) -> Self {
        Self {
            settings: config.dump_discreet(),
            data_dir: Some(config.data_dir.clone()),
            addresses: config.service_addresses(),
            log: Recent::of_this_process(),
        }
    }

    /// The data directory; `None`: everything is in memory.
    pub fn data_dir(&self) -> Option<&Path> {
        self.data_dir.as_deref()
    }

    /// Where services are, as settings say.
    pub(crate) fn addresses(&self) -> &[Url] {
        &self.addresses
    }

    pub(crate) fn settings(&self) -> &[Dumped] {
        &self.settings
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lines()
    }

    pub(crate) fn program() -> ProgramFacts {
        ProgramFacts {
            version: env!("CARGO_PKG_VERSION"),
            build: if cfg!(debug_assertions) {
                "debug"
            } else {
                "release"
            },
            os: std::env::consts::OS,
            arch: std::env::consts::ARCH,
            libc: if cfg!(target_env = "musl") {
                "musl"
            } else if cfg!(target_env = "gnu") {
                "gnu"
            } else {
                ""
            },
            cpus: std::thread::available_parallelism().ok().map(Into::into),
        }
    }

    /// The data directory as it is now. Reads names and sizes, no contents.
    pub fn data(&self) -> DataFacts {
        let Some(dir) = &self.data_dir else {
            return DataFacts {
                place: "memory",
                ..DataFacts::default()
            };
        };
        let files: Vec<FileFacts> = FILES.iter().filter_map(|name| file(dir, name)).collect();
        let all = fs::read_dir(dir).map_or(0, Iterator::count);
        DataFacts {
            place: self.place(dir),
            other_files: all.saturating_sub(files.len()),
            files,
            free_bytes: free_bytes(dir),
        }
    }

    fn place(&self, dir: &Path) -> &'static str {
        let mut settings = self.settings.iter();
        let set = settings.find(|dumped| dumped.key == "data_dir");
        match (set.map(|dumped| &dumped.source), home()) {
            (Some(Source::Default), _) => "default",
            (_, Some(home)) if dir.starts_with(&home) => "below_home",
            _ => "elsewhere",
        }
    }

    /// Ways that name a person or a machine, with what stands for them.
    pub(crate) fn ways(&self) -> Vec<(String, &'static str)> {
        let mut ways = Vec::new();
        for (path, instead) in [(self.data_dir.clone(), "DATA"), (home(), "~")] {
            let Some(path) = path.filter(|path| path.components().count() > 1) else {
                continue;
            };
            let real = fs::canonicalize(&path).ok();
            let spellings = [Some(path), real].into_iter().flatten();
            ways.extend(spellings.map(|path| (path.display().to_string(), instead)));
        }
        ways.dedup();
        ways
    }
}

fn home() -> Option<PathBuf> {
    std::env::home_dir()
}

fn file(dir: &Path, name: &'static str) -> Option<FileFacts> {
    let about = fs::metadata(dir.join(name)).ok()?;
    Some(FileFacts {
        name,
        bytes: about.len(),
        modified: about.modified().ok().and_then(moment),
        private: private(&about),
    })
}

fn moment(at: SystemTime) -> Option<Timestamp> {
    let at = Timestamp::try_from(at).ok()?;
    Timestamp::from_second(at.as_second()).ok()
}

#[cfg(unix)]
fn private(about: &fs::Metadata) -> Option<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(about.permissions().mode() & 0o077 == 0)
}

#[cfg(not(unix))]
fn private(_: &fs::Metadata) -> Option<bool> {
    None
}

#[cfg(unix)]
fn free_bytes(dir: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(dir).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

#[cfg(not(unix))]
fn free_bytes(_: &Path) -> Option<u64> {
    None
}
