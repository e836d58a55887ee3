-- What stands in a card's commands where a campaign's have placeholders.
CREATE TABLE campaign_data (
    campaign_id BIGINT NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    card_id BIGINT NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    data TEXT NOT NULL, -- hex, parted by commas, in the order in which the commands first name them
    PRIMARY KEY (campaign_id, card_id)
) WITHOUT ROWID;
CREATE INDEX campaign_data_of_card ON campaign_data (card_id);
