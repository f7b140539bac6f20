-- What one observation says of its asset: by which names it went, what passed, and who was seen, packed. Content-addressed by
-- asset: a scan that finds an asset as the one before did refers to the same row, so that a year of unchanged weeks is a year of
-- references.
CREATE TABLE observed (
    id BIGINT PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE CHECK (length(hash) = 32),
    names TEXT NOT NULL,
    passed TEXT NOT NULL,
    sightings BYTEA NOT NULL
);
-- What was written before has no hash, and is shared by nobody: its number stands in the hash's place.
INSERT INTO observed (id, hash, names, passed, sightings)
SELECT ROW_NUMBER() OVER (ORDER BY scan_id, asset_id),
    convert_to(lpad(CAST(ROW_NUMBER() OVER (ORDER BY scan_id, asset_id) AS TEXT), 32, '0'), 'UTF8'), names, passed, sightings
FROM observation;

ALTER TABLE observation ADD COLUMN observed_id BIGINT;
UPDATE observation b SET observed_id = n.number
FROM (SELECT scan_id, asset_id, ROW_NUMBER() OVER (ORDER BY scan_id, asset_id) AS number FROM observation) n
WHERE n.scan_id = b.scan_id AND n.asset_id = b.asset_id;
ALTER TABLE observation
    ALTER COLUMN observed_id SET NOT NULL,
    ADD CONSTRAINT observation_observed_id_fkey FOREIGN KEY (observed_id) REFERENCES observed (id),
    DROP COLUMN names,
    DROP COLUMN passed,
    DROP COLUMN sightings;
CREATE INDEX observation_observed ON observation (observed_id);

-- Which texts a scan's weaknesses have, content-addressed likewise. `scan.weaknesses` then only says when each was seen.
CREATE TABLE described (
    id BIGINT PRIMARY KEY,
    hash BYTEA NOT NULL UNIQUE CHECK (length(hash) = 32),
    packed BYTEA NOT NULL
);
ALTER TABLE scan ADD COLUMN described_id BIGINT REFERENCES described (id);

-- What is not re-tested, which is counted on every overview, is few.
CREATE INDEX occurrence_not_retested ON occurrence (id) WHERE not_retested <> 0;

-- What a team has to do, in the order in which it is due.
CREATE INDEX occurrence_open_team_due ON occurrence (team_id, COALESCE(due, 4000000), (4 - severity), id)
    WHERE is_open = 1 AND inventory = 0 AND known = 1;
