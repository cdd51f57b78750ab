//! Calls: intended, sent, unsure, settled — in the order that keeps one hand at a time.

use daiban_core::{
    Timestamp,
    call::{Call, NewCall, Outcome},
    errand::Incoming,
    id::{AccountId, CallId, ErrandId, EventId},
    store::{EventKind, NewEvent, Settled},
};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore, accounts, errands, events,
    fault::{Done, not_found},
    kept::{self, Kept},
    rows::{self, from_word, limit, maybe_moment, moment, ms, number, word},
};
use crate::seal::{Place, Sealer};

/// What stands in the way of a call `c`, whatever the hour:
/// - its errand is paused and nothing has left yet;
/// - its account has lost its sign-in, unless daiban's own errand is at work, which may be signing in;
/// - another call of its account is under way;
/// - an act waits behind one of its account whose outcome is unsure.
macro_rules! may_go {
    () => {
        "FROM calls c LEFT JOIN errands e ON e.id = c.errand LEFT JOIN accounts a ON a.id = c.account \
         WHERE c.state IN ('queued', 'unsure') \
         AND NOT (c.state = 'queued' AND COALESCE(e.phase, '') = 'paused') \
         AND NOT (COALESCE(a.state, '') = 'sign_in_lost' AND COALESCE(e.internal, 0) = 0) \
         AND NOT EXISTS (SELECT 1 FROM calls o WHERE o.account = c.account AND o.state = 'sent') \
         AND NOT (c.nature = 'act' AND c.state = 'queued' AND EXISTS \
             (SELECT 1 FROM calls o WHERE o.account = c.account AND o.state = 'unsure' AND o.nature = 'act')) "
    };
}

/// The earliest moment of a call that nothing stands in the way of.
pub(super) const NEXT: &str = concat!("SELECT MIN(c.due) ", may_go!());

/// One of each account; of calls as nobody, all. PostgreSQL: `c.account <> ALL ($2)` for the busy ones.
const READY: &str = concat!(
    "SELECT * FROM (SELECT c.*, ROW_NUMBER() OVER (PARTITION BY COALESCE(c.account, c.id) \
         ORDER BY c.due, c.intended_at, c.id) AS turn ",
    may_go!(),
    "AND c.due <= $1 AND (c.account IS NULL OR c.account NOT IN (SELECT value FROM json_each($2)))) AS ready \
     WHERE turn = 1 ORDER BY due, intended_at, id LIMIT $3"
);

/// What a look of an errand saw is in the delivery of the same transaction; here it would outlive it by a year.
const SETTLE: &str = "UPDATE calls SET state = 'settled', settled_at = $2, charged = $4, \
         outcome = CASE WHEN $5 = 1 AND nature = 'look' AND errand IS NOT NULL THEN NULL ELSE $3 END \
     WHERE id = $1 AND state IN ('queued', 'sent', 'unsure') RETURNING *";

pub(super) async fn insert(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    id: &CallId,
    errand: Option<&ErrandId>,
    call: &NewCall,
    now: Timestamp,
) -> Done<()> {
    sqlx::query(
        "INSERT INTO calls (id, errand, account, service, tag, nature, body, not_before, state, intended_at, due, tries) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, $10, 0) ON CONFLICT (id) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(errand.map(ErrandId::as_str))
    .bind(call.account.as_ref().map(AccountId::as_str))
    .bind(call.service.as_str())
    .bind(&call.tag)
    .bind(word(&call.nature))
    .bind(sealer.seal_json(Place::new("calls", "body", id.as_str()), &call.body)?)
    .bind(call.not_before.map(ms))
    .bind(ms(now))
    .bind(ms(call.not_before.map_or(now, |moment| moment.max(now))))
    .execute(db)
    .await?;
    Ok(())
}

/// What has not left stays here.
pub(super) async fn withdraw(
    db: &mut SqliteConnection,
    errand: &ErrandId,
    at: Timestamp,
) -> Done<()> {
    sqlx::query("UPDATE calls SET state = 'withdrawn', settled_at = $2 WHERE errand = $1 AND state = 'queued'")
        .bind(errand.as_str())
        .bind(ms(at))
        .execute(db)
        .await?;
    Ok(())
}

impl SqliteStore {
    pub(super) async fn intend_one(&self, id: &CallId, call: &NewCall, at: Timestamp) -> Done<()> {
        let mut tx = self.write().await?;
        insert(self.sealer(), &mut tx, id, None, call, at).await?;
        tx.commit().await
    }

    pub(super) async fn calls_ready(
        &self,
        now: Timestamp,
        busy: &[AccountId],
        most: usize,
    ) -> Done<Vec<Call>> {
        let query = sqlx::query(READY)
            .bind(ms(now))
            .bind(rows::json(busy)?)
            .bind(limit(most));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| call_row(self.sealer(), row))
            .collect()
    }

    pub(super) async fn mark_one_sent(&self, call: &CallId, at: Timestamp) -> Done<bool> {
        let query = sqlx::query(
            "UPDATE calls SET state = 'sent', sent_at = $2 WHERE id = $1 AND state = 'queued'",
        )
        .bind(call.as_str())
        .bind(ms(at));
        let mut tx = self.write().await?;
        let marked = query.execute(&mut *tx).await?.rows_affected() > 0;
        tx.commit().await?;
        Ok(marked)
    }

    /// A question about an unsure act is put off too; the act stays unsure.
    pub(super) async fn put_one_off(
        &self,
        call: &CallId,
        until: Timestamp,
        event: Option<NewEvent>,
    ) -> Done<()> {
        let put_off = "UPDATE calls SET due = $2, sent_at = CASE WHEN state = 'unsure' THEN sent_at END, \
             state = CASE WHEN state = 'unsure' THEN 'unsure' ELSE 'queued' END \
             WHERE id = $1 AND state IN ('queued', 'sent', 'unsure')";
        self.change(put_off, call, until, event).await
    }

    pub(super) async fn mark_one_unsure(
        &self,
        call: &CallId,
        due: Timestamp,
        event: Option<NewEvent>,
    ) -> Done<()> {
        let unsure = "UPDATE calls SET due = $2, tries = CASE WHEN state = 'unsure' THEN tries + 1 ELSE tries END, \
             state = 'unsure' WHERE id = $1 AND state IN ('sent', 'unsure')";
        self.change(unsure, call, due, event).await
    }

    /// A call that is over by now is left as it is, and there is no line of history.
    async fn change(
        &self,
        sql: &'static str,
        call: &CallId,
        due: Timestamp,
        event: Option<NewEvent>,
    ) -> Done<()> {
        let mut tx = self.write().await?;
        let changed = sqlx::query(sql)
            .bind(call.as_str())
            .bind(ms(due))
            .execute(&mut *tx)
            .await?;
        if changed.rows_affected() == 0 {
            return exists(&mut tx, call).await;
        }
        events::append(self.sealer(), &mut tx, event.as_slice()).await?;
        if let Some(held) = event.filter(|event| event.kind == EventKind::Held) {
            self.say_held(&mut tx, held).await?;
        }
        tx.commit().await
    }

    /// Until the call goes, the errand waits for that and not for an answer. The fence does not move: nothing it rests on has.
    async fn say_held(&self, db: &mut SqliteConnection, held: NewEvent) -> Done<()> {
        let Some(errand) = held.errand else {
            return Ok(());
        };
        let place = Place::new("errands", "reason", errand.as_str());
        sqlx::query(
            "UPDATE errands SET phase = 'waiting', reason = $2 WHERE id = $1 AND phase = 'working'",
        )
        .bind(errand.as_str())
        .bind(self.sealer().seal_json(place, &held.text)?)
        .execute(db)
        .await?;
        Ok(())
    }

    pub(super) async fn settle_one(
        &self,
        id: &CallId,
        at: Timestamp,
        settled: &Settled,
    ) -> Done<()> {
        let mut tx = self.write().await?;
        let outcome = Place::new("calls", "outcome", id.as_str());
        let is_done = matches!(settled.outcome, Outcome::Done(_));
        let row = sqlx::query(SETTLE)
            .bind(id.as_str())
            .bind(ms(at))
            .bind(self.sealer().seal_json(outcome, &settled.outcome)?)
            .bind(settled.charged.map(|charged| word(&charged)))
            .bind(i64::from(is_done))
            .fetch_optional(&mut *tx)
            .await?;
        let Some(row) = row else {
            return exists(&mut tx, id).await;
        };
        let call = call_row(self.sealer(), &row)?;
        if let Some(name) = &settled.book_key {
            let account = call.call.account.as_ref();
            let kept = Kept {
                service: call.call.service,
                account: account.map_or("", AccountId::as_str),
                name,
                at,
            };
            let result = settled.outcome.clone().into_result();
            kept::keep(self.sealer(), &mut tx, &kept, &result).await?;
        }
        if let (Some(account), Some((state, problem))) = (&call.call.account, &settled.account) {
            accounts::set_state(
                self.sealer(),
                &mut tx,
                account,
                *state,
                problem.as_ref(),
                at,
            )
            .await?;
        }
        events::append(self.sealer(), &mut tx, std::slice::from_ref(&settled.event)).await?;
        self.give_back(&mut tx, call, at, settled).await?;
        tx.commit().await
    }

    async fn give_back(
        &self,
        db: &mut SqliteConnection,
        call: Call,
        at: Timestamp,
        settled: &Settled,
    ) -> Done<()> {
        let Some(errand) = &call.errand else {
            return Ok(());
        };
        let phase = errands::phase(db, errand).await?;
        let event: EventId = format!("call/{}", call.id).into();
        let called = Incoming::Called {
            tag: call.call.tag,
            body: call.call.body,
            at,
            outcome: settled.outcome.clone(),
        };
        errands::deliver(self.sealer(), db, errand, phase, &event, at, &called).await?;
        Ok(())
    }

    pub(super) async fn one_call(&self, id: &CallId) -> Done<Call> {
        let query = sqlx::query("SELECT * FROM calls WHERE id = $1").bind(id.as_str());
        let row = query.fetch_optional(&mut *self.read().await?).await?;
        call_row(self.sealer(), &row.ok_or_else(|| not_found("call", id))?)
    }

    pub(super) async fn calls_of(&self, errand: &ErrandId, most: usize) -> Done<Vec<Call>> {
        let query = sqlx::query(
            "SELECT * FROM calls WHERE errand = $1 ORDER BY intended_at DESC, id DESC LIMIT $2",
        )
        .bind(errand.as_str())
        .bind(limit(most));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| call_row(self.sealer(), row))
            .collect()
    }

    /// Acts that were sent: what stayed here changed nothing and cost nothing.
    pub(super) async fn ledger_of(&self, account: &AccountId, since: Timestamp) -> Done<Vec<Call>> {
        let query = sqlx::query(
            "SELECT * FROM calls WHERE account = $1 AND nature = 'act' AND sent_at IS NOT NULL AND sent_at >= $2 \
             ORDER BY sent_at, intended_at, id",
        )
        .bind(account.as_str())
        .bind(ms(since));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| call_row(self.sealer(), row))
            .collect()
    }
}

async fn exists(db: &mut SqliteConnection, call: &CallId) -> Done<()> {
    let found = sqlx::query("SELECT 1 FROM calls WHERE id = $1")
        .bind(call.as_str())
        .fetch_optional(db)
        .await?;
    found.map(drop).ok_or_else(|| not_found("call", call))
}

fn call_row(sealer: &Sealer, row: &SqliteRow) -> Done<Call> {
    let id: String = row.try_get("id")?;
    let charged: Option<&str> = row.try_get("charged")?;
    Ok(Call {
        errand: row
            .try_get::<Option<String>, _>("errand")?
            .map(ErrandId::from),
        call: NewCall {
            tag: row.try_get("tag")?,
            nature: from_word(row.try_get("nature")?)?,
            service: from_word(row.try_get("service")?)?,
            account: row
                .try_get::<Option<String>, _>("account")?
                .map(AccountId::from),
            body: sealer.open_json(Place::new("calls", "body", &id), row.try_get("body")?)?,
            not_before: maybe_moment(row.try_get("not_before")?)?,
        },
        state: from_word(row.try_get("state")?)?,
        intended_at: moment(row.try_get("intended_at")?)?,
        due: moment(row.try_get("due")?)?,
        sent_at: maybe_moment(row.try_get("sent_at")?)?,
        settled_at: maybe_moment(row.try_get("settled_at")?)?,
        tries: number(row.try_get("tries")?)?,
        outcome: sealer.open_maybe(Place::new("calls", "outcome", &id), row.try_get("outcome")?)?,
        charged: charged.map(from_word).transpose()?,
        id: id.into(),
    })
}
