-- A session of a person whose password was right waits for their second factor, where they have one. Sensitive acts ask when a
-- person last proved who they are.
ALTER TABLE session ADD COLUMN pending INTEGER NOT NULL DEFAULT 0 CHECK (pending IN (0, 1));
ALTER TABLE session ADD COLUMN proved_at INTEGER NOT NULL DEFAULT 0;

-- The seed of a person's one-time codes, sealed. The last step whose code was taken is not taken again.
CREATE TABLE second_factor (
    user_id INTEGER NOT NULL PRIMARY KEY REFERENCES app_user (id),
    sealed BLOB NOT NULL,
    confirmed_at INTEGER,
    last_step INTEGER NOT NULL
) STRICT;

-- Codes for when the device is lost: each works once, and only its SHA-256 is kept.
CREATE TABLE recovery_code (
    code_hash BLOB NOT NULL PRIMARY KEY CHECK (length(code_hash) = 32),
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX recovery_code_user ON recovery_code (user_id);

-- Links by which a person chooses a password: an invitation, or a reset. Each works once and ends by itself.
CREATE TABLE account_link (
    token_hash BLOB NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    kind TEXT NOT NULL CHECK (kind IN ('invitation', 'reset')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX account_link_user ON account_link (user_id);

-- What a token may be used for, and from where.
ALTER TABLE api_token ADD COLUMN scope TEXT NOT NULL DEFAULT 'all' CHECK (scope IN ('all', 'read', 'import'));
ALTER TABLE api_token ADD COLUMN networks TEXT NOT NULL DEFAULT '';

-- What was answered to a request that carried a key of its own, so that the same request sent again does nothing more.
CREATE TABLE idempotency (
    token_id INTEGER NOT NULL REFERENCES api_token (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    request BLOB NOT NULL CHECK (length(request) = 32),
    job INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (token_id, name)
) STRICT, WITHOUT ROWID;

-- What browsers say that the content security policy refused, a row a kind.
CREATE TABLE policy_report (
    page TEXT NOT NULL,
    directive TEXT NOT NULL,
    blocked TEXT NOT NULL,
    reports INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (page, directive, blocked)
) STRICT, WITHOUT ROWID;

-- A rotation of keys seals a published month anew; what it says stays, by its hash.
DROP TRIGGER published_month_no_update;
CREATE TRIGGER published_month_no_update BEFORE UPDATE OF month, step, published_at, user_id, hash ON published_month
    BEGIN SELECT RAISE(ABORT, 'published_month is append-only'); END;
