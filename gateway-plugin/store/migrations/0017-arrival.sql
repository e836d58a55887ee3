-- What a PoR can answer shows in the order of arrival, not in times: a clock may be set back. No number is given
-- twice, and a message knows the last one that was given before it was sent.
CREATE TABLE new_inbound_part (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order of arrival
    card_id BIGINT NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    reference INTEGER NOT NULL,
    total SMALLINT NOT NULL,
    number SMALLINT NOT NULL,
    payload BLOB NOT NULL,
    received BIGINT NOT NULL
);
INSERT INTO new_inbound_part (id, card_id, reference, total, number, payload, received)
    SELECT id, card_id, reference, total, number, payload, received FROM inbound_part ORDER BY id;
DROP TABLE inbound_part;
ALTER TABLE new_inbound_part RENAME TO inbound_part;
CREATE INDEX inbound_part_of_card ON inbound_part (card_id, reference, total, number, id);
CREATE INDEX inbound_part_age ON inbound_part (received);

ALTER TABLE message ADD COLUMN parts_before BIGINT NOT NULL DEFAULT 0; -- inbound_part.id; with `sent`
UPDATE message SET parts_before = COALESCE((SELECT MAX(p.id) FROM inbound_part AS p
    WHERE p.card_id = message.card_id AND p.received < message.sent), 0)
    WHERE sent IS NOT NULL AND card_id IN (SELECT card_id FROM inbound_part);
