-- How the files of tools that have no reader of their own are read: columns to fields, by name. The body is JSON.
CREATE TABLE mapping (
    name TEXT NOT NULL PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 80),
    body TEXT NOT NULL,
    user_id BIGINT REFERENCES app_user (id),
    saved_at BIGINT NOT NULL
);
