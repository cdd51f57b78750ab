//! The second step of signing in: what codes are made from, sealed; which were used; recovery codes.

use daiban_core::{Timestamp, household::TwoStep, id::UserId, secret::Secret};
use sqlx::{Row, SqliteConnection};

use super::{
    SqliteStore,
    fault::{Done, damaged, not_found},
    people::known,
    rows::{maybe_moment, ms, number},
};
use crate::seal::Place;

fn place(user: &UserId) -> Place<'_> {
    Place::new("two_step", "secret", user.as_str())
}

impl SqliteStore {
    pub(super) async fn one_two_step(&self, user: &UserId) -> Done<Option<TwoStep>> {
        let query = sqlx::query(
            "SELECT secret, confirmed_at, last_step, \
             (SELECT COUNT(*) FROM recovery_codes c WHERE c.user_id = $1 AND used_at IS NULL) AS codes_left \
             FROM two_step WHERE user_id = $1",
        )
        .bind(user.as_str());
        let Some(row) = query.fetch_optional(&mut *self.read().await?).await? else {
            return Ok(None);
        };
        let plain = self.sealer().open(place(user), row.try_get("secret")?)?;
        let secret = std::str::from_utf8(&plain)
            .map_err(|_| damaged(format!("{} is no text", place(user))))?;
        Ok(Some(TwoStep {
            secret: Secret::from(secret),
            confirmed_at: maybe_moment(row.try_get("confirmed_at")?)?,
            last_step: row.try_get("last_step")?,
            codes_left: number(row.try_get("codes_left")?)?,
        }))
    }

    /// One that is there is not replaced: it ends first.
    pub(super) async fn begin_one_two_step(&self, user: &UserId, secret: &Secret) -> Done<()> {
        let sealed = self
            .sealer()
            .seal(place(user), secret.reveal().as_bytes())?;
        let mut tx = self.write().await?;
        known(&mut tx, user).await?;
        let begun = sqlx::query(
            "INSERT INTO two_step (user_id, secret, confirmed_at, last_step) VALUES ($1, $2, NULL, 0) \
             ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret WHERE two_step.confirmed_at IS NULL",
        )
        .bind(user.as_str())
        .bind(sealed)
        .execute(&mut *tx)
        .await?;
        if begun.rows_affected() == 0 {
            return Err(not_found("two-step set-up", user));
        }
        tx.commit().await
    }

    pub(super) async fn confirm_one_two_step(
        &self,
        user: &UserId,
        step: i64,
        at: Timestamp,
        codes: &[String],
    ) -> Done<()> {
        let mut tx = self.write().await?;
        let confirmed = sqlx::query(
            "UPDATE two_step SET confirmed_at = $2, last_step = $3 WHERE user_id = $1 AND confirmed_at IS NULL",
        )
        .bind(user.as_str())
        .bind(ms(at))
        .bind(step)
        .execute(&mut *tx)
        .await?;
        if confirmed.rows_affected() == 0 {
            return Err(not_found("two-step set-up", user));
        }
        replace_codes(&mut tx, user, codes).await?;
        tx.commit().await
    }

    pub(super) async fn renew_all_recovery_codes(
        &self,
        user: &UserId,
        codes: &[String],
    ) -> Done<()> {
        let mut tx = self.write().await?;
        let confirmed =
            sqlx::query("SELECT 1 FROM two_step WHERE user_id = $1 AND confirmed_at IS NOT NULL")
                .bind(user.as_str())
                .fetch_optional(&mut *tx)
                .await?;
        if confirmed.is_none() {
            return Err(not_found("two-step sign-in", user));
        }
        replace_codes(&mut tx, user, codes).await?;
        tx.commit().await
    }

    /// One statement, so that of two who send the same code at once only one gets in.
    pub(super) async fn use_one_step(&self, user: &UserId, step: i64) -> Done<bool> {
        let query = sqlx::query(
            "UPDATE two_step SET last_step = $2 WHERE user_id = $1 AND confirmed_at IS NOT NULL AND last_step < $2",
        )
        .bind(user.as_str())
        .bind(step);
        let mut tx = self.write().await?;
        let used = query.execute(&mut *tx).await?.rows_affected();
        tx.commit().await?;
        Ok(used > 0)
    }

    pub(super) async fn use_one_recovery_code(
        &self,
        user: &UserId,
        hash: &str,
        at: Timestamp,
    ) -> Done<bool> {
        let query = sqlx::query(
            "UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND hash = $2 AND used_at IS NULL",
        )
        .bind(user.as_str())
        .bind(hash)
        .bind(ms(at));
        let mut tx = self.write().await?;
        let used = query.execute(&mut *tx).await?.rows_affected();
        tx.commit().await?;
        Ok(used > 0)
    }

    pub(super) async fn end_one_two_step(&self, user: &UserId) -> Done<()> {
        let mut tx = self.write().await?;
        delete_codes(&mut tx, user).await?;
        sqlx::query("DELETE FROM two_step WHERE user_id = $1")
            .bind(user.as_str())
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }
}

/// Those that were there are worthless, used or not.
async fn replace_codes(db: &mut SqliteConnection, user: &UserId, codes: &[String]) -> Done<()> {
    delete_codes(db, user).await?;
    for code in codes {
        sqlx::query("INSERT INTO recovery_codes (user_id, hash, used_at) VALUES ($1, $2, NULL)")
            .bind(user.as_str())
            .bind(code)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

async fn delete_codes(db: &mut SqliteConnection, user: &UserId) -> Done<()> {
    sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1")
        .bind(user.as_str())
        .execute(db)
        .await?;
    Ok(())
}
