-- A sign-in at the identity provider that is under way. What is secret of it the browser keeps; here are hashes.
CREATE TABLE oidc_flow (
    state_hash BYTEA NOT NULL PRIMARY KEY CHECK (length(state_hash) = 32),
    browser_hash BYTEA NOT NULL CHECK (length(browser_hash) = 32),
    next TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX oidc_flow_created ON oidc_flow (created_at);

-- Which person a subject of an identity provider is.
CREATE TABLE oidc_account (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES app_user (id),
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX oidc_account_user ON oidc_account (user_id);
