#include "gateway-plugin/store/counter_work.h"

#include "gateway-plugin/store/statement.h"

static void read_counter_packet(struct db_statement *s, int column, struct counter_packet *packet)
{
    packet->known = !db_column_is_null(s, column);
    packet->campaign_id = db_column_int(s, column);
    packet->counter = (uint64_t)db_column_int(s, column + 1);
    packet->state = (enum message_state)db_column_int(s, column + 2);
    packet->por_status = db_column_is_null(s, column + 3) ? -1 : (int)db_column_int(s, column + 3);
    packet->por_is_weak = (db_column_int(s, column + 4) & MESSAGE_POR_WEAK) != 0;
    packet->por = spi2_por((uint8_t)db_column_int(s, column + 5));
}

int work_counter_get(struct store *store, int64_t card_id, uint8_t key_index, struct counter_scope *scope)
{
    struct db_statement *s = db_prepare(
        store_db(store), "SELECT k.value, k.jumps, m.campaign_id, m.counter, m.state, m.por_status,"
                         " m.por_flags, g.spi2 FROM card_counter AS k"
                         " LEFT JOIN message AS m ON m.id = k.last_message"
                         " LEFT JOIN campaign AS g ON g.id = m.campaign_id"
                         " WHERE k.card_id = ?1 AND k.key_index = ?2");
    *scope = (struct counter_scope){0};
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, key_index);
    int rc = statement_first_row(s);
    if (rc != STORE_OK)
        return rc == STORE_NOT_FOUND ? STORE_OK : rc;
    scope->value = (uint64_t)db_column_int(s, 0);
    scope->jumps = (unsigned int)db_column_int(s, 1);
    read_counter_packet(s, 2, &scope->last);
    db_reset(s);
    return STORE_OK;
}

int work_counter_set(struct store *store, int64_t card_id, uint8_t key_index, int64_t message_id,
                     uint64_t counter, unsigned int jumps)
{
    struct db_statement *s =
        db_prepare(store_db(store),
                   "INSERT INTO card_counter (card_id, key_index, value, last_message, jumps) VALUES (?1, "
                   "?2, ?3, ?4, ?5)"
                   " ON CONFLICT (card_id, key_index) DO UPDATE SET last_message = excluded.last_message,"
                   " jumps = excluded.jumps, value = CASE WHEN excluded.value > card_counter.value"
                   " THEN excluded.value ELSE card_counter.value END");
    if (counter > COUNTER_MAX)
        return STORE_FAILED;
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, key_index);
    db_bind_int(s, 3, (int64_t)counter);
    db_bind_int(s, 4, message_id);
    db_bind_int(s, 5, jumps);
    switch (db_run(s)) {
    case DB_DONE: return STORE_OK;
    case DB_E_CONSTRAINT: return STORE_NOT_FOUND;
    default: return STORE_FAILED;
    }
}
