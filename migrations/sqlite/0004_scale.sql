-- Lists of a million: each order that the page offers is an index of what is open, so that a page reads its own rows and no
-- others. Which weaknesses, assets and places a filter means is looked up first, in tables that are small.

DROP INDEX occurrence_list;
DROP INDEX occurrence_team;
DROP INDEX occurrence_weakness;
DROP INDEX entry_occurrence;
CREATE INDEX occurrence_open_severity ON occurrence (severity, first_seen, id)
    WHERE is_open = 1 AND inventory = 0 AND known = 1;
CREATE INDEX occurrence_open_first ON occurrence (first_seen, id) WHERE is_open = 1 AND inventory = 0 AND known = 1;
CREATE INDEX occurrence_open_last ON occurrence (last_seen, id) WHERE is_open = 1 AND inventory = 0 AND known = 1;
CREATE INDEX occurrence_open_due ON occurrence (COALESCE(due, 4000000), (4 - severity), id)
    WHERE is_open = 1 AND inventory = 0 AND known = 1;
CREATE INDEX occurrence_open_team ON occurrence (team_id, severity, first_seen, id)
    WHERE is_open = 1 AND inventory = 0 AND known = 1;
-- Holds all that groups by weakness ask, so that they read no rows.
CREATE INDEX occurrence_weakness ON occurrence (weakness_id, is_open, known, inventory, asset_id, severity);
CREATE INDEX occurrence_closed ON occurrence (status, severity, first_seen, id)
    WHERE is_open = 0 AND inventory = 0 AND known = 1;
CREATE INDEX occurrence_accepted ON occurrence (accepted_until) WHERE status = 7;
CREATE INDEX occurrence_location ON occurrence (location_id);
-- Sums what was open on a day without a look at the entries.
CREATE INDEX entry_occurrence ON entry (occurrence_id, day, step, sign, severity, team_id, workflow);
CREATE INDEX observation_at ON observation (at);

-- A place in the words in which lists show it and a search finds it.
ALTER TABLE location ADD COLUMN shown TEXT NOT NULL DEFAULT '';
UPDATE location SET shown = COALESCE(
    (SELECT o.shown_location FROM occurrence o WHERE o.location_id = location.id LIMIT 1), '');
