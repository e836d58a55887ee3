-- What the cards of a profile have one counter for: enum counter_per.
ALTER TABLE profile ADD COLUMN counter_per SMALLINT NOT NULL DEFAULT 0;

-- A counter is a key set's (tar -1) or a TAR's (key_index 0); and the highest value ever allocated is one thing,
-- what the card holds another.
CREATE TABLE new_card_counter (
    card_id BIGINT NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    key_index SMALLINT NOT NULL,
    tar INTEGER NOT NULL, -- the three bytes as a number
    value BIGINT NOT NULL, -- the highest CNTR ever allocated; never lowered
    jumps SMALLINT NOT NULL, -- in a row, because of 02 and 06
    held_low BIGINT NOT NULL, -- the card's own one: not below, probably, not above
    held_guess BIGINT NOT NULL,
    held_high BIGINT NOT NULL,
    refusals SMALLINT NOT NULL, -- 02 and 03 since the card took a packet
    last_message BIGINT, -- NULL: never used
    PRIMARY KEY (card_id, key_index, tar)
) WITHOUT ROWID;
INSERT INTO new_card_counter (card_id, key_index, tar, value, jumps, held_low, held_guess, held_high, refusals,
                              last_message)
SELECT k.card_id, k.key_index, -1, k.value, k.jumps, 0, COALESCE((
    SELECT MAX(m.counter) FROM message AS m JOIN campaign AS g ON g.id = m.campaign_id
    WHERE m.card_id = k.card_id AND m.por_status = 0 AND g.spi1 / 16 % 2 = 1
    AND CASE WHEN g.kic / 16 <> 0 THEN g.kic / 16 ELSE g.kid / 16 END = k.key_index), 0),
    k.value, 0, k.last_message
FROM card_counter AS k;
DROP TABLE card_counter;
ALTER TABLE new_card_counter RENAME TO card_counter;
