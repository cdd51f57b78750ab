//! Statements that carry many rows in one bind: a JSON array, taken apart by the database.
//!
//! A statement costs a hop to SQLite's thread and back, so a batch of 256 passes is a handful of statements and not 256 times
//! a handful. These are the only statements that don't run on PostgreSQL as they are: there `FROM json_each($1)` becomes
//! `FROM jsonb_array_elements($1::jsonb) AS t (value)` — or `unnest` of one array a column —, `value ->> 0` stays, with a cast
//! where the column isn't text, and `IN (SELECT value FROM json_each($1))` becomes `= ANY($1)`.

/// `$1`: ids. The deliveries that wait for these errands, oldest first.
pub(super) const UNREAD: &str = "SELECT errand, event, body FROM inbox \
     WHERE read_at IS NULL AND errand IN (SELECT value FROM json_each($1)) ORDER BY errand, seq";

/// `$1`: ids. What these errands watch.
pub(super) const WATCHED: &str =
    "SELECT errand, key, pace_s FROM watches WHERE errand IN (SELECT value FROM json_each($1))";

/// `$1`: keys. The last observation of each, where there is one.
pub(super) const SNAPSHOTS: &str = "SELECT key, number, at, result FROM lookouts \
     WHERE number > 0 AND key IN (SELECT value FROM json_each($1))";

/// `$1`: errand, ver, state, version, phase, checkpoint, reason, due_at, outcome, over_at. Writes passes behind their fences and
/// gives back those that were written. `CROSS JOIN` order is forced by the subquery: the batch first, then each row by its id.
pub(super) const PASSES: &str = "UPDATE errands SET state = j.state, version = j.version, phase = j.phase, \
         checkpoint = j.checkpoint, reason = j.reason, due_at = j.due_at, outcome = j.outcome, over_at = j.over_at, \
         generation = generation + 1, ver = errands.ver + 1 \
     FROM (SELECT value ->> 0 AS id, value ->> 1 AS ver, value ->> 2 AS state, value ->> 3 AS version, value ->> 4 AS phase, \
         value ->> 5 AS checkpoint, value ->> 6 AS reason, value ->> 7 AS due_at, value ->> 8 AS outcome, \
         value ->> 9 AS over_at FROM json_each($1)) AS j \
     WHERE errands.id = j.id AND errands.ver = j.ver \
         AND errands.phase NOT IN ('paused', 'done', 'failed', 'cancelled') \
     RETURNING errands.id, errands.told_at, errands.watching";

/// `$1`: errand, account, at, kind, body. Lines of history, in that order.
pub(super) const EVENTS: &str = "INSERT INTO events (errand, account, at, kind, body) \
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each($1) WHERE true ORDER BY key";

/// `$1`: errand, event; `$2`: now. These have been read.
pub(super) const READ: &str = "UPDATE inbox SET read_at = $2, body = NULL \
     FROM (SELECT value ->> 0 AS errand, value ->> 1 AS event FROM json_each($1)) AS j \
     WHERE inbox.errand = j.errand AND inbox.event = j.event AND inbox.read_at IS NULL";

/// `$1`: ids. What is still unread keeps its errand due; everything else has been seen.
pub(super) const STILL_TOLD: &str = "UPDATE errands SET told_at = \
         (SELECT MIN(inbox.at) FROM inbox WHERE inbox.errand = errands.id AND inbox.read_at IS NULL) \
     WHERE id IN (SELECT value FROM json_each($1))";

/// `$1`: errand, name, value; `$2`: now. The newest value counts.
pub(super) const FACTS: &str = "INSERT INTO facts (errand, name, value, at) \
     SELECT value ->> 0, value ->> 1, value ->> 2, $2 FROM json_each($1) WHERE true \
     ON CONFLICT (errand, name) DO UPDATE SET value = excluded.value, at = excluded.at";

/// `$1`: ids. Their facts, by errand and name.
pub(super) const FACTS_OF: &str = "SELECT errand, name, value FROM facts \
     WHERE errand IN (SELECT value FROM json_each($1)) ORDER BY errand, name";
