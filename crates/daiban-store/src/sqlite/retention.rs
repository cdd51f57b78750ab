//! What is kept how long.
//!
//! This is the only place that deletes history. What an open matter still needs — unread deliveries, open asks, calls that are
//! not over, problems — has no age here.

use daiban_core::{Timestamp, store::StoreError};
use jiff::SignedDuration;

use super::{SqliteStore, fault::Done, rows::ms};

/// Lines that only say a pass ran: they explain the last weeks, and there are many.
const RAN: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Everything else of history, notices, calls: a year and the month that is compared with it.
const HISTORY: SignedDuration = SignedDuration::from_hours(24 * 400);
/// Who was turned away: guessers may leave many such lines.
const TURNED_AWAY: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Sent messages, ended asks, ids of deliveries that were read.
const TRACES: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Observations that nobody watches.
const IDLE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How many rows were let go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Lines of history.
    pub events: u64,
    /// Everything else.
    pub rows: u64,
}

impl SqliteStore {
    /// Lets go of what has outlived its use: lines of passes after 30 days and other history after 400, settled calls and
    /// notices after 400, the audit log after 400 and who was turned away after 90, traces of messages, asks and deliveries after 90, records when their pass said, ended sessions and
    /// one-time words at once.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn prune(&self, now: Timestamp) -> Result<Pruned, StoreError> {
        Ok(self.prune_all(now).await?)
    }

    /// Deletes lines of history before a moment. For retention only: nothing else deletes history, nothing at all edits it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn prune_events(&self, before: Timestamp) -> Result<u64, StoreError> {
        Ok(self
            .delete("DELETE FROM events WHERE at < $1", before)
            .await?)
    }

    async fn prune_all(&self, now: Timestamp) -> Done<Pruned> {
        let ago = |age: SignedDuration| now.checked_sub(age).unwrap_or(Timestamp::MIN);
        let events = self
            .delete("DELETE FROM events WHERE at < $1", ago(HISTORY))
            .await?
            + self
                .delete(
                    "DELETE FROM events WHERE kind = 'ran' AND at < $1",
                    ago(RAN),
                )
                .await?;
        let mut rows = 0;
        for (sql, before) in [
            ("DELETE FROM sessions WHERE until <= $1", now),
            ("DELETE FROM records WHERE until <= $1", now),
            (
                "DELETE FROM once_words WHERE until <= $1 OR used_at IS NOT NULL AND used_at <= $1",
                now,
            ),
            ("DELETE FROM inbox WHERE read_at < $1", ago(TRACES)),
            (
                "DELETE FROM asks WHERE state <> 'open' AND COALESCE(ended_at, at) < $1",
                ago(TRACES),
            ),
            (
                "DELETE FROM outbox WHERE state IN ('sent', 'failed') AND notice IN (SELECT id FROM notices WHERE at < $1)",
                ago(TRACES),
            ),
            (
                "DELETE FROM notices WHERE at < $1 AND spread = 1",
                ago(HISTORY),
            ),
            (
                "DELETE FROM calls WHERE state IN ('settled', 'withdrawn') AND COALESCE(settled_at, intended_at) < $1",
                ago(HISTORY),
            ),
            ("DELETE FROM audit WHERE at < $1", ago(HISTORY)),
            (
                "DELETE FROM audit WHERE refused = 1 AND at < $1",
                ago(TURNED_AWAY),
            ),
            (
                "DELETE FROM lookouts WHERE due IS NULL AND used_at < $1 \
                 AND NOT EXISTS (SELECT 1 FROM watches w WHERE w.key = lookouts.key)",
                ago(IDLE),
            ),
        ] {
            rows += self.delete(sql, before).await?;
        }
        Ok(Pruned { events, rows })
    }

    /// Each on its own, so that errands don't wait for all of them.
    async fn delete(&self, sql: &'static str, before: Timestamp) -> Done<u64> {
        let mut tx = self.write().await?;
        let deleted = sqlx::query(sql).bind(ms(before)).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(deleted.rows_affected())
    }
}
