-- Who did what in daiban itself, and who was turned away. No foreign keys: a line outlives what it is about.
CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    at      BIGINT NOT NULL,
    user_id TEXT,                -- who; NULL: nobody who signed in
    what    TEXT NOT NULL,       -- a word
    about   TEXT,                -- a kind and an id of ours, such as account/06…
    via     TEXT,                -- session/…, token/…, link or command_line
    origin  TEXT,                -- sealed: the address it came from
    refused BIGINT NOT NULL
);
CREATE INDEX audit_user ON audit (user_id, seq) WHERE user_id IS NOT NULL;
CREATE INDEX audit_about ON audit (about, seq) WHERE about IS NOT NULL;
CREATE INDEX audit_at ON audit (at);

-- Lines are never edited. Deleting is for retention alone (retention.rs).
CREATE TRIGGER audit_is_never_edited BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is never edited');
END;
