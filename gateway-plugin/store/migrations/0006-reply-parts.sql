-- Several parts may claim one place in a PoR: which of them are the card's shows when all are there.
CREATE TABLE new_inbound_part (
    id INTEGER PRIMARY KEY, -- in the order of arrival
    card_id BIGINT NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    reference INTEGER NOT NULL,
    total SMALLINT NOT NULL,
    number SMALLINT NOT NULL,
    payload BLOB NOT NULL,
    received BIGINT NOT NULL
);
INSERT INTO new_inbound_part (card_id, reference, total, number, payload, received)
    SELECT card_id, reference, total, number, payload, received FROM inbound_part ORDER BY received;
DROP TABLE inbound_part;
ALTER TABLE new_inbound_part RENAME TO inbound_part;
CREATE INDEX inbound_part_of_card ON inbound_part (card_id, reference, total, number, id);
CREATE INDEX inbound_part_age ON inbound_part (received);
