#include "gateway-plugin/store/data_work.h"

#include <string.h>

#include "gateway-plugin/store/statement.h"

int work_data_clear(struct store *store, int64_t campaign_id)
{
    struct db_statement *s = db_prepare(store_db(store), "DELETE FROM campaign_data WHERE campaign_id = ?1");
    db_bind_int(s, 1, campaign_id);
    return statement_run(s);
}

int work_data_add(struct store *store, int64_t campaign_id, int64_t card_id, const char *data)
{
    struct db_statement *s =
        db_prepare(store_db(store), "INSERT INTO campaign_data (campaign_id, card_id, data) VALUES (?1, ?2, ?3) "
                                    "ON CONFLICT DO NOTHING");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, card_id);
    db_bind_text(s, 3, data);
    return statement_run_changing(store, s);
}

int work_data_get(struct store *store, int64_t campaign_id, int64_t card_id, char **data)
{
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT data FROM campaign_data WHERE campaign_id = ?1 AND card_id = ?2");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, card_id);
    int rc = statement_first_row(s);
    if (rc != STORE_OK)
        return rc;
    *data = strdup(db_column_text(s, 0));
    db_reset(s);
    return *data != NULL ? STORE_OK : STORE_FAILED;
}

int work_group_has_card(struct store *store, int64_t group_id, int64_t card_id)
{
    int64_t found;
    struct db_statement *s =
        db_prepare(store_db(store), "SELECT card_id FROM card_group_member WHERE group_id = ?1 AND card_id = ?2");
    db_bind_int(s, 1, group_id);
    db_bind_int(s, 2, card_id);
    return statement_read_int(s, &found);
}

int work_card_without_data(struct store *store, const struct campaign_target_ids *target,
                           char msisdn[static MSISDN_DIGITS_MAX + 1])
{
    struct db_statement *s =
        target->group_id != 0
            ? db_prepare(store_db(store),
                         "SELECT c.msisdn FROM card_group_member AS m JOIN card AS c ON c.id = m.card_id"
                         " WHERE m.group_id = ?1 AND NOT EXISTS (SELECT 1 FROM campaign_data AS d"
                         " WHERE d.campaign_id = ?2 AND d.card_id = c.id) LIMIT 1")
            : db_prepare(store_db(store),
                         "SELECT c.msisdn FROM card AS c WHERE c.id = ?1 AND NOT EXISTS (SELECT 1 FROM"
                         " campaign_data AS d WHERE d.campaign_id = ?2 AND d.card_id = c.id)");
    db_bind_int(s, 1, target->group_id != 0 ? target->group_id : target->card_id);
    db_bind_int(s, 2, target->campaign_id);
    int rc = statement_first_row(s);
    if (rc == STORE_OK) {
        row_text(s, 0, msisdn, MSISDN_DIGITS_MAX + 1);
        db_reset(s);
    }
    return rc;
}
