//! History: one line after the other, never edited.

use daiban_core::{
    Text,
    household::EventRow,
    id::{AccountId, ErrandId},
    store::NewEvent,
};
use serde_json::Value;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore, batch,
    fault::Done,
    rows::{from_word, json, limit, moment, ms, word},
};
use crate::seal::{Place, Sealer};

/// A line of history belongs to its errand or its account; it opens nowhere else.
fn place<'a>(errand: Option<&'a str>, account: Option<&'a str>) -> Place<'a> {
    Place::new("events", "body", errand.or(account).unwrap_or_default())
}

/// Writes lines in this order.
pub(super) async fn append(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    events: &[NewEvent],
) -> Done<()> {
    if events.is_empty() {
        return Ok(());
    }
    let mut lines = Vec::with_capacity(events.len());
    for event in events {
        let errand = event.errand.as_ref().map(ErrandId::as_str);
        let account = event.account.as_ref().map(AccountId::as_str);
        let body = sealer.seal_json(place(errand, account), &(&event.text, &event.data))?;
        lines.push((errand, account, ms(event.at), word(&event.kind), body));
    }
    sqlx::query(batch::EVENTS)
        .bind(json(&lines)?)
        .execute(db)
        .await?;
    Ok(())
}

impl SqliteStore {
    pub(super) async fn append_one(&self, event: NewEvent) -> Done<()> {
        let mut tx = self.write().await?;
        append(self.sealer(), &mut tx, &[event]).await?;
        tx.commit().await
    }

    pub(super) async fn history(&self, errand: &ErrandId, most: usize) -> Done<Vec<EventRow>> {
        let sql = "SELECT seq, errand, account, at, kind, body FROM events WHERE errand = $1 ORDER BY seq DESC LIMIT $2";
        let query = sqlx::query(sql).bind(errand.as_str()).bind(limit(most));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| event_row(self.sealer(), row))
            .collect()
    }

    pub(super) async fn histories_after(&self, seq: i64, most: usize) -> Done<Vec<EventRow>> {
        let sql = "SELECT seq, errand, account, at, kind, body FROM events WHERE seq > $1 ORDER BY seq LIMIT $2";
        let query = sqlx::query(sql).bind(seq).bind(limit(most));
        let rows = query.fetch_all(&mut *self.read().await?).await?;
        rows.iter()
            .map(|row| event_row(self.sealer(), row))
            .collect()
    }
}

/// A line that does not open is shown as such: one bad line must not hide the others.
fn event_row(sealer: &Sealer, row: &SqliteRow) -> Done<EventRow> {
    let errand: Option<String> = row.try_get("errand")?;
    let account: Option<String> = row.try_get("account")?;
    let body = sealer.open_json(
        place(errand.as_deref(), account.as_deref()),
        row.try_get("body")?,
    );
    let (text, data): (Text, Value) = body.unwrap_or_else(|_| (illegible(), Value::Null));
    Ok(EventRow {
        seq: row.try_get("seq")?,
        errand: errand.map(ErrandId::from),
        account: account.map(AccountId::from),
        at: moment(row.try_get("at")?)?,
        kind: from_word(row.try_get("kind")?)?,
        text,
        data,
    })
}

/// Shown in place of words that do not open.
pub(super) fn illegible() -> Text {
    Text::new(
        "（这一行已损坏，读不出来）",
        "(this line is damaged and cannot be read)",
    )
}
