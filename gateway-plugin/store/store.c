#include "gateway-plugin/store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/store/master_key.h"
#include "gateway-plugin/store/migrations.h"
#include "gateway-plugin/store/store_private.h"

struct store {
    struct db *db;
    struct key_sealer *sealer;
};

struct db *store_db(struct store *store)
{
    return store->db;
}

struct key_sealer *store_sealer(struct store *store)
{
    return store->sealer;
}

int store_refuse(struct store *store, const char *what, struct refusal *refusal)
{
    return refuse(refusal, REFUSAL_INTERNAL, "%s: database: %s", what, db_error(store->db));
}

int store_found(struct store *store, int result, const char *what, int64_t id, struct refusal *refusal)
{
    if (result == STORE_OK)
        return 0;
    return result == STORE_NOT_FOUND
               ? refuse(refusal, REFUSAL_NOT_FOUND, "there is no %s %lld", what, (long long)id)
               : store_refuse(store, what, refusal);
}

/* --- opening --- */

static const struct key_place CHECK_PLACE = {.card_id = 0, .key_index = 0, .kind = KEY_OF_CHECK};
static const char CHECK_TEXT[] = "otabox master key";

static int write_check(struct store *store, struct refusal *refusal)
{
    uint8_t sealed[SEALED_KEY_SIZE_MAX];
    size_t size;
    if (key_seal(store->sealer, &CHECK_PLACE, (const uint8_t *)CHECK_TEXT, sizeof CHECK_TEXT, sealed,
                 &size) != 0)
        return refuse(refusal, REFUSAL_INTERNAL, "the master key seals nothing: OpenSSL refused");
    struct db_statement *insert =
        db_prepare(store->db, "INSERT INTO master_key_check (id, sealed) VALUES (1, ?1)");
    db_bind_blob(insert, 1, sealed, size);
    return db_run(insert) == DB_DONE ? 0 : store_refuse(store, "master key check", refusal);
}

static int read_check(struct store *store, const struct store_options *options, struct refusal *refusal)
{
    uint8_t text[KEY_SIZE_MAX];
    size_t sealed_size, size;
    struct db_statement *select = db_prepare(store->db, "SELECT sealed FROM master_key_check WHERE id = 1");
    if (db_step(select) != DB_ROW)
        return store_refuse(store, "master key check", refusal);
    const uint8_t *sealed = db_column_blob(select, 0, &sealed_size);
    int rc = key_unseal(store->sealer, &CHECK_PLACE, sealed, sealed_size, text, &size);
    db_reset(select);
    if (rc == 0)
        return 0;
    return refuse(refusal, REFUSAL_INVALID,
                  "the master key in %s is not the one that its keys are sealed with",
                  getenv(MASTER_KEY_VARIABLE) != NULL ? MASTER_KEY_VARIABLE : options->master_key_file);
}

static int load_sealer(struct store *store, const struct store_options *options, bool create,
                       struct refusal *refusal)
{
    uint8_t key[MASTER_KEY_SIZE];
    if (master_key_load(options->master_key_file, create, key, refusal) != 0)
        return -1;
    store->sealer = key_sealer_new(key);
    explicit_bzero(key, sizeof key);
    if (store->sealer == NULL)
        return refuse(refusal, REFUSAL_INTERNAL, "AES-256-GCM: OpenSSL refused");
    return 0;
}

static int open_for_reading(struct store *store, const struct store_options *options, struct refusal *refusal)
{
    if (migrations_check(store->db, STORE_MIGRATIONS, STORE_MIGRATION_COUNT, refusal) != 0 ||
        load_sealer(store, options, false, refusal) != 0)
        return -1;
    return read_check(store, options, refusal);
}

/* In one transaction: of two processes that start together, one makes the schema and the key. */
static int open_for_writing(struct store *store, const struct store_options *options, struct refusal *refusal)
{
    int64_t before;
    if (store_begin(store) != 0)
        return store_refuse(store, "upgrade", refusal);
    if (migrations_run(store->db, STORE_MIGRATIONS, STORE_MIGRATION_COUNT, &before, refusal) != 0 ||
        load_sealer(store, options, before == 0, refusal) != 0 ||
        (before == 0 ? write_check(store, refusal) : read_check(store, options, refusal)) != 0) {
        store_rollback(store);
        return -1;
    }
    if (store_commit(store) != 0) {
        store_refuse(store, "upgrade", refusal);
        store_rollback(store);
        return -1;
    }
    return 0;
}

struct store *store_open(const struct store_options *options, struct refusal *refusal)
{
    char error[256];
    struct refusal why = {0};
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        refuse(refusal, REFUSAL_INTERNAL, "out of memory");
        return NULL;
    }
    store->db = db_open(options->database, options->read_only, error, sizeof error);
    int rc = store->db == NULL    ? refuse(&why, REFUSAL_INTERNAL, "%s", error)
             : options->read_only ? open_for_reading(store, options, &why)
                                  : open_for_writing(store, options, &why);
    if (rc != 0) {
        refuse(refusal, why.kind, "database %s: %.*s", options->database, 240, why.text);
        store_close(&store);
    }
    return store;
}

void store_close(struct store **store)
{
    if (*store == NULL)
        return;
    key_sealer_free(&(*store)->sealer);
    db_close(&(*store)->db);
    free(*store);
    *store = NULL;
}

/* --- transactions --- */

static int run(struct store *store, const char *sql)
{
    return db_run(db_prepare(store->db, sql)) == DB_DONE ? STORE_OK : STORE_FAILED;
}

int store_begin(struct store *store)
{
    return db_begin(store->db) == 0 ? STORE_OK : STORE_FAILED;
}

int store_commit(struct store *store)
{
    return run(store, "COMMIT");
}

void store_rollback(struct store *store)
{
    run(store, "ROLLBACK");
}

/* One name for all: SQL takes the innermost, so they nest. */
int store_savepoint(struct store *store)
{
    return run(store, "SAVEPOINT step");
}

int store_release(struct store *store)
{
    return run(store, "RELEASE SAVEPOINT step");
}

void store_rollback_to(struct store *store)
{
    run(store, "ROLLBACK TO SAVEPOINT step");
    run(store, "RELEASE SAVEPOINT step");
}

/* --- rows --- */

void row_text(struct db_statement *statement, int column, char *to, size_t size)
{
    const char *text = db_column_text(statement, column);
    snprintf(to, size, "%s", text == NULL ? "" : text);
}

void bind_or_null(struct db_statement *statement, int parameter, int64_t id)
{
    if (id == 0)
        db_bind_null(statement, parameter);
    else
        db_bind_int(statement, parameter, id);
}

size_t page_rows(struct page page, size_t room)
{
    return page.limit > 0 && (size_t)page.limit < room ? (size_t)page.limit : room;
}

int fetch_rows(struct db_statement *statement, void (*take)(struct db_statement *, void *row), void *rows,
               size_t row_size, size_t room, size_t *count)
{
    enum db_result result = DB_DONE;
    *count = 0;
    while (*count < room && (result = db_step(statement)) == DB_ROW)
        take(statement, (char *)rows + row_size * (*count)++);
    db_reset(statement);
    return result == DB_ROW || result == DB_DONE ? STORE_OK : STORE_FAILED;
}

int fetch_one(struct db_statement *statement, void (*take)(struct db_statement *, void *row), void *row)
{
    size_t count;
    int rc = fetch_rows(statement, take, row, 0, 1, &count);
    return rc == STORE_OK && count == 0 ? STORE_NOT_FOUND : rc;
}
