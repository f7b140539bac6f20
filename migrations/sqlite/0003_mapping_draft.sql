-- A mapping that a person is defining, one a person, with the beginning of a file to try it on. Thrown away after a day.
CREATE TABLE mapping_draft (
    user_id INTEGER NOT NULL PRIMARY KEY REFERENCES app_user (id),
    name TEXT NOT NULL,
    opened TEXT NOT NULL,
    body TEXT NOT NULL,
    file TEXT NOT NULL,
    sealed BLOB NOT NULL,
    saved_at INTEGER NOT NULL
) STRICT;
