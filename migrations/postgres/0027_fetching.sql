-- A schedule without targets scans nothing: it fetches the findings that its scanner keeps.
ALTER TABLE scan_schedule ALTER COLUMN target_id DROP NOT NULL;
