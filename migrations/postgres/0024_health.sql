-- The certificate that a scanner showed last, as JSON.
ALTER TABLE connector ADD COLUMN certificate TEXT;

-- The connectors that fail, for the notice above every page.
CREATE INDEX connector_failing ON connector (failed_since, id) WHERE failures > 1 AND disabled_at IS NULL;
