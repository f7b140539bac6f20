-- A mapping that a person is defining, one a person, with the beginning of a file to try it on. Thrown away after a day.
CREATE TABLE mapping_draft (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES app_user (id),
    name TEXT NOT NULL,
    opened TEXT NOT NULL,
    body TEXT NOT NULL,
    file TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    saved_at BIGINT NOT NULL
);
