-- What is on a profile's cards; the default ones have been a column of the profile.
CREATE TABLE applet (
    id INTEGER PRIMARY KEY,
    profile_id BIGINT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    kind SMALLINT NOT NULL,   -- enum applet_kind
    tars TEXT NOT NULL,       -- B00010,B00011
    format SMALLINT NOT NULL DEFAULT 0, -- enum applet_format; 0: no file was uploaded
    package_aid TEXT NOT NULL DEFAULT '', -- of its file, hex
    package_version TEXT NOT NULL DEFAULT '',
    applet_aids TEXT NOT NULL DEFAULT '',
    load_file_size BIGINT NOT NULL DEFAULT 0,
    load_file BLOB,           -- the components in the order of LOAD
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (profile_id, name)
);
CREATE TRIGGER applet_deleted AFTER DELETE ON applet BEGIN
    INSERT INTO deleted_id (object, id) VALUES ('applet', OLD.id)
        ON CONFLICT (object) DO UPDATE SET id = MAX(id, excluded.id);
END;
INSERT INTO applet (profile_id, name, kind, tars, created, updated)
    SELECT id, 'Default RFM applet', 1, 'B00010', created, created FROM profile WHERE application = 1;
INSERT INTO applet (profile_id, name, kind, tars, created, updated)
    SELECT id, 'Default RAM applet', 2, '000000', created, created FROM profile WHERE application = 2;
ALTER TABLE profile DROP COLUMN application;
