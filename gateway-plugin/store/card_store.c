#include <string.h>

#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/store_private.h"

/* As the card file has them (formats/card_file.c). */
#define ICCID_DIGITS_MIN 18
#define IMSI_DIGITS_MIN 6
#define MSISDN_DIGITS_MIN 3
#define KEY_SETS 15

/* Key set i is bit i of the sum; each has exactly one KIc row. */
#define SELECT_CARD                                                                                          \
    "SELECT c.id, c.profile_id, c.iccid, c.imsi, c.msisdn, c.created, c.updated, c.blocked, "                \
    "(SELECT SUM(1 << k.key_index) FROM card_key k WHERE k.card_id = c.id AND k.kind = 1) FROM card c "

static void take_card(struct db_statement *row, void *to)
{
    struct card *card = to;
    card->id = db_column_int(row, 0);
    card->profile_id = db_column_int(row, 1);
    row_text(row, 2, card->iccid, sizeof card->iccid);
    row_text(row, 3, card->imsi, sizeof card->imsi);
    row_text(row, 4, card->msisdn, sizeof card->msisdn);
    card->created = db_column_int(row, 5);
    card->updated = db_column_int(row, 6);
    card->blocked = db_column_int(row, 7) != 0;
    card->key_sets = (uint16_t)db_column_int(row, 8);
}

/* --- provisioning --- */

static int check_digits(const char *what, const char *digits, size_t minimum, size_t maximum,
                        struct refusal *refusal)
{
    size_t length = strnlen(digits, maximum + 1);
    if (strspn(digits, "0123456789") >= length && length >= minimum && length <= maximum)
        return 0;
    return refuse(refusal, REFUSAL_INVALID, "%s '%.*s' is wrong, expected %zu to %zu digits", what,
                  (int)maximum + 1, digits, minimum, maximum);
}

int card_check_msisdn(const char *digits, struct refusal *refusal)
{
    return check_digits("MSISDN", digits, MSISDN_DIGITS_MIN, MSISDN_DIGITS_MAX, refusal);
}

static bool key_size_is_good(uint8_t size)
{
    return size == 16 || size == 24 || size == 32;
}

static int check_key_sets(const struct card_record *record, struct refusal *refusal)
{
    unsigned int seen = 0;
    if (record->key_set_count == 0 || record->key_set_count > CARD_KEY_SETS_MAX)
        return refuse(refusal, REFUSAL_INVALID, "card has %zu key sets, expected 1 to %d",
                      record->key_set_count, CARD_KEY_SETS_MAX);
    for (size_t i = 0; i < record->key_set_count; i++) {
        const struct card_key_set *set = &record->key_sets[i];
        if (set->index < 1 || set->index > KEY_SETS)
            return refuse(refusal, REFUSAL_INVALID, "key index %u is none, expected 1 to %d", set->index,
                          KEY_SETS);
        if ((seen & 1u << set->index) != 0)
            return refuse(refusal, REFUSAL_INVALID, "key index %u is given twice", set->index);
        seen |= 1u << set->index;
        if (!key_size_is_good(set->kic_size) || !key_size_is_good(set->kid_size) ||
            !(set->kik_size == 0 || key_size_is_good(set->kik_size)))
            return refuse(
                refusal, REFUSAL_INVALID,
                "keys of index %u have %u (KIC), %u (KID) and %u (KIK) bytes, expected 16, 24 or 32",
                set->index, set->kic_size, set->kid_size, set->kik_size);
    }
    return 0;
}

static int check_record(const struct card_record *record, struct refusal *refusal)
{
    if (check_digits("ICCID", record->iccid, ICCID_DIGITS_MIN, ICCID_DIGITS_MAX, refusal) != 0 ||
        check_digits("IMSI", record->imsi, IMSI_DIGITS_MIN, IMSI_DIGITS_MAX, refusal) != 0 ||
        card_check_msisdn(record->msisdn, refusal) != 0)
        return -1;
    return check_key_sets(record, refusal);
}

/* Is `value` held by another card? -1 with `refusal` when it is. */
static int refuse_if_held(struct store *store, const char *field, const char *sql, const char *value,
                          struct refusal *refusal)
{
    struct db_statement *select = db_prepare(store_db(store), sql);
    db_bind_text(select, 1, value);
    enum db_result result = db_step(select);
    if (result != DB_ROW) {
        db_reset(select);
        return result == DB_DONE ? 0 : store_refuse(store, "card", refusal);
    }
    long long card = db_column_int(select, 0), profile = db_column_int(select, 1);
    db_reset(select);
    return refuse(refusal, REFUSAL_CONFLICT, "%s %s is already provisioned (card %lld, profile %lld)", field,
                  value, card, profile);
}

int card_check_numbers(struct store *store, const struct card_record *record, struct refusal *refusal)
{
    if (refuse_if_held(store, "ICCID", "SELECT id, profile_id FROM card WHERE iccid = ?1", record->iccid,
                       refusal) != 0 ||
        refuse_if_held(store, "IMSI", "SELECT id, profile_id FROM card WHERE imsi = ?1", record->imsi,
                       refusal) != 0 ||
        refuse_if_held(store, "MSISDN", "SELECT id, profile_id FROM card WHERE msisdn = ?1", record->msisdn,
                       refusal) != 0)
        return -1;
    return 0;
}

static int insert_row(struct store *store, int64_t profile_id, const struct card_record *record, int64_t now,
                      struct card *card, struct refusal *refusal)
{
    struct db *db = store_db(store);
    struct db_statement *insert =
        db_prepare(db, "INSERT INTO card (id, profile_id, iccid, imsi, msisdn, created, updated) "
                       "VALUES (" NEXT_ID("card") ", ?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING");
    db_bind_int(insert, 1, profile_id);
    db_bind_text(insert, 2, record->iccid);
    db_bind_text(insert, 3, record->imsi);
    db_bind_text(insert, 4, record->msisdn);
    db_bind_int(insert, 5, now);
    db_bind_int(insert, 6, now);
    enum db_result result = db_run(insert);
    if (result == DB_E_CONSTRAINT)
        return store_found(store, STORE_NOT_FOUND, "profile", profile_id, refusal);
    if (result != DB_DONE)
        return store_refuse(store, "card", refusal);
    if (db_changes(db) == 0)
        return card_check_numbers(store, record, refusal) != 0 ? -1 : store_refuse(store, "card", refusal);
    *card =
        (struct card){.id = db_last_insert_id(db), .profile_id = profile_id, .created = now, .updated = now};
    memcpy(card->iccid, record->iccid, sizeof card->iccid);
    memcpy(card->imsi, record->imsi, sizeof card->imsi);
    memcpy(card->msisdn, record->msisdn, sizeof card->msisdn);
    return 0;
}

static int insert_key(struct store *store, const struct key_place *place, const uint8_t *key, size_t key_size,
                      struct refusal *refusal)
{
    uint8_t sealed[SEALED_KEY_SIZE_MAX];
    size_t size;
    if (key_seal(store_sealer(store), place, key, key_size, sealed, &size) != 0)
        return refuse(refusal, REFUSAL_INTERNAL, "a key of index %u cannot be sealed: OpenSSL refused",
                      place->key_index);
    struct db_statement *insert = db_prepare(
        store_db(store), "INSERT INTO card_key (card_id, key_index, kind, sealed) VALUES (?1, ?2, ?3, ?4)");
    db_bind_int(insert, 1, place->card_id);
    db_bind_int(insert, 2, place->key_index);
    db_bind_int(insert, 3, place->kind);
    db_bind_blob(insert, 4, sealed, size);
    return db_run(insert) == DB_DONE ? 0 : store_refuse(store, "card key", refusal);
}

static int insert_key_set(struct store *store, const struct card_key_set *set, struct card *card,
                          struct refusal *refusal)
{
    struct key_place kic = {card->id, set->index, KEY_KIC}, kid = {card->id, set->index, KEY_KID},
                     kik = {card->id, set->index, KEY_KIK};
    card->key_sets |= (uint16_t)(1u << set->index);
    if (insert_key(store, &kic, set->kic, set->kic_size, refusal) != 0 ||
        insert_key(store, &kid, set->kid, set->kid_size, refusal) != 0)
        return -1;
    return set->kik_size == 0 ? 0 : insert_key(store, &kik, set->kik, set->kik_size, refusal);
}

static int insert_member(struct store *store, int64_t group_id, const struct card *card,
                         struct refusal *refusal)
{
    switch (group_add_card(store, group_id, card->id)) {
    case STORE_OK: return 0;
    case STORE_NOT_FOUND:
        return refuse(refusal, REFUSAL_NOT_FOUND, "profile %lld has no card group %lld",
                      (long long)card->profile_id, (long long)group_id);
    default: return store_refuse(store, "card group", refusal);
    }
}

static int insert_all(struct store *store, int64_t profile_id, int64_t group_id,
                      const struct card_record *record, int64_t now, struct card *card,
                      struct refusal *refusal)
{
    if (insert_row(store, profile_id, record, now, card, refusal) != 0)
        return -1;
    for (size_t i = 0; i < record->key_set_count; i++)
        if (insert_key_set(store, &record->key_sets[i], card, refusal) != 0)
            return -1;
    return group_id == 0 ? 0 : insert_member(store, group_id, card, refusal);
}

int card_insert(struct store *store, int64_t profile_id, int64_t group_id, const struct card_record *record,
                int64_t now, struct card *card, struct refusal *refusal)
{
    if (check_record(record, refusal) != 0)
        return -1;
    if (store_savepoint(store) != STORE_OK)
        return store_refuse(store, "card", refusal);
    int rc = insert_all(store, profile_id, group_id, record, now, card, refusal);
    if (rc != 0)
        store_rollback_to(store);
    else if (store_release(store) != STORE_OK)
        rc = store_refuse(store, "card", refusal);
    return rc;
}

/* --- looking up --- */

int card_get(struct store *store, int64_t id, struct card *card)
{
    struct db_statement *select = db_prepare(store_db(store), SELECT_CARD "WHERE c.id = ?1");
    db_bind_int(select, 1, id);
    return fetch_one(select, take_card, card);
}

int card_find_by_msisdn(struct store *store, const char *msisdn, struct card *card)
{
    struct db_statement *select = db_prepare(store_db(store), SELECT_CARD "WHERE c.msisdn = ?1");
    db_bind_text(select, 1, *msisdn == '+' ? msisdn + 1 : msisdn);
    return fetch_one(select, take_card, card);
}

int card_find_by_iccid(struct store *store, const char *iccid, struct card *card)
{
    char digits[ICCID_DIGITS_MAX + 1] = "";
    size_t length = strlen(iccid);
    if (length > 0 && (iccid[length - 1] == 'F' || iccid[length - 1] == 'f'))
        length--;
    if (length > ICCID_DIGITS_MAX)
        return STORE_NOT_FOUND;
    memcpy(digits, iccid, length);
    struct db_statement *select = db_prepare(store_db(store), SELECT_CARD "WHERE c.iccid = ?1");
    db_bind_text(select, 1, digits);
    return fetch_one(select, take_card, card);
}

int card_find_by_imsi(struct store *store, const char *imsi, struct card *card)
{
    struct db_statement *select = db_prepare(store_db(store), SELECT_CARD "WHERE c.imsi = ?1");
    db_bind_text(select, 1, imsi);
    return fetch_one(select, take_card, card);
}

static struct db_statement *prepare_list(struct store *store, int64_t profile_id, int64_t group_id)
{
    struct db *db = store_db(store);
    if (group_id != 0)
        return db_prepare(db,
                          SELECT_CARD "JOIN card_group_member m ON m.card_id = c.id WHERE m.group_id = ?4 "
                                      "AND m.card_id > ?1 AND (?3 = 0 OR c.profile_id = ?3) "
                                      "ORDER BY m.card_id LIMIT ?2");
    if (profile_id != 0)
        return db_prepare(db, SELECT_CARD "WHERE c.profile_id = ?3 AND c.id > ?1 ORDER BY c.id LIMIT ?2");
    return db_prepare(db, SELECT_CARD "WHERE c.id > ?1 ORDER BY c.id LIMIT ?2");
}

int card_list(struct store *store, int64_t profile_id, int64_t group_id, struct page page, struct card *rows,
              size_t *count)
{
    struct db_statement *select = prepare_list(store, profile_id, group_id);
    size_t room = page_rows(page, *count);
    db_bind_int(select, 1, page.after);
    db_bind_int(select, 2, (int64_t)room);
    if (profile_id != 0 || group_id != 0)
        db_bind_int(select, 3, profile_id);
    if (group_id != 0)
        db_bind_int(select, 4, group_id);
    return fetch_rows(select, take_card, rows, sizeof *rows, room, count);
}

/* --- keys and counters --- */

static int unseal_row(struct store *store, struct db_statement *row, int64_t card_id, uint8_t key_index,
                      struct security_keys *keys)
{
    size_t sealed_size;
    struct key_place place = {card_id, key_index, (enum key_kind)db_column_int(row, 0)};
    const uint8_t *sealed = db_column_blob(row, 1, &sealed_size);
    bool is_kic = place.kind == KEY_KIC;
    return key_unseal(store_sealer(store), &place, sealed, sealed_size, is_kic ? keys->kic : keys->kid,
                      is_kic ? &keys->kic_size : &keys->kid_size);
}

int card_keys(struct store *store, int64_t card_id, uint8_t key_index, struct security_keys *keys)
{
    struct db_statement *select =
        db_prepare(store_db(store), "SELECT kind, sealed FROM card_key "
                                    "WHERE card_id = ?1 AND key_index = ?2 AND kind IN (1, 2)");
    enum db_result result;
    int rc = 0;
    *keys = (struct security_keys){0};
    db_bind_int(select, 1, card_id);
    db_bind_int(select, 2, key_index);
    while ((result = db_step(select)) == DB_ROW && rc == 0)
        rc = unseal_row(store, select, card_id, key_index, keys);
    db_reset(select);
    if (result == DB_DONE && rc == 0)
        return keys->kic_size == 0 && keys->kid_size == 0 ? STORE_NOT_FOUND : STORE_OK;
    security_keys_wipe(keys);
    return STORE_FAILED;
}
