#include "gateway-plugin/store/counter_work.h"

#include "gateway-plugin/store/statement.h"

static void read_counter_packet(struct db_statement *s, int column, struct counter_packet *packet)
{
    packet->known = !db_column_is_null(s, column + 1);
    packet->campaign_id = db_column_int(s, column);
    packet->counter = (uint64_t)db_column_int(s, column + 1);
    packet->state = (enum message_state)db_column_int(s, column + 2);
    packet->por_status = db_column_is_null(s, column + 3) ? -1 : (int)db_column_int(s, column + 3);
    packet->por_is_weak = (db_column_int(s, column + 4) & MESSAGE_POR_WEAK) != 0;
    packet->mode = spi1_counter_mode((uint8_t)db_column_int(s, column + 5));
    packet->por = spi2_por((uint8_t)db_column_int(s, column + 6));
}

static void bind_owner(struct db_statement *s, int64_t card_id, struct counter_owner owner)
{
    db_bind_int(s, 1, card_id);
    db_bind_int(s, 2, owner.key_index);
    db_bind_int(s, 3, owner.tar);
}

static int read_elsewhere(struct store *store, int64_t card_id, struct counter_owner owner, uint64_t *value)
{
    int64_t highest;
    struct db_statement *s = db_prepare(
        store_db(store), owner.tar < 0 ? "SELECT MAX(value) FROM card_counter WHERE card_id = ?1 AND tar <> -1"
                                       : "SELECT MAX(value) FROM card_counter WHERE card_id = ?1 AND tar = -1");
    db_bind_int(s, 1, card_id);
    int rc = statement_read_int(s, &highest);
    *value = rc == STORE_OK ? (uint64_t)highest : 0;
    return rc == STORE_FAILED ? STORE_FAILED : STORE_OK;
}

int work_counter_get(struct store *store, int64_t card_id, struct counter_owner owner,
                     struct counter_scope *scope)
{
    struct db_statement *s =
        db_prepare(store_db(store),
                   "SELECT k.value, k.jumps, k.held_low, k.held_guess, k.held_high, k.refusals,"
                   " m.campaign_id, COALESCE(m.counter, k.last_counter), COALESCE(m.state, k.last_state),"
                   " COALESCE(m.por_status, k.last_por_status), COALESCE(m.por_flags, k.last_por_flags),"
                   " COALESCE(g.spi1, k.last_spi1), COALESCE(g.spi2, k.last_spi2)"
                   " FROM card_counter AS k LEFT JOIN message AS m ON m.id = k.last_message"
                   " LEFT JOIN campaign AS g ON g.id = m.campaign_id"
                   " WHERE k.card_id = ?1 AND k.key_index = ?2 AND k.tar = ?3");
    uint64_t elsewhere;
    int rc = read_elsewhere(store, card_id, owner, &elsewhere);
    *scope = (struct counter_scope){.elsewhere = elsewhere};
    if (rc != STORE_OK)
        return rc;
    bind_owner(s, card_id, owner);
    rc = statement_first_row(s);
    if (rc != STORE_OK)
        return rc == STORE_NOT_FOUND ? STORE_OK : rc;
    scope->value = (uint64_t)db_column_int(s, 0);
    scope->jumps = (unsigned int)db_column_int(s, 1);
    scope->held.low = (uint64_t)db_column_int(s, 2);
    scope->held.guess = (uint64_t)db_column_int(s, 3);
    scope->held.high = (uint64_t)db_column_int(s, 4);
    scope->held.refusals = (unsigned int)db_column_int(s, 5);
    read_counter_packet(s, 6, &scope->last);
    db_reset(s);
    return STORE_OK;
}

static void bind_choice(struct db_statement *s, const struct counter_choice *choice)
{
    db_bind_int(s, 5, (int64_t)choice->counter);
    db_bind_int(s, 6, choice->jumps);
    db_bind_int(s, 7, (int64_t)choice->held.low);
    db_bind_int(s, 8, (int64_t)choice->held.guess);
    db_bind_int(s, 9, (int64_t)choice->held.high);
    db_bind_int(s, 10, choice->held.refusals);
}

int work_counter_set(struct store *store, int64_t card_id, struct counter_owner owner, int64_t message_id,
                     const struct counter_choice *choice)
{
    struct db_statement *s = db_prepare(
        store_db(store),
        "INSERT INTO card_counter (card_id, key_index, tar, last_message, value, jumps, held_low, held_guess,"
        " held_high, refusals) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        " ON CONFLICT (card_id, key_index, tar) DO UPDATE SET last_message = excluded.last_message,"
        " last_counter = NULL, last_state = NULL, last_por_status = NULL, last_por_flags = NULL,"
        " last_spi1 = NULL, last_spi2 = NULL,"
        " jumps = excluded.jumps, held_low = excluded.held_low, held_guess = excluded.held_guess,"
        " held_high = excluded.held_high, refusals = excluded.refusals,"
        " value = CASE WHEN excluded.value > card_counter.value"
        " THEN excluded.value ELSE card_counter.value END");
    if (choice->counter > COUNTER_MAX)
        return STORE_FAILED;
    bind_owner(s, card_id, owner);
    bind_or_null(s, 4, message_id);
    bind_choice(s, choice);
    switch (db_run(s)) {
    case DB_DONE: return STORE_OK;
    case DB_E_CONSTRAINT: return STORE_NOT_FOUND;
    default: return STORE_FAILED;
    }
}

int work_counters_outlive(struct store *store, int64_t campaign_id, int64_t up_to)
{
    struct db_statement *s = db_prepare(
        store_db(store),
        "UPDATE card_counter SET last_counter = m.counter, last_state = m.state, last_por_status = m.por_status,"
        " last_por_flags = m.por_flags, last_spi1 = g.spi1, last_spi2 = g.spi2"
        " FROM message AS m JOIN campaign AS g ON g.id = m.campaign_id"
        " WHERE m.campaign_id = ?1 AND m.id <= ?2 AND card_counter.card_id = m.card_id AND card_counter.last_message = m.id");
    db_bind_int(s, 1, campaign_id);
    db_bind_int(s, 2, up_to);
    return db_run(s) == DB_DONE ? STORE_OK : STORE_FAILED;
}
