-- A schedule without targets scans nothing: it fetches the findings that its scanner keeps.
-- SQLite takes no constraint from a column, so the table is made anew; the runs that refer to its rows find them again at the end.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE scan_schedule_before AS SELECT * FROM scan_schedule;
DROP TABLE scan_schedule;
CREATE TABLE scan_schedule (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CONSTRAINT scan_schedule_name_key UNIQUE CHECK (length(name) BETWEEN 1 AND 120),
    connector_id INTEGER NOT NULL REFERENCES connector (id),
    target_id INTEGER REFERENCES scan_target (id),
    cron TEXT NOT NULL,
    zone TEXT NOT NULL,
    missed TEXT NOT NULL CHECK (missed IN ('skip', 'once', 'all')),
    overlap TEXT NOT NULL CHECK (overlap IN ('skip', 'wait')),
    -- In minutes, as the limit of a run is.
    jitter INTEGER NOT NULL CHECK (jitter BETWEEN 0 AND 1440),
    time_limit INTEGER NOT NULL CHECK (time_limit BETWEEN 1 AND 20160),
    intensity TEXT NOT NULL,
    choice TEXT NOT NULL CHECK (length(choice) <= 200),
    -- Whose it is; none for the local operator. Somebody who may not sign in scans nothing.
    owner_id INTEGER REFERENCES app_user (id),
    paused INTEGER NOT NULL CHECK (paused IN (0, 1)),
    next_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO scan_schedule SELECT id, name, connector_id, target_id, cron, zone, missed, overlap, jitter, time_limit, intensity,
    choice, owner_id, paused, next_at, created_at, updated_at FROM scan_schedule_before;
DROP TABLE scan_schedule_before;
CREATE INDEX scan_schedule_next ON scan_schedule (next_at);
