//! The rows counted and the budgets read, for a bug report. No cell that could say something about a person is read.

use daiban_core::{
    census::{Census, Counted, Spent},
    id::AccountId,
};
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    SqliteStore,
    fault::{Done, damaged},
    rows::{from_word, maybe_moment, number},
};

const COUNT: &str = "SELECT 'asks' AS what, state, COUNT(*) AS n FROM asks GROUP BY state \
     UNION ALL SELECT 'calls', state, COUNT(*) FROM calls GROUP BY state \
     UNION ALL SELECT 'outbox', state, COUNT(*) FROM outbox GROUP BY state \
     UNION ALL SELECT 'errands', phase, COUNT(*) FROM errands GROUP BY phase \
     UNION ALL SELECT 'events', '', COUNT(*) FROM events \
     UNION ALL SELECT 'notices', '', COUNT(*) FROM notices \
     UNION ALL SELECT 'records', '', COUNT(*) FROM records \
     UNION ALL SELECT 'lookouts', '', COUNT(*) FROM lookouts \
     UNION ALL SELECT 'inbox', '', COUNT(*) FROM inbox \
     ORDER BY what, state";

impl SqliteStore {
    pub(super) async fn take_census(&self) -> Done<Census> {
        let mut reader = self.read().await?;
        let migration = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
            .fetch_one(&mut *reader)
            .await?;
        let counted = sqlx::query(COUNT).fetch_all(&mut *reader).await?;
        let spent = sqlx::query(
            "SELECT service, account, day, used, next_poll FROM budgets ORDER BY service, account",
        )
        .fetch_all(&mut *reader)
        .await?;
        Ok(Census {
            migration,
            counted: counted.iter().map(count).collect::<Done<_>>()?,
            spent: spent.iter().map(budget).collect::<Done<_>>()?,
        })
    }
}

fn count(row: &SqliteRow) -> Done<Counted> {
    Ok(Counted {
        what: row.try_get("what")?,
        state: row.try_get("state")?,
        rows: row.try_get("n")?,
    })
}

fn budget(row: &SqliteRow) -> Done<Spent> {
    let account: &str = row.try_get("account")?;
    let day: &str = row.try_get("day")?;
    Ok(Spent {
        service: from_word(row.try_get("service")?)?,
        account: (!account.is_empty()).then(|| AccountId::from(account)),
        day: day
            .parse()
            .map_err(|_| damaged(format!("{day} is no day")))?,
        used: number(row.try_get("used")?)?,
        next_poll: maybe_moment(row.try_get("next_poll")?)?,
    })
}
