-- The risk of each finding by the published formula, so that lists can be in its order.

-- How likely a weakness is to be exploited, in hundredths, as the formula takes it.
ALTER TABLE weakness ADD COLUMN exploitability BIGINT NOT NULL DEFAULT 50;
-- What is declared of an asset, criticality times exposure, in ten-thousandths.
ALTER TABLE asset ADD COLUMN stake BIGINT NOT NULL DEFAULT 6400;
ALTER TABLE occurrence ADD COLUMN risk BIGINT NOT NULL DEFAULT 0;
CREATE INDEX occurrence_open_risk ON occurrence (risk, severity, first_seen, id)
    WHERE is_open = 1 AND inventory = 0 AND known = 1;

-- The version of the formula by which the numbers above were made; 0 for none yet.
CREATE TABLE risk_formula (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO risk_formula (id, version) VALUES (1, 0);
