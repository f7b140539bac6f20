-- From which finding on the mark that leaves inventory out of lists may lag behind what its weakness is. Null: none lags. A rule
-- that makes a million findings inventory is in force at once; their marks follow it in small steps.
ALTER TABLE head ADD COLUMN marks_from BIGINT;
