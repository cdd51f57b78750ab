//! Channels and their sealed values.

use std::collections::BTreeMap;

use daiban_core::{
    account::Secrets,
    id::{ChannelId, UserId},
    notify::Channel,
    secret::Secret,
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore,
    fault::{Done, not_found},
    people,
};
use crate::seal::{Place, Sealer};

fn place<'a>(column: &'static str, id: &'a str) -> Place<'a> {
    Place::new("channels", column, id)
}

impl SqliteStore {
    pub(super) async fn add_one_channel(&self, channel: &Channel, secrets: &Secrets) -> Done<()> {
        let id = channel.id.as_str();
        let revealed: BTreeMap<&String, &str> = secrets
            .iter()
            .map(|(name, secret)| (name, secret.reveal()))
            .collect();
        let mut tx = self.write().await?;
        people::known(&mut tx, &channel.user).await?;
        sqlx::query("INSERT INTO channels (id, user_id, kind, name, settings, secrets) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(id)
            .bind(channel.user.as_str())
            .bind(&channel.kind)
            .bind(&channel.name)
            .bind(self.sealer().seal_json(place("settings", id), &channel.settings)?)
            .bind(self.sealer().seal_json(place("secrets", id), &revealed)?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    pub(super) async fn change_one_channel(
        &self,
        channel: &Channel,
        secrets: &Secrets,
    ) -> Done<()> {
        let id = channel.id.as_str();
        let revealed: BTreeMap<&String, &str> = secrets
            .iter()
            .map(|(name, secret)| (name, secret.reveal()))
            .collect();
        let query =
            sqlx::query("UPDATE channels SET name = $2, settings = $3, secrets = $4 WHERE id = $1")
                .bind(id)
                .bind(&channel.name)
                .bind(
                    self.sealer()
                        .seal_json(place("settings", id), &channel.settings)?,
                )
                .bind(self.sealer().seal_json(place("secrets", id), &revealed)?);
        let mut tx = self.write().await?;
        if query.execute(&mut *tx).await?.rows_affected() == 0 {
            return Err(not_found("channel", id));
        }
        tx.commit().await
    }

    pub(super) async fn list_channels(&self, user: Option<&UserId>) -> Done<Vec<Channel>> {
        let query =
            sqlx::query("SELECT * FROM channels WHERE $1 IS NULL OR user_id = $1 ORDER BY id")
                .bind(user.map(UserId::as_str));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| channel_row(self.sealer(), row))
            .collect()
    }

    pub(super) async fn one_channel(&self, id: &ChannelId) -> Done<(Channel, Secrets)> {
        let query = sqlx::query("SELECT * FROM channels WHERE id = $1").bind(id.as_str());
        let row = query.fetch_optional(&mut *self.read().await?).await?;
        let row = row.ok_or_else(|| not_found("channel", id))?;
        let secrets: BTreeMap<String, String> = self
            .sealer()
            .open_json(place("secrets", id.as_str()), row.try_get("secrets")?)?;
        let secrets = secrets
            .into_iter()
            .map(|(name, value)| (name, Secret::new(value)))
            .collect();
        Ok((channel_row(self.sealer(), &row)?, secrets))
    }

    pub(super) async fn remove_one_channel(&self, id: &ChannelId) -> Done<()> {
        let mut tx = self.write().await?;
        remove(self.sealer(), &mut tx, id).await?;
        tx.commit().await
    }
}

/// What still waited to go over it has failed, and says why.
pub(super) async fn remove(sealer: &Sealer, db: &mut SqliteConnection, id: &ChannelId) -> Done<()> {
    let removed = sqlx::query("DELETE FROM channels WHERE id = $1")
        .bind(id.as_str())
        .execute(&mut *db)
        .await?;
    if removed.rows_affected() == 0 {
        return Err(not_found("channel", id));
    }
    let waiting: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM outbox WHERE channel = $1 AND state IN ('queued', 'held')",
    )
    .bind(id.as_str())
    .fetch_all(&mut *db)
    .await?;
    for row in waiting {
        let answer = sealer.seal_json(
            Place::new("outbox", "answer", &row),
            "渠道已删除 / the channel was removed",
        )?;
        sqlx::query(
            "UPDATE outbox SET state = 'failed', answer = $2, next_at = NULL WHERE id = $1",
        )
        .bind(&row)
        .bind(answer)
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

fn channel_row(sealer: &Sealer, row: &SqliteRow) -> Done<Channel> {
    let id: String = row.try_get("id")?;
    Ok(Channel {
        user: row.try_get::<String, _>("user_id")?.into(),
        kind: row.try_get("kind")?,
        name: row.try_get("name")?,
        settings: sealer.open_json(place("settings", &id), row.try_get("settings")?)?,
        id: id.into(),
    })
}
