-- Where a published file was fetched from; empty for one that somebody loaded, or that ships with the program.
ALTER TABLE feed ADD COLUMN origin TEXT NOT NULL DEFAULT '';

-- When each kind of published file is fetched next, and how it went last. Whoever moves look_at on has taken the turn.
CREATE TABLE feed_refresh (
    kind TEXT NOT NULL PRIMARY KEY CONSTRAINT feed_refresh_kind_check CHECK (kind IN ('epss', 'kev', 'euvd')),
    look_at BIGINT NOT NULL,
    tried_at BIGINT,
    good_at BIGINT,
    failures BIGINT NOT NULL,
    trouble TEXT NOT NULL
);
