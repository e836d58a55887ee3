-- What came of a campaign, counted from an index alone. A row goes in once, when it settles: states above 3.
CREATE INDEX message_outcome ON message (campaign_id, state, por_status, por_sw, settled) WHERE state > 3;
