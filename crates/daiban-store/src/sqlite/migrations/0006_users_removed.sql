-- A removed user keeps the row, because history points at it, but neither name nor any way to sign in.
ALTER TABLE users ADD COLUMN removed_at BIGINT;
