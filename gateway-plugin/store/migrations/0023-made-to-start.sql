-- Made by the start of a template, which then writes data and starts it: without `started` it was cut off on the way.
ALTER TABLE campaign ADD COLUMN made_to_start SMALLINT NOT NULL DEFAULT 0;
