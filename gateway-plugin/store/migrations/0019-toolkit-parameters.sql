-- What INSTALL says of an applet that uses the toolkit.
CREATE TABLE toolkit_parameters (
    id INTEGER PRIMARY KEY,
    profile_id BIGINT NOT NULL REFERENCES profile (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    install_parameters TEXT NOT NULL, -- hex: C9…, EF…, EA…
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (profile_id, name)
);
CREATE TRIGGER toolkit_parameters_deleted AFTER DELETE ON toolkit_parameters BEGIN
    INSERT INTO deleted_id (object, id) VALUES ('toolkit_parameters', OLD.id)
        ON CONFLICT (object) DO UPDATE SET id = MAX(id, excluded.id);
END;
ALTER TABLE campaign ADD COLUMN tkp_id BIGINT REFERENCES toolkit_parameters (id);
-- What a template's body names must stay.
ALTER TABLE campaign_template ADD COLUMN applet_id BIGINT REFERENCES applet (id);
ALTER TABLE campaign_template ADD COLUMN tkp_id BIGINT REFERENCES toolkit_parameters (id);
UPDATE campaign_template SET applet_id =
    (SELECT a.id FROM applet AS a WHERE a.id = json_extract(campaign_template.body, '$.applet_id'));
