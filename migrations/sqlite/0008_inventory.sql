-- What the organisation says of its assets: the declared inventory, and what each asset is to it.

-- What holds now, for lists and filters; derived from `asset_attribute`. Tags and the like stand between spaces.
ALTER TABLE asset ADD COLUMN declared INTEGER NOT NULL DEFAULT 0 CHECK (declared IN (0, 1));
ALTER TABLE asset ADD COLUMN criticality INTEGER CHECK (criticality BETWEEN 1 AND 4);
ALTER TABLE asset ADD COLUMN exposure INTEGER CHECK (exposure BETWEEN 1 AND 3);
ALTER TABLE asset ADD COLUMN environment TEXT NOT NULL DEFAULT '';
ALTER TABLE asset ADD COLUMN tags TEXT NOT NULL DEFAULT '';

-- What was said of an asset, and from when it holds: of the world, so the past keeps what it had. Append-only; the last of a
-- day is what that day had at its end.
CREATE TABLE asset_attribute (
    id INTEGER PRIMARY KEY,
    asset_id INTEGER NOT NULL REFERENCES asset (id),
    at INTEGER NOT NULL,
    day INTEGER NOT NULL,
    step INTEGER NOT NULL REFERENCES step (step),
    declared INTEGER NOT NULL CHECK (declared IN (0, 1)),
    criticality INTEGER CHECK (criticality BETWEEN 1 AND 4),
    exposure INTEGER CHECK (exposure BETWEEN 1 AND 3),
    environment TEXT NOT NULL,
    tags TEXT NOT NULL,
    owner INTEGER REFERENCES team (id),
    file TEXT NOT NULL,
    user_id INTEGER REFERENCES app_user (id)
) STRICT;
CREATE INDEX asset_attribute_asset ON asset_attribute (asset_id, day, id);
CREATE TRIGGER asset_attribute_no_update BEFORE UPDATE ON asset_attribute BEGIN SELECT RAISE(ABORT, 'asset_attribute is append-only'); END;
CREATE TRIGGER asset_attribute_no_delete BEFORE DELETE ON asset_attribute BEGIN SELECT RAISE(ABORT, 'asset_attribute is append-only'); END;

-- A file of the inventory that a person looks at before it is applied.
CREATE TABLE inventory_draft (
    user_id INTEGER PRIMARY KEY REFERENCES app_user (id),
    file TEXT NOT NULL,
    sealed BLOB NOT NULL,
    saved_at INTEGER NOT NULL
) STRICT;
