/* card_state.h on SQLite. A killed process loses nothing that was committed: WAL, one writer. */
#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "simsim/card_keys.h"
#include "simsim/card_state.h"
#include "smsc/message_rows.h"
#include "smsc/state_file.h"

#define FORMAT 2 /* PRAGMA user_version; 1 knew only the cards */
#define PATH_SIZE 4096

/* key_index: the counter's owner, see card_keys.h. */
static const char schema_1[] =
    "CREATE TABLE counter (iccid BLOB NOT NULL, key_index INTEGER NOT NULL, value INTEGER NOT NULL,"
    " PRIMARY KEY (iccid, key_index)) WITHOUT ROWID;"
    "CREATE TABLE file (iccid BLOB NOT NULL, path TEXT NOT NULL, invalidated INTEGER NOT NULL,"
    " content BLOB NOT NULL, PRIMARY KEY (iccid, path)) WITHOUT ROWID;"
    "CREATE TABLE chv (iccid BLOB PRIMARY KEY NOT NULL, state BLOB NOT NULL) WITHOUT ROWID;"
    "PRAGMA user_version = 1;";
static const char schema_2[] = MESSAGE_ROWS_SCHEMA
    "CREATE TABLE script_log (one INTEGER PRIMARY KEY CHECK (one = 1), length INTEGER NOT NULL);"
    "PRAGMA user_version = 2;";
static const char *const upgrades[FORMAT] = {schema_1, schema_2};

enum statement { SAVE_COUNTER, SAVE_FILE, SAVE_CHV, SAVE_LENGTH, STATEMENT_COUNT };

static const char *const statements[STATEMENT_COUNT] = {
    [SAVE_COUNTER] = "INSERT OR REPLACE INTO counter (iccid, key_index, value) VALUES (?1, ?2, ?3)",
    [SAVE_FILE] = "INSERT OR REPLACE INTO file (iccid, path, invalidated, content) VALUES (?1, ?2, ?3, ?4)",
    [SAVE_CHV] = "INSERT OR REPLACE INTO chv (iccid, state) VALUES (?1, ?2)",
    [SAVE_LENGTH] = "INSERT OR REPLACE INTO script_log (one, length) VALUES (1, ?1)",
};

struct card_state {
    sqlite3 *database;
    sqlite3_stmt *prepared[STATEMENT_COUNT];
    struct message_rows *rows;
    char path[PATH_SIZE];
};

static int complain(const struct card_state *state, const char *what)
{
    fprintf(stderr, "%s: %s: %s\n", state->path, what, sqlite3_errmsg(state->database));
    return -1;
}

static int execute(struct card_state *state, const char *sql, const char *what)
{
    return sqlite3_exec(state->database, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : complain(state, what);
}

static bool prepare_all(struct card_state *state, char *error, size_t error_size)
{
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        if (sqlite3_prepare_v2(state->database, statements[i], -1, &state->prepared[i], NULL) != SQLITE_OK) {
            snprintf(error, error_size, "%s: %s", state->path, sqlite3_errmsg(state->database));
            return false;
        }
    state->rows = message_rows_new(state->database);
    if (state->rows == NULL)
        snprintf(error, error_size, "%s: %s", state->path, sqlite3_errmsg(state->database));
    return state->rows != NULL;
}

static bool open_database(struct card_state *state, char *error, size_t error_size)
{
    state->database = state_file_open(state->path, upgrades, FORMAT, error, error_size);
    return state->database != NULL && prepare_all(state, error, error_size);
}

struct card_state *card_state_open(const char *directory, char *error, size_t error_size)
{
    struct card_state *state = calloc(1, sizeof *state);
    if (state == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    int length = snprintf(state->path, sizeof state->path, "%s/cards.sqlite", directory);
    if (length >= (int)sizeof state->path)
        snprintf(error, error_size, "%.60s…: path is too long", directory);
    else if (mkdir(directory, 0700) != 0 && errno != EEXIST)
        snprintf(error, error_size, "%s: %s", directory, strerror(errno));
    else if (open_database(state, error, error_size))
        return state;
    card_state_close(&state);
    return NULL;
}

void card_state_close(struct card_state **state)
{
    if (*state == NULL)
        return;
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize((*state)->prepared[i]);
    message_rows_free(&(*state)->rows);
    sqlite3_close((*state)->database);
    free(*state);
    *state = NULL;
}

static void chv_to_bytes(const struct chv_state *chv, uint8_t bytes[static CHV_STATE_SIZE])
{
    struct byte_writer writer = byte_writer_on(bytes, CHV_STATE_SIZE);
    for (size_t i = 0; i < CHV_COUNT; i++)
        write_bytes(&writer, chv->code[i], CHV_SIZE);
    write_bytes(&writer, chv->tries, CHV_COUNT);
    write_bytes(&writer, chv->unblock_tries, CHV_COUNT);
    write_u8(&writer, chv->chv1_enabled ? 1 : 0);
}

static void chv_from_bytes(const uint8_t bytes[static CHV_STATE_SIZE], struct chv_state *chv)
{
    struct byte_reader reader = byte_reader_on(bytes, CHV_STATE_SIZE);
    uint8_t enabled = 0;
    for (size_t i = 0; i < CHV_COUNT; i++)
        read_copy(&reader, chv->code[i], CHV_SIZE);
    read_copy(&reader, chv->tries, CHV_COUNT);
    read_copy(&reader, chv->unblock_tries, CHV_COUNT);
    read_u8(&reader, &enabled);
    chv->chv1_enabled = enabled != 0;
}

static void take_counter(sqlite3_stmt *row, const uint8_t *iccid, const struct card_state_reader *reader)
{
    reader->counter(reader->user, iccid, (uint32_t)sqlite3_column_int(row, 1),
                    (uint64_t)sqlite3_column_int64(row, 2));
}

static void take_file(sqlite3_stmt *row, const uint8_t *iccid, const struct card_state_reader *reader)
{
    const char *path = (const char *)sqlite3_column_text(row, 1);
    const uint8_t *content = sqlite3_column_blob(row, 3);
    if (path != NULL)
        reader->file(reader->user, iccid, path, sqlite3_column_int(row, 2) != 0, content,
                     (size_t)sqlite3_column_bytes(row, 3));
}

static void take_chv(sqlite3_stmt *row, const uint8_t *iccid, const struct card_state_reader *reader)
{
    struct chv_state chv;
    if (sqlite3_column_bytes(row, 1) != CHV_STATE_SIZE)
        return;
    chv_from_bytes(sqlite3_column_blob(row, 1), &chv);
    reader->chv(reader->user, iccid, &chv);
    explicit_bzero(&chv, sizeof chv);
}

static int load_rows(struct card_state *state, const char *sql, const struct card_state_reader *reader,
                     void (*take)(sqlite3_stmt *, const uint8_t *, const struct card_state_reader *))
{
    sqlite3_stmt *row;
    int rc;
    if (sqlite3_prepare_v2(state->database, sql, -1, &row, NULL) != SQLITE_OK)
        return complain(state, "reading the cards' state");
    while ((rc = sqlite3_step(row)) == SQLITE_ROW)
        if (sqlite3_column_bytes(row, 0) == ICCID_SIZE)
            take(row, sqlite3_column_blob(row, 0), reader);
    int result = rc == SQLITE_DONE ? 0 : complain(state, "reading the cards' state");
    sqlite3_finalize(row);
    return result;
}

int card_state_load(struct card_state *state, const struct card_state_reader *reader)
{
    int rc = load_rows(state, "SELECT iccid, key_index, value FROM counter", reader, take_counter);
    if (rc == 0)
        rc = load_rows(state, "SELECT iccid, path, invalidated, content FROM file", reader, take_file);
    if (rc == 0)
        rc = load_rows(state, "SELECT iccid, state FROM chv", reader, take_chv);
    return rc;
}

int card_state_load_rows(struct card_state *state, void *user,
                         bool (*take)(void *user, const struct smsc_row *row))
{
    int rc = message_rows_load(state->rows, user, take);
    return rc == 0 ? 0 : complain(state, "reading the SMSC's messages");
}

int card_state_load_log_length(struct card_state *state, int64_t *length)
{
    char text[32];
    if (!state_file_text(state->database, "SELECT length FROM script_log", text, sizeof text))
        return complain(state, "reading the length of the log");
    *length = strtoll(text, NULL, 10);
    return 0;
}

int card_state_begin(struct card_state *state)
{
    return execute(state, "BEGIN IMMEDIATE", "beginning to save");
}

int card_state_commit(struct card_state *state)
{
    return execute(state, "COMMIT", "saving the cards' state");
}

void card_state_rollback(struct card_state *state)
{
    sqlite3_exec(state->database, "ROLLBACK", NULL, NULL, NULL);
}

/* Runs a prepared statement whose parameters are bound. */
static int run(struct card_state *state, enum statement which, const char *what)
{
    sqlite3_stmt *statement = state->prepared[which];
    int rc = sqlite3_step(statement);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return rc == SQLITE_DONE ? 0 : complain(state, what);
}

/* The same when all but the ICCID are. */
static int save_row(struct card_state *state, enum statement which, const struct sim_card *card)
{
    sqlite3_bind_blob(state->prepared[which], 1, card->iccid, ICCID_SIZE, SQLITE_STATIC);
    return run(state, which, "saving a card");
}

int card_state_save_row(struct card_state *state, const struct smsc_row *row)
{
    return message_rows_save(state->rows, row) == 0 ? 0 : complain(state, "saving a message");
}

int card_state_forget_row(struct card_state *state, enum smsc_row_kind kind, uint64_t id)
{
    return message_rows_forget(state->rows, kind, id) == 0 ? 0 : complain(state, "forgetting a message");
}

int card_state_save_log_length(struct card_state *state, int64_t length)
{
    sqlite3_bind_int64(state->prepared[SAVE_LENGTH], 1, length);
    return run(state, SAVE_LENGTH, "saving the length of the log");
}

static int save_counters(struct card_state *state, const struct sim_card *card)
{
    int rc = 0;
    for (size_t i = 0; i < card_counter_count(card) && rc == 0; i++) {
        struct card_counter counter = card_counter_number(card, i);
        sqlite3_bind_int64(state->prepared[SAVE_COUNTER], 2, counter.owner);
        sqlite3_bind_int64(state->prepared[SAVE_COUNTER], 3, (sqlite3_int64)card_counter_value(counter));
        rc = save_row(state, SAVE_COUNTER, card);
    }
    return rc;
}

static int save_files(struct card_state *state, const struct sim_card *card)
{
    const struct card_profile *profile = card->environment->profile;
    int rc = 0;
    for (const struct file_delta *delta = card->deltas; delta != NULL && rc == 0; delta = delta->next) {
        char path[FILE_PATH_SIZE];
        if (!delta->changed)
            continue;
        card_profile_path(profile, delta->file, path);
        sqlite3_bind_text(state->prepared[SAVE_FILE], 2, path, -1, SQLITE_STATIC);
        sqlite3_bind_int(state->prepared[SAVE_FILE], 3, delta->invalidated);
        sqlite3_bind_blob(state->prepared[SAVE_FILE], 4, delta->content, profile->files[delta->file].size,
                          SQLITE_STATIC);
        rc = save_row(state, SAVE_FILE, card);
    }
    return rc;
}

static int save_chv(struct card_state *state, const struct sim_card *card)
{
    uint8_t bytes[CHV_STATE_SIZE];
    chv_to_bytes(card_chv(card), bytes);
    sqlite3_bind_blob(state->prepared[SAVE_CHV], 2, bytes, sizeof bytes, SQLITE_STATIC);
    int rc = save_row(state, SAVE_CHV, card);
    explicit_bzero(bytes, sizeof bytes);
    return rc;
}

int card_state_save(struct card_state *state, const struct sim_card *card)
{
    int rc = 0;
    if ((card->changes & CHANGED_COUNTERS) != 0)
        rc = save_counters(state, card);
    if (rc == 0 && (card->changes & CHANGED_FILES) != 0)
        rc = save_files(state, card);
    if (rc == 0 && (card->changes & CHANGED_CHV) != 0)
        rc = save_chv(state, card);
    return rc;
}
