//! The audit log: one line after the other, never edited.

use daiban_core::{household::AuditRow, id::UserId};
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    SqliteStore,
    fault::Done,
    rows::{limit as at_most, moment, ms},
};
use crate::seal::{Place, Sealer};

impl SqliteStore {
    pub(super) async fn append_audit(&self, row: &AuditRow) -> Done<()> {
        let user = row.user.as_ref().map(UserId::as_str);
        let (at, origin) = (ms(row.at), row.origin.as_ref());
        let sealed = self
            .sealer()
            .seal_maybe(place(&row_name(at, &row.what)), origin)?;
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO audit (at, user_id, what, about, via, origin, refused) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(at)
        .bind(user)
        .bind(&row.what)
        .bind(&row.about)
        .bind(&row.via)
        .bind(sealed)
        .bind(i64::from(row.refused))
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }

    pub(super) async fn audit_lines(
        &self,
        user: Option<&UserId>,
        before: Option<i64>,
        limit: usize,
    ) -> Done<Vec<AuditRow>> {
        let query = sqlx::query(
            "SELECT * FROM audit WHERE seq < $1 AND ($2 IS NULL OR user_id = $2 OR about = 'user/' || $2) \
             ORDER BY seq DESC LIMIT $3",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(user.map(UserId::as_str))
        .bind(at_most(limit));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter().map(|row| read(self.sealer(), row)).collect()
    }
}

fn read(sealer: &Sealer, row: &SqliteRow) -> Done<AuditRow> {
    let (at, what): (i64, String) = (row.try_get("at")?, row.try_get("what")?);
    let sealed: Option<&str> = row.try_get("origin")?;
    let user: Option<String> = row.try_get("user_id")?;
    Ok(AuditRow {
        seq: row.try_get("seq")?,
        at: moment(at)?,
        user: user.map(UserId::from),
        about: row.try_get("about")?,
        via: row.try_get("via")?,
        origin: sealer.open_maybe(place(&row_name(at, &what)), sealed)?,
        refused: row.try_get::<i64, _>("refused")? != 0,
        what,
    })
}

/// The number of a line is not known before it is written, so an origin is bound to when and what.
fn row_name(at: i64, what: &str) -> String {
    format!("{at}/{what}")
}

fn place(row: &str) -> Place<'_> {
    Place::new("audit", "origin", row)
}
