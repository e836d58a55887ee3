-- Answers to requests that may be sent twice (header Idempotency-Key), for a day.
CREATE TABLE idempotency (
    key TEXT NOT NULL PRIMARY KEY,
    request BLOB NOT NULL, -- SHA-256 of method, path, query and body
    status SMALLINT,       -- NULL: begun, and no answer yet
    answer TEXT,
    created BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (created);
