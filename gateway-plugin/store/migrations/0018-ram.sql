-- The applet that a RAM campaign makes its commands of, instead of campaign_command, and what it does with it.
ALTER TABLE campaign ADD COLUMN applet_id BIGINT REFERENCES applet (id);
ALTER TABLE campaign ADD COLUMN is_load_included SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN is_install_included SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN is_delete_included SMALLINT NOT NULL DEFAULT 0;
