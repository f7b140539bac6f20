-- The model's tables. The PostgreSQL folder holds the same tables under the same number.
-- Instants are microseconds since 1970-01-01T00:00:00Z, days are days since 1970-01-01 in the organisation's zone.

-- One row of settings that every number depends on.
CREATE TABLE organisation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    zone TEXT NOT NULL CHECK (length(zone) BETWEEN 1 AND 64),
    locale TEXT NOT NULL CHECK (locale IN ('en', 'es')),
    setup_token_hash BLOB
) STRICT;

-- The head: whoever holds this row's lock may take the next step.
CREATE TABLE head (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    step INTEGER NOT NULL CHECK (step >= 0),
    recorded_at INTEGER NOT NULL
) STRICT;

-- One row a step: when it was recorded and what it was.
CREATE TABLE step (
    step INTEGER PRIMARY KEY,
    recorded_at INTEGER NOT NULL UNIQUE,
    recorded_day INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('import', 'undo', 'decision', 'owner', 'date')),
    user_id INTEGER
) STRICT;

-- Which master keys this database was sealed with: a wrong key is recognized before anything is read or written.
CREATE TABLE sealing_key (
    key_id BLOB PRIMARY KEY CHECK (length(key_id) = 4),
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE team (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL CONSTRAINT team_slug_key UNIQUE CHECK (length(slug) BETWEEN 1 AND 60),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE app_user (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL CONSTRAINT app_user_login_key UNIQUE CHECK (length(login) BETWEEN 1 AND 200),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    password_hash TEXT,
    role TEXT NOT NULL CHECK (role IN ('admin', 'analyst', 'lead', 'executive', 'member', 'auditor')),
    locale TEXT CHECK (locale IN ('en', 'es')),
    disabled_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE team_member (
    team_id INTEGER NOT NULL REFERENCES team (id),
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    PRIMARY KEY (team_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX team_member_user ON team_member (user_id);

-- Opaque random tokens; only their SHA-256 is kept.
CREATE TABLE session (
    token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    user_agent TEXT NOT NULL,
    network TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_user ON session (user_id);

CREATE TABLE api_token (
    id INTEGER PRIMARY KEY,
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    prefix TEXT NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    revoked_at INTEGER
) STRICT;

-- Failed sign-ins by account and by network, for the throttle that survives restarts and replicas.
CREATE TABLE sign_in_failure (
    subject TEXT NOT NULL,
    failures INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL CONSTRAINT source_name_key UNIQUE CHECK (length(name) BETWEEN 1 AND 120),
    space TEXT NOT NULL CHECK (length(space) BETWEEN 1 AND 120),
    zone TEXT NOT NULL,
    closing TEXT NOT NULL CHECK (closing IN ('rule_ran_there', 'both')),
    prefer_fqdn INTEGER NOT NULL CHECK (prefer_fqdn IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

-- Which team owns an asset, by pattern over its names and address; the highest rank that matches wins. A rule that is
-- taken away keeps its row: who owned an asset when is derived from all rules that ever held.
CREATE TABLE ownership_rule (
    id INTEGER PRIMARY KEY,
    team_id INTEGER NOT NULL REFERENCES team (id),
    pattern TEXT NOT NULL CHECK (length(pattern) BETWEEN 1 AND 200),
    rank INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX ownership_rule_rank ON ownership_rule (rank) WHERE removed_at IS NULL;

-- Background work, import jobs first. Claimed by lease.
CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('import')),
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'canceled')),
    phase TEXT NOT NULL,
    done_bytes INTEGER NOT NULL,
    total_bytes INTEGER NOT NULL,
    done_rows INTEGER NOT NULL,
    result TEXT,
    attempts INTEGER NOT NULL,
    user_id INTEGER REFERENCES app_user (id),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    run_after INTEGER NOT NULL,
    lease_until INTEGER,
    lease_owner TEXT
) STRICT;
CREATE INDEX job_claim ON job (state, run_after, id);

-- Sealed, compressed bytes in chunks: uploads that wait for their job, and original exports. Staged freely;
-- a blob that no upload, export or pack names is rubbish and is swept.
CREATE TABLE blob (
    id INTEGER PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('upload', 'original')),
    content_mac BLOB CHECK (length(content_mac) = 32),
    bytes INTEGER NOT NULL,
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE blob_chunk (
    blob_id INTEGER NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (blob_id, seq)
) STRICT;

-- Packs of many small texts, compressed and sealed together. The id is import_id * 2^20 + the pack's number in the import,
-- so that it is known before the pack is written.
CREATE TABLE pack (
    id INTEGER PRIMARY KEY,
    import_id INTEGER NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('evidence', 'prose', 'quarantine')),
    items INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX pack_import ON pack (import_id);

-- One attempt to import one file; it owns what is staged until the switch.
CREATE TABLE import (
    id INTEGER PRIMARY KEY,
    job_id INTEGER REFERENCES job (id),
    source_id INTEGER NOT NULL REFERENCES source (id),
    file_name TEXT NOT NULL,
    export_hash BLOB CHECK (length(export_hash) = 32),
    state TEXT NOT NULL CHECK (state IN ('running', 'visible', 'refused', 'abandoned')),
    scan_id INTEGER,
    original_blob INTEGER REFERENCES blob (id),
    user_id INTEGER,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    result TEXT
) STRICT;
CREATE INDEX import_state ON import (state);

CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES source (id),
    tool INTEGER NOT NULL,
    name TEXT NOT NULL,
    policy TEXT NOT NULL,
    CONSTRAINT series_key UNIQUE (source_id, tool, name, policy)
) STRICT;

-- Content-addressed coverage (plugin sets and the like), shared by the scans that have the same.
CREATE TABLE coverage (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    packed BLOB NOT NULL
) STRICT;

-- (export, source) is the input. `withdrawn_step` is set while the import is undone.
CREATE TABLE scan (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES source (id),
    series_id INTEGER NOT NULL REFERENCES series (id),
    import_id INTEGER NOT NULL REFERENCES import (id),
    export_hash BLOB NOT NULL CHECK (length(export_hash) = 32),
    original_blob INTEGER REFERENCES blob (id),
    file_name TEXT NOT NULL,
    tool INTEGER NOT NULL,
    tool_version TEXT NOT NULL,
    format TEXT NOT NULL,
    at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    time_basis TEXT NOT NULL CHECK (time_basis IN ('export', 'run', 'upload')),
    dated INTEGER NOT NULL CHECK (dated IN (0, 1)),
    coverage_id INTEGER NOT NULL REFERENCES coverage (id),
    weaknesses BLOB NOT NULL,
    step INTEGER NOT NULL REFERENCES step (step),
    withdrawn_step INTEGER REFERENCES step (step),
    result TEXT NOT NULL,
    effects BLOB NOT NULL,
    CONSTRAINT scan_export_key UNIQUE (source_id, export_hash)
) STRICT;
CREATE INDEX scan_at ON scan (at);

CREATE TABLE asset (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL CONSTRAINT asset_key_key UNIQUE,
    kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
    name TEXT NOT NULL,
    facts TEXT NOT NULL,
    named_at INTEGER NOT NULL,
    named_by BLOB NOT NULL,
    since INTEGER NOT NULL,
    team_id INTEGER REFERENCES team (id),
    team_rule INTEGER REFERENCES ownership_rule (id)
) STRICT;
CREATE INDEX asset_team ON asset (team_id);
CREATE INDEX asset_name ON asset (name);

-- Who owned an asset from when, derived from the ownership rules. The first owner is knowledge and reaches back; later
-- changes are dated.
CREATE TABLE asset_owner (
    id INTEGER PRIMARY KEY,
    asset_id INTEGER NOT NULL REFERENCES asset (id),
    at INTEGER NOT NULL,
    team_id INTEGER REFERENCES team (id),
    step INTEGER NOT NULL REFERENCES step (step)
) STRICT;
CREATE INDEX asset_owner_asset ON asset_owner (asset_id, at);

CREATE TABLE weakness (
    id INTEGER PRIMARY KEY,
    tool INTEGER NOT NULL,
    rule TEXT NOT NULL,
    title TEXT NOT NULL,
    family TEXT NOT NULL,
    cwe TEXT NOT NULL,
    cve TEXT NOT NULL,
    score_tenths INTEGER,
    facts TEXT NOT NULL,
    prose_pack INTEGER,
    prose_index INTEGER NOT NULL,
    text_hash BLOB NOT NULL CHECK (length(text_hash) = 8),
    text_at INTEGER NOT NULL,
    text_by BLOB NOT NULL,
    mapping INTEGER NOT NULL,
    owasp_2017 INTEGER NOT NULL,
    owasp_2021 INTEGER NOT NULL,
    owasp_2025 INTEGER NOT NULL,
    classification TEXT NOT NULL,
    CONSTRAINT weakness_rule_key UNIQUE (tool, rule)
) STRICT;
CREATE INDEX weakness_owasp_2021 ON weakness (owasp_2021);

-- The texts of a weakness besides the one in its row, so that undoing the scan with the newest brings back the one before.
CREATE TABLE weakness_text (
    weakness_id INTEGER NOT NULL REFERENCES weakness (id),
    hash BLOB NOT NULL CHECK (length(hash) = 8),
    facts TEXT NOT NULL,
    prose_pack INTEGER,
    prose_index INTEGER NOT NULL,
    mapping INTEGER NOT NULL,
    owasp_2017 INTEGER NOT NULL,
    owasp_2021 INTEGER NOT NULL,
    owasp_2025 INTEGER NOT NULL,
    classification TEXT NOT NULL,
    PRIMARY KEY (weakness_id, hash)
) STRICT;

-- The classes that a weakness had until a step, for those who ask what was known before it.
CREATE TABLE reclassification (
    weakness_id INTEGER NOT NULL REFERENCES weakness (id),
    step INTEGER NOT NULL REFERENCES step (step),
    owasp_2017 INTEGER NOT NULL,
    owasp_2021 INTEGER NOT NULL,
    owasp_2025 INTEGER NOT NULL,
    classification TEXT NOT NULL,
    PRIMARY KEY (weakness_id, step)
) STRICT;

-- Interned raw places.
CREATE TABLE location (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 16),
    place TEXT NOT NULL
) STRICT;

-- The unit that opens and closes. The place and the columns from `known` on are the head's projection, derived from the inputs. `known` is 0
-- while no sighting of it is in force. A plain sighting later than `quiet_after` changes nothing but `last_seen`.
CREATE TABLE occurrence (
    id INTEGER PRIMARY KEY,
    uuid BLOB NOT NULL CONSTRAINT occurrence_uuid_key UNIQUE CHECK (length(uuid) = 16),
    weakness_id INTEGER NOT NULL REFERENCES weakness (id),
    asset_id INTEGER NOT NULL REFERENCES asset (id),
    tool INTEGER NOT NULL,
    location_id INTEGER NOT NULL REFERENCES location (id),
    shown_location TEXT NOT NULL,
    known INTEGER NOT NULL CHECK (known IN (0, 1)),
    status INTEGER NOT NULL,
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    inventory INTEGER NOT NULL CHECK (inventory IN (0, 1)),
    severity INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 4),
    team_id INTEGER REFERENCES team (id),
    workflow INTEGER NOT NULL,
    accepted_until INTEGER,
    not_retested INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    episodes INTEGER NOT NULL,
    present INTEGER NOT NULL CHECK (present IN (0, 1)),
    assignee INTEGER REFERENCES app_user (id),
    due INTEGER,
    evidence_pack INTEGER,
    evidence_index INTEGER NOT NULL,
    evidence_mac BLOB,
    claim_failed INTEGER NOT NULL CHECK (claim_failed IN (0, 1)),
    quiet_after INTEGER
) STRICT;
CREATE INDEX occurrence_asset ON occurrence (asset_id, tool);
CREATE INDEX occurrence_weakness ON occurrence (weakness_id);
CREATE INDEX occurrence_list ON occurrence (is_open, severity, first_seen, id);
CREATE INDEX occurrence_team ON occurrence (team_id, is_open, severity);

-- One asset in one scan: the observation, and who was seen, packed.
CREATE TABLE observation (
    scan_id INTEGER NOT NULL REFERENCES scan (id),
    asset_id INTEGER NOT NULL REFERENCES asset (id),
    tool INTEGER NOT NULL,
    at INTEGER NOT NULL,
    reached INTEGER NOT NULL CHECK (reached IN (0, 1)),
    credentialed INTEGER CHECK (credentialed IN (0, 1)),
    names TEXT NOT NULL,
    passed TEXT NOT NULL,
    sightings BLOB NOT NULL,
    PRIMARY KEY (scan_id, asset_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX observation_asset ON observation (asset_id, tool, at);

CREATE TABLE episode (
    occurrence_id INTEGER NOT NULL REFERENCES occurrence (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    opened_at INTEGER NOT NULL,
    opened_by INTEGER NOT NULL REFERENCES scan (id),
    closed_at INTEGER,
    closed_by INTEGER REFERENCES scan (id),
    grade INTEGER,
    PRIMARY KEY (occurrence_id, number),
    CHECK ((closed_at IS NULL) = (closed_by IS NULL) AND (closed_at IS NULL) = (grade IS NULL))
) STRICT, WITHOUT ROWID;

-- What people said. Append-only; a decision is taken back by withdrawing it at a step.
CREATE TABLE decision (
    id INTEGER PRIMARY KEY,
    occurrence_id INTEGER NOT NULL REFERENCES occurrence (id),
    happened_at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('confirm', 'start', 'claim_fix', 'reset', 'false_positive', 'accept', 'duplicate',
        'retire', 'close_by_hand', 'clear_verdict', 'assign_team', 'assign_person', 'due', 'comment')),
    team_id INTEGER REFERENCES team (id),
    person_id INTEGER REFERENCES app_user (id),
    until INTEGER,
    due INTEGER,
    target_id INTEGER REFERENCES occurrence (id),
    reason TEXT NOT NULL CHECK (length(reason) <= 4000),
    user_id INTEGER REFERENCES app_user (id),
    step INTEGER NOT NULL REFERENCES step (step)
) STRICT;
CREATE INDEX decision_occurrence ON decision (occurrence_id, happened_at, id);
CREATE INDEX decision_target ON decision (target_id) WHERE target_id IS NOT NULL;

CREATE TABLE decision_withdrawal (
    decision_id INTEGER PRIMARY KEY REFERENCES decision (id),
    step INTEGER NOT NULL REFERENCES step (step),
    user_id INTEGER REFERENCES app_user (id)
) STRICT;

-- An exception asked for and not yet answered; on approval it becomes a decision of the approver's instant.
CREATE TABLE exception_request (
    id INTEGER PRIMARY KEY,
    occurrence_id INTEGER NOT NULL REFERENCES occurrence (id),
    until INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 4000),
    requested_by INTEGER NOT NULL REFERENCES app_user (id),
    requested_at INTEGER NOT NULL,
    answer TEXT CHECK (answer IN ('approved', 'refused')),
    answered_by INTEGER REFERENCES app_user (id),
    answered_at INTEGER,
    decision_id INTEGER REFERENCES decision (id),
    overridden INTEGER NOT NULL CHECK (overridden IN (0, 1)),
    CHECK (answered_by IS NULL OR answered_by <> requested_by OR overridden = 1)
) STRICT;
CREATE INDEX exception_request_open ON exception_request (answer, id);

-- The ledger: every number is a sum of these. Asset and team are copies of what the occurrence's row refers to.
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    step INTEGER NOT NULL REFERENCES step (step),
    occurrence_id INTEGER NOT NULL REFERENCES occurrence (id),
    sign INTEGER NOT NULL CHECK (sign IN (-1, 1)),
    happened_at INTEGER NOT NULL,
    day INTEGER NOT NULL,
    cause INTEGER NOT NULL,
    severity INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 4),
    team_id INTEGER,
    workflow INTEGER NOT NULL,
    asset_id INTEGER NOT NULL
) STRICT;
CREATE INDEX entry_occurrence ON entry (occurrence_id);
CREATE INDEX entry_step ON entry (step);

-- Sums of the ledger by happened day, recorded day and the fixed dimensions.
CREATE TABLE rollup (
    day INTEGER NOT NULL,
    recorded_day INTEGER NOT NULL,
    cause INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    team INTEGER NOT NULL,
    workflow INTEGER NOT NULL,
    tool INTEGER NOT NULL,
    owasp_2017 INTEGER NOT NULL,
    owasp_2021 INTEGER NOT NULL,
    owasp_2025 INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (day, recorded_day, cause, severity, team, workflow, tool, owasp_2017, owasp_2021, owasp_2025)
) STRICT, WITHOUT ROWID;

-- Who did what, refusals included. Append-only.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    user_id INTEGER,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    network TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END;
CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

INSERT INTO head (id, step, recorded_at) VALUES (1, 0, 0);
