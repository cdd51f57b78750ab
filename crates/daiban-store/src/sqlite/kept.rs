//! Results kept by account and name: only the newest, numbered.

use daiban_core::{
    Timestamp, errand::Snapshot, error::ServiceError, id::AccountId, service::Service,
};
use serde_json::Value;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore,
    fault::Done,
    rows::{moment, ms, number},
};
use crate::seal::{Place, Sealer};

/// What is kept of an account under a name.
pub(super) struct Kept<'a> {
    pub(super) service: Service,
    /// Empty for the public line.
    pub(super) account: &'a str,
    pub(super) name: &'a str,
    pub(super) at: Timestamp,
}

/// Takes the place of what was kept under that name, with the next number. A visit that ends after its account was removed
/// brings nothing back.
pub(super) async fn keep(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    kept: &Kept<'_>,
    result: &Result<Value, ServiceError>,
) -> Done<()> {
    let row = kept_row(kept.account, kept.name);
    sqlx::query(
        "INSERT INTO kept (service, account, name, number, at, result) SELECT $1, $2, $3, 1, $4, $5 \
         WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE id = $2 AND removed_at IS NOT NULL) \
         ON CONFLICT (account, name) DO UPDATE SET number = kept.number + 1, at = excluded.at, result = excluded.result",
    )
    .bind(kept.service.as_str())
    .bind(kept.account)
    .bind(kept.name)
    .bind(ms(kept.at))
    .bind(sealer.seal_json(Place::new("kept", "result", &row), result)?)
    .execute(db)
    .await?;
    Ok(())
}

impl SqliteStore {
    pub(super) async fn keep_one(
        &self,
        kept: &Kept<'_>,
        result: &Result<Value, ServiceError>,
    ) -> Done<()> {
        let mut tx = self.write().await?;
        keep(self.sealer(), &mut tx, kept, result).await?;
        tx.commit().await
    }

    pub(super) async fn last_of(&self, account: &AccountId, name: &str) -> Done<Option<Snapshot>> {
        let query =
            sqlx::query("SELECT number, at, result FROM kept WHERE account = $1 AND name = $2")
                .bind(account.as_str())
                .bind(name);
        let row = query.fetch_optional(&mut *self.read().await?).await?;
        row.map(|row| snapshot(self.sealer(), account.as_str(), name, &row))
            .transpose()
    }

    pub(super) async fn all_kept(
        &self,
        service: &str,
        account: &AccountId,
    ) -> Done<Vec<(String, Snapshot)>> {
        let query = sqlx::query("SELECT name, number, at, result FROM kept WHERE service = $1 AND account = $2 ORDER BY name")
            .bind(service)
            .bind(account.as_str());
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| {
                let name: String = row.try_get("name")?;
                let snapshot = snapshot(self.sealer(), account.as_str(), &name, row)?;
                Ok((name, snapshot))
            })
            .collect()
    }
}

fn kept_row(account: &str, name: &str) -> String {
    format!("{account}\n{name}")
}

fn snapshot(sealer: &Sealer, account: &str, name: &str, row: &SqliteRow) -> Done<Snapshot> {
    let place_row = kept_row(account, name);
    Ok(Snapshot {
        number: number(row.try_get("number")?)?,
        at: moment(row.try_get("at")?)?,
        result: sealer.open_json(
            Place::new("kept", "result", &place_row),
            row.try_get("result")?,
        )?,
    })
}
