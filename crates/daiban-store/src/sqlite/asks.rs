//! Asks: put, answered, expired, withdrawn.
//!
//! An answer is never kept with its ask: it waits, sealed, in the errand's inbox and goes away when the errand has read it.

use daiban_core::{
    Text, Timestamp,
    ask::{Answer, Ask, AskState, NewAsk},
    errand::Incoming,
    id::{AskId, ErrandId, EventId, UserId},
    store::{EventKind, NewEvent},
};
use serde_json::json;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore,
    commit::Owner,
    errands, events,
    fault::{Done, not_found},
    rows::{from_word, maybe_moment, moment, ms, word},
};
use crate::seal::{Place, Sealer};

fn place(id: &str) -> Place<'_> {
    Place::new("asks", "body", id)
}

/// `false`: it was put before.
pub(super) async fn insert(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    id: &AskId,
    errand: &ErrandId,
    owner: &Owner,
    ask: &NewAsk,
    now: Timestamp,
) -> Done<bool> {
    let body = sealer.seal_json(place(id.as_str()), &(&ask.title, &ask.body, &ask.picture))?;
    let added = sqlx::query(
        "INSERT INTO asks (id, user_id, service, account, errand, at, state, tag, kind, deadline, body) \
         VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(owner.user.as_str())
    .bind(&owner.service)
    .bind(&owner.account)
    .bind(errand.as_str())
    .bind(ms(now))
    .bind(&ask.tag)
    .bind(word(&ask.kind))
    .bind(ask.deadline.map(ms))
    .bind(body)
    .execute(db)
    .await?;
    Ok(added.rows_affected() > 0)
}

/// Takes back what is still open. The errand isn't told: it was its own wish, or it is over.
pub(super) async fn withdraw(
    db: &mut SqliteConnection,
    errand: &ErrandId,
    at: Timestamp,
) -> Done<()> {
    sqlx::query(
        "UPDATE asks SET state = 'expired', ended_at = $2 WHERE errand = $1 AND state = 'open'",
    )
    .bind(errand.as_str())
    .bind(ms(at))
    .execute(db)
    .await?;
    Ok(())
}

/// How an ask ends.
struct Ending<'a> {
    state: AskState,
    at: Timestamp,
    words: Text,
    /// Whose answer it was, where that is known.
    by: Option<&'a UserId>,
    /// What it was, where yes or no was asked.
    yes: Option<bool>,
}

impl SqliteStore {
    pub(super) async fn answer_one(
        &self,
        id: &AskId,
        answer: Answer,
        at: Timestamp,
        by: Option<&UserId>,
    ) -> Done<bool> {
        let mut tx = self.write().await?;
        let Some(row) = sqlx::query("SELECT * FROM asks WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&mut *tx)
            .await?
        else {
            return Err(not_found("ask", id));
        };
        let ask = ask_row(self.sealer(), &row)?;
        let in_time = ask.ask.deadline.is_none_or(|deadline| at < deadline);
        if ask.state != AskState::Open || !in_time {
            return Ok(false);
        }
        let (word, yes) = match answer {
            Answer::Approved => (Text::new("回答：同意", "answered: yes"), Some(true)),
            Answer::Denied => (Text::new("回答：不同意", "answered: no"), Some(false)),
            Answer::Text(_) | Answer::Points(_) => (Text::new("已回答", "answered"), None),
        };
        let tag = ask.ask.tag.clone();
        let incoming = Incoming::Answered { tag, answer };
        let ending = Ending {
            state: AskState::Answered,
            at,
            words: word,
            by,
            yes,
        };
        self.end(&mut tx, &ask, ending, incoming).await?;
        tx.commit().await?;
        Ok(true)
    }

    pub(super) async fn expire_all(&self, now: Timestamp) -> Done<usize> {
        // Asked every round and nearly always none: a look first keeps the writer free.
        let any: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM asks WHERE state = 'open' AND deadline <= $1")
                .bind(ms(now))
                .fetch_one(&mut *self.read().await?)
                .await?;
        if any == 0 {
            return Ok(0);
        }
        let passed = sqlx::query(
            "SELECT * FROM asks WHERE state = 'open' AND deadline <= $1 ORDER BY deadline, id",
        )
        .bind(ms(now));
        let mut tx = self.write().await?;
        let rows = passed.fetch_all(&mut *tx).await?;
        for row in &rows {
            let ask = ask_row(self.sealer(), row)?;
            let ending = Ending {
                state: AskState::Expired,
                at: now,
                words: Text::new("到时没有人回答", "nobody answered in time"),
                by: None,
                yes: None,
            };
            let incoming = Incoming::AskExpired {
                tag: ask.ask.tag.clone(),
            };
            self.end(&mut tx, &ask, ending, incoming).await?;
        }
        tx.commit().await?;
        Ok(rows.len())
    }

    /// Ends an open ask, tells its errand once, and writes the line of history — without what was typed.
    async fn end(
        &self,
        db: &mut SqliteConnection,
        ask: &Ask,
        ending: Ending<'_>,
        incoming: Incoming,
    ) -> Done<()> {
        let Ending {
            state,
            at,
            words,
            by,
            yes,
        } = ending;
        sqlx::query("UPDATE asks SET state = $2, ended_at = $3 WHERE id = $1")
            .bind(ask.id.as_str())
            .bind(word(&state))
            .bind(ms(at))
            .execute(&mut *db)
            .await?;
        let phase = errands::phase(db, &ask.errand).await?;
        let event: EventId = format!("ask/{}", ask.id).into();
        errands::deliver(self.sealer(), db, &ask.errand, phase, &event, at, &incoming).await?;
        let title = &ask.ask.title;
        let line = NewEvent {
            errand: Some(ask.errand.clone()),
            account: Some(ask.account.clone()),
            at,
            kind: EventKind::Answered,
            text: Text::new(
                format!("{}：{}", title.zh, words.zh),
                format!("{}: {}", title.en, words.en),
            ),
            data: json!({ "ask": ask.id, "tag": ask.ask.tag, "state": state, "by": by, "yes": yes }),
        };
        events::append(self.sealer(), db, &[line]).await
    }

    pub(super) async fn list_asks(
        &self,
        user: Option<&UserId>,
        state: Option<AskState>,
    ) -> Done<Vec<Ask>> {
        let query = sqlx::query(
            "SELECT * FROM asks WHERE ($1 IS NULL OR user_id = $1) AND ($2 IS NULL OR state = $2) \
             ORDER BY CASE WHEN deadline IS NULL THEN 1 ELSE 0 END, deadline, at, id",
        )
        .bind(user.map(UserId::as_str))
        .bind(state.map(|state| word(&state)));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter().map(|row| ask_row(self.sealer(), row)).collect()
    }

    pub(super) async fn one_ask(&self, id: &AskId) -> Done<Ask> {
        let query = sqlx::query("SELECT * FROM asks WHERE id = $1").bind(id.as_str());
        let row = query.fetch_optional(&mut *self.read().await?).await?;
        ask_row(self.sealer(), &row.ok_or_else(|| not_found("ask", id))?)
    }
}

fn ask_row(sealer: &Sealer, row: &SqliteRow) -> Done<Ask> {
    let id: String = row.try_get("id")?;
    let (title, body, picture) = sealer.open_json(place(&id), row.try_get("body")?)?;
    Ok(Ask {
        id: id.into(),
        user: row.try_get::<String, _>("user_id")?.into(),
        service: from_word(row.try_get("service")?)?,
        account: row.try_get::<String, _>("account")?.into(),
        errand: row.try_get::<String, _>("errand")?.into(),
        at: moment(row.try_get("at")?)?,
        state: from_word(row.try_get("state")?)?,
        ended_at: maybe_moment(row.try_get("ended_at")?)?,
        ask: NewAsk {
            tag: row.try_get("tag")?,
            kind: from_word(row.try_get("kind")?)?,
            title,
            body,
            told: None,
            picture,
            deadline: maybe_moment(row.try_get("deadline")?)?,
        },
    })
}
