-- Deleted: nobody sees the campaign any more, but it has rows yet, which go in slices.
ALTER TABLE campaign ADD COLUMN deleted SMALLINT NOT NULL DEFAULT 0;
CREATE INDEX campaign_to_clear ON campaign (id) WHERE deleted = 1;
