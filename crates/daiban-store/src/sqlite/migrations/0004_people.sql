-- Sessions are listed, end by idleness too, and say what browser they are. from_address: sealed.
-- Those that are there were opened 30 days before their end; that they are used now is the best that is known.
ALTER TABLE sessions ADD COLUMN id TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN from_address TEXT;
ALTER TABLE sessions ADD COLUMN fresh_at BIGINT;
UPDATE sessions SET id = lower(hex(randomblob(13))), created_at = until - 2592000000,
    seen_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000;
CREATE UNIQUE INDEX sessions_id ON sessions (id);

-- Browsers somebody has signed in from, by the hash of a random cookie.
CREATE TABLE devices (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash    TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, hash)
);

-- last_step: the time step of the last code taken, so that a code works once. confirmed_at: asked for since.
CREATE TABLE two_step (
    user_id      TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret       TEXT NOT NULL,  -- sealed
    confirmed_at BIGINT,
    last_step    BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    hash    TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (user_id, hash)
);

-- Whether the household sees and uses an account, and not its owner alone.
ALTER TABLE accounts ADD COLUMN shared BIGINT NOT NULL DEFAULT 0;

-- The page a notice leads to when it is about no ask.
ALTER TABLE notices ADD COLUMN page TEXT;
