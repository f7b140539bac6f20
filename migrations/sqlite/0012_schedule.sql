-- Scanners that are driven: where they are, what may be scanned, when, and what became of each run.

-- A scanner and how it is reached. Its secret is sealed and never read back to a page.
CREATE TABLE connector (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CONSTRAINT connector_name_key UNIQUE CHECK (length(name) BETWEEN 1 AND 120),
    kind TEXT NOT NULL,
    -- JSON of its kind.
    settings TEXT NOT NULL,
    sealed BLOB,
    secret_at INTEGER,
    source_id INTEGER NOT NULL REFERENCES source (id),
    at_a_time INTEGER NOT NULL CHECK (at_a_time BETWEEN 1 AND 100),
    -- Minutes between two looks for scans that ended by themselves; 0 for none.
    pull INTEGER NOT NULL CHECK (pull BETWEEN 0 AND 10080),
    -- Of scans that ended before, only the newest is fetched.
    pulled_from INTEGER,
    -- What the last look found, as JSON, and how long it took in milliseconds.
    probe TEXT,
    probed_at INTEGER,
    latency INTEGER,
    -- Why the last look failed, if it did.
    fault TEXT NOT NULL,
    fault_detail TEXT NOT NULL,
    failed_since INTEGER,
    failures INTEGER NOT NULL,
    ok_at INTEGER,
    -- After many failures nothing is launched until then.
    rests_until INTEGER,
    look_at INTEGER NOT NULL,
    user_id INTEGER REFERENCES app_user (id),
    created_at INTEGER NOT NULL,
    disabled_at INTEGER
) STRICT;
CREATE INDEX connector_look ON connector (look_at);

-- What may be scanned, on whose word, and when not.
CREATE TABLE scan_target (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CONSTRAINT scan_target_name_key UNIQUE CHECK (length(name) BETWEEN 1 AND 120),
    -- One a line.
    targets TEXT NOT NULL CHECK (length(targets) BETWEEN 1 AND 20000),
    exclude TEXT NOT NULL CHECK (length(exclude) <= 20000),
    allow TEXT NOT NULL CHECK (length(allow) <= 20000),
    zone TEXT NOT NULL,
    blackouts TEXT NOT NULL CHECK (length(blackouts) <= 2000),
    authorised_by TEXT NOT NULL CHECK (length(authorised_by) <= 200),
    authorisation TEXT NOT NULL CHECK (length(authorisation) <= 4000),
    authorised_until INTEGER,
    user_id INTEGER REFERENCES app_user (id),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE scan_schedule (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CONSTRAINT scan_schedule_name_key UNIQUE CHECK (length(name) BETWEEN 1 AND 120),
    connector_id INTEGER NOT NULL REFERENCES connector (id),
    target_id INTEGER NOT NULL REFERENCES scan_target (id),
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
CREATE INDEX scan_schedule_next ON scan_schedule (next_at);

CREATE TABLE scan_run (
    id INTEGER PRIMARY KEY,
    connector_id INTEGER NOT NULL REFERENCES connector (id),
    schedule_id INTEGER REFERENCES scan_schedule (id),
    target_id INTEGER REFERENCES scan_target (id),
    cause TEXT NOT NULL CHECK (cause IN ('schedule', 'hand', 'pull')),
    due_at INTEGER,
    -- By this the scanner is asked whether it was launched.
    key TEXT NOT NULL CONSTRAINT scan_run_key_key UNIQUE,
    -- Only part of the target is meant, as JSON; empty for all of it.
    part TEXT NOT NULL,
    -- What was asked of the scanner, as JSON, from the intent on.
    ask TEXT,
    -- How the connector finds it on the scanner.
    remote TEXT,
    -- The digest of that for a run that was found there, so that each is fetched once.
    remote_key TEXT,
    state TEXT NOT NULL CHECK (state IN ('queued', 'starting', 'running', 'exporting', 'importing', 'done', 'failed',
        'canceled', 'lost', 'skipped')),
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    stage TEXT NOT NULL,
    percent INTEGER,
    cancel INTEGER NOT NULL CHECK (cancel IN (0, 1)),
    job_id INTEGER REFERENCES job (id),
    scan_id INTEGER REFERENCES scan (id),
    tries INTEGER NOT NULL,
    user_id INTEGER REFERENCES app_user (id),
    created_at INTEGER NOT NULL,
    begun_at INTEGER,
    deadline INTEGER,
    ended_at INTEGER,
    look_at INTEGER NOT NULL,
    lease_owner TEXT,
    lease_until INTEGER,
    -- Its scan lives in the process that holds the lease, which keeps it between two looks.
    held INTEGER NOT NULL CHECK (held IN (0, 1)),
    CONSTRAINT scan_run_due_key UNIQUE (schedule_id, due_at),
    CONSTRAINT scan_run_remote_key UNIQUE (connector_id, remote_key)
) STRICT;
CREATE INDEX scan_run_claim ON scan_run (state, look_at, id);
CREATE INDEX scan_run_connector ON scan_run (connector_id, id);
CREATE INDEX scan_run_schedule ON scan_run (schedule_id, id);

-- What happened to a run: facts, worded where they are shown.
CREATE TABLE scan_run_log (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES scan_run (id),
    at INTEGER NOT NULL,
    code TEXT NOT NULL,
    number INTEGER,
    text TEXT NOT NULL CHECK (length(text) <= 1000)
) STRICT;
CREATE INDEX scan_run_log_run ON scan_run_log (run_id, id);

-- What people test by hand, planned beside what scanners do.
CREATE TABLE manual_test (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    who TEXT NOT NULL CHECK (length(who) <= 200),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    user_id INTEGER REFERENCES app_user (id),
    created_at INTEGER NOT NULL,
    canceled_at INTEGER,
    CONSTRAINT manual_test_times CHECK (ends_at > starts_at)
) STRICT;
CREATE INDEX manual_test_starts ON manual_test (starts_at);
