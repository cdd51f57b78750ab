//! News: whether anything that people see has changed, and whom it concerns.
//!
//! Asked several times a second while somebody has a page open, so standing still must cost nothing: SQLite's own count of
//! other connections' commits is asked first, on a connection that is kept for it. On PostgreSQL this is `LISTEN`.

use std::collections::BTreeMap;

use daiban_core::{
    household::{Pulse, Touched},
    id::{AccountId, UserId},
};
use sqlx::{ConnectOptions as _, Row, SqliteConnection, sqlite::SqliteRow};

use super::{SqliteStore, fault::Done};

/// `$1`, `$2`, `$3`: the newest line of history, notice and message known. Lines that are only ever added are told by their
/// numbers; asks and errands change with a line of history each. What is changed in place is told by a mark: a cell that was
/// sealed anew begins with another nonce, which is its first 34 characters. On PostgreSQL `GROUP_CONCAT` is `STRING_AGG`.
const NEWS: &str = "\
    SELECT 'event' AS what, COALESCE(e.user_id, a.user_id) AS user_id, COALESCE(v.account, e.account) AS account, \
         CAST(MAX(v.seq) AS TEXT) AS mark \
     FROM events v LEFT JOIN errands e ON e.id = v.errand LEFT JOIN accounts a ON a.id = v.account \
     WHERE v.seq > $1 GROUP BY COALESCE(e.user_id, a.user_id), COALESCE(v.account, e.account) \
    UNION ALL SELECT 'notice', user_id, NULL, CAST(MAX(seq) AS TEXT) FROM notices WHERE seq > $2 GROUP BY user_id \
    UNION ALL SELECT 'message', c.user_id, NULL, CAST(MAX(o.seq) AS TEXT) \
     FROM outbox o JOIN channels c ON c.id = o.channel WHERE o.seq > $3 GROUP BY c.user_id \
    UNION ALL SELECT 'to_send/' || o.id, c.user_id, NULL, o.state || o.attempts \
     FROM outbox o JOIN channels c ON c.id = o.channel WHERE o.state IN ('queued', 'held') \
    UNION ALL SELECT 'account/' || id, user_id, id, state || COALESCE(signed_in_at, '') \
         || COALESCE(substr(problem, 1, 34), '') || COALESCE(substr(settings, 1, 34), '') || name \
     FROM accounts WHERE removed_at IS NULL \
    UNION ALL SELECT 'kept/' || k.account, a.user_id, k.account, CAST(SUM(k.number) AS TEXT) \
     FROM kept k JOIN accounts a ON a.id = k.account GROUP BY k.account, a.user_id \
    UNION ALL SELECT 'sessions/' || user_id, user_id, NULL, GROUP_CONCAT(substr(hash, 1, 8)) FROM sessions GROUP BY user_id \
    UNION ALL SELECT 'problem/' || key, user_id, NULL, since || substr(body, 1, 34) FROM problems";

/// The newest of everything that is only ever added.
const NEWEST: &str = "SELECT (SELECT COALESCE(MAX(seq), 0) FROM events) AS event, \
    (SELECT COALESCE(MAX(seq), 0) FROM notices) AS notice, (SELECT COALESCE(MAX(seq), 0) FROM outbox) AS message";

impl SqliteStore {
    pub(super) async fn look_for_news(&self, last: &Pulse) -> Done<Option<(Pulse, Vec<Touched>)>> {
        let Some(readers) = &self.inner.readers else {
            // In memory there is one connection, and its own writes are everybody's.
            let mut line = self.inner.writer.clone().lock_owned().await;
            let writes = sqlx::query_scalar("SELECT total_changes()");
            let writes = writes.fetch_one(line.connection()).await?;
            return news(line.connection(), writes, last).await;
        };
        let mut listener = self.inner.listener.lock().await;
        // Taken out while it is used: one that failed is not used again, and a new one counts from anew.
        let (mut connection, is_known) = match listener.take() {
            Some(connection) => (connection, true),
            None => (readers.connect_options().connect().await?, false),
        };
        let writes = sqlx::query_scalar("PRAGMA data_version");
        let writes = writes.fetch_one(&mut connection).await?;
        let forgotten;
        let last = match is_known {
            true => last,
            false => {
                forgotten = Pulse {
                    writes: None,
                    ..last.clone()
                };
                &forgotten
            }
        };
        let found = news(&mut connection, writes, last).await?;
        *listener = Some(connection);
        Ok(found)
    }
}

/// The count of writes is asked for before: what is written meanwhile is news again at the next look, and never overlooked.
async fn news(
    db: &mut SqliteConnection,
    writes: i64,
    last: &Pulse,
) -> Done<Option<(Pulse, Vec<Touched>)>> {
    if last.writes == Some(writes) {
        return Ok(None);
    }
    let is_first = *last == Pulse::default();
    let mut pulse = Pulse {
        writes: Some(writes),
        marks: BTreeMap::new(),
        ..last.clone()
    };
    if is_first {
        let row = sqlx::query(NEWEST).fetch_one(&mut *db).await?;
        pulse.event = row.try_get("event")?;
        pulse.notice = row.try_get("notice")?;
        pulse.message = row.try_get("message")?;
    }
    let query = sqlx::query(NEWS)
        .bind(pulse.event)
        .bind(pulse.notice)
        .bind(pulse.message);
    let mut touched = Vec::new();
    for row in query.fetch_all(&mut *db).await? {
        touched.extend(note(&mut pulse, last, &row)?);
    }
    // What is there no more: a problem that was cleared, a message that was sent.
    let gone = |what: &&String| !pulse.marks.contains_key(*what);
    let gone = last.marks.keys().filter(gone);
    touched.extend(gone.map(|what| last.marks[what].0.clone()));
    touched.sort();
    touched.dedup();
    if is_first {
        touched.clear();
    }
    Ok(Some((pulse, touched)))
}

/// Notes a row in the pulse, and whom it concerns if it is new.
fn note(pulse: &mut Pulse, last: &Pulse, row: &SqliteRow) -> Done<Option<Touched>> {
    let what: String = row.try_get("what")?;
    let touched = Touched {
        user: row
            .try_get::<Option<String>, _>("user_id")?
            .map(UserId::from),
        account: row
            .try_get::<Option<String>, _>("account")?
            .map(AccountId::from),
    };
    let mark: String = row.try_get("mark")?;
    let newest = match what.as_str() {
        "event" => &mut pulse.event,
        "notice" => &mut pulse.notice,
        "message" => &mut pulse.message,
        _ => {
            let is_new = last.marks.get(&what).is_none_or(|known| known.1 != mark);
            pulse.marks.insert(what, (touched.clone(), mark));
            return Ok(is_new.then_some(touched));
        }
    };
    *newest = (*newest).max(mark.parse().unwrap_or(*newest));
    Ok(Some(touched))
}
