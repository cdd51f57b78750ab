-- Dated values of an account that outlive the errand that saw them. until: when they are let go.
CREATE TABLE records (
    account TEXT NOT NULL REFERENCES accounts (id),
    kind    TEXT NOT NULL,
    id      TEXT NOT NULL,
    at      BIGINT NOT NULL,
    until   BIGINT NOT NULL,
    value   TEXT NOT NULL,       -- sealed
    PRIMARY KEY (account, kind, id)
);
CREATE INDEX records_at ON records (account, kind, at);
CREATE INDEX records_until ON records (until);
