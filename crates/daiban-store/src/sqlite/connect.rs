//! Opening: files, connections, migrations, key.

use std::{
    fs::{self, OpenOptions},
    path::Path,
    sync::Arc,
    time::Duration,
};

use sqlx::{
    ConnectOptions, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    Inner, SqliteStore,
    fault::{Done, unavailable},
    key,
    line::Line,
};
use crate::seal::Sealer;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("src/sqlite/migrations");

/// Enough for pages that are drawn while the engine works; each costs a thread.
const READERS: u32 = 3;
/// How long a write waits for one of another process.
const BUSY: Duration = Duration::from_secs(5);
/// More statements than we have, so that each is prepared once.
const STATEMENTS: usize = 400;
/// Rows on their way from SQLite's thread: a whole batch, so that neither side waits for the other row by row.
const ROWS: usize = 256;

pub(super) async fn open(data_dir: &Path, key_file: Option<&Path>) -> Done<SqliteStore> {
    make_private_dir(data_dir)?;
    let path = data_dir.join("daiban.db");
    make_private_file(&path)?;
    let options = options().filename(&path);
    let mut writer = writing(options.clone()).connect().await?;
    MIGRATIONS.run(&mut writer).await?;
    let default = data_dir.join("daiban.key");
    let sealer = fitting_key(&mut writer, key_file.unwrap_or(&default)).await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_lazy_with(options.pragma("query_only", "ON"));
    Ok(store(writer, Some(readers), sealer))
}

pub(super) async fn in_memory() -> Done<SqliteStore> {
    let mut writer = options().in_memory(true).connect().await?;
    MIGRATIONS.run(&mut writer).await?;
    let sealer = Sealer::new(&*Sealer::new_key()?);
    Ok(store(writer, None, sealer))
}

fn store(
    writer: SqliteConnection,
    readers: Option<sqlx::SqlitePool>,
    sealer: Sealer,
) -> SqliteStore {
    SqliteStore {
        inner: Arc::new(Inner {
            writer: Arc::new(tokio::sync::Mutex::new(Line::new(writer))),
            readers,
            sealer,
            changes: std::sync::Mutex::default(),
            listener: tokio::sync::Mutex::default(),
        }),
    }
}

fn options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENTS)
        .row_buffer_size(ROWS)
        .disable_statement_logging()
}

/// FULL: in WAL mode NORMAL may lose the last commits in a power cut, and an act's intent must not be among them.
fn writing(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-32000")
}

/// The key whose fingerprint the database knows; a database that knows none yet learns it now.
async fn fitting_key(writer: &mut SqliteConnection, path: &Path) -> Done<Sealer> {
    let sealer = match known_fingerprint(writer).await? {
        Some(_) => key::load(path)?,
        None => key::load_or_make(path)?,
    };
    sqlx::query("INSERT INTO meta (name, value) VALUES ('key', $1) ON CONFLICT (name) DO NOTHING")
        .bind(sealer.fingerprint())
        .execute(&mut *writer)
        .await?;
    match known_fingerprint(writer).await? {
        Some(expected) if expected != sealer.fingerprint() => {
            Err(key::another(&expected, sealer.fingerprint()))
        }
        _ => Ok(sealer),
    }
}

async fn known_fingerprint(writer: &mut SqliteConnection) -> Done<Option<String>> {
    let row = sqlx::query("SELECT value FROM meta WHERE name = 'key'")
        .fetch_optional(writer)
        .await?;
    Ok(row.map(|row| row.try_get(0)).transpose()?)
}

fn make_private_dir(path: &Path) -> Done<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|error| unavailable(format!("the data directory cannot be made: {error}")))
}

/// SQLite gives its log files the mode of the database.
fn make_private_file(path: &Path) -> Done<()> {
    key::private(OpenOptions::new().append(true).create(true))
        .open(path)
        .map(drop)
        .map_err(|error| unavailable(format!("the database file cannot be opened: {error}")))
}
