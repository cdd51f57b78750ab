//! Users, one-time words, tokens. Sessions are in `sessions`, the second step of signing in in `two_step`, roles and leaving
//! in `leaving`.

use daiban_core::{
    Timestamp,
    household::{ApiToken, User},
    id::UserId,
    invalid::InvalidInput,
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore,
    fault::{Done, Fault, not_found},
    rows::{from_word, maybe_moment, moment, ms, number, word},
};

/// A token's last use is noted no oftener than this, so that a busy script does not write with every request.
const NOTE_USE_MS: i64 = 60_000;

/// There must be such a user, and not a removed one.
pub(super) async fn known(db: &mut SqliteConnection, user: &UserId) -> Done<()> {
    let query =
        sqlx::query("SELECT 1 FROM users WHERE id = $1 AND removed_at IS NULL").bind(user.as_str());
    let found = query.fetch_optional(db).await?;
    found.map(drop).ok_or_else(|| not_found("user", user))
}

impl SqliteStore {
    pub(super) async fn add_one_user(&self, user: &User, password_hash: &str) -> Done<()> {
        let mut tx = self.write().await?;
        let added = sqlx::query(
            "INSERT INTO users (id, name, role, password_hash, created_at, failures, locked_until) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (name) DO NOTHING",
        )
        .bind(user.id.as_str())
        .bind(&user.name)
        .bind(word(&user.role))
        .bind(password_hash)
        .bind(ms(user.created_at))
        .bind(i64::from(user.failures))
        .bind(user.locked_until.map(ms))
        .execute(&mut *tx)
        .await?;
        if added.rows_affected() == 0 {
            return Err(name_taken());
        }
        tx.commit().await
    }

    pub(super) async fn list_users(&self) -> Done<Vec<User>> {
        let query =
            sqlx::query("SELECT * FROM users WHERE removed_at IS NULL ORDER BY created_at, id");
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter().map(user_row).collect()
    }

    pub(super) async fn named_user(&self, name: &str) -> Done<Option<(User, String)>> {
        let query =
            sqlx::query("SELECT * FROM users WHERE name = $1 AND removed_at IS NULL").bind(name);
        let Some(row) = query.fetch_optional(&mut *self.read().await?).await? else {
            return Ok(None);
        };
        Ok(Some((user_row(&row)?, row.try_get("password_hash")?)))
    }

    pub(super) async fn one_user(&self, id: &UserId) -> Done<User> {
        let query = sqlx::query("SELECT * FROM users WHERE id = $1 AND removed_at IS NULL")
            .bind(id.as_str());
        let row = query.fetch_optional(&mut *self.read().await?).await?;
        user_row(&row.ok_or_else(|| not_found("user", id))?)
    }

    pub(super) async fn rename_one_user(&self, user: &UserId, name: &str) -> Done<()> {
        let mut tx = self.write().await?;
        known(&mut tx, user).await?;
        let renamed = sqlx::query(
            "UPDATE users SET name = $2 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM users WHERE name = $2 AND id <> $1)",
        )
        .bind(user.as_str())
        .bind(name)
        .execute(&mut *tx)
        .await?;
        if renamed.rows_affected() == 0 {
            return Err(name_taken());
        }
        tx.commit().await
    }

    pub(super) async fn change_password(&self, user: &UserId, password_hash: &str) -> Done<()> {
        let mut tx = self.write().await?;
        known(&mut tx, user).await?;
        sqlx::query("UPDATE users SET password_hash = $2 WHERE id = $1")
            .bind(user.as_str())
            .bind(password_hash)
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM sessions WHERE user_id = $1")
            .bind(user.as_str())
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    pub(super) async fn change_failures(
        &self,
        user: &UserId,
        failures: u32,
        locked_until: Option<Timestamp>,
    ) -> Done<()> {
        let mut tx = self.write().await?;
        known(&mut tx, user).await?;
        sqlx::query("UPDATE users SET failures = $2, locked_until = $3 WHERE id = $1")
            .bind(user.as_str())
            .bind(i64::from(failures))
            .bind(locked_until.map(ms))
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    pub(super) async fn add_one_time(
        &self,
        hash: &str,
        purpose: &str,
        until: Timestamp,
    ) -> Done<()> {
        let query =
            sqlx::query("INSERT INTO once_words (hash, purpose, until) VALUES ($1, $2, $3)")
                .bind(hash)
                .bind(purpose)
                .bind(ms(until));
        let mut tx = self.write().await?;
        query.execute(&mut *tx).await?;
        tx.commit().await
    }

    /// One statement, so that of two who come at once only one gets in.
    pub(super) async fn use_one_time(&self, hash: &str, now: Timestamp) -> Done<Option<String>> {
        let query = sqlx::query_scalar(
            "UPDATE once_words SET used_at = $2 WHERE hash = $1 AND used_at IS NULL AND until > $2 RETURNING purpose",
        )
        .bind(hash)
        .bind(ms(now));
        let mut tx = self.write().await?;
        let purpose = query.fetch_optional(&mut *tx).await?;
        tx.commit().await?;
        Ok(purpose)
    }

    pub(super) async fn see_one_time(&self, hash: &str, now: Timestamp) -> Done<Option<String>> {
        let query = sqlx::query_scalar(
            "SELECT purpose FROM once_words WHERE hash = $1 AND used_at IS NULL AND until > $2",
        )
        .bind(hash)
        .bind(ms(now));
        Ok(query.fetch_optional(&mut *self.read().await?).await?)
    }

    pub(super) async fn open_words(
        &self,
        prefix: &str,
        now: Timestamp,
    ) -> Done<Vec<(String, Timestamp)>> {
        let query = sqlx::query(
            "SELECT purpose, until FROM once_words \
             WHERE substr(purpose, 1, length($1)) = $1 AND used_at IS NULL AND until > $2 ORDER BY until, purpose",
        )
        .bind(prefix)
        .bind(ms(now));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| Ok((row.try_get("purpose")?, moment(row.try_get("until")?)?)))
            .collect()
    }

    pub(super) async fn withdraw_words(&self, purpose: &str, now: Timestamp) -> Done<bool> {
        let query = sqlx::query(
            "UPDATE once_words SET used_at = $2 WHERE purpose = $1 AND used_at IS NULL AND until > $2",
        )
        .bind(purpose)
        .bind(ms(now));
        let mut tx = self.write().await?;
        let withdrawn = query.execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(withdrawn.rows_affected() > 0)
    }

    pub(super) async fn add_one_token(&self, token: &ApiToken, hash: &str) -> Done<()> {
        let mut tx = self.write().await?;
        known(&mut tx, &token.user).await?;
        sqlx::query("INSERT INTO tokens (id, hash, user_id, name, scope, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $7)")
            .bind(&token.id)
            .bind(hash)
            .bind(token.user.as_str())
            .bind(&token.name)
            .bind(word(&token.scope))
            .bind(ms(token.created_at))
            .bind(token.used_at.map(ms))
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    pub(super) async fn used_token(&self, hash: &str, now: Timestamp) -> Done<Option<ApiToken>> {
        let query = sqlx::query("SELECT * FROM tokens WHERE hash = $1").bind(hash);
        let row = query.fetch_optional(&mut *self.read().await?).await?;
        let Some(mut token) = row.as_ref().map(token_row).transpose()? else {
            return Ok(None);
        };
        let noted = token
            .used_at
            .is_some_and(|used| ms(now) - ms(used) < NOTE_USE_MS);
        if !noted {
            let mut tx = self.write().await?;
            sqlx::query("UPDATE tokens SET used_at = $2 WHERE id = $1")
                .bind(&token.id)
                .bind(ms(now))
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            token.used_at = Some(now);
        }
        Ok(Some(token))
    }

    pub(super) async fn list_tokens(&self, user: Option<&UserId>) -> Done<Vec<ApiToken>> {
        let query = sqlx::query(
            "SELECT * FROM tokens WHERE $1 IS NULL OR user_id = $1 ORDER BY created_at, id",
        )
        .bind(user.map(UserId::as_str));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter().map(token_row).collect()
    }

    pub(super) async fn remove_one_token(&self, id: &str) -> Done<()> {
        let mut tx = self.write().await?;
        let removed = sqlx::query("DELETE FROM tokens WHERE id = $1")
            .bind(id)
            .execute(&mut *tx)
            .await?;
        if removed.rows_affected() == 0 {
            return Err(not_found("token", id));
        }
        tx.commit().await
    }
}

fn name_taken() -> Fault {
    InvalidInput::new(
        "name",
        "已经有用户叫这个名字",
        "there is a user of that name already",
    )
    .into()
}

fn user_row(row: &SqliteRow) -> Done<User> {
    Ok(User {
        id: row.try_get::<String, _>("id")?.into(),
        name: row.try_get("name")?,
        role: from_word(row.try_get("role")?)?,
        created_at: moment(row.try_get("created_at")?)?,
        failures: number(row.try_get("failures")?)?,
        locked_until: maybe_moment(row.try_get("locked_until")?)?,
    })
}

fn token_row(row: &SqliteRow) -> Done<ApiToken> {
    Ok(ApiToken {
        id: row.try_get("id")?,
        user: row.try_get::<String, _>("user_id")?.into(),
        name: row.try_get("name")?,
        scope: from_word(row.try_get("scope")?)?,
        created_at: moment(row.try_get("created_at")?)?,
        used_at: maybe_moment(row.try_get("used_at")?)?,
    })
}
