-- What one observation proves, where the scanner tells where it went: the coverage of its scan on the asset's origins alone.
ALTER TABLE observation ADD COLUMN coverage_id INTEGER REFERENCES coverage (id);

-- How a scanner signs in to a target, as JSON; its password is sealed.
ALTER TABLE scan_target ADD COLUMN login TEXT NOT NULL DEFAULT '';
ALTER TABLE scan_target ADD COLUMN login_sealed BLOB;
ALTER TABLE scan_target ADD COLUMN login_at INTEGER;
