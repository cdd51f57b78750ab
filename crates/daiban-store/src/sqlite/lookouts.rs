//! Lookouts: one observation, however many watch.

use std::collections::{BTreeSet, HashMap};

use daiban_core::{
    Timestamp,
    errand::{Snapshot, Watch},
    error::ServiceError,
    id::{ErrandId, LookoutKey},
    store::DueLookout,
};
use serde_json::Value;
use sqlx::{Row, SqliteConnection};

use super::{
    SqliteStore, batch,
    fault::{Done, not_found},
    rows::{from_json, from_word, json, moment, ms, number},
};
use crate::seal::Place;

impl SqliteStore {
    pub(super) async fn lookouts_due(&self, now: Timestamp) -> Done<Vec<DueLookout>> {
        let query = sqlx::query(
            "SELECT key, service, query, \
             (SELECT MIN(w.pace_s) FROM watches w WHERE w.key = l.key AND w.active = 1) AS pace_s, \
             (SELECT COUNT(*) FROM watches w WHERE w.key = l.key AND w.active = 1) AS watchers \
             FROM (SELECT key, service, query, due, ROW_NUMBER() OVER (\
                 PARTITION BY service ORDER BY due, at NULLS FIRST, key) AS place FROM lookouts WHERE due <= $1) l \
             WHERE place = 1 ORDER BY due, key",
        )
        .bind(ms(now));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| {
                let key: String = row.try_get("key")?;
                Ok(DueLookout {
                    service: from_word(row.try_get("service")?)?,
                    query: from_json(Place::new("lookouts", "query", &key), row.try_get("query")?)?,
                    pace_s: number(row.try_get("pace_s")?)?,
                    watchers: number(row.try_get("watchers")?)?,
                    key: key.into(),
                })
            })
            .collect()
    }

    /// Those who watch are woken by moving `ver`: a pass that was under way without this observation is not written, and runs
    /// again with it. Written lightly: after a power cut one looks again, and a pass that rests on an observation takes it to
    /// the disk with itself.
    pub(super) async fn observed(
        &self,
        key: &LookoutKey,
        at: Timestamp,
        result: &Result<Value, ServiceError>,
        not_before: Timestamp,
    ) -> Done<(u64, u64)> {
        let result = json(result)?;
        let mut tx = self.write_lightly().await?;
        let query = sqlx::query(
            "UPDATE lookouts SET number = number + 1, at = $2, result = $3, used_at = $2, \
             due = (SELECT CASE WHEN $2 + MIN(w.pace_s) * 1000 < $4 THEN $4 ELSE $2 + MIN(w.pace_s) * 1000 END \
                 FROM watches w WHERE w.key = lookouts.key AND w.active = 1) \
             WHERE key = $1 RETURNING number",
        )
        .bind(key.as_str())
        .bind(ms(at))
        .bind(result)
        .bind(ms(not_before));
        let row = query.fetch_optional(&mut *tx).await?;
        let row = row.ok_or_else(|| not_found("lookout", key))?;
        let woken = sqlx::query(
            "UPDATE errands SET told_at = CASE WHEN told_at < $2 THEN told_at ELSE $2 END, ver = ver + 1 \
             WHERE id IN (SELECT errand FROM watches WHERE key = $1 AND active = 1)",
        )
        .bind(key.as_str())
        .bind(ms(at))
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok((number(row.try_get(0)?)?, woken.rows_affected()))
    }

    pub(super) async fn put_look_off(&self, look: &DueLookout, until: Timestamp) -> Done<()> {
        let query = sqlx::query(
            "UPDATE lookouts SET due = $2 WHERE key = $1 AND due IS NOT NULL AND NOT EXISTS (\
             SELECT 1 FROM watches w WHERE w.key = $1 AND w.active = 1 AND w.pace_s < $3)",
        )
        .bind(look.key.as_str())
        .bind(ms(until))
        .bind(i64::from(look.pace_s));
        let mut tx = self.write_lightly().await?;
        query.execute(&mut *tx).await?;
        tx.commit().await
    }
}

/// (errand, key, pace) of these errands.
pub(super) async fn watches_of(
    db: &mut SqliteConnection,
    errands: &[&str],
) -> Done<Vec<(String, LookoutKey, i64)>> {
    let rows = sqlx::query(batch::WATCHED)
        .bind(json(errands)?)
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| {
            let key: String = row.try_get("key")?;
            Ok((row.try_get("errand")?, key.into(), row.try_get("pace_s")?))
        })
        .collect()
}

/// The last observation of each key. One that cannot be read is left out: the next look replaces it.
pub(super) async fn snapshots(
    db: &mut SqliteConnection,
    keys: &BTreeSet<&LookoutKey>,
) -> Done<HashMap<String, Snapshot>> {
    let rows = sqlx::query(batch::SNAPSHOTS)
        .bind(json(keys)?)
        .fetch_all(db)
        .await?;
    let mut snapshots = HashMap::with_capacity(rows.len());
    for row in &rows {
        let key: String = row.try_get("key")?;
        let Ok(result) = from_json(
            Place::new("lookouts", "result", &key),
            row.try_get("result")?,
        ) else {
            tracing::warn!(lookout = %key, "a stored observation cannot be read; the next look replaces it");
            continue;
        };
        let snapshot = Snapshot {
            number: number(row.try_get("number")?)?,
            at: moment(row.try_get("at")?)?,
            result,
        };
        snapshots.insert(key, snapshot);
    }
    Ok(snapshots)
}

/// Everything an errand watches from now on, given what it watched before.
pub(super) async fn replace(
    db: &mut SqliteConnection,
    errand: &ErrandId,
    before: &HashMap<LookoutKey, i64>,
    watch: &[Watch],
    now: Timestamp,
) -> Done<()> {
    let wanted: HashMap<&LookoutKey, &Watch> =
        watch.iter().map(|watch| (&watch.key, watch)).collect();
    for key in before.keys().filter(|key| !wanted.contains_key(key)) {
        sqlx::query("DELETE FROM watches WHERE errand = $1 AND key = $2")
            .bind(errand.as_str())
            .bind(key.as_str())
            .execute(&mut *db)
            .await?;
        set_due(db, key, now).await?;
    }
    for watch in wanted.into_values() {
        if before.get(&watch.key) != Some(&i64::from(watch.pace_s)) {
            add(db, errand, watch, now).await?;
        }
    }
    if before.is_empty() != watch.is_empty() {
        sqlx::query("UPDATE errands SET watching = $2 WHERE id = $1")
            .bind(errand.as_str())
            .bind(i64::from(!watch.is_empty()))
            .execute(db)
            .await?;
    }
    Ok(())
}

async fn add(
    db: &mut SqliteConnection,
    errand: &ErrandId,
    watch: &Watch,
    now: Timestamp,
) -> Done<()> {
    sqlx::query(
        "INSERT INTO lookouts (key, service, query, number, used_at) VALUES ($1, $2, $3, 0, $4) ON CONFLICT (key) DO NOTHING",
    )
    .bind(watch.key.as_str())
    .bind(watch.service.as_str())
    .bind(json(&watch.query)?)
    .bind(ms(now))
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "INSERT INTO watches (errand, key, pace_s, active) VALUES ($1, $2, $3, 1) \
         ON CONFLICT (errand, key) DO UPDATE SET pace_s = excluded.pace_s",
    )
    .bind(errand.as_str())
    .bind(watch.key.as_str())
    .bind(i64::from(watch.pace_s))
    .execute(&mut *db)
    .await?;
    set_due(db, &watch.key, now).await
}

/// After a watch came or went: idle when nobody watches; else not later than the fastest wish after the last look, and at once
/// when there was none.
async fn set_due(db: &mut SqliteConnection, key: &LookoutKey, now: Timestamp) -> Done<()> {
    let wish: Option<i64> =
        sqlx::query_scalar("SELECT MIN(pace_s) FROM watches WHERE key = $1 AND active = 1")
            .bind(key.as_str())
            .fetch_one(&mut *db)
            .await?;
    let Some(pace_s) = wish else {
        sqlx::query("UPDATE lookouts SET due = NULL, used_at = $2 WHERE key = $1")
            .bind(key.as_str())
            .bind(ms(now))
            .execute(db)
            .await?;
        return Ok(());
    };
    sqlx::query(
        "UPDATE lookouts SET used_at = $2, due = CASE \
             WHEN at IS NULL THEN COALESCE(due, $2) \
             WHEN due IS NULL OR due > at + $3 THEN at + $3 \
             ELSE due END \
         WHERE key = $1",
    )
    .bind(key.as_str())
    .bind(ms(now))
    .bind(pace_s * 1000)
    .execute(db)
    .await?;
    Ok(())
}

/// A paused errand keeps its watches, but nobody looks for it.
pub(super) async fn set_active(
    db: &mut SqliteConnection,
    errand: &ErrandId,
    active: bool,
    now: Timestamp,
) -> Done<()> {
    let keys: Vec<String> =
        sqlx::query_scalar("UPDATE watches SET active = $2 WHERE errand = $1 RETURNING key")
            .bind(errand.as_str())
            .bind(i64::from(active))
            .fetch_all(&mut *db)
            .await?;
    for key in keys {
        set_due(db, &key.into(), now).await?;
    }
    Ok(())
}

/// An errand that is over watches nothing.
pub(super) async fn watch_nothing(
    db: &mut SqliteConnection,
    errand: &ErrandId,
    now: Timestamp,
) -> Done<()> {
    let keys: Vec<String> =
        sqlx::query_scalar("DELETE FROM watches WHERE errand = $1 RETURNING key")
            .bind(errand.as_str())
            .fetch_all(&mut *db)
            .await?;
    if keys.is_empty() {
        return Ok(());
    }
    for key in keys {
        set_due(db, &key.into(), now).await?;
    }
    sqlx::query("UPDATE errands SET watching = 0 WHERE id = $1")
        .bind(errand.as_str())
        .execute(db)
        .await?;
    Ok(())
}
