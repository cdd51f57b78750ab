//! What a stateful command works with, and how it gets things done whether or not `serve` runs.

use std::{
    convert::Infallible,
    io::Read as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use daiban_core::{
    account::{Account, Secrets, Settings},
    id::{AccountId, CallId, ErrandId},
    invalid::InvalidInput,
    secret::{Redactor, Secret},
};
use daiban_engine::EngineOptions;
use daiban_store::SqliteStore;
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::{args::Global, out::Out};
use crate::{
    app::{Actor, App, AppError, secrets_from},
    clock::SystemClock,
    config::Config,
    lock::{self, Driver, Held, NotHeld},
    log,
    net::system_chance,
    wiring::{Ground, Wired, wire},
};

/// A command stays with what it began this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at an errand that is carried.
const LOOK: Duration = Duration::from_millis(200);

/// The data directory opened, on behalf of whoever holds it.
pub(crate) struct Context {
    pub(crate) wired: Wired,
    pub(crate) actor: Actor,
    pub(crate) out: Out,
}

impl Context {
    pub(crate) async fn open(config: Config, global: &Global, out: Out) -> Result<Self, AppError> {
        let wired = open(config, global, "warn").await?;
        let owner = wired.app.access().local_owner().await?;
        Ok(Self {
            actor: Actor::whole(&owner),
            wired,
            out,
        })
    }

    pub(crate) fn app(&self) -> &App {
        &self.wired.app
    }

    /// An account by id or, when just one has it, by name.
    pub(crate) async fn account(&self, typed: &str) -> Result<Account, AppError> {
        let mut named = self.app().accounts(&self.actor).await?;
        named.retain(|account| account.id.as_str() == typed || account.name == typed);
        if let Some(at) = named
            .iter()
            .position(|account| account.id.as_str() == typed)
        {
            return Ok(named.swap_remove(at));
        }
        if named.len() > 1 {
            return Err(AppError::Invalid(InvalidInput::new(
                "account",
                "有几个账号叫这个名字，请写编号",
                "several accounts have this name; give an id",
            )));
        }
        named.pop().ok_or_else(|| AppError::NotFound {
            what: "account",
            id: typed.to_owned(),
        })
    }

    pub(crate) async fn account_id(&self, typed: &str) -> Result<AccountId, AppError> {
        self.account(typed).await.map(|account| account.id)
    }

    /// Stays with an errand until it rests, so long at most. `serve` carries it when it runs; otherwise this does.
    pub(crate) async fn carry(&self, errand: &ErrandId, limit: Duration) -> Result<(), AppError> {
        let until = Instant::now() + limit;
        let mut seen = self.sight(errand).await?;
        let mut quiet_since = Instant::now();
        while Instant::now() < until {
            if let Some(_held) = self.take_engine()? {
                return self.drive(errand, until).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            let sight = self.sight(errand).await?;
            if sight != seen {
                (seen, quiet_since) = (sight, Instant::now());
            }
            // Whoever has the engine has done what there was, and nothing new for a moment: it rests.
            if seen.rests && quiet_since.elapsed() > Duration::from_secs(1) {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Carries an errand whenever nobody else does, for as long as it is let; `driving` tells whether it is this process that does.
    pub(crate) async fn keep_driving(
        &self,
        errand: &ErrandId,
        driving: &AtomicBool,
    ) -> Result<Infallible, AppError> {
        loop {
            if let Some(_held) = self.take_engine()? {
                driving.store(true, Ordering::Relaxed);
                self.wired.engine.start_up().await?;
                loop {
                    self.wired.engine.settle_errand(errand, LOOK).await?;
                    tokio::time::sleep(LOOK).await;
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn drive(&self, errand: &ErrandId, until: Instant) -> Result<(), AppError> {
        self.wired.engine.start_up().await?;
        let left = until.saturating_duration_since(Instant::now());
        self.wired.engine.settle_errand(errand, left).await?;
        Ok(self.wired.send_due_notices().await?)
    }

    async fn sight(&self, errand: &ErrandId) -> Result<Sight, AppError> {
        let last = self
            .app()
            .history(&self.actor, errand, 1)
            .await?
            .first()
            .map_or(0, |event| event.seq);
        let rests = self.wired.engine.errand_rests(errand).await?;
        Ok(Sight { last, rests })
    }

    /// Stays with a command of a person until it is settled, and gives what came of it.
    pub(crate) async fn settle(&self, call: &CallId) -> Result<Value, AppError> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until && !self.app().is_settled(call).await? {
            if let Some(_held) = self.take_engine()? {
                self.wired.engine.start_up().await?;
                let left = until.saturating_duration_since(Instant::now());
                self.wired.engine.settle_call(call, left).await?;
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        self.app().settled(call, Duration::ZERO).await
    }

    /// Whether a `serve` has this data directory.
    pub(crate) fn serve_runs(&self) -> bool {
        lock::serve_runs(&self.wired.config.data_dir)
    }

    fn take_engine(&self) -> Result<Option<Held>, AppError> {
        take_engine(&self.wired.config.data_dir)
    }
}

/// How far an errand has come, seen from outside.
#[derive(PartialEq, Eq)]
struct Sight {
    last: i64,
    rests: bool,
}

/// The engine of a data directory for a moment; `None` when another process drives it.
pub(crate) fn take_engine(data_dir: &Path) -> Result<Option<Held>, AppError> {
    match lock::take(data_dir, Driver::Command) {
        Ok(held) => Ok(Some(held)),
        Err(NotHeld::Taken(_)) => Ok(None),
        Err(NotHeld::Broken(error)) => Err(AppError::Internal(format!("serve.lock: {error}"))),
    }
}

/// Opens the data directory and puts everything together.
pub(crate) async fn open(
    config: Config,
    global: &Global,
    level: &'static str,
) -> Result<Wired, AppError> {
    let redactor = Redactor::default();
    log::begin(redactor.clone(), log_level(global, level));
    let store = open_store(&config).await?;
    let ground = Ground {
        config,
        store,
        clock: Arc::new(SystemClock),
        wall: Arc::new(SystemClock),
        engine: EngineOptions::default(),
        chance: system_chance(),
        redactor,
    };
    Ok(wire(ground).await?)
}

/// The store of a configuration. Only SQLite is there.
pub(crate) async fn open_store(config: &Config) -> Result<SqliteStore, AppError> {
    if config.database_url.reveal() != "sqlite" {
        return Err(AppError::Settings(InvalidInput::new(
            "database.url",
            "这个版本只能用 sqlite",
            "this version has sqlite only",
        )));
    }
    Ok(SqliteStore::open(&config.data_dir, None).await?)
}

pub(crate) fn log_level(global: &Global, usual: &'static str) -> &'static str {
    match (global.quiet, global.verbose) {
        (true, _) => "error",
        (false, 0) => usual,
        (false, 1) => "info",
        (false, 2) => "debug",
        (false, _) => "trace",
    }
}

/// `k=v` as typed.
pub(crate) fn pairs(field: &str, typed: &[String]) -> Result<Vec<(String, String)>, InvalidInput> {
    let mut out: Vec<(String, String)> = Vec::new();
    for pair in typed {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(InvalidInput::new(
                field,
                format!("「{pair}」应写成 名称=值"),
                format!("{pair:?} should be NAME=VALUE"),
            ));
        };
        let name = name.trim();
        if out.iter().any(|(known, _)| known == name) {
            return Err(InvalidInput::new(name, "写了两次", "is given twice"));
        }
        out.push((name.to_owned(), value.to_owned()));
    }
    Ok(out)
}

/// `--set k=v …`
pub(crate) fn settings(typed: &[String]) -> Result<Settings, AppError> {
    let pairs = pairs("set", typed).map_err(AppError::Settings)?;
    Ok(pairs.into_iter().collect())
}

/// `--secrets -`: a JSON object on stdin. The text itself is never shown, not even in an error.
pub(crate) fn secrets(wanted: bool) -> Result<Secrets, AppError> {
    if !wanted {
        return Ok(Secrets::new());
    }
    let object: Map<String, Value> = serde_json::from_str(stdin()?.reveal()).map_err(|_| {
        AppError::Settings(InvalidInput::new(
            "secrets",
            "标准输入应是一个 JSON 对象",
            "stdin should be a JSON object",
        ))
    })?;
    secrets_from(object)
}

/// `--password-stdin`: all of stdin without the line break at its end.
pub(crate) fn password() -> Result<Secret, AppError> {
    let typed = stdin()?;
    Ok(Secret::new(typed.reveal().trim_end_matches(['\r', '\n'])))
}

fn stdin() -> Result<Secret, AppError> {
    let mut text = String::new();
    std::io::stdin()
        .take(256 * 1024)
        .read_to_string(&mut text)
        .map_err(|error| AppError::Internal(format!("stdin: {error}")))?;
    Ok(Secret::new(text))
}
