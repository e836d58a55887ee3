-- A jump of many cards' counters that is under way: it is done in slices, and goes on where it was when otabox ends.
CREATE TABLE counter_jump (
    id INTEGER PRIMARY KEY,
    profile_id BIGINT REFERENCES profile (id) ON DELETE CASCADE, -- this, or group_id
    group_id BIGINT REFERENCES card_group (id) ON DELETE CASCADE,
    amount BIGINT NOT NULL,
    after_card BIGINT NOT NULL -- cards up to this one have jumped
);
