-- Rules about assets and tags, and rules that say how severe findings are.

-- When a rule was said. How severe something is, is of the world: such a rule holds from then on, and not before.
ALTER TABLE override_rule ADD COLUMN happened_at INTEGER NOT NULL DEFAULT 0;
UPDATE override_rule SET happened_at = (SELECT s.recorded_at FROM step s WHERE s.step = override_rule.step);

-- Why a weakness stands elsewhere on some assets; kept once, by its hash.
CREATE TABLE parted_said (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    classification TEXT NOT NULL
) STRICT;

-- Where a weakness stands on an asset, if rules that ask for assets say otherwise than of the weakness: as it was known from a
-- step until another. Derived of the rules, the weaknesses and the assets.
CREATE TABLE parted (
    id INTEGER PRIMARY KEY,
    weakness_id INTEGER NOT NULL REFERENCES weakness (id),
    asset_id INTEGER NOT NULL REFERENCES asset (id),
    step INTEGER NOT NULL REFERENCES step (step),
    until_step INTEGER REFERENCES step (step),
    owasp_2017 INTEGER NOT NULL,
    owasp_2021 INTEGER NOT NULL,
    owasp_2025 INTEGER NOT NULL,
    said_id INTEGER NOT NULL REFERENCES parted_said (id)
) STRICT;
CREATE INDEX parted_pair ON parted (asset_id, weakness_id, until_step);
CREATE INDEX parted_step ON parted (step);
CREATE INDEX parted_until ON parted (until_step);

-- The numbers of the rules in force that say how severe the findings of a weakness on an asset are, parted by spaces. Derived
-- likewise; what they say is replayed with what people decided.
CREATE TABLE rated (
    weakness_id INTEGER NOT NULL REFERENCES weakness (id),
    asset_id INTEGER NOT NULL REFERENCES asset (id),
    rules TEXT NOT NULL,
    PRIMARY KEY (asset_id, weakness_id)
) STRICT, WITHOUT ROWID;

-- Finds the findings of a weakness, and those of it on one asset.
DROP INDEX occurrence_weakness;
CREATE INDEX occurrence_weakness ON occurrence (weakness_id, asset_id);
