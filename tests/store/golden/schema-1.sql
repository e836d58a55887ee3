-- Times: milliseconds since the epoch, UTC. States and kinds: the enums of model/.
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
INSERT INTO account (id, name) VALUES (1, 'Default Account A');

-- One row: a known text under the master key, so that a wrong key is recognised at open.
CREATE TABLE master_key_check (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sealed BLOB NOT NULL
);

CREATE TABLE api_token (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    digest BLOB NOT NULL UNIQUE, -- SHA-256
    created BIGINT NOT NULL
);

CREATE TABLE profile (
    id INTEGER PRIMARY KEY,
    account_id BIGINT NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    application SMALLINT NOT NULL, -- enum profile_application
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (account_id, name)
);

CREATE TABLE card (
    id INTEGER PRIMARY KEY,
    profile_id BIGINT NOT NULL REFERENCES profile (id),
    iccid TEXT NOT NULL UNIQUE,
    imsi TEXT NOT NULL UNIQUE,
    msisdn TEXT NOT NULL UNIQUE, -- digits, no +
    busy_message BIGINT,         -- the one outstanding packet of the card
    next_reference SMALLINT NOT NULL DEFAULT 1, -- concatenation reference of its next packet
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL
);
CREATE INDEX card_of_profile ON card (profile_id, id);

CREATE TABLE card_key (
    card_id BIGINT NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    key_index SMALLINT NOT NULL, -- 1 to 15
    kind SMALLINT NOT NULL,      -- 1 KIc, 2 KID, 3 KIK
    sealed BLOB NOT NULL,        -- AES-256-GCM: nonce 12, ciphertext, tag 16
    PRIMARY KEY (card_id, key_index, kind)
) WITHOUT ROWID;

CREATE TABLE card_counter (
    card_id BIGINT NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    key_index SMALLINT NOT NULL,
    value BIGINT NOT NULL, -- the highest CNTR ever allocated; never lowered
    PRIMARY KEY (card_id, key_index)
) WITHOUT ROWID;

CREATE TABLE card_group (
    id INTEGER PRIMARY KEY,
    profile_id BIGINT NOT NULL REFERENCES profile (id),
    name TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (profile_id, name)
);

CREATE TABLE card_group_member (
    group_id BIGINT NOT NULL REFERENCES card_group (id) ON DELETE CASCADE,
    card_id BIGINT NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, card_id)
) WITHOUT ROWID;

CREATE TABLE campaign (
    id INTEGER PRIMARY KEY,
    profile_id BIGINT NOT NULL REFERENCES profile (id),
    name TEXT NOT NULL,
    type SMALLINT NOT NULL,
    state SMALLINT NOT NULL,
    iteration BIGINT NOT NULL DEFAULT 0,
    spi1 SMALLINT NOT NULL,
    spi2 SMALLINT NOT NULL,
    kic SMALLINT NOT NULL,
    kid SMALLINT NOT NULL,
    tar BLOB NOT NULL,
    transmission SMALLINT NOT NULL,
    validity_minutes BIGINT NOT NULL,
    por_timeout_seconds BIGINT NOT NULL,
    include_sim_refresh SMALLINT NOT NULL,
    expected_last_sw TEXT NOT NULL,
    group_id BIGINT REFERENCES card_group (id),
    card_id BIGINT REFERENCES card (id),
    expanded_to BIGINT, -- message rows exist for cards up to this id; NULL: for all
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    started BIGINT,
    ended BIGINT,
    UNIQUE (profile_id, name)
);

CREATE TABLE campaign_command (
    campaign_id BIGINT NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    command TEXT NOT NULL, -- hex
    PRIMARY KEY (campaign_id, position)
) WITHOUT ROWID;

CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    campaign_id BIGINT NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    iteration BIGINT NOT NULL,
    card_id BIGINT NOT NULL REFERENCES card (id),
    state SMALLINT NOT NULL, -- derived from the facts below, kept for its indexes
    counter BIGINT,          -- CNTR allocated; NULL until built
    reference SMALLINT,      -- concatenation
    packet BLOB,             -- from CPL on; kept until settled, so that a resend is byte-identical
    commands SMALLINT,       -- in the script
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
    deadline BIGINT,         -- when waiting ends; NULL: settled or not sent
    created BIGINT NOT NULL,
    sent BIGINT,
    settled BIGINT,
    UNIQUE (campaign_id, iteration, card_id)
);
CREATE INDEX message_by_state ON message (campaign_id, iteration, state, id);
CREATE INDEX message_of_campaign ON message (campaign_id, id);
CREATE INDEX message_of_card ON message (card_id, id);
CREATE INDEX message_deadline ON message (deadline) WHERE deadline IS NOT NULL;

CREATE TABLE inbound_part ( -- concatenated PoRs, joined here because parts may reach different nodes
    card_id BIGINT NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    reference INTEGER NOT NULL,
    total SMALLINT NOT NULL,
    number SMALLINT NOT NULL,
    payload BLOB NOT NULL,
    received BIGINT NOT NULL,
    PRIMARY KEY (card_id, reference, total, number)
) WITHOUT ROWID;
CREATE INDEX inbound_part_age ON inbound_part (received);

CREATE TABLE inbound_seen ( -- Kannel's UUIDs of reports and MOs already dealt with
    uuid TEXT NOT NULL PRIMARY KEY,
    seen BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX inbound_seen_age ON inbound_seen (seen);

INSERT INTO profile (id, account_id, name, application, created, updated) VALUES (1, 1, 'p', 1, 1, 1);
INSERT INTO card (id, profile_id, iccid, imsi, msisdn, created, updated) VALUES
    (1, 1, '8991000000000000001', '424010000000001', '961000000001', 1, 1),
    (2, 1, '8991000000000000002', '424010000000002', '961000000002', 1, 1);
INSERT INTO card_counter (card_id, key_index, value) VALUES (1, 1, 2), (1, 2, 2), (2, 1, 7);
INSERT INTO campaign (id, profile_id, name, type, state, iteration, spi1, spi2, kic, kid, tar, transmission,
    validity_minutes, por_timeout_seconds, include_sim_refresh, expected_last_sw, card_id, created, updated) VALUES
    (1, 1, 'a', 0, 2, 2, 22, 33, 21, 21, x'B00010', 0, 0, 0, 0, '', 1, 1, 1),
    (2, 1, 'b', 0, 1, 1, 22, 33, 37, 37, x'B00010', 0, 0, 0, 0, '', 1, 1, 1),
    (3, 1, 'c', 0, 2, 1, 22, 33, 21, 21, x'B00010', 0, 0, 0, 0, '', 1, 1, 1);
INSERT INTO message (id, campaign_id, iteration, card_id, state, counter, created) VALUES
    (1, 1, 1, 1, 7, 1, 1),
    (2, 2, 1, 2, 0, NULL, 1),
    (3, 1, 2, 1, 7, 2, 1),
    (4, 2, 1, 1, 3, 2, 1),
    (5, 3, 1, 1, 7, 1, 1);
