-- A session of a person whose password was right waits for their second factor, where they have one. Sensitive acts ask when a
-- person last proved who they are.
ALTER TABLE session ADD COLUMN pending BIGINT NOT NULL DEFAULT 0 CHECK (pending IN (0, 1));
ALTER TABLE session ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;

-- The seed of a person's one-time codes, sealed. The last step whose code was taken is not taken again.
CREATE TABLE second_factor (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES app_user (id),
    sealed BYTEA NOT NULL,
    confirmed_at BIGINT,
    last_step BIGINT NOT NULL
);

-- Codes for when the device is lost: each works once, and only its SHA-256 is kept.
CREATE TABLE recovery_code (
    code_hash BYTEA NOT NULL PRIMARY KEY CHECK (length(code_hash) = 32),
    user_id BIGINT NOT NULL REFERENCES app_user (id),
    used_at BIGINT
);
CREATE INDEX recovery_code_user ON recovery_code (user_id);

-- Links by which a person chooses a password: an invitation, or a reset. Each works once and ends by itself.
CREATE TABLE account_link (
    token_hash BYTEA NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    user_id BIGINT NOT NULL REFERENCES app_user (id),
    kind TEXT NOT NULL CHECK (kind IN ('invitation', 'reset')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX account_link_user ON account_link (user_id);

-- What a token may be used for, and from where.
ALTER TABLE api_token ADD COLUMN scope TEXT NOT NULL DEFAULT 'all' CHECK (scope IN ('all', 'read', 'import'));
ALTER TABLE api_token ADD COLUMN networks TEXT NOT NULL DEFAULT '';

-- What was answered to a request that carried a key of its own, so that the same request sent again does nothing more.
CREATE TABLE idempotency (
    token_id BIGINT NOT NULL REFERENCES api_token (id),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    request BYTEA NOT NULL CHECK (length(request) = 32),
    job BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (token_id, name)
);

-- What browsers say that the content security policy refused, a row a kind.
CREATE TABLE policy_report (
    page TEXT NOT NULL,
    directive TEXT NOT NULL,
    blocked TEXT NOT NULL,
    reports BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (page, directive, blocked)
);

-- A rotation of keys seals a published month anew; what it says stays, by its hash.
DROP TRIGGER published_month_append_only ON published_month;
CREATE TRIGGER published_month_append_only BEFORE UPDATE OF month, step, published_at, user_id, hash OR DELETE ON published_month
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER published_month_no_truncate BEFORE TRUNCATE ON published_month
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
