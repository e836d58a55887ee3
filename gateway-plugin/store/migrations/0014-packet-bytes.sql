ALTER TABLE campaign ADD COLUMN max_packet_bytes INTEGER NOT NULL DEFAULT 0; -- of secured data; 0: what the SMS hold
