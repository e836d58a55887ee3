-- A script too long for one packet goes as several, a row each: the row that one takes the place of had no
-- number, so its UNIQUE has to be made anew, and with it the table.
ALTER TABLE campaign ADD COLUMN max_sms_parts SMALLINT NOT NULL DEFAULT 0; -- of a packet; 0: 255

ALTER TABLE message RENAME TO message_before_pieces;
DROP INDEX message_by_state;
DROP INDEX message_of_campaign;
DROP INDEX message_of_card;
DROP INDEX message_deadline;
DROP INDEX message_again;

CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: it comes back in late receipts (dlr_url)
    campaign_id BIGINT NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    iteration BIGINT NOT NULL,
    card_id BIGINT NOT NULL REFERENCES card (id),
    piece SMALLINT NOT NULL, -- from 1: which packet of the script
    pieces SMALLINT,         -- of them; NULL until built
    state SMALLINT NOT NULL, -- derived from the facts below, kept for its indexes
    counter BIGINT,          -- CNTR allocated; NULL until built
    reference SMALLINT,      -- concatenation
    packet BLOB,             -- from CPL on; kept until settled, so that a resend is byte-identical
    commands_before SMALLINT NOT NULL DEFAULT 0, -- in the packets before
    commands SMALLINT,       -- in this packet
    parts BLOB,              -- one byte a part: enum part_fact
    flags SMALLINT NOT NULL DEFAULT 0, -- enum message_flag
    words_kind SMALLINT NOT NULL DEFAULT 0,
    words TEXT,              -- of the SMSC, or why no packet was made
    por_status SMALLINT,     -- NULL: none came
    por_executed SMALLINT,
    por_sw INTEGER,
    por_data BLOB,
    por_flags SMALLINT NOT NULL DEFAULT 0, -- 1 weak, 2 authenticated
    detail TEXT,             -- why it failed, in words; derived
    again SMALLINT NOT NULL DEFAULT 0,    -- 1: the next automatic iteration sends to this card again; derived
    complete SMALLINT NOT NULL DEFAULT 0, -- 1: this packet went well, it need not be sent again; derived
    deadline BIGINT,         -- when waiting ends; NULL: settled or not sent
    created BIGINT NOT NULL,
    sent BIGINT,
    settled BIGINT,
    UNIQUE (campaign_id, iteration, card_id, piece)
);
INSERT INTO message (id, campaign_id, iteration, card_id, piece, pieces, state, counter, reference, packet,
    commands, parts, flags, words_kind, words, por_status, por_executed, por_sw, por_data, por_flags, detail,
    again, complete, deadline, created, sent, settled)
    SELECT id, campaign_id, iteration, card_id, 1, CASE WHEN counter IS NULL THEN NULL ELSE 1 END, state,
    counter, reference, packet, commands, parts, flags, words_kind, words, por_status, por_executed, por_sw,
    por_data, por_flags, detail, again, CASE WHEN state = 4 THEN 1 ELSE 0 END, deadline, created, sent, settled
    FROM message_before_pieces;
DROP TABLE message_before_pieces;

CREATE INDEX message_by_state ON message (campaign_id, iteration, state, id);
CREATE INDEX message_of_campaign ON message (campaign_id, id);
CREATE INDEX message_of_card ON message (card_id, id);
CREATE INDEX message_deadline ON message (deadline) WHERE deadline IS NOT NULL;
CREATE INDEX message_again ON message (campaign_id, iteration, card_id) WHERE again = 1;
