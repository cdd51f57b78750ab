//! The store on SQLite: one file, one writer, a few readers.
//!
//! One connection writes, each write in one `BEGIN IMMEDIATE … COMMIT`, fully synchronous: what is committed outlives a
//! power cut, as the promise "written before sent" asks. Only what nobody would miss after one (turns, hands, observations)
//! does not wait for the disk; see [`line::Outlives`]. Readers have their own connections and never wait for it. Another
//! process (the command line beside `serve`) may have the same file open; SQLite's lock, waited for up to five seconds,
//! keeps their writes apart.
//!
//! Statements are written so that they would run on PostgreSQL too; what can't be is in [`batch`], or is marked.

mod accounts;
mod asks;
mod audit;
mod batch;
mod budget;
mod calls;
mod census;
mod channels;
mod claim;
mod commit;
mod connect;
mod errands;
mod events;
mod fault;
mod household;
mod kept;
mod key;
mod leaving;
mod line;
mod lookouts;
mod notices;
mod people;
mod problems;
mod pulse;
mod records;
mod recover;
mod retention;
mod rows;
mod sessions;
mod store;
mod two_step;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use daiban_core::store::StoreError;
use sqlx::{SqliteConnection, SqlitePool};

use self::{
    fault::{Done, damaged},
    line::{Line, Outlives, Reader, Tx},
};
use crate::seal::Sealer;

pub use self::retention::Pruned;

/// The rows in a SQLite file. Clones share it.
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Arc<tokio::sync::Mutex<Line>>,
    /// `None` in memory, where a second connection would see another database.
    readers: Option<SqlitePool>,
    sealer: Sealer,
    changes: Mutex<Changes>,
    /// The connection that looks for news; `data_version` means something to one connection alone.
    listener: tokio::sync::Mutex<Option<SqliteConnection>>,
}

/// What `PRAGMA data_version` said last, and how often it said something new.
#[derive(Default)]
struct Changes {
    seen: Option<i64>,
    count: u64,
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore")
            .field("sealer", &self.inner.sealer)
            .finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens `daiban.db` in a directory, with both made at need (the file readable by its owner alone), brings its tables up
    /// to date and checks that the key fits. The key is `key_file`, or `daiban.key` in the same directory; it is made with the
    /// database and never again: without it the sealed rows cannot be read.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] when the key is missing or another one; [`StoreError::Unavailable`] when the files cannot be
    /// used; [`StoreError::Damaged`] when the file is no database of this version.
    pub async fn open(data_dir: &Path, key_file: Option<&Path>) -> Result<SqliteStore, StoreError> {
        Ok(connect::open(data_dir, key_file).await?)
    }

    /// A store in memory with a key of its own, for tests and the demo. Gone with its last clone.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is no memory or no randomness.
    pub async fn in_memory() -> Result<SqliteStore, StoreError> {
        Ok(connect::in_memory().await?)
    }

    /// Reads the whole file and says whether it hangs together: pages, indexes, and rows that point at others.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] with SQLite's words.
    pub async fn integrity_check(&self) -> Result<(), StoreError> {
        Ok(self.check().await?)
    }

    /// Runs SQL as it is, on the writing connection, outside any transaction of ours: for tests that break things on purpose.
    ///
    /// # Errors
    /// Whatever SQLite says.
    #[doc(hidden)]
    pub async fn raw(&self, sql: &'static str) -> Result<(), StoreError> {
        let mut line = self.inner.writer.clone().lock_owned().await;
        sqlx::raw_sql(sql)
            .execute(line.connection())
            .await
            .map_err(fault::Fault::from)?;
        Ok(())
    }

    async fn check(&self) -> Done<()> {
        let mut reader = self.read().await?;
        let words: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
            .fetch_all(&mut *reader)
            .await?;
        if words != ["ok"] {
            return Err(damaged(words.join("; ")));
        }
        let dangling: Vec<String> =
            sqlx::query_scalar("SELECT \"table\" FROM pragma_foreign_key_check")
                .fetch_all(&mut *reader)
                .await?;
        if dangling.is_empty() {
            return Ok(());
        }
        Err(damaged(format!(
            "rows that point at nothing in {}",
            dangling.join(", ")
        )))
    }

    fn sealer(&self) -> &Sealer {
        &self.inner.sealer
    }

    /// Begins a write. Only one is under way at a time; never read with [`Self::read`] inside it.
    async fn write(&self) -> Done<Tx> {
        Tx::begin(
            self.inner.writer.clone().lock_owned().await,
            Outlives::PowerCut,
        )
        .await
    }

    /// Begins a write of something that a power cut makes worthless anyway: it does not wait for the disk. On PostgreSQL:
    /// `SET LOCAL synchronous_commit = off`.
    async fn write_lightly(&self) -> Done<Tx> {
        Tx::begin(
            self.inner.writer.clone().lock_owned().await,
            Outlives::Process,
        )
        .await
    }

    async fn read(&self) -> Done<Reader> {
        match &self.inner.readers {
            Some(pool) => Ok(Reader::Own(pool.acquire().await?)),
            None => Ok(Reader::Shared(self.inner.writer.clone().lock_owned().await)),
        }
    }

    /// Asked of the writing connection: its `data_version` stays as it is for its own writes and moves for everybody else's.
    async fn count_changes(&self) -> Done<u64> {
        let mut line = self.inner.writer.clone().lock_owned().await;
        let version: i64 = sqlx::query_scalar("PRAGMA data_version")
            .fetch_one(line.connection())
            .await?;
        let mut changes = self
            .inner
            .changes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if changes.seen.is_some_and(|seen| seen != version) {
            changes.count += 1;
        }
        changes.seen = Some(version);
        Ok(changes.count)
    }
}
