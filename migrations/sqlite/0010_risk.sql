-- The risk of each finding by the published formula, so that lists can be in its order.

-- How likely a weakness is to be exploited, in hundredths, as the formula takes it.
ALTER TABLE weakness ADD COLUMN exploitability INTEGER NOT NULL DEFAULT 50;
-- What is declared of an asset, criticality times exposure, in ten-thousandths.
ALTER TABLE asset ADD COLUMN stake INTEGER NOT NULL DEFAULT 6400;
ALTER TABLE occurrence ADD COLUMN risk INTEGER NOT NULL DEFAULT 0;
-- With the columns of its condition SQLite knows that it covers the sum of the risks of what is open.
CREATE INDEX occurrence_open_risk ON occurrence (is_open, known, inventory, risk, severity, first_seen, id)
    WHERE is_open = 1 AND inventory = 0 AND known = 1;

-- The version of the formula by which the numbers above were made; 0 for none yet.
CREATE TABLE risk_formula (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO risk_formula (id, version) VALUES (1, 0);
