//! The writing connection and its transactions.
//!
//! Transactions are begun and ended by hand and not by sqlx's own type: after a full disk SQLite may have rolled back by
//! itself, and a connection that then counts one transaction too many refuses every later one.

use std::ops::{Deref, DerefMut};

use sqlx::{Sqlite, SqliteConnection, pool::PoolConnection};
use tokio::sync::OwnedMutexGuard;

use super::fault::Done;

/// What a finished write outlives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outlives {
    /// A power cut: the disk has it.
    PowerCut,
    /// The end of this process. A power cut may take it, with all others of its kind since the last write that outlives
    /// one: that one takes all before it to the disk.
    Process,
}

impl Outlives {
    /// Sets the connection to it and begins. Only outside a transaction can it be set, and it is while SQLite reads the
    /// statement and not while it runs it: never from the cache of prepared ones.
    fn begin(self) -> &'static str {
        match self {
            Self::PowerCut => "PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
            Self::Process => "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE",
        }
    }
}

/// The connection that writes.
pub(super) struct Line {
    connection: SqliteConnection,
    /// What it is set to; `None` when that is not known.
    outlives: Option<Outlives>,
    /// Whether a transaction may have been left open: its future was dropped, or it failed.
    open: bool,
}

impl Line {
    pub(super) fn new(connection: SqliteConnection) -> Self {
        Self {
            connection,
            outlives: Some(Outlives::PowerCut),
            open: false,
        }
    }

    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Ends whatever is open. An error says that nothing was.
    async fn roll_back(&mut self) {
        if self.open {
            let _ = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
            self.open = false;
        }
    }
}

/// A write under way. Dropped without [`Tx::commit`], nothing of it remains.
pub(super) struct Tx {
    line: Option<OwnedMutexGuard<Line>>,
}

impl Tx {
    /// Takes the file's write lock at once, so that two processes never both read first and then both want to write.
    pub(super) async fn begin(line: OwnedMutexGuard<Line>, outlives: Outlives) -> Done<Self> {
        let mut tx = Self { line: Some(line) };
        let line = tx.line();
        line.roll_back().await;
        line.open = true;
        if line.outlives == Some(outlives) {
            let begin = sqlx::query("BEGIN IMMEDIATE");
            begin.execute(&mut line.connection).await?;
            return Ok(tx);
        }
        line.outlives = None;
        let begin = sqlx::raw_sql(outlives.begin());
        begin.execute(&mut line.connection).await?;
        line.outlives = Some(outlives);
        Ok(tx)
    }

    pub(super) async fn commit(mut self) -> Done<()> {
        let line = self.line();
        sqlx::query("COMMIT").execute(&mut line.connection).await?;
        line.open = false;
        Ok(())
    }

    fn line(&mut self) -> &mut OwnedMutexGuard<Line> {
        self.line.as_mut().expect("taken only when dropped")
    }
}

impl Deref for Tx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self
            .line
            .as_ref()
            .expect("taken only when dropped")
            .connection
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.line().connection
    }
}

/// Rolls back in the background while the lock is still held, so that no other process waits for a lock nobody uses.
impl Drop for Tx {
    fn drop(&mut self) {
        let Some(mut line) = self.line.take() else {
            return;
        };
        if !line.open {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { line.roll_back().await });
        }
    }
}

/// A connection to read with.
pub(super) enum Reader {
    Own(PoolConnection<Sqlite>),
    Shared(OwnedMutexGuard<Line>),
}

impl Deref for Reader {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Own(connection) => connection,
            Self::Shared(line) => &line.connection,
        }
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Own(connection) => connection,
            Self::Shared(line) => &mut line.connection,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};

    use super::*;

    #[tokio::test]
    async fn each_write_outlives_what_it_was_begun_for() {
        let memory = SqliteConnectOptions::new().in_memory(true);
        let line = Line::new(memory.connect().await.unwrap());
        let line = std::sync::Arc::new(tokio::sync::Mutex::new(line));
        let (normal, full) = (1, 2);
        for _ in 0..2 {
            for (outlives, expected) in [
                (Outlives::Process, normal),
                (Outlives::Process, normal),
                (Outlives::PowerCut, full),
                (Outlives::PowerCut, full),
            ] {
                let begun = Tx::begin(line.clone().lock_owned().await, outlives).await;
                let mut tx = begun.ok().unwrap();
                let set: i64 = sqlx::query_scalar("PRAGMA synchronous")
                    .fetch_one(&mut *tx)
                    .await
                    .unwrap();
                assert_eq!(set, expected, "{outlives:?}");
                tx.commit().await.ok().unwrap();
            }
        }
    }
}
