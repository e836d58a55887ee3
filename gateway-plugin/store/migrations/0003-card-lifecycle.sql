-- A blocked card stays provisioned and is sent nothing.
ALTER TABLE card ADD COLUMN blocked SMALLINT NOT NULL DEFAULT 0;
