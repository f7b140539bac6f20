-- What scanners said word by word is kept for as long as a policy says, facts for ever. What has expired keeps its row, so that
-- a page can say since when.
ALTER TABLE pack ADD COLUMN expired_at INTEGER;
ALTER TABLE blob ADD COLUMN expired_at INTEGER;
ALTER TABLE scan ADD COLUMN purged_at INTEGER;

-- A class without a row is kept for ever.
CREATE TABLE retention (
    class TEXT NOT NULL PRIMARY KEY CHECK (class IN ('evidence', 'original')),
    days INTEGER NOT NULL CHECK (days BETWEEN 1 AND 36500),
    user_id INTEGER REFERENCES app_user (id),
    set_at INTEGER NOT NULL
) STRICT;

-- What must not expire, whatever the policy says, until it is released.
CREATE TABLE legal_hold (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('scan', 'asset')),
    target INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 4000),
    user_id INTEGER REFERENCES app_user (id),
    set_at INTEGER NOT NULL,
    released_at INTEGER
) STRICT;
CREATE INDEX legal_hold_target ON legal_hold (kind, target) WHERE released_at IS NULL;
