-- Months that were published: what was known then, and the bytes that were shown. Never changed; what is learned later shows
-- beside them.
CREATE TABLE published_month (
    month TEXT NOT NULL PRIMARY KEY CONSTRAINT published_month_check CHECK (length(month) = 7),
    step INTEGER NOT NULL REFERENCES step (step),
    published_at INTEGER NOT NULL,
    user_id INTEGER REFERENCES app_user (id),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    sealed BLOB NOT NULL
) STRICT;
CREATE TRIGGER published_month_no_update BEFORE UPDATE ON published_month
    BEGIN SELECT RAISE(ABORT, 'published_month is append-only'); END;
CREATE TRIGGER published_month_no_delete BEFORE DELETE ON published_month
    BEGIN SELECT RAISE(ABORT, 'published_month is append-only'); END;
