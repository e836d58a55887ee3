/* db.h over SQLite 3. */
#include "gateway-plugin/store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#define BUSY_TIMEOUT_MS 10000
#define CACHE_SLOTS_FIRST 256 /* a power of two; grows when half full */

struct db_statement {
    struct db *db;
    const char *sql;
    sqlite3_stmt *handle;
    bool failed; /* a bind failed: the step must not run with what is left */
};

struct db {
    sqlite3 *handle;
    struct db_statement **slots; /* open addressing by the address of the SQL text */
    size_t slot_count;           /* a power of two */
    size_t used;
    struct db_statement broken; /* what db_prepare gives when memory is out */
    char error[256];
};

static void note_error(struct db *db)
{
    snprintf(db->error, sizeof db->error, "%s", sqlite3_errmsg(db->handle));
}

const char *db_error(const struct db *db)
{
    return db->error;
}

/* --- opening --- */

struct pragma {
    const char *set;
    const char *read;
    const char *expected;
    bool writer_only;
};

static const struct pragma PRAGMAS[] = {
    {"PRAGMA busy_timeout = 10000", "PRAGMA busy_timeout", "10000", false},
    {"PRAGMA journal_mode = wal", "PRAGMA journal_mode", "wal", true},
    /* A commit is on the disk when it returns: an SMS leaves behind it, and a power cut that took the counter
     * back would make the card refuse what comes next. Group commit pays for the flush. */
    {"PRAGMA synchronous = full", "PRAGMA synchronous", "2", true},
    {"PRAGMA foreign_keys = on", "PRAGMA foreign_keys", "1", false},
    /* 32 MiB, so that the indexes of some 100,000 cards stay in memory while they are provisioned. */
    {"PRAGMA cache_size = -32768", "PRAGMA cache_size", "-32768", false},
    /* A big import must not leave a big -wal file behind for ever. */
    {"PRAGMA journal_size_limit = 67108864", "PRAGMA journal_size_limit", "67108864", true},
};

static int set_pragma(struct db *db, const struct pragma *pragma, char *error, size_t error_size)
{
    sqlite3_stmt *statement = NULL;
    const unsigned char *value = NULL;
    bool good = sqlite3_exec(db->handle, pragma->set, NULL, NULL, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(db->handle, pragma->read, -1, &statement, NULL) == SQLITE_OK;
    if (good && sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_text(statement, 0);
    if (!good)
        snprintf(error, error_size, "%s: %s", pragma->set, sqlite3_errmsg(db->handle));
    else if (value == NULL || strcmp((const char *)value, pragma->expected) != 0)
        snprintf(error, error_size, "%s: reads back '%s', expected '%s'", pragma->set,
                 value == NULL ? "" : (const char *)value, pragma->expected);
    else
        value = (const unsigned char *)pragma->expected;
    good = value == (const unsigned char *)pragma->expected;
    sqlite3_finalize(statement);
    return good ? 0 : -1;
}

static int set_pragmas(struct db *db, bool read_only, char *error, size_t error_size)
{
    for (size_t i = 0; i < sizeof PRAGMAS / sizeof PRAGMAS[0]; i++)
        if (!(read_only && PRAGMAS[i].writer_only) && set_pragma(db, &PRAGMAS[i], error, error_size) != 0)
            return -1;
    return 0;
}

/* SQLite would make the file with the umask's mode; -wal and -shm take the file's. */
static int make_file(const char *path, char *error, size_t error_size)
{
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 && errno != EEXIST) {
        snprintf(error, error_size, "cannot be made: %s", strerror(errno));
        return -1;
    }
    if (file >= 0)
        close(file);
    return 0;
}

static int open_handle(struct db *db, const char *path, bool read_only, char *error, size_t error_size)
{
    int flags = SQLITE_OPEN_NOMUTEX | (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK) {
        snprintf(error, error_size, "cannot be opened: %s",
                 db->handle == NULL ? "out of memory" : sqlite3_errmsg(db->handle));
        return -1;
    }
    sqlite3_extended_result_codes(db->handle, 1);
    return set_pragmas(db, read_only, error, error_size);
}

struct db *db_open(const char *path, bool read_only, char *error, size_t error_size)
{
    if (!read_only && make_file(path, error, error_size) != 0)
        return NULL;
    struct db *db = calloc(1, sizeof *db);
    if (db != NULL)
        db->slots = calloc(CACHE_SLOTS_FIRST, sizeof(struct db_statement *));
    if (db == NULL || db->slots == NULL) {
        snprintf(error, error_size, "out of memory");
        free(db);
        return NULL;
    }
    db->slot_count = CACHE_SLOTS_FIRST;
    db->broken.db = db;
    if (open_handle(db, path, read_only, error, error_size) != 0)
        db_close(&db);
    return db;
}

void db_close(struct db **db)
{
    if (*db == NULL)
        return;
    for (size_t i = 0; i < (*db)->slot_count; i++) {
        if ((*db)->slots[i] != NULL)
            sqlite3_finalize((*db)->slots[i]->handle);
        free((*db)->slots[i]);
    }
    sqlite3_close((*db)->handle);
    free((*db)->slots);
    free(*db);
    *db = NULL;
}

/* --- statements without parameters --- */

int db_execute(struct db *db, const char *sql)
{
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK)
        return 0;
    note_error(db);
    return -1;
}

int db_begin(struct db *db)
{
    /* A plain BEGIN takes the write lock only at the first write, and is then refused at once
     * when another connection has written meanwhile. */
    return db_run(db_prepare(db, "BEGIN IMMEDIATE")) == DB_DONE ? 0 : -1;
}

int db_schema_version(struct db *db, int64_t *version)
{
    struct db_statement *statement = db_prepare(db, "PRAGMA user_version");
    if (db_step(statement) != DB_ROW)
        return -1;
    *version = db_column_int(statement, 0);
    db_reset(statement);
    return 0;
}

int db_set_schema_version(struct db *db, int64_t version)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA user_version = %lld", (long long)version);
    return db_execute(db, sql);
}

/* --- the cache of statements --- */

static struct db_statement **slot_of(struct db_statement **slots, size_t count, const char *sql)
{
    size_t at = ((uintptr_t)sql * UINT64_C(0x9E3779B97F4A7C15)) >> 32 & (count - 1);
    while (slots[at] != NULL && slots[at]->sql != sql)
        at = (at + 1) & (count - 1);
    return &slots[at];
}

static bool grow(struct db *db)
{
    size_t count = db->slot_count * 2;
    struct db_statement **slots = calloc(count, sizeof *slots);
    if (slots == NULL)
        return false;
    for (size_t i = 0; i < db->slot_count; i++)
        if (db->slots[i] != NULL)
            *slot_of(slots, count, db->slots[i]->sql) = db->slots[i];
    free(db->slots);
    db->slots = slots;
    db->slot_count = count;
    return true;
}

static struct db_statement *add_statement(struct db *db, const char *sql)
{
    if (db->used >= db->slot_count / 2 && !grow(db))
        return NULL;
    struct db_statement *statement = calloc(1, sizeof *statement);
    if (statement == NULL)
        return NULL;
    statement->db = db;
    statement->sql = sql;
    *slot_of(db->slots, db->slot_count, sql) = statement;
    db->used++;
    return statement;
}

struct db_statement *db_prepare(struct db *db, const char *sql)
{
    struct db_statement *statement = *slot_of(db->slots, db->slot_count, sql);
    if (statement == NULL)
        statement = add_statement(db, sql);
    if (statement == NULL) {
        snprintf(db->error, sizeof db->error, "out of memory");
        return &db->broken;
    }
    statement->failed = false;
    if (statement->handle != NULL) {
        sqlite3_reset(statement->handle);
        sqlite3_clear_bindings(statement->handle);
    } else if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->handle, NULL) !=
               SQLITE_OK) {
        note_error(db);
    }
    return statement;
}

static void check_bind(struct db_statement *statement, int rc)
{
    if (rc == SQLITE_OK || statement->handle == NULL)
        return;
    statement->failed = true;
    note_error(statement->db);
}

void db_bind_int(struct db_statement *statement, int parameter, int64_t value)
{
    check_bind(statement, sqlite3_bind_int64(statement->handle, parameter, value));
}

void db_bind_text(struct db_statement *statement, int parameter, const char *text)
{
    check_bind(statement, sqlite3_bind_text(statement->handle, parameter, text, -1, SQLITE_TRANSIENT));
}

void db_bind_blob(struct db_statement *statement, int parameter, const void *bytes, size_t length)
{
    /* A NULL pointer would bind SQL NULL; no bytes are an empty blob all the same. */
    check_bind(statement, sqlite3_bind_blob64(statement->handle, parameter, bytes == NULL ? "" : bytes,
                                              length, SQLITE_TRANSIENT));
}

void db_bind_null(struct db_statement *statement, int parameter)
{
    check_bind(statement, sqlite3_bind_null(statement->handle, parameter));
}

static enum db_result result_of(int rc)
{
    switch (rc & 0xFF) { /* the primary code of an extended one */
    case SQLITE_CONSTRAINT: return DB_E_CONSTRAINT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return DB_E_BUSY;
    default: return DB_E_FAILED;
    }
}

enum db_result db_step(struct db_statement *statement)
{
    if (statement->handle == NULL || statement->failed)
        return DB_E_FAILED;
    int rc = sqlite3_step(statement->handle);
    if (rc == SQLITE_ROW)
        return DB_ROW;
    if (rc == SQLITE_DONE)
        return DB_DONE;
    note_error(statement->db);
    sqlite3_reset(statement->handle);
    return result_of(rc);
}

enum db_result db_run(struct db_statement *statement)
{
    enum db_result result;
    do
        result = db_step(statement);
    while (result == DB_ROW);
    db_reset(statement);
    return result;
}

void db_reset(struct db_statement *statement)
{
    sqlite3_reset(statement->handle);
}

/* --- rows --- */

int64_t db_column_int(struct db_statement *statement, int column)
{
    return sqlite3_column_int64(statement->handle, column);
}

const char *db_column_text(struct db_statement *statement, int column)
{
    return (const char *)sqlite3_column_text(statement->handle, column);
}

const void *db_column_blob(struct db_statement *statement, int column, size_t *length)
{
    const void *bytes = sqlite3_column_blob(statement->handle, column);
    *length = (size_t)sqlite3_column_bytes(statement->handle, column);
    return bytes;
}

bool db_column_is_null(struct db_statement *statement, int column)
{
    return sqlite3_column_type(statement->handle, column) == SQLITE_NULL;
}

int64_t db_last_insert_id(struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int64_t db_changes(struct db *db)
{
    return sqlite3_changes64(db->handle);
}
