-- Assets that people say are one. Two assets that a merge in force names are one, and so are those that a chain of merges
-- joins; of them the asset of the lowest key survives. Splitting withdraws the merge.
CREATE TABLE asset_merge (
    id INTEGER PRIMARY KEY,
    one_id INTEGER NOT NULL REFERENCES asset (id),
    other_id INTEGER NOT NULL REFERENCES asset (id),
    reason TEXT NOT NULL CHECK (length(reason) BETWEEN 1 AND 4000),
    user_id INTEGER REFERENCES app_user (id),
    step INTEGER NOT NULL REFERENCES step (step),
    withdrawn_step INTEGER REFERENCES step (step),
    withdrawn_by INTEGER REFERENCES app_user (id),
    CHECK (one_id <> other_id)
) STRICT;
CREATE INDEX asset_merge_in_force ON asset_merge (one_id) WHERE withdrawn_step IS NULL;

-- Derived from the merges in force: the asset that survives in this one's place, and the occurrence of the same weakness and
-- place on it. An occurrence that is part of another is not `known`.
ALTER TABLE asset ADD COLUMN merged_id INTEGER REFERENCES asset (id);
CREATE INDEX asset_merged ON asset (merged_id) WHERE merged_id IS NOT NULL;
ALTER TABLE occurrence ADD COLUMN merged_id INTEGER REFERENCES occurrence (id);
CREATE INDEX occurrence_merged ON occurrence (merged_id) WHERE merged_id IS NOT NULL;

-- What a source says that names mean which each scanner understands in its own way, such as `localhost`: JSON.
ALTER TABLE source ADD COLUMN aliases TEXT NOT NULL DEFAULT '[]';
