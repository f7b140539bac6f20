-- A million findings that a rule makes mere facts, or weaknesses again, are marked in seconds: the index that holds every row
-- says nothing of the mark, and what grouped by weakness read of it, it reads of an index of what is open.

DROP INDEX occurrence_weakness;
CREATE INDEX occurrence_weakness ON occurrence (weakness_id);
-- Holds all that groups by weakness ask, so that they read no rows. The columns of its condition, which cover, stand last.
CREATE INDEX occurrence_open_weakness ON occurrence (weakness_id, asset_id, severity, is_open, known, inventory)
    WHERE is_open = 1 AND inventory = 0 AND known = 1;
-- The weaknesses that a step moved.
CREATE INDEX reclassification_step ON reclassification (step);

-- A file of rules that a person looks at before it is applied. What rules say is no secret: the text is as it came.
CREATE TABLE override_draft (
    user_id BIGINT PRIMARY KEY REFERENCES app_user (id),
    file TEXT NOT NULL,
    rules TEXT NOT NULL,
    replaces BIGINT NOT NULL CHECK (replaces IN (0, 1)),
    saved_at BIGINT NOT NULL
);
