//! Problems: raised, cleared, shown.

use daiban_core::{
    Text, Timestamp,
    household::Problem,
    id::UserId,
    notice::{ProblemChange, Severity},
};
use sqlx::{Row, SqliteConnection};

use super::{
    SqliteStore,
    fault::Done,
    rows::{from_word, moment, ms, word},
};
use crate::seal::{Place, Sealer};

impl SqliteStore {
    pub(super) async fn change_one_problem(
        &self,
        scope: &str,
        user: Option<&UserId>,
        at: Timestamp,
        change: &ProblemChange,
    ) -> Done<()> {
        let mut tx = self.write().await?;
        self::change(self.sealer(), &mut tx, scope, user, at, change).await?;
        tx.commit().await
    }

    pub(super) async fn list_problems(&self, user: Option<&UserId>) -> Done<Vec<Problem>> {
        let query = sqlx::query(
            "SELECT * FROM problems WHERE $1 IS NULL OR user_id IS NULL OR user_id = $1 ORDER BY since DESC, key",
        )
        .bind(user.map(UserId::as_str));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| {
                let key: String = row.try_get("key")?;
                let (text, fix) = self.sealer().open_json(place(&key), row.try_get("body")?)?;
                Ok(Problem {
                    user: row
                        .try_get::<Option<String>, _>("user_id")?
                        .map(UserId::from),
                    since: moment(row.try_get("since")?)?,
                    severity: from_word(row.try_get("severity")?)?,
                    key,
                    text,
                    fix,
                })
            })
            .collect()
    }
}

fn place(key: &str) -> Place<'_> {
    Place::new("problems", "body", key)
}

/// Raises or clears `scope/word`.
pub(super) async fn change(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    scope: &str,
    user: Option<&UserId>,
    at: Timestamp,
    change: &ProblemChange,
) -> Done<()> {
    match change {
        ProblemChange::Raise {
            key,
            severity,
            text,
            fix,
        } => {
            let key = format!("{scope}/{key}");
            raise(
                sealer,
                db,
                &key,
                user,
                at,
                *severity,
                &(text.clone(), fix.clone()),
            )
            .await
        }
        ProblemChange::Clear { key } => clear(db, &format!("{scope}/{key}")).await,
    }
}

/// Raised again, it says the new words and keeps its age.
pub(super) async fn raise(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    key: &str,
    user: Option<&UserId>,
    at: Timestamp,
    severity: Severity,
    text_and_fix: &(Text, Text),
) -> Done<()> {
    sqlx::query(
        "INSERT INTO problems (key, user_id, since, severity, body) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (key) DO UPDATE SET severity = excluded.severity, body = excluded.body",
    )
    .bind(key)
    .bind(user.map(UserId::as_str))
    .bind(ms(at))
    .bind(word(&severity))
    .bind(sealer.seal_json(place(key), text_and_fix)?)
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn clear(db: &mut SqliteConnection, key: &str) -> Done<()> {
    sqlx::query("DELETE FROM problems WHERE key = $1")
        .bind(key)
        .execute(db)
        .await?;
    Ok(())
}

/// Clears every problem whose key begins like this. The range, and not LIKE, so that the index serves.
pub(super) async fn clear_all_of(db: &mut SqliteConnection, prefix: &str) -> Done<()> {
    sqlx::query("DELETE FROM problems WHERE key >= $1 AND key < $2")
        .bind(prefix)
        .bind(format!("{prefix}\u{10ffff}"))
        .execute(db)
        .await?;
    Ok(())
}
