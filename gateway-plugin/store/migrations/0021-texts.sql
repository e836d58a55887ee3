-- What an SMS or FLASH campaign says, UTF-8, instead of campaign_command.
CREATE TABLE campaign_text (
    campaign_id INTEGER PRIMARY KEY REFERENCES campaign (id) ON DELETE CASCADE,
    message TEXT NOT NULL
);
