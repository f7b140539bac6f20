-- Where a published file was fetched from; empty for one that somebody loaded, or that ships with the program.
ALTER TABLE feed ADD COLUMN origin TEXT NOT NULL DEFAULT '';

-- When each kind of published file is fetched next, and how it went last. Whoever moves look_at on has taken the turn.
CREATE TABLE feed_refresh (
    kind TEXT NOT NULL PRIMARY KEY CHECK (kind IN ('epss', 'kev', 'euvd')),
    look_at INTEGER NOT NULL,
    tried_at INTEGER,
    good_at INTEGER,
    failures INTEGER NOT NULL,
    trouble TEXT NOT NULL
) STRICT, WITHOUT ROWID;
