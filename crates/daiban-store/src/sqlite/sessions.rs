//! Web sessions, and the browsers somebody has signed in from.

use daiban_core::{Timestamp, household::Session, id::UserId};
use jiff::SignedDuration;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore,
    fault::{Done, not_found},
    people::known,
    rows::{maybe_moment, moment, ms},
};
use crate::seal::{Place, Sealer};

/// A browser not seen for so long is forgotten; its cookie does not last longer either.
const DEVICE: SignedDuration = SignedDuration::from_hours(24 * 400);

fn place(id: &str) -> Place<'_> {
    Place::new("sessions", "from_address", id)
}

impl SqliteStore {
    pub(super) async fn add_one_session(&self, hash: &str, session: &Session) -> Done<()> {
        let from = Some(&session.from).filter(|from| !from.is_empty());
        let mut tx = self.write().await?;
        known(&mut tx, &session.user).await?;
        sqlx::query(
            "INSERT INTO sessions (hash, user_id, csrf, until, id, created_at, seen_at, agent, from_address, fresh_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(hash)
        .bind(session.user.as_str())
        .bind(&session.csrf)
        .bind(ms(session.until))
        .bind(&session.id)
        .bind(ms(session.created_at))
        .bind(ms(session.seen_at))
        .bind(&session.agent)
        .bind(self.sealer().seal_maybe(place(&session.id), from)?)
        .bind(session.fresh_at.map(ms))
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    pub(super) async fn one_session(&self, hash: &str, now: Timestamp) -> Done<Option<Session>> {
        let query = sqlx::query("SELECT * FROM sessions WHERE hash = $1 AND until > $2")
            .bind(hash)
            .bind(ms(now));
        let row = query.fetch_optional(&mut *self.read().await?).await?;
        row.map(|row| session_row(self.sealer(), &row)).transpose()
    }

    pub(super) async fn list_sessions(&self, user: &UserId, now: Timestamp) -> Done<Vec<Session>> {
        let query = sqlx::query(
            "SELECT * FROM sessions WHERE user_id = $1 AND until > $2 ORDER BY seen_at DESC, id",
        )
        .bind(user.as_str())
        .bind(ms(now));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| session_row(self.sealer(), row))
            .collect()
    }

    pub(super) async fn touch_one_session(
        &self,
        id: &str,
        seen_at: Timestamp,
        until: Timestamp,
    ) -> Done<()> {
        let query = sqlx::query("UPDATE sessions SET seen_at = $2, until = $3 WHERE id = $1")
            .bind(id)
            .bind(ms(seen_at))
            .bind(ms(until));
        let mut tx = self.write().await?;
        query.execute(&mut *tx).await?;
        tx.commit().await
    }

    pub(super) async fn freshen_one_session(&self, id: &str, at: Timestamp) -> Done<()> {
        let query = sqlx::query("UPDATE sessions SET fresh_at = $2 WHERE id = $1")
            .bind(id)
            .bind(ms(at));
        let mut tx = self.write().await?;
        query.execute(&mut *tx).await?;
        tx.commit().await
    }

    pub(super) async fn end_one_session(&self, hash: &str) -> Done<()> {
        let query = sqlx::query("DELETE FROM sessions WHERE hash = $1").bind(hash);
        let mut tx = self.write().await?;
        query.execute(&mut *tx).await?;
        tx.commit().await
    }

    pub(super) async fn end_one_session_of(&self, user: &UserId, id: &str) -> Done<()> {
        let query = sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id = $2")
            .bind(user.as_str())
            .bind(id);
        let mut tx = self.write().await?;
        if query.execute(&mut *tx).await?.rows_affected() == 0 {
            return Err(not_found("session", id));
        }
        tx.commit().await
    }

    pub(super) async fn end_all_sessions_but(&self, user: &UserId, id: &str) -> Done<u64> {
        let query = sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id <> $2")
            .bind(user.as_str())
            .bind(id);
        let mut tx = self.write().await?;
        let ended = query.execute(&mut *tx).await?.rows_affected();
        tx.commit().await?;
        Ok(ended)
    }

    pub(super) async fn note_device(&self, user: &UserId, hash: &str, at: Timestamp) -> Done<bool> {
        let mut tx = self.write().await?;
        known(&mut tx, user).await?;
        forget_devices(&mut tx, at).await?;
        let seen = sqlx::query("UPDATE devices SET seen_at = $3 WHERE user_id = $1 AND hash = $2")
            .bind(user.as_str())
            .bind(hash)
            .bind(ms(at))
            .execute(&mut *tx)
            .await?;
        let is_new = seen.rows_affected() == 0;
        if is_new {
            sqlx::query("INSERT INTO devices (user_id, hash, seen_at) VALUES ($1, $2, $3)")
                .bind(user.as_str())
                .bind(hash)
                .bind(ms(at))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(is_new)
    }
}

async fn forget_devices(db: &mut SqliteConnection, at: Timestamp) -> Done<()> {
    let before = at.checked_sub(DEVICE).unwrap_or(Timestamp::MIN);
    sqlx::query("DELETE FROM devices WHERE seen_at < $1")
        .bind(ms(before))
        .execute(db)
        .await?;
    Ok(())
}

fn session_row(sealer: &Sealer, row: &SqliteRow) -> Done<Session> {
    let id: String = row.try_get("id")?;
    let from: Option<String> = sealer.open_maybe(place(&id), row.try_get("from_address")?)?;
    Ok(Session {
        user: row.try_get::<String, _>("user_id")?.into(),
        csrf: row.try_get("csrf")?,
        until: moment(row.try_get("until")?)?,
        created_at: moment(row.try_get("created_at")?)?,
        seen_at: moment(row.try_get("seen_at")?)?,
        agent: row.try_get("agent")?,
        from: from.unwrap_or_default(),
        fresh_at: maybe_moment(row.try_get("fresh_at")?)?,
        id,
    })
}
