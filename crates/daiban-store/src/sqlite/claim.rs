//! Errands due for a pass, a batch in a few statements.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use daiban_core::{
    Text, Timestamp,
    errand::{Incoming, Snapshot},
    id::{AccountId, ErrandId, EventId, LookoutKey, UserId},
    notice::Severity,
    store::{Claimed, EventKind, NewEvent},
};
use serde_json::json;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{
    SqliteStore, batch,
    errands::inbox_row,
    events,
    fault::{Done, Fault},
    lookouts, problems,
    rows::{self, limit, moment, ms, number},
};
use crate::seal::{Place, Sealer};

const DUE: &str = "SELECT id, user_id, account, kind, wishes, state, version, due_at, told_at, wake_at, generation, ver, watching \
     FROM errands WHERE wake_at <= $1 ORDER BY wake_at, id LIMIT $2";

/// A row that cannot be read: which, whose, why.
struct Stuck {
    id: ErrandId,
    user: UserId,
    account: AccountId,
    why: Fault,
}

impl SqliteStore {
    /// One process runs errands from a SQLite file, so nothing is leased: claiming only reads.
    pub(super) async fn claim(&self, now: Timestamp, most: usize) -> Done<Vec<Claimed>> {
        let (claimed, stuck) = self.read_due(now, most).await?;
        for stuck in stuck {
            self.set_stuck(now, stuck).await?;
        }
        Ok(claimed)
    }

    async fn read_due(&self, now: Timestamp, most: usize) -> Done<(Vec<Claimed>, Vec<Stuck>)> {
        let mut db = self.read().await?;
        let query = sqlx::query(DUE).bind(ms(now)).bind(limit(most));
        let rows = query.fetch_all(&mut *db).await?;
        let mut inboxes = unread(self.sealer(), &mut db, &rows).await?;
        let mut watched = watched(&mut db, &rows).await?;
        let mut claimed = Vec::with_capacity(rows.len());
        let mut stuck = Vec::new();
        for row in &rows {
            let id: String = row.try_get("id")?;
            let inbox = inboxes.remove(&id).unwrap_or_else(|| Ok(Vec::new()));
            let errand = inbox.and_then(|incoming| {
                let seen = watched.remove(&id).unwrap_or_default();
                claimed_errand(self.sealer(), now, row, &id, incoming, seen)
            });
            match errand {
                Ok(errand) => claimed.push(errand),
                Err(why) => stuck.push(Stuck {
                    user: row.try_get::<String, _>("user_id")?.into(),
                    account: row.try_get::<String, _>("account")?.into(),
                    id: id.into(),
                    why,
                }),
            }
        }
        Ok((claimed, stuck))
    }

    /// Left as it is, with one line of history and one problem; the others go on. `run` or `resume` tries it again.
    async fn set_stuck(&self, now: Timestamp, stuck: Stuck) -> Done<()> {
        let Stuck {
            id,
            user,
            account,
            why,
        } = stuck;
        let mut tx = self.write().await?;
        let marked =
            sqlx::query("UPDATE errands SET stuck = 1, ver = ver + 1 WHERE id = $1 AND stuck = 0")
                .bind(id.as_str())
                .execute(&mut *tx)
                .await?;
        if marked.rows_affected() == 0 {
            return Ok(());
        }
        tracing::error!(errand = %id, why = %why.0, "an errand's row cannot be read; it is left as it is");
        let text = Text::new(
            "这件代办存下的内容读不出来，已停下，没有改动",
            "what is stored of this errand cannot be read; it has stopped and was left as it is",
        );
        let fix = Text::new(
            "请从备份恢复数据库，再让它运行一次；或取消它重新建一件",
            "restore the database from a backup and run it again, or cancel it and make a new one",
        );
        let event = NewEvent {
            errand: Some(id.clone()),
            account: Some(account),
            at: now,
            kind: EventKind::Stuck,
            text: text.clone(),
            data: json!({ "why": why.0.to_string() }),
        };
        events::append(self.sealer(), &mut tx, &[event]).await?;
        let key = format!("errand/{id}/stuck");
        problems::raise(
            self.sealer(),
            &mut tx,
            &key,
            Some(&user),
            now,
            Severity::Attention,
            &(text, fix),
        )
        .await?;
        tx.commit().await
    }
}

/// What waits for those errands that have been told something. A delivery that does not open makes its errand stuck, and no other.
async fn unread(
    sealer: &Sealer,
    db: &mut SqliteConnection,
    rows: &[SqliteRow],
) -> Done<HashMap<String, Done<Vec<(EventId, Incoming)>>>> {
    let mut told = Vec::new();
    for row in rows {
        if row.try_get::<Option<i64>, _>("told_at")?.is_some() {
            told.push(row.try_get::<&str, _>("id")?);
        }
    }
    let mut inboxes: HashMap<String, Done<Vec<(EventId, Incoming)>>> = HashMap::new();
    if told.is_empty() {
        return Ok(inboxes);
    }
    let deliveries = sqlx::query(batch::UNREAD)
        .bind(rows::json(&told)?)
        .fetch_all(db)
        .await?;
    for row in deliveries {
        let errand: String = row.try_get("errand")?;
        let event: String = row.try_get("event")?;
        let body: Option<&str> = row.try_get("body")?;
        let incoming = sealer.open_json(
            Place::new("inbox", "body", &inbox_row(&errand, &event)),
            body.unwrap_or_default(),
        );
        let inbox = inboxes.entry(errand).or_insert_with(|| Ok(Vec::new()));
        match (inbox.as_mut(), incoming) {
            (Ok(inbox), Ok(incoming)) => inbox.push((event.into(), incoming)),
            (Ok(_), Err(why)) => *inbox = Err(why),
            (Err(_), _) => {}
        }
    }
    Ok(inboxes)
}

/// What those errands see that watch something. Each observation is read once, however many watch it.
async fn watched(
    db: &mut SqliteConnection,
    rows: &[SqliteRow],
) -> Done<HashMap<String, BTreeMap<LookoutKey, Snapshot>>> {
    let mut watching = Vec::new();
    for row in rows {
        if row.try_get::<i64, _>("watching")? == 1 {
            watching.push(row.try_get::<&str, _>("id")?);
        }
    }
    let mut seen: HashMap<String, BTreeMap<LookoutKey, Snapshot>> = HashMap::new();
    if watching.is_empty() {
        return Ok(seen);
    }
    let watches = lookouts::watches_of(db, &watching).await?;
    let keys: BTreeSet<&LookoutKey> = watches.iter().map(|(_, key, _)| key).collect();
    let snapshots = lookouts::snapshots(db, &keys).await?;
    for (errand, key, _) in &watches {
        if let Some(snapshot) = snapshots.get(key.as_str()) {
            seen.entry(errand.clone())
                .or_default()
                .insert(key.clone(), snapshot.clone());
        }
    }
    Ok(seen)
}

fn claimed_errand(
    sealer: &Sealer,
    now: Timestamp,
    row: &SqliteRow,
    id: &str,
    incoming: Vec<(EventId, Incoming)>,
    seen: BTreeMap<LookoutKey, Snapshot>,
) -> Done<Claimed> {
    let due_at: Option<i64> = row.try_get("due_at")?;
    Ok(Claimed {
        id: id.into(),
        account: row.try_get::<String, _>("account")?.into(),
        kind: row.try_get("kind")?,
        wishes: sealer.open_json(Place::new("errands", "wishes", id), row.try_get("wishes")?)?,
        state: sealer.open_json(Place::new("errands", "state", id), row.try_get("state")?)?,
        version: number(row.try_get("version")?)?,
        due: moment(row.try_get("wake_at")?)?,
        timer: due_at.is_some_and(|due| due <= ms(now)),
        generation: number(row.try_get("generation")?)?,
        ver: number(row.try_get("ver")?)?,
        incoming,
        seen,
    })
}
