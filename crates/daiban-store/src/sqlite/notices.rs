//! Notices and the outbox.

use daiban_core::{
    Timestamp,
    household::{Notice, OutboxRow},
    id::{AskId, ErrandId, NoticeId, UserId},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore,
    fault::{Done, not_found},
    rows::{from_word, limit, maybe_moment, moment, ms, number, word},
};
use crate::seal::{Place, Sealer};

fn place(id: &str) -> Place<'_> {
    Place::new("notices", "body", id)
}

fn answer_place(id: &str) -> Place<'_> {
    Place::new("outbox", "answer", id)
}

/// Adds a notice unless its owner was told under this key before.
pub(super) async fn insert(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    notice: &Notice,
    key: &str,
) -> Done<bool> {
    let body = sealer.seal_json(place(notice.id.as_str()), &(&notice.title, &notice.body))?;
    let added = sqlx::query(
        "INSERT INTO notices (id, user_id, key, errand, ask, at, severity, body, page, spread) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) ON CONFLICT (user_id, key) DO NOTHING",
    )
    .bind(notice.id.as_str())
    .bind(notice.user.as_str())
    .bind(key)
    .bind(notice.errand.as_ref().map(ErrandId::as_str))
    .bind(notice.ask.as_ref().map(AskId::as_str))
    .bind(ms(notice.at))
    .bind(word(&notice.severity))
    .bind(body)
    .bind(&notice.page)
    .execute(db)
    .await?;
    Ok(added.rows_affected() > 0)
}

impl SqliteStore {
    pub(super) async fn add_one_notice(&self, notice: &Notice, key: &str) -> Done<bool> {
        let mut tx = self.write().await?;
        super::people::known(&mut tx, &notice.user).await?;
        let added = insert(self.sealer(), &mut tx, notice, key).await?;
        tx.commit().await?;
        Ok(added)
    }

    pub(super) async fn list_notices(
        &self,
        user: Option<&UserId>,
        most: usize,
    ) -> Done<Vec<Notice>> {
        let query = sqlx::query(
            "SELECT * FROM notices WHERE $1 IS NULL OR user_id = $1 ORDER BY seq DESC LIMIT $2",
        )
        .bind(user.map(UserId::as_str))
        .bind(limit(most));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| notice_row(self.sealer(), row))
            .collect()
    }

    pub(super) async fn one_notice(&self, id: &NoticeId) -> Done<Notice> {
        let query = sqlx::query("SELECT * FROM notices WHERE id = $1").bind(id.as_str());
        let row = query.fetch_optional(&mut *self.read().await?).await?;
        notice_row(self.sealer(), &row.ok_or_else(|| not_found("notice", id))?)
    }

    pub(super) async fn unspread_notices(&self, most: usize) -> Done<Vec<Notice>> {
        let query = sqlx::query("SELECT * FROM notices WHERE spread = 0 ORDER BY seq LIMIT $1")
            .bind(limit(most));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| notice_row(self.sealer(), row))
            .collect()
    }

    /// A notice that was spread already is left as it is.
    pub(super) async fn spread_one(&self, notice: &NoticeId, rows: &[OutboxRow]) -> Done<()> {
        let mut tx = self.write().await?;
        let spread: Option<i64> = sqlx::query_scalar("SELECT spread FROM notices WHERE id = $1")
            .bind(notice.as_str())
            .fetch_optional(&mut *tx)
            .await?;
        if spread.ok_or_else(|| not_found("notice", notice))? == 1 {
            return Ok(());
        }
        sqlx::query("UPDATE notices SET spread = 1 WHERE id = $1")
            .bind(notice.as_str())
            .execute(&mut *tx)
            .await?;
        for row in rows {
            self.insert_outbox(&mut tx, row).await?;
        }
        tx.commit().await
    }

    async fn insert_outbox(&self, db: &mut SqliteConnection, row: &OutboxRow) -> Done<()> {
        sqlx::query(
            "INSERT INTO outbox (id, channel, notice, state, attempts, answer, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(&row.id)
        .bind(row.channel.as_str())
        .bind(row.notice.as_str())
        .bind(word(&row.state))
        .bind(i64::from(row.attempts))
        .bind(self.sealer().seal_maybe(answer_place(&row.id), row.answer.as_ref())?)
        .bind(row.next_at.map(ms))
        .execute(db)
        .await?;
        Ok(())
    }

    /// Held rows are due at the end of quiet hours like any other at its moment.
    pub(super) async fn outbox_due(&self, now: Timestamp, most: usize) -> Done<Vec<OutboxRow>> {
        let query = sqlx::query(
            "SELECT * FROM outbox WHERE state IN ('queued', 'held') AND (next_at IS NULL OR next_at <= $1) \
             ORDER BY next_at, seq LIMIT $2",
        )
        .bind(ms(now))
        .bind(limit(most));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| outbox_row(self.sealer(), row))
            .collect()
    }

    pub(super) async fn update_one_outbox(&self, row: &OutboxRow) -> Done<()> {
        let mut tx = self.write().await?;
        let updated = sqlx::query(
            "UPDATE outbox SET state = $2, attempts = $3, answer = $4, next_at = $5 WHERE id = $1",
        )
        .bind(&row.id)
        .bind(word(&row.state))
        .bind(i64::from(row.attempts))
        .bind(
            self.sealer()
                .seal_maybe(answer_place(&row.id), row.answer.as_ref())?,
        )
        .bind(row.next_at.map(ms))
        .execute(&mut *tx)
        .await?;
        if updated.rows_affected() == 0 {
            return Err(not_found("outbox row", &row.id));
        }
        tx.commit().await
    }

    pub(super) async fn list_outbox(&self, most: usize) -> Done<Vec<OutboxRow>> {
        let query =
            sqlx::query("SELECT * FROM outbox ORDER BY seq DESC LIMIT $1").bind(limit(most));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| outbox_row(self.sealer(), row))
            .collect()
    }
}

fn notice_row(sealer: &Sealer, row: &SqliteRow) -> Done<Notice> {
    let id: String = row.try_get("id")?;
    let (title, body) = sealer.open_json(place(&id), row.try_get("body")?)?;
    Ok(Notice {
        id: id.into(),
        user: row.try_get::<String, _>("user_id")?.into(),
        errand: row
            .try_get::<Option<String>, _>("errand")?
            .map(ErrandId::from),
        ask: row.try_get::<Option<String>, _>("ask")?.map(AskId::from),
        at: moment(row.try_get("at")?)?,
        severity: from_word(row.try_get("severity")?)?,
        page: row.try_get("page")?,
        title,
        body,
    })
}

fn outbox_row(sealer: &Sealer, row: &SqliteRow) -> Done<OutboxRow> {
    let id: String = row.try_get("id")?;
    Ok(OutboxRow {
        channel: row.try_get::<String, _>("channel")?.into(),
        notice: row.try_get::<String, _>("notice")?.into(),
        state: from_word(row.try_get("state")?)?,
        attempts: number(row.try_get("attempts")?)?,
        answer: sealer.open_maybe(answer_place(&id), row.try_get("answer")?)?,
        next_at: maybe_moment(row.try_get("next_at")?)?,
        id,
    })
}
