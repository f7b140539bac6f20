-- The same flaw as several scanners see it, shown as one issue: derived from what is known of the occurrences and from what
-- people said of them; a view, never identity.

CREATE TABLE correlation (
    occurrence_id INTEGER PRIMARY KEY REFERENCES occurrence (id),
    anchor_id INTEGER NOT NULL REFERENCES occurrence (id),
    weakness_id INTEGER NOT NULL REFERENCES weakness (id),
    why TEXT NOT NULL
) STRICT;
CREATE INDEX correlation_anchor ON correlation (anchor_id);
CREATE INDEX correlation_weakness ON correlation (weakness_id);

-- By which version of the rule it was derived last.
CREATE TABLE correlation_rule (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;

-- What people said: the last of an occurrence counts. Append-only.
CREATE TABLE issue_word (
    id INTEGER PRIMARY KEY,
    occurrence_id INTEGER NOT NULL REFERENCES occurrence (id),
    at INTEGER NOT NULL,
    step INTEGER NOT NULL REFERENCES step (step),
    kind TEXT NOT NULL CHECK (kind IN ('rule', 'apart', 'with')),
    target_id INTEGER REFERENCES occurrence (id),
    user_id INTEGER REFERENCES app_user (id),
    CHECK ((kind = 'with') = (target_id IS NOT NULL))
) STRICT;
CREATE INDEX issue_word_occurrence ON issue_word (occurrence_id, id);
CREATE TRIGGER issue_word_no_update BEFORE UPDATE ON issue_word BEGIN SELECT RAISE(ABORT, 'issue_word is append-only'); END;
CREATE TRIGGER issue_word_no_delete BEFORE DELETE ON issue_word BEGIN SELECT RAISE(ABORT, 'issue_word is append-only'); END;
