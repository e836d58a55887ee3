-- Whom an operator wants to be told of receipts and PoRs.
ALTER TABLE campaign ADD COLUMN dlr_url TEXT NOT NULL DEFAULT '';
ALTER TABLE campaign ADD COLUMN por_url TEXT NOT NULL DEFAULT '';
ALTER TABLE campaign ADD COLUMN tls_url TEXT NOT NULL DEFAULT '';

-- Events that nobody has taken yet.
CREATE TABLE notification (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- the event's id: none is given twice
    campaign_id BIGINT NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    kind SMALLINT NOT NULL,               -- enum notification_kind
    body TEXT NOT NULL,                   -- a JSON object, without the event's id
    attempts SMALLINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL,
    due BIGINT NOT NULL                   -- not to be sent before
);
CREATE INDEX notification_due ON notification (due, id);
CREATE INDEX notification_of_campaign ON notification (campaign_id, kind);
