-- What a profile says for its campaigns; 0 and '' stand for "not given".
ALTER TABLE profile ADD COLUMN validity_minutes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE profile ADD COLUMN por_timeout_seconds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE profile ADD COLUMN max_sms_parts SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE profile ADD COLUMN part_size SMALLINT NOT NULL DEFAULT 0; -- bytes of TP-UD in an SMS
ALTER TABLE profile ADD COLUMN spi TEXT NOT NULL DEFAULT '';          -- hex
ALTER TABLE profile ADD COLUMN kic TEXT NOT NULL DEFAULT '';
ALTER TABLE profile ADD COLUMN kid TEXT NOT NULL DEFAULT '';
ALTER TABLE profile ADD COLUMN refresh_style SMALLINT NOT NULL DEFAULT 0; -- enum refresh_style
ALTER TABLE profile ADD COLUMN refresh_command TEXT NOT NULL DEFAULT '';
ALTER TABLE profile ADD COLUMN http_address TEXT NOT NULL DEFAULT '';
ALTER TABLE profile ADD COLUMN http_apn TEXT NOT NULL DEFAULT '';
ALTER TABLE profile ADD COLUMN http_host TEXT NOT NULL DEFAULT '';
ALTER TABLE profile ADD COLUMN http_uri TEXT NOT NULL DEFAULT '';
ALTER TABLE profile ADD COLUMN http_agent TEXT NOT NULL DEFAULT '';

-- What a campaign has taken from its profile.
ALTER TABLE campaign ADD COLUMN part_size SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN refresh_command TEXT NOT NULL DEFAULT ''; -- of include_sim_refresh; '': the usual D0
