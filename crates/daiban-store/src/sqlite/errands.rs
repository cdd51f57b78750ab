//! Errands: begun, told things, shown.

use std::collections::HashMap;

use daiban_core::{
    Text, Timestamp,
    errand::{Incoming, Phase},
    household::ErrandRow,
    id::{ErrandId, EventId, UserId},
    lifecycle::{self, Verb},
    store::{Delivered, EventKind, NewErrand, NewEvent},
};
use serde_json::{Value, json};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore, asks, batch, calls,
    events::{self, illegible},
    fault::{Done, not_found},
    lookouts, problems,
    rows::{from_word, maybe_moment, moment, ms},
};
use crate::seal::{Place, Sealer};

/// The row of a delivery, for sealing.
pub(super) fn inbox_row(errand: &str, event: &str) -> String {
    format!("{errand}\n{event}")
}

impl SqliteStore {
    pub(super) async fn begin_errand(&self, new: NewErrand, event: NewEvent) -> Done<()> {
        let id = new.id.as_str();
        let place = |column| Place::new("errands", column, id);
        let reason = self.sealer().seal_json(place("reason"), &event.text)?;
        let wishes = self.sealer().seal_json(place("wishes"), &new.wishes)?;
        let state = self.sealer().seal_json(place("state"), &new.state)?;
        let mut tx = self.write().await?;
        super::accounts::live(&mut tx, &new.account).await?;
        super::people::known(&mut tx, &new.user).await?;
        sqlx::query(
            "INSERT INTO errands (id, user_id, account, kind, wishes, state, version, phase, checkpoint, reason, due_at, \
             generation, ver, watching, stuck, internal, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', '', $8, $9, 1, 1, 0, 0, $10, $11)",
        )
        .bind(id)
        .bind(new.user.as_str())
        .bind(new.account.as_str())
        .bind(&new.kind)
        .bind(wishes)
        .bind(state)
        .bind(i64::from(new.version))
        .bind(reason)
        .bind(ms(new.due))
        .bind(i64::from(new.internal))
        .bind(ms(event.at))
        .execute(&mut *tx)
        .await?;
        events::append(self.sealer(), &mut tx, &[event]).await?;
        tx.commit().await
    }

    pub(super) async fn deliver_one(
        &self,
        errand: &ErrandId,
        event: &EventId,
        at: Timestamp,
        incoming: &Incoming,
    ) -> Done<Delivered> {
        let mut tx = self.write().await?;
        let phase = phase(&mut tx, errand).await?;
        let delivered = deliver(self.sealer(), &mut tx, errand, phase, event, at, incoming).await?;
        tx.commit().await?;
        Ok(delivered)
    }

    pub(super) async fn tell_one(
        &self,
        errand: &ErrandId,
        verb: Verb,
        at: Timestamp,
    ) -> Done<Result<Phase, Text>> {
        let mut tx = self.write().await?;
        let phase = phase(&mut tx, errand).await?;
        let after = match lifecycle::after(phase, verb) {
            Ok(after) => after,
            Err(why) => return Ok(Err(why)),
        };
        // Pausing or cancelling twice is no fault and no news.
        if after == phase && verb != Verb::Run {
            return Ok(Ok(phase));
        }
        carry_out(self.sealer(), &mut tx, errand, verb, at).await?;
        events::append(self.sealer(), &mut tx, &[told(errand, verb, at)]).await?;
        tx.commit().await?;
        Ok(Ok(after))
    }

    pub(super) async fn list_errands(&self, user: Option<&UserId>) -> Done<Vec<ErrandRow>> {
        let query = sqlx::query(
            "SELECT * FROM errands WHERE internal = 0 AND ($1 IS NULL OR user_id = $1) ORDER BY created_at DESC, id DESC",
        )
        .bind(user.map(UserId::as_str));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter().map(|row| listed(self.sealer(), row)).collect()
    }

    pub(super) async fn one_errand(&self, id: &ErrandId) -> Done<ErrandRow> {
        let query = sqlx::query("SELECT * FROM errands WHERE id = $1").bind(id.as_str());
        let row = query.fetch_optional(&mut *self.read().await?).await?;
        let row = row.ok_or_else(|| not_found("errand", id))?;
        errand_row(self.sealer(), &row)
    }

    pub(super) async fn facts_of_one(&self, id: &ErrandId) -> Done<Vec<(String, Value)>> {
        let mut found = self.facts_of_all(std::slice::from_ref(id)).await?;
        Ok(found.remove(id).unwrap_or_default())
    }

    pub(super) async fn facts_of_all(
        &self,
        ids: &[ErrandId],
    ) -> Done<HashMap<ErrandId, Vec<(String, Value)>>> {
        let query = sqlx::query(batch::FACTS_OF).bind(super::rows::json(ids)?);
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        let mut found: HashMap<ErrandId, Vec<(String, Value)>> = HashMap::new();
        for row in &rows {
            let (errand, name): (String, String) = (row.try_get("errand")?, row.try_get("name")?);
            let place_row = fact_row(&errand, &name);
            let place = fact_place(&place_row);
            let value = self.sealer().open_json(place, row.try_get("value")?)?;
            found.entry(errand.into()).or_default().push((name, value));
        }
        Ok(found)
    }
}

/// The row of a fact, for sealing.
pub(super) fn fact_row(errand: &str, name: &str) -> String {
    format!("{errand}\n{name}")
}

/// The place of a fact.
pub(super) fn fact_place(row: &str) -> Place<'_> {
    Place::new("facts", "value", row)
}

pub(super) async fn phase(db: &mut SqliteConnection, errand: &ErrandId) -> Done<Phase> {
    let query = sqlx::query("SELECT phase FROM errands WHERE id = $1").bind(errand.as_str());
    let row = query
        .fetch_optional(db)
        .await?
        .ok_or_else(|| not_found("errand", errand))?;
    from_word(row.try_get("phase")?)
}

/// Puts something into an errand's inbox, once per event id. The errand's `ver` stays: a pass under way may still be written,
/// and what it did not read keeps the errand due.
pub(super) async fn deliver(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    errand: &ErrandId,
    phase: Phase,
    event: &EventId,
    at: Timestamp,
    incoming: &Incoming,
) -> Done<Delivered> {
    if phase.is_over() {
        return Ok(Delivered::TooLate);
    }
    let row = inbox_row(errand.as_str(), event.as_str());
    let body = sealer.seal_json(Place::new("inbox", "body", &row), incoming)?;
    let added = sqlx::query(
        "INSERT INTO inbox (errand, event, at, body) VALUES ($1, $2, $3, $4) ON CONFLICT (errand, event) DO NOTHING",
    )
    .bind(errand.as_str())
    .bind(event.as_str())
    .bind(ms(at))
    .bind(body)
    .execute(&mut *db)
    .await?;
    if added.rows_affected() == 0 {
        return Ok(Delivered::Known);
    }
    sqlx::query(
        "UPDATE errands SET told_at = $2 WHERE id = $1 AND (told_at IS NULL OR told_at > $2)",
    )
    .bind(errand.as_str())
    .bind(ms(at))
    .execute(db)
    .await?;
    Ok(Delivered::New)
}

/// Every verb but `run` moves `ver`, so that a pass under way is not written over the person's word.
async fn carry_out(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    errand: &ErrandId,
    verb: Verb,
    at: Timestamp,
) -> Done<()> {
    match verb {
        Verb::Run => {
            try_again(db, errand).await?;
            let event = format!("run/{}", ms(at)).into();
            deliver(
                sealer,
                db,
                errand,
                Phase::Waiting,
                &event,
                at,
                &Incoming::Woken,
            )
            .await?;
        }
        Verb::Pause => {
            set_phase(db, errand, Phase::Paused).await?;
            lookouts::set_active(db, errand, false, at).await?;
        }
        Verb::Resume => {
            set_phase(db, errand, Phase::Waiting).await?;
            try_again(db, errand).await?;
            lookouts::set_active(db, errand, true, at).await?;
            let event = format!("resumed/{}", ms(at)).into();
            deliver(
                sealer,
                db,
                errand,
                Phase::Waiting,
                &event,
                at,
                &Incoming::Resumed,
            )
            .await?;
        }
        Verb::Cancel => cancel(sealer, db, errand, at).await?,
    }
    Ok(())
}

async fn set_phase(db: &mut SqliteConnection, errand: &ErrandId, phase: Phase) -> Done<()> {
    sqlx::query("UPDATE errands SET phase = $2, ver = ver + 1 WHERE id = $1")
        .bind(errand.as_str())
        .bind(phase.as_str())
        .execute(db)
        .await?;
    Ok(())
}

/// A row that could not be read gets another chance, now that a person says so.
async fn try_again(db: &mut SqliteConnection, errand: &ErrandId) -> Done<()> {
    let freed =
        sqlx::query("UPDATE errands SET stuck = 0, ver = ver + 1 WHERE id = $1 AND stuck = 1")
            .bind(errand.as_str())
            .execute(&mut *db)
            .await?;
    if freed.rows_affected() > 0 {
        problems::clear(db, &format!("errand/{errand}/stuck")).await?;
    }
    Ok(())
}

/// Over by its owner's word. The event line is the caller's.
pub(super) async fn cancel(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    errand: &ErrandId,
    at: Timestamp,
) -> Done<()> {
    let reason = Text::new("主人取消了", "cancelled by its owner");
    sqlx::query(
        "UPDATE errands SET phase = 'cancelled', checkpoint = 'cancelled', reason = $2, due_at = NULL, over_at = $3, \
         ver = ver + 1 WHERE id = $1",
    )
    .bind(errand.as_str())
    .bind(sealer.seal_json(Place::new("errands", "reason", errand.as_str()), &reason)?)
    .bind(ms(at))
    .execute(&mut *db)
    .await?;
    calls::withdraw(db, errand, at).await?;
    clear_up(db, errand, at).await
}

/// What an errand that is over leaves behind is taken away: unread deliveries, open asks, watches, problems.
pub(super) async fn clear_up(
    db: &mut SqliteConnection,
    errand: &ErrandId,
    at: Timestamp,
) -> Done<()> {
    sqlx::query("UPDATE inbox SET body = NULL, read_at = $2 WHERE errand = $1 AND read_at IS NULL")
        .bind(errand.as_str())
        .bind(ms(at))
        .execute(&mut *db)
        .await?;
    sqlx::query("UPDATE errands SET told_at = NULL, stuck = 0 WHERE id = $1 AND (told_at IS NOT NULL OR stuck = 1)")
        .bind(errand.as_str())
        .execute(&mut *db)
        .await?;
    asks::withdraw(db, errand, at).await?;
    lookouts::watch_nothing(db, errand, at).await?;
    problems::clear_all_of(db, &format!("errand/{errand}/")).await
}

fn told(errand: &ErrandId, verb: Verb, at: Timestamp) -> NewEvent {
    let text = match verb {
        Verb::Run => Text::new("主人要求现在运行一次", "its owner asks for a run now"),
        Verb::Pause => Text::new("主人暂停了它", "paused by its owner"),
        Verb::Resume => Text::new("主人恢复了它", "resumed by its owner"),
        Verb::Cancel => Text::new("主人取消了它", "cancelled by its owner"),
    };
    NewEvent {
        errand: Some(errand.clone()),
        account: None,
        at,
        kind: EventKind::Told,
        text,
        data: json!({ "verb": verb }),
    }
}

fn errand_row(sealer: &Sealer, row: &SqliteRow) -> Done<ErrandRow> {
    let id: String = row.try_get("id")?;
    let place = |column| Place::new("errands", column, &id);
    let reason = sealer.open_json(place("reason"), row.try_get("reason")?)?;
    let wishes = sealer.open_json(place("wishes"), row.try_get("wishes")?)?;
    let outcome = sealer.open_maybe(place("outcome"), row.try_get("outcome")?)?;
    let shown = plain_row(row)?;
    Ok(ErrandRow {
        reason,
        wishes,
        outcome,
        ..shown
    })
}

/// In a list a row that does not open is shown without its sealed parts; alone it is an error.
fn listed(sealer: &Sealer, row: &SqliteRow) -> Done<ErrandRow> {
    match errand_row(sealer, row) {
        Ok(shown) => Ok(shown),
        Err(_) => plain_row(row),
    }
}

fn plain_row(row: &SqliteRow) -> Done<ErrandRow> {
    Ok(ErrandRow {
        id: row.try_get::<String, _>("id")?.into(),
        user: row.try_get::<String, _>("user_id")?.into(),
        account: row.try_get::<String, _>("account")?.into(),
        kind: row.try_get("kind")?,
        phase: from_word(row.try_get("phase")?)?,
        checkpoint: row.try_get("checkpoint")?,
        reason: illegible(),
        next_at: maybe_moment(row.try_get("due_at")?)?,
        wishes: Value::Null,
        outcome: None,
        created_at: moment(row.try_get("created_at")?)?,
        internal: row.try_get::<i64, _>("internal")? == 1,
    })
}
