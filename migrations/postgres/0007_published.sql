-- Months that were published: what was known then, and the bytes that were shown. Never changed; what is learned later shows
-- beside them.
CREATE TABLE published_month (
    month TEXT NOT NULL PRIMARY KEY CONSTRAINT published_month_check CHECK (length(month) = 7),
    step BIGINT NOT NULL REFERENCES step (step),
    published_at BIGINT NOT NULL,
    user_id BIGINT REFERENCES app_user (id),
    hash BYTEA NOT NULL CHECK (length(hash) = 32),
    sealed BYTEA NOT NULL
);
CREATE TRIGGER published_month_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON published_month
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
