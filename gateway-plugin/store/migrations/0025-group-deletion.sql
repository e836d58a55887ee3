-- Deleted: nobody sees the group any more, but it has members yet, which go in slices.
ALTER TABLE card_group ADD COLUMN deleted SMALLINT NOT NULL DEFAULT 0;
CREATE INDEX card_group_to_clear ON card_group (id) WHERE deleted = 1;
