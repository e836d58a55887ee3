-- What became of the packet that was the last to get a counter, when its campaign, and with it its message, is
-- deleted: the next counter follows from it still. NULL while the message is there.
ALTER TABLE card_counter ADD COLUMN last_counter BIGINT;
ALTER TABLE card_counter ADD COLUMN last_state SMALLINT;
ALTER TABLE card_counter ADD COLUMN last_por_status SMALLINT;
ALTER TABLE card_counter ADD COLUMN last_por_flags SMALLINT;
ALTER TABLE card_counter ADD COLUMN last_spi1 SMALLINT;
ALTER TABLE card_counter ADD COLUMN last_spi2 SMALLINT;
