-- Moments are milliseconds since 1970 UTC. Columns marked "sealed" hold cells of seal.rs; the rest is plain.
-- Truth values are 0 and 1.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- People ----------------------------------------------------------------------------------------------------------

CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    role          TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    failures      BIGINT NOT NULL,
    locked_until  BIGINT
);

CREATE TABLE once_words (
    hash    TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    until   BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE sessions (
    hash    TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    csrf    TEXT NOT NULL,
    until   BIGINT NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    hash       TEXT NOT NULL UNIQUE,
    user_id    TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    scope      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT
);
CREATE INDEX tokens_user ON tokens (user_id);

-- Accounts --------------------------------------------------------------------------------------------------------

-- A removed account keeps its row, because history points at it, but neither name, settings nor secrets.
CREATE TABLE accounts (
    id           TEXT PRIMARY KEY,
    user_id      TEXT NOT NULL REFERENCES users (id),
    service      TEXT NOT NULL,
    name         TEXT NOT NULL,
    state        TEXT NOT NULL,
    problem      TEXT,           -- sealed
    settings     TEXT,           -- sealed: may hold a phone
    created_at   BIGINT NOT NULL,
    signed_in_at BIGINT,
    removed_at   BIGINT
);
CREATE UNIQUE INDEX accounts_name ON accounts (user_id, service, name) WHERE removed_at IS NULL;

CREATE TABLE secrets (
    account TEXT NOT NULL REFERENCES accounts (id),
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,       -- sealed
    PRIMARY KEY (account, name)
);

CREATE TABLE sealed (
    name    TEXT PRIMARY KEY,
    content TEXT NOT NULL        -- sealed
);

-- Errands ---------------------------------------------------------------------------------------------------------

-- due_at: the timer. told_at: the oldest thing that waits to be read. wake_at: when a pass is due, by either;
-- computed by the database so that it can't disagree with the columns it follows from.
CREATE TABLE errands (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    account    TEXT NOT NULL REFERENCES accounts (id),
    kind       TEXT NOT NULL,
    wishes     TEXT NOT NULL,    -- sealed
    state      TEXT NOT NULL,    -- sealed
    version    BIGINT NOT NULL,
    phase      TEXT NOT NULL,
    checkpoint TEXT NOT NULL,
    reason     TEXT NOT NULL,    -- sealed
    outcome    TEXT,             -- sealed
    due_at     BIGINT,
    told_at    BIGINT,
    generation BIGINT NOT NULL,
    ver        BIGINT NOT NULL,
    watching   BIGINT NOT NULL,  -- whether it has rows in watches
    stuck      BIGINT NOT NULL,  -- whether its row could not be read
    internal   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    over_at    BIGINT,
    wake_at    BIGINT GENERATED ALWAYS AS (
        CASE
            WHEN stuck = 1 OR phase IN ('paused', 'done', 'failed', 'cancelled') THEN NULL
            WHEN told_at IS NULL THEN due_at
            WHEN due_at IS NULL OR told_at < due_at THEN told_at
            ELSE due_at
        END
    ) STORED
);
CREATE INDEX errands_wake ON errands (wake_at, id) WHERE wake_at IS NOT NULL;
CREATE INDEX errands_user ON errands (user_id);
CREATE INDEX errands_account ON errands (account);

-- A delivery that has been read keeps its row without its body, so that it isn't told again.
CREATE TABLE inbox (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    errand  TEXT NOT NULL REFERENCES errands (id),
    event   TEXT NOT NULL,
    at      BIGINT NOT NULL,
    body    TEXT,                -- sealed
    read_at BIGINT,
    UNIQUE (errand, event)
);
CREATE INDEX inbox_unread ON inbox (errand, seq) WHERE read_at IS NULL;
CREATE INDEX inbox_read ON inbox (read_at) WHERE read_at IS NOT NULL;

-- Facts by name.
CREATE TABLE facts (
    errand TEXT NOT NULL REFERENCES errands (id),
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,        -- sealed
    at     BIGINT NOT NULL,
    PRIMARY KEY (errand, name)
);

CREATE TABLE events (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    errand  TEXT,
    account TEXT,
    at      BIGINT NOT NULL,
    kind    TEXT NOT NULL,
    body    TEXT NOT NULL        -- sealed: text and data
);
CREATE INDEX events_errand ON events (errand, seq) WHERE errand IS NOT NULL;

-- History is never edited. Deleting is for retention alone (retention.rs); nothing else does it.
CREATE TRIGGER events_are_never_edited BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'history is never edited');
END;

-- Calls -----------------------------------------------------------------------------------------------------------

CREATE TABLE calls (
    id          TEXT PRIMARY KEY,
    errand      TEXT REFERENCES errands (id),
    account     TEXT,
    service     TEXT NOT NULL,
    tag         TEXT NOT NULL,
    nature      TEXT NOT NULL,
    body        TEXT NOT NULL,   -- sealed
    not_before  BIGINT,
    state       TEXT NOT NULL,
    intended_at BIGINT NOT NULL,
    due         BIGINT NOT NULL,
    sent_at     BIGINT,
    settled_at  BIGINT,
    tries       BIGINT NOT NULL,
    outcome     TEXT,            -- sealed
    charged     TEXT
);
CREATE INDEX calls_waiting ON calls (due) WHERE state IN ('queued', 'unsure');
CREATE INDEX calls_open ON calls (account) WHERE state IN ('queued', 'unsure');
CREATE INDEX calls_sent ON calls (account) WHERE state = 'sent';
CREATE INDEX calls_unsure ON calls (account) WHERE state = 'unsure' AND nature = 'act';
CREATE INDEX calls_errand ON calls (errand, intended_at);
CREATE INDEX calls_ledger ON calls (account, sent_at) WHERE nature = 'act' AND sent_at IS NOT NULL;

-- The last result by account and name; account is empty for the public line.
CREATE TABLE kept (
    service TEXT NOT NULL,
    account TEXT NOT NULL,
    name    TEXT NOT NULL,
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    result  TEXT NOT NULL,       -- sealed
    PRIMARY KEY (account, name)
);

CREATE TABLE budgets (
    service   TEXT NOT NULL,
    account   TEXT NOT NULL,
    next_poll BIGINT,
    day       TEXT NOT NULL,
    used      BIGINT NOT NULL,
    PRIMARY KEY (service, account)
);

-- Who talks to a service as an account now, until then at most.
CREATE TABLE hands (
    account TEXT PRIMARY KEY,
    holder  TEXT NOT NULL,
    until   BIGINT NOT NULL
);

CREATE TABLE closures (
    service TEXT PRIMARY KEY,
    until   BIGINT NOT NULL,
    why     TEXT NOT NULL
);

-- Lookouts: public, and so plain ------------------------------------------------------------------------------------

-- due is empty while nobody watches.
CREATE TABLE lookouts (
    key     TEXT PRIMARY KEY,
    service TEXT NOT NULL,
    query   TEXT NOT NULL,
    due     BIGINT,
    number  BIGINT NOT NULL,
    at      BIGINT,
    result  TEXT,
    used_at BIGINT NOT NULL
);
CREATE INDEX lookouts_due ON lookouts (due) WHERE due IS NOT NULL;

-- active is 0 while the errand is paused.
CREATE TABLE watches (
    errand TEXT NOT NULL REFERENCES errands (id),
    key    TEXT NOT NULL REFERENCES lookouts (key),
    pace_s BIGINT NOT NULL,
    active BIGINT NOT NULL,
    PRIMARY KEY (errand, key)
);
CREATE INDEX watches_key ON watches (key, active, pace_s);

-- What people see ---------------------------------------------------------------------------------------------------

-- The answer is not here: it waits sealed in the inbox until the errand has read it.
CREATE TABLE asks (
    id       TEXT PRIMARY KEY,
    user_id  TEXT NOT NULL REFERENCES users (id),
    service  TEXT NOT NULL,
    account  TEXT NOT NULL,
    errand   TEXT NOT NULL REFERENCES errands (id),
    at       BIGINT NOT NULL,
    state    TEXT NOT NULL,
    tag      TEXT NOT NULL,
    kind     TEXT NOT NULL,
    deadline BIGINT,
    body     TEXT NOT NULL,      -- sealed: title, body, picture
    ended_at BIGINT
);
CREATE INDEX asks_open ON asks (deadline) WHERE state = 'open';
CREATE INDEX asks_errand ON asks (errand, state);

CREATE TABLE problems (
    key      TEXT PRIMARY KEY,
    user_id  TEXT REFERENCES users (id),
    since    BIGINT NOT NULL,
    severity TEXT NOT NULL,
    body     TEXT NOT NULL       -- sealed: text and fix
);

CREATE TABLE notices (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    id       TEXT NOT NULL UNIQUE,
    user_id  TEXT NOT NULL REFERENCES users (id),
    key      TEXT NOT NULL,
    errand   TEXT,
    ask      TEXT,
    at       BIGINT NOT NULL,
    severity TEXT NOT NULL,
    body     TEXT NOT NULL,      -- sealed: title and body
    spread   BIGINT NOT NULL,
    UNIQUE (user_id, key)
);
CREATE INDEX notices_unspread ON notices (seq) WHERE spread = 0;

CREATE TABLE channels (
    id       TEXT PRIMARY KEY,
    user_id  TEXT NOT NULL REFERENCES users (id),
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    settings TEXT NOT NULL,      -- sealed
    secrets  TEXT NOT NULL       -- sealed
);

CREATE TABLE outbox (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    id       TEXT NOT NULL UNIQUE,
    channel  TEXT NOT NULL,
    notice   TEXT NOT NULL,
    state    TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    answer   TEXT,               -- sealed
    next_at  BIGINT
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state IN ('queued', 'held');
