//! Accounts, their sealed values, and sealed documents.

use daiban_core::{
    Text, Timestamp,
    account::{Account, AccountState, Secrets, Settings},
    id::{AccountId, UserId},
    invalid::InvalidInput,
    secret::Secret,
    store::{EventKind, NewEvent},
};
use serde_json::json;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore, errands, events,
    fault::{Done, damaged, not_found},
    people, problems, recover,
    rows::{from_word, maybe_moment, moment, ms},
};
use crate::seal::{Place, Sealer};

fn secret_row(account: &str, name: &str) -> String {
    format!("{account}\n{name}")
}

/// There must be such an account, and not a removed one.
pub(super) async fn live(db: &mut SqliteConnection, account: &AccountId) -> Done<()> {
    let query = sqlx::query("SELECT 1 FROM accounts WHERE id = $1 AND removed_at IS NULL")
        .bind(account.as_str());
    let found = query.fetch_optional(db).await?;
    found.map(drop).ok_or_else(|| not_found("account", account))
}

/// There is no way back to `new`; becoming ready is being signed in.
pub(super) async fn set_state(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    account: &AccountId,
    state: AccountState,
    problem: Option<&Text>,
    at: Timestamp,
) -> Done<()> {
    let problem =
        sealer.seal_maybe(Place::new("accounts", "problem", account.as_str()), problem)?;
    sqlx::query(
        "UPDATE accounts SET problem = $3, \
             signed_in_at = CASE WHEN $2 = 'ready' AND state <> 'ready' THEN $4 ELSE signed_in_at END, \
             state = CASE WHEN $2 = 'new' THEN state ELSE $2 END \
         WHERE id = $1 AND removed_at IS NULL",
    )
    .bind(account.as_str())
    .bind(state.as_str())
    .bind(problem)
    .bind(ms(at))
    .execute(db)
    .await?;
    Ok(())
}

impl SqliteStore {
    pub(super) async fn add_one_account(&self, account: &Account, secrets: &Secrets) -> Done<()> {
        let id = account.id.as_str();
        let place = |column| Place::new("accounts", column, id);
        let mut tx = self.write().await?;
        people::known(&mut tx, &account.user).await?;
        name_is_free(&mut tx, account, &account.name).await?;
        sqlx::query(
            "INSERT INTO accounts (id, user_id, service, name, state, problem, settings, created_at, signed_in_at, shared) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(id)
        .bind(account.user.as_str())
        .bind(account.service.as_str())
        .bind(&account.name)
        .bind(account.state.as_str())
        .bind(self.sealer().seal_maybe(place("problem"), account.problem.as_ref())?)
        .bind(self.sealer().seal_json(place("settings"), &account.settings)?)
        .bind(ms(account.created_at))
        .bind(account.signed_in_at.map(ms))
        .bind(i64::from(account.shared))
        .execute(&mut *tx)
        .await?;
        self.set_secrets(&mut tx, &account.id, secrets).await?;
        tx.commit().await
    }

    pub(super) async fn one_account(&self, id: &AccountId) -> Done<Account> {
        let mut reader = self.read().await?;
        read_account(self.sealer(), &mut reader, id).await
    }

    pub(super) async fn list_accounts(&self, user: Option<&UserId>) -> Done<Vec<Account>> {
        let query = sqlx::query(
            "SELECT * FROM accounts WHERE removed_at IS NULL AND ($1 IS NULL OR user_id = $1) ORDER BY created_at, id",
        )
        .bind(user.map(UserId::as_str));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| account_row(self.sealer(), row))
            .collect()
    }

    pub(super) async fn change_account(
        &self,
        id: &AccountId,
        name: &str,
        settings: &Settings,
    ) -> Done<()> {
        let mut tx = self.write().await?;
        let account = read_account(self.sealer(), &mut tx, id).await?;
        name_is_free(&mut tx, &account, name).await?;
        sqlx::query("UPDATE accounts SET name = $2, settings = $3 WHERE id = $1")
            .bind(id.as_str())
            .bind(name)
            .bind(
                self.sealer()
                    .seal_json(Place::new("accounts", "settings", id.as_str()), settings)?,
            )
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    pub(super) async fn share_one_account(&self, id: &AccountId, shared: bool) -> Done<()> {
        let mut tx = self.write().await?;
        live(&mut tx, id).await?;
        sqlx::query("UPDATE accounts SET shared = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(i64::from(shared))
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    pub(super) async fn list_shared_accounts(&self) -> Done<Vec<AccountId>> {
        let query = sqlx::query_scalar::<_, String>(
            "SELECT id FROM accounts WHERE shared <> 0 AND removed_at IS NULL ORDER BY id",
        );
        let ids = query.fetch_all(&mut *self.read().await?).await?;
        Ok(ids.into_iter().map(AccountId::from).collect())
    }

    pub(super) async fn change_account_state(
        &self,
        id: &AccountId,
        state: AccountState,
        problem: Option<&Text>,
        at: Timestamp,
    ) -> Done<()> {
        let mut tx = self.write().await?;
        live(&mut tx, id).await?;
        set_state(self.sealer(), &mut tx, id, state, problem, at).await?;
        tx.commit().await
    }

    /// A call under way is let be: how it ends is still stored.
    pub(super) async fn remove_one_account(&self, id: &AccountId, at: Timestamp) -> Done<()> {
        let mut tx = self.write().await?;
        live(&mut tx, id).await?;
        for errand in recover::errands_of(&mut tx, id).await? {
            errands::cancel(self.sealer(), &mut tx, &errand, at).await?;
            let line = NewEvent {
                errand: Some(errand),
                account: Some(id.clone()),
                at,
                kind: EventKind::Told,
                text: Text::new(
                    "账号被移除，这件代办随之取消",
                    "its account was removed, so it is cancelled",
                ),
                data: json!({ "verb": "cancel" }),
            };
            events::append(self.sealer(), &mut tx, &[line]).await?;
        }
        let calls: Vec<String> = sqlx::query_scalar(
            "SELECT id FROM calls WHERE account = $1 AND state IN ('queued', 'unsure')",
        )
        .bind(id.as_str())
        .fetch_all(&mut *tx)
        .await?;
        recover::give_up(self.sealer(), &mut tx, &calls, at).await?;
        problems::clear_all_of(&mut tx, &format!("account/{id}/")).await?;
        for sql in [
            "DELETE FROM secrets WHERE account = $1",
            "DELETE FROM kept WHERE account = $1",
            "DELETE FROM records WHERE account = $1",
            "DELETE FROM sealed WHERE name = 'jar/' || $1",
        ] {
            sqlx::query(sql).bind(id.as_str()).execute(&mut *tx).await?;
        }
        sqlx::query("UPDATE accounts SET removed_at = $2, name = '', problem = NULL, settings = NULL WHERE id = $1")
            .bind(id.as_str())
            .bind(ms(at))
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    pub(super) async fn open_secrets(&self, id: &AccountId) -> Done<Secrets> {
        let mut reader = self.read().await?;
        live(&mut reader, id).await?;
        let query =
            sqlx::query("SELECT name, value FROM secrets WHERE account = $1").bind(id.as_str());
        let rows = query.fetch_all(&mut *reader).await?;
        rows.iter()
            .map(|row| {
                let name: String = row.try_get("name")?;
                let place_row = secret_row(id.as_str(), &name);
                let place = Place::new("secrets", "value", &place_row);
                let plain = self.sealer().open(place, row.try_get("value")?)?;
                let text = std::str::from_utf8(&plain)
                    .map_err(|_| damaged(format!("{place} is no text")))?;
                Ok((name, Secret::from(text)))
            })
            .collect()
    }

    pub(super) async fn change_secrets(&self, id: &AccountId, changed: &Secrets) -> Done<()> {
        let mut tx = self.write().await?;
        live(&mut tx, id).await?;
        self.set_secrets(&mut tx, id, changed).await?;
        tx.commit().await
    }

    async fn set_secrets(
        &self,
        db: &mut SqliteConnection,
        id: &AccountId,
        secrets: &Secrets,
    ) -> Done<()> {
        for (name, secret) in secrets {
            let row = secret_row(id.as_str(), name);
            let value = self.sealer().seal(
                Place::new("secrets", "value", &row),
                secret.reveal().as_bytes(),
            )?;
            sqlx::query(
                "INSERT INTO secrets (account, name, value) VALUES ($1, $2, $3) \
                 ON CONFLICT (account, name) DO UPDATE SET value = excluded.value",
            )
            .bind(id.as_str())
            .bind(name)
            .bind(value)
            .execute(&mut *db)
            .await?;
        }
        Ok(())
    }

    pub(super) async fn open_document(&self, name: &str) -> Done<Option<Vec<u8>>> {
        let query = sqlx::query("SELECT content FROM sealed WHERE name = $1").bind(name);
        let Some(row) = query.fetch_optional(&mut *self.read().await?).await? else {
            return Ok(None);
        };
        let mut plain = self
            .sealer()
            .open(Place::new("sealed", "content", name), row.try_get(0)?)?;
        Ok(Some(std::mem::take(&mut *plain)))
    }

    pub(super) async fn drop_document(&self, name: &str) -> Done<()> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM sealed WHERE name = $1")
            .bind(name)
            .execute(&mut *tx)
            .await?;
        tx.commit().await
    }

    pub(super) async fn seal_document(&self, name: &str, content: &[u8]) -> Done<()> {
        let cell = self
            .sealer()
            .seal(Place::new("sealed", "content", name), content)?;
        let query = sqlx::query(
            "INSERT INTO sealed (name, content) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET content = excluded.content",
        )
        .bind(name)
        .bind(cell);
        let mut tx = self.write().await?;
        query.execute(&mut *tx).await?;
        tx.commit().await
    }
}

async fn name_is_free(db: &mut SqliteConnection, account: &Account, name: &str) -> Done<()> {
    let taken = sqlx::query(
        "SELECT 1 FROM accounts WHERE user_id = $1 AND service = $2 AND name = $3 AND id <> $4 AND removed_at IS NULL",
    )
    .bind(account.user.as_str())
    .bind(account.service.as_str())
    .bind(name)
    .bind(account.id.as_str())
    .fetch_optional(db)
    .await?;
    if taken.is_none() {
        return Ok(());
    }
    Err(InvalidInput::new(
        "name",
        "这个服务下已经有账号叫这个名字",
        "there is an account of that name at this service already",
    )
    .into())
}

async fn read_account(sealer: &Sealer, db: &mut SqliteConnection, id: &AccountId) -> Done<Account> {
    let query = sqlx::query("SELECT * FROM accounts WHERE id = $1 AND removed_at IS NULL")
        .bind(id.as_str());
    let row = query.fetch_optional(db).await?;
    account_row(sealer, &row.ok_or_else(|| not_found("account", id))?)
}

fn account_row(sealer: &Sealer, row: &SqliteRow) -> Done<Account> {
    let id: String = row.try_get("id")?;
    let place = |column| Place::new("accounts", column, &id);
    let settings: Option<Settings> =
        sealer.open_maybe(place("settings"), row.try_get("settings")?)?;
    Ok(Account {
        user: row.try_get::<String, _>("user_id")?.into(),
        service: from_word(row.try_get("service")?)?,
        name: row.try_get("name")?,
        state: from_word(row.try_get("state")?)?,
        problem: sealer.open_maybe(place("problem"), row.try_get("problem")?)?,
        settings: settings.unwrap_or_default(),
        created_at: moment(row.try_get("created_at")?)?,
        signed_in_at: maybe_moment(row.try_get("signed_in_at")?)?,
        shared: row.try_get::<i64, _>("shared")? != 0,
        id: id.clone().into(),
    })
}
