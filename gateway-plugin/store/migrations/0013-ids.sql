-- What an id meant once it never means again: a script that holds an old one finds nothing, not another object.
CREATE TABLE deleted_id (
    object TEXT NOT NULL PRIMARY KEY, -- a table
    id BIGINT NOT NULL                -- the highest of its ids that was deleted
) WITHOUT ROWID;
CREATE TRIGGER profile_deleted AFTER DELETE ON profile BEGIN
    INSERT INTO deleted_id (object, id) VALUES ('profile', OLD.id)
        ON CONFLICT (object) DO UPDATE SET id = MAX(id, excluded.id);
END;
CREATE TRIGGER card_deleted AFTER DELETE ON card BEGIN
    INSERT INTO deleted_id (object, id) VALUES ('card', OLD.id)
        ON CONFLICT (object) DO UPDATE SET id = MAX(id, excluded.id);
END;
CREATE TRIGGER card_group_deleted AFTER DELETE ON card_group BEGIN
    INSERT INTO deleted_id (object, id) VALUES ('card_group', OLD.id)
        ON CONFLICT (object) DO UPDATE SET id = MAX(id, excluded.id);
END;
CREATE TRIGGER campaign_deleted AFTER DELETE ON campaign BEGIN
    INSERT INTO deleted_id (object, id) VALUES ('campaign', OLD.id)
        ON CONFLICT (object) DO UPDATE SET id = MAX(id, excluded.id);
END;
CREATE TRIGGER campaign_template_deleted AFTER DELETE ON campaign_template BEGIN
    INSERT INTO deleted_id (object, id) VALUES ('campaign_template', OLD.id)
        ON CONFLICT (object) DO UPDATE SET id = MAX(id, excluded.id);
END;
