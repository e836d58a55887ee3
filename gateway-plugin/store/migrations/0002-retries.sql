ALTER TABLE campaign ADD COLUMN retry SMALLINT NOT NULL DEFAULT 0; -- enum retry_mode
ALTER TABLE campaign ADD COLUMN retries SMALLINT NOT NULL DEFAULT 0; -- iterations that the engine adds by itself
ALTER TABLE campaign ADD COLUMN retries_used SMALLINT NOT NULL DEFAULT 0; -- since the operator's last word

-- 1: the next automatic iteration sends to this card again; derived from the facts.
ALTER TABLE message ADD COLUMN again SMALLINT NOT NULL DEFAULT 0;
CREATE INDEX message_again ON message (campaign_id, iteration, card_id) WHERE again = 1;

-- What the card made of the counter's last value says which one comes next.
ALTER TABLE card_counter ADD COLUMN last_message BIGINT; -- NULL: never used
ALTER TABLE card_counter ADD COLUMN jumps SMALLINT NOT NULL DEFAULT 0; -- in a row, because of 02 and 06
UPDATE card_counter SET last_message = (
    SELECT m.id FROM message AS m JOIN campaign AS g ON g.id = m.campaign_id
    WHERE m.card_id = card_counter.card_id AND m.counter = card_counter.value
    AND CASE WHEN g.kic / 16 <> 0 THEN g.kic / 16 ELSE g.kid / 16 END = card_counter.key_index
    ORDER BY m.id DESC LIMIT 1);
