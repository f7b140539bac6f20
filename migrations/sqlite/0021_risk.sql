-- ENISA's list of exploited vulnerabilities stands beside CISA's catalogue: what one no longer lists, the other may.

-- Only the check of a column's words changes, which SQLite does in its own table of texts, as in 0006.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''epss'', ''kev''', '''epss'', ''kev'', ''euvd''')
    WHERE type = 'table' AND name = 'feed';
PRAGMA writable_schema = RESET;

ALTER TABLE kev ADD COLUMN catalogue TEXT NOT NULL DEFAULT 'kev' CHECK (catalogue IN ('kev', 'euvd'));

-- Weights of the formula of risk in place of those that the project publishes: eight numbers. Version 1 is the project's, and
-- that of a row is its number and one. Of several in force the latest counts; one that is taken back keeps its row.
CREATE TABLE risk_weights (
    id INTEGER PRIMARY KEY,
    weights TEXT NOT NULL CHECK (length(weights) BETWEEN 15 AND 31),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 4000),
    user_id INTEGER REFERENCES app_user (id),
    step INTEGER NOT NULL REFERENCES step (step),
    withdrawn_step INTEGER REFERENCES step (step),
    withdrawn_by INTEGER REFERENCES app_user (id)
) STRICT;
