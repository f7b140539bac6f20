-- A sign-in at the identity provider that is under way. What is secret of it the browser keeps; here are hashes.
CREATE TABLE oidc_flow (
    state_hash BLOB NOT NULL PRIMARY KEY CHECK (length(state_hash) = 32),
    browser_hash BLOB NOT NULL CHECK (length(browser_hash) = 32),
    next TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX oidc_flow_created ON oidc_flow (created_at);

-- Which person a subject of an identity provider is.
CREATE TABLE oidc_account (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES app_user (id),
    linked_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX oidc_account_user ON oidc_account (user_id);
