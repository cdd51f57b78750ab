//! After a crash, after a sign-in, and the next moment of anything.

use daiban_core::{
    Text, Timestamp,
    account::AccountState,
    call::Outcome,
    errand::{Incoming, Phase},
    id::{AccountId, CallId, ErrandId, EventId},
    store::{EventKind, NewEvent},
};
use serde_json::json;
use sqlx::{Row, SqliteConnection};

use super::{
    SqliteStore, accounts, calls, errands, events,
    fault::Done,
    problems,
    rows::{from_word, maybe_moment, ms},
};
use crate::seal::{Place, Sealer};

impl SqliteStore {
    /// A look harms nobody twice. An act may have had its effect: the service is asked.
    pub(super) async fn recover_all(&self, now: Timestamp) -> Done<(u64, u64)> {
        let mut tx = self.write().await?;
        let looks = sqlx::query("UPDATE calls SET state = 'queued', due = $1, sent_at = NULL WHERE state = 'sent' AND nature = 'look'")
            .bind(ms(now))
            .execute(&mut *tx)
            .await?;
        let acts = sqlx::query(
            "UPDATE calls SET state = 'unsure', due = $1 WHERE state = 'sent' AND nature = 'act'",
        )
        .bind(ms(now))
        .execute(&mut *tx)
        .await?;
        sqlx::query("DELETE FROM hands").execute(&mut *tx).await?;
        let removed: Vec<String> = sqlx::query_scalar(
            "SELECT c.id FROM calls c JOIN accounts a ON a.id = c.account \
             WHERE c.state IN ('queued', 'unsure') AND a.removed_at IS NOT NULL",
        )
        .fetch_all(&mut *tx)
        .await?;
        give_up(self.sealer(), &mut tx, &removed, now).await?;
        tx.commit().await?;
        Ok((looks.rows_affected(), acts.rows_affected()))
    }

    /// What is blocked does not count: it would be due now and for ever.
    pub(super) async fn next_moment(&self) -> Done<Option<Timestamp>> {
        let mut db = self.read().await?;
        let mut next: Option<i64> = None;
        for sql in [
            "SELECT MIN(wake_at) FROM errands WHERE wake_at IS NOT NULL",
            calls::NEXT,
            "SELECT MIN(due) FROM lookouts WHERE due IS NOT NULL",
            "SELECT MIN(deadline) FROM asks WHERE state = 'open'",
        ] {
            let due: Option<i64> = sqlx::query_scalar(sql).fetch_one(&mut *db).await?;
            next = [next, due].into_iter().flatten().min();
        }
        maybe_moment(next)
    }

    pub(super) async fn signed_in_again(&self, account: &AccountId, at: Timestamp) -> Done<()> {
        let mut tx = self.write().await?;
        accounts::live(&mut tx, account).await?;
        accounts::set_state(
            self.sealer(),
            &mut tx,
            account,
            AccountState::Ready,
            None,
            at,
        )
        .await?;
        sqlx::query("UPDATE accounts SET signed_in_at = $2 WHERE id = $1")
            .bind(account.as_str())
            .bind(ms(at))
            .execute(&mut *tx)
            .await?;
        problems::clear_all_of(&mut tx, &format!("account/{account}/")).await?;
        for (errand, phase) in live_errands(&mut tx, account).await? {
            let event: EventId = format!("signed_in/{account}/{}/{errand}", ms(at)).into();
            errands::deliver(
                self.sealer(),
                &mut tx,
                &errand,
                phase,
                &event,
                at,
                &Incoming::SignedIn,
            )
            .await?;
        }
        // What its maker wanted later stays later.
        sqlx::query(
            "UPDATE calls SET due = CASE WHEN not_before > $2 THEN not_before ELSE $2 END \
             WHERE account = $1 AND state IN ('queued', 'unsure') AND due > $2",
        )
        .bind(account.as_str())
        .bind(ms(at))
        .execute(&mut *tx)
        .await?;
        let line = NewEvent {
            errand: None,
            account: Some(account.clone()),
            at,
            kind: EventKind::Told,
            text: Text::new("账号已登录", "the account is signed in"),
            data: json!({ "account": account }),
        };
        events::append(self.sealer(), &mut tx, &[line]).await?;
        tx.commit().await
    }
}

async fn live_errands(
    db: &mut SqliteConnection,
    account: &AccountId,
) -> Done<Vec<(ErrandId, Phase)>> {
    let query = sqlx::query(
        "SELECT id, phase FROM errands WHERE account = $1 AND over_at IS NULL ORDER BY id",
    );
    let rows = query.bind(account.as_str()).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.try_get::<String, _>("id")?.into(),
                from_word(row.try_get("phase")?)?,
            ))
        })
        .collect()
}

/// The errands of an account that are not over.
pub(super) async fn errands_of(
    db: &mut SqliteConnection,
    account: &AccountId,
) -> Done<Vec<ErrandId>> {
    let live = live_errands(db, account).await?;
    Ok(live.into_iter().map(|(errand, _)| errand).collect())
}

/// Calls of an account that is gone: what had not left never will; what may have happened nobody can ask for any more, and it is
/// stored as that.
pub(super) async fn give_up(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    ids: &[String],
    now: Timestamp,
) -> Done<()> {
    let unknown = Outcome::Unknown(Text::new(
        "账号已移除，再也问不到这件事有没有办成",
        "the account was removed; nobody can ask any more whether this happened",
    ));
    for id in ids {
        let id = CallId::from(id.as_str());
        sqlx::query("UPDATE calls SET state = 'withdrawn', settled_at = $2 WHERE id = $1 AND state = 'queued'")
            .bind(id.as_str())
            .bind(ms(now))
            .execute(&mut *db)
            .await?;
        sqlx::query("UPDATE calls SET state = 'settled', settled_at = $2, outcome = $3 WHERE id = $1 AND state = 'unsure'")
            .bind(id.as_str())
            .bind(ms(now))
            .bind(sealer.seal_json(Place::new("calls", "outcome", id.as_str()), &unknown)?)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}
