-- The audit log is a chain: each entry carries a keyed hash of itself and of the entry before it. The key is outside the
-- database. Entries without a chain were written before there was one; the first entry of the first chain vouches for them.
ALTER TABLE audit ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN became TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN chain TEXT;
ALTER TABLE audit ADD COLUMN seq BIGINT;
ALTER TABLE audit ADD COLUMN mac BYTEA CHECK (mac IS NULL OR length(mac) = 32);
CREATE UNIQUE INDEX audit_in_chain ON audit (chain, seq);
CREATE INDEX audit_by_time ON audit (at);

-- One row a chain: its newest entry. Whoever holds this row's lock may append.
CREATE TABLE audit_chain (
    chain TEXT NOT NULL PRIMARY KEY CHECK (length(chain) BETWEEN 1 AND 40),
    seq BIGINT NOT NULL CHECK (seq >= 0),
    mac BYTEA NOT NULL CHECK (length(mac) = 32)
);
