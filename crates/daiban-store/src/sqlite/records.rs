//! Dated values of accounts: readings, commands.

use daiban_core::{Timestamp, id::AccountId, record::Record};
use jiff::SignedDuration;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore,
    fault::{Done, not_found},
    rows::{limit as at_most, moment, ms, number},
};
use crate::seal::{Place, Sealer};

/// Writes a value; one of the same kind and id goes.
pub(super) async fn write(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    account: &str,
    record: &Record,
) -> Done<()> {
    let row = record_row(account, &record.kind, &record.id);
    let value = sealer.seal_json(record_place(&row), &record.value)?;
    sqlx::query(
        "INSERT INTO records (account, kind, id, at, until, value) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (account, kind, id) DO UPDATE SET at = excluded.at, until = excluded.until, value = excluded.value",
    )
    .bind(account)
    .bind(&record.kind)
    .bind(&record.id)
    .bind(ms(record.at))
    .bind(ms(until(record)))
    .bind(value)
    .execute(db)
    .await?;
    Ok(())
}

impl SqliteStore {
    pub(super) async fn records_of(
        &self,
        account: &AccountId,
        kind: &str,
        since: Timestamp,
        limit: usize,
    ) -> Done<Vec<Record>> {
        let query = sqlx::query(
            "SELECT * FROM records WHERE account = $1 AND kind = $2 AND at >= $3 ORDER BY at DESC, id DESC LIMIT $4",
        )
        .bind(account.as_str())
        .bind(kind)
        .bind(ms(since))
        .bind(at_most(limit));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter().map(|row| read(self.sealer(), row)).collect()
    }

    pub(super) async fn one_record(
        &self,
        account: &AccountId,
        kind: &str,
        id: &str,
    ) -> Done<Record> {
        let query =
            sqlx::query("SELECT * FROM records WHERE account = $1 AND kind = $2 AND id = $3")
                .bind(account.as_str())
                .bind(kind)
                .bind(id);
        let row = query.fetch_optional(&mut *self.read().await?).await?;
        let row = row.ok_or_else(|| not_found("record", id))?;
        read(self.sealer(), &row)
    }
}

fn read(sealer: &Sealer, row: &SqliteRow) -> Done<Record> {
    let (account, kind): (String, String) = (row.try_get("account")?, row.try_get("kind")?);
    let id: String = row.try_get("id")?;
    let (at, until): (i64, i64) = (row.try_get("at")?, row.try_get("until")?);
    let place = record_row(&account, &kind, &id);
    Ok(Record {
        value: sealer.open_json(record_place(&place), row.try_get("value")?)?,
        at: moment(at)?,
        keep_days: number((until - at) / DAY_MS)?,
        kind,
        id,
    })
}

const DAY_MS: i64 = 86_400_000;

fn until(record: &Record) -> Timestamp {
    let kept = SignedDuration::from_hours(24 * i64::from(record.keep_days));
    record.at.checked_add(kept).unwrap_or(Timestamp::MAX)
}

fn record_row(account: &str, kind: &str, id: &str) -> String {
    format!("{account}\n{kind}\n{id}")
}

fn record_place(row: &str) -> Place<'_> {
    Place::new("records", "value", row)
}
