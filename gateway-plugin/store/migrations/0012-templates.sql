-- Campaigns to be made: what POST /api/campaigns takes, checked, but for name and profile.
CREATE TABLE campaign_template (
    id INTEGER PRIMARY KEY,
    profile_id BIGINT NOT NULL REFERENCES profile (id),
    name TEXT NOT NULL,
    type SMALLINT NOT NULL, -- enum campaign_type
    body TEXT NOT NULL,     -- a JSON object
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    UNIQUE (profile_id, name)
);
