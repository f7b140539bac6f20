-- What one observation says of its asset: by which names it went, what passed, and who was seen, packed. Content-addressed by
-- asset: a scan that finds an asset as the one before did refers to the same row, so that a year of unchanged weeks is a year of
-- references.
CREATE TABLE observed (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    names TEXT NOT NULL,
    passed TEXT NOT NULL,
    sightings BLOB NOT NULL
) STRICT;
-- What was written before has no hash, and is shared by nobody: its number stands in the hash's place.
INSERT INTO observed (id, hash, names, passed, sightings)
SELECT ROW_NUMBER() OVER (ORDER BY scan_id, asset_id),
    CAST(printf('%032d', ROW_NUMBER() OVER (ORDER BY scan_id, asset_id)) AS BLOB), names, passed, sightings
FROM observation;

CREATE TABLE observation_lean (
    scan_id INTEGER NOT NULL REFERENCES scan (id),
    asset_id INTEGER NOT NULL REFERENCES asset (id),
    tool INTEGER NOT NULL,
    at INTEGER NOT NULL,
    reached INTEGER NOT NULL CHECK (reached IN (0, 1)),
    credentialed INTEGER CHECK (credentialed IN (0, 1)),
    observed_id INTEGER NOT NULL REFERENCES observed (id),
    PRIMARY KEY (scan_id, asset_id)
) STRICT, WITHOUT ROWID;
INSERT INTO observation_lean
SELECT scan_id, asset_id, tool, at, reached, credentialed, ROW_NUMBER() OVER (ORDER BY scan_id, asset_id) FROM observation;
DROP TABLE observation;
ALTER TABLE observation_lean RENAME TO observation;
CREATE INDEX observation_asset ON observation (asset_id, tool, at);
CREATE INDEX observation_at ON observation (at);
CREATE INDEX observation_observed ON observation (observed_id);

-- Which texts a scan's weaknesses have, content-addressed likewise. `scan.weaknesses` then only says when each was seen.
CREATE TABLE described (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
    packed BLOB NOT NULL
) STRICT;
ALTER TABLE scan ADD COLUMN described_id INTEGER REFERENCES described (id);

-- The columns of the condition stand last: they cover the sum of the risks, and promise the planner nothing about the order of
-- other lists. In front, a sample of the index made it prefer this one for every list of what is open.
DROP INDEX occurrence_open_risk;
CREATE INDEX occurrence_open_risk ON occurrence (risk, severity, first_seen, id, is_open, known, inventory)
    WHERE is_open = 1 AND inventory = 0 AND known = 1;

-- What is not re-tested, which is counted on every overview, is few.
CREATE INDEX occurrence_not_retested ON occurrence (id) WHERE not_retested <> 0;

-- What a team has to do, in the order in which it is due.
CREATE INDEX occurrence_open_team_due ON occurrence (team_id, COALESCE(due, 4000000), (4 - severity), id)
    WHERE is_open = 1 AND inventory = 0 AND known = 1;

-- Until it has learned of an index, the planner takes it for a better one than it is.
ANALYZE;
