-- How a script's commands stand in a packet: 0 not said, 1 compact, 2 expanded; and in expanded format what the
-- first of several packets says of its context (TS 102 226 clause 5.2.1.4), 0: nothing.
ALTER TABLE profile ADD COLUMN script_format SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE profile ADD COLUMN script_chaining SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN script_format SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN script_chaining SMALLINT NOT NULL DEFAULT 0;
