/* db.h over SQLite: PRAGMAs, statements, errors. */
#include "tests/store/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway-plugin/store/db.h"

static char error[256];

static struct db *open_db(const struct scratch *scratch)
{
    struct db *db = db_open(scratch->database, false, error, sizeof error);
    if (db == NULL)
        fail_msg("%s", error);
    return db;
}

static int64_t read_pragma(struct db *db, const char *sql)
{
    struct db_statement *statement = db_prepare(db, sql);
    assert_int_equal(db_step(statement), DB_ROW);
    int64_t value = db_column_int(statement, 0);
    db_reset(statement);
    return value;
}

static void pragmas_are_in_force(void **state)
{
    struct db *db = open_db(*state);
    struct db_statement *mode = db_prepare(db, "PRAGMA journal_mode");
    assert_int_equal(db_step(mode), DB_ROW);
    assert_string_equal(db_column_text(mode, 0), "wal");
    db_reset(mode);
    assert_int_equal(read_pragma(db, "PRAGMA synchronous"), 2);
    assert_int_equal(read_pragma(db, "PRAGMA foreign_keys"), 1);
    assert_int_equal(read_pragma(db, "PRAGMA busy_timeout"), 10000);
    db_close(&db);
    assert_null(db);
    db_close(&db);
}

static void assert_private(const char *database, const char *suffix)
{
    char path[128];
    struct stat status;
    snprintf(path, sizeof path, "%s%s", database, suffix);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void files_are_private_whatever_the_umask(void **state)
{
    const struct scratch *scratch = *state;
    mode_t before = umask(0);
    struct db *db = open_db(scratch);
    assert_int_equal(db_execute(db, "CREATE TABLE t (x INTEGER)"), 0);
    umask(before);
    assert_private(scratch->database, "");
    assert_private(scratch->database, "-wal");
    assert_private(scratch->database, "-shm");
    db_close(&db);
}

static void columns_come_back_as_bound(void **state)
{
    struct db *db = open_db(*state);
    assert_int_equal(db_execute(db, "CREATE TABLE t (i BIGINT, s TEXT, b BLOB, n TEXT, e BLOB); SELECT 1;"),
                     0);
    struct db_statement *insert = db_prepare(db, "INSERT INTO t VALUES (?1, ?2, ?3, ?4, ?5)");
    char text[] = "it's";
    db_bind_int(insert, 1, INT64_MIN);
    db_bind_text(insert, 2, text);
    db_bind_blob(insert, 3, "a\0b", 3);
    db_bind_null(insert, 4);
    db_bind_blob(insert, 5, NULL, 0);
    text[0] = 'X'; /* copied */
    assert_int_equal(db_run(insert), DB_DONE);
    assert_int_equal(db_changes(db), 1);
    struct db_statement *select = db_prepare(db, "SELECT i, s, b, n, e FROM t");
    size_t length;
    assert_int_equal(db_step(select), DB_ROW);
    assert_true(db_column_int(select, 0) == INT64_MIN);
    assert_string_equal(db_column_text(select, 1), "it's");
    assert_memory_equal(db_column_blob(select, 2, &length), "a\0b", 3);
    assert_int_equal(length, 3);
    assert_true(db_column_is_null(select, 3));
    assert_null(db_column_text(select, 3));
    assert_false(db_column_is_null(select, 4));
    db_column_blob(select, 4, &length);
    assert_int_equal(length, 0);
    assert_int_equal(db_step(select), DB_DONE);
    db_close(&db);
}

static void statements_are_kept_and_come_back_unbound(void **state)
{
    static const char sql[] = "INSERT INTO t (x) VALUES (?1)";
    struct db *db = open_db(*state);
    assert_int_equal(db_execute(db, "CREATE TABLE t (x INTEGER)"), 0);
    struct db_statement *first = db_prepare(db, sql);
    db_bind_int(first, 1, 7);
    assert_int_equal(db_run(first), DB_DONE);
    assert_int_equal(db_last_insert_id(db), 1);
    assert_ptr_equal(db_prepare(db, sql), first);
    assert_int_equal(db_run(first), DB_DONE);
    struct db_statement *select = db_prepare(db, "SELECT x FROM t ORDER BY rowid");
    assert_int_equal(db_step(select), DB_ROW);
    assert_int_equal(db_column_int(select, 0), 7);
    assert_int_equal(db_step(select), DB_ROW);
    assert_true(db_column_is_null(select, 0));
    db_close(&db);
}

/* More texts than the cache begins with. */
static void the_cache_grows(void **state)
{
    static char sql[1000][32];
    struct db_statement *statements[1000];
    struct db *db = open_db(*state);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 1000; i++) {
            snprintf(sql[i], sizeof sql[i], "SELECT %d", i);
            struct db_statement *statement = db_prepare(db, sql[i]);
            assert_int_equal(db_step(statement), DB_ROW);
            assert_int_equal(db_column_int(statement, 0), i);
            db_reset(statement);
            if (round == 1)
                assert_ptr_equal(statement, statements[i]);
            statements[i] = statement;
        }
    }
    db_close(&db);
}

static void failures_come_at_the_step(void **state)
{
    struct db *db = open_db(*state);
    assert_int_equal(db_step(db_prepare(db, "SELEKT 1")), DB_E_FAILED);
    assert_string_equal(db_error(db), "near \"SELEKT\": syntax error");
    assert_int_equal(db_execute(db, "nonsense"), -1);
    assert_int_equal(db_execute(db, "CREATE TABLE t (x INTEGER UNIQUE, y INTEGER REFERENCES t (x))"), 0);
    struct db_statement *insert = db_prepare(db, "INSERT INTO t VALUES (?1, ?2)");
    db_bind_int(insert, 3, 1);
    assert_int_equal(db_run(insert), DB_E_FAILED);
    static const char sql[] = "INSERT INTO t VALUES (4711, ?1)";
    assert_int_equal(db_run(db_prepare(db, sql)), DB_DONE);
    assert_int_equal(db_run(db_prepare(db, sql)), DB_E_CONSTRAINT);
    assert_string_equal(db_error(db), "UNIQUE constraint failed: t.x");
    struct db_statement *orphan = db_prepare(db, "INSERT INTO t VALUES (1, 99)");
    assert_int_equal(db_run(orphan), DB_E_CONSTRAINT);
    assert_string_equal(db_error(db), "FOREIGN KEY constraint failed");
    db_close(&db);
}

static void a_second_writer_is_busy(void **state)
{
    struct db *first = open_db(*state), *second = open_db(*state);
    assert_int_equal(db_execute(second, "PRAGMA busy_timeout = 1"), 0);
    assert_int_equal(db_begin(first), 0);
    assert_int_equal(db_begin(second), -1);
    assert_string_equal(db_error(second), "database is locked");
    struct db_statement *create = db_prepare(second, "CREATE TABLE t (x INTEGER)");
    assert_int_equal(db_run(create), DB_E_BUSY);
    assert_int_equal(db_execute(first, "COMMIT"), 0);
    assert_int_equal(db_run(create), DB_DONE);
    db_close(&first);
    db_close(&second);
}

static void the_schema_version_is_part_of_the_transaction(void **state)
{
    struct db *db = open_db(*state);
    int64_t version = -1;
    assert_int_equal(db_schema_version(db, &version), 0);
    assert_int_equal(version, 0);
    assert_int_equal(db_begin(db), 0);
    assert_int_equal(db_set_schema_version(db, 3), 0);
    assert_int_equal(db_execute(db, "ROLLBACK"), 0);
    assert_int_equal(db_schema_version(db, &version), 0);
    assert_int_equal(version, 0);
    assert_int_equal(db_set_schema_version(db, 4), 0);
    assert_int_equal(db_schema_version(db, &version), 0);
    assert_int_equal(version, 4);
    db_close(&db);
}

static void what_cannot_be_opened_says_why(void **state)
{
    const struct scratch *scratch = *state;
    assert_null(db_open(scratch->database, true, error, sizeof error));
    assert_string_equal(error, "cannot be opened: unable to open database file");
    assert_int_equal(access(scratch->database, F_OK), -1);
    assert_null(db_open("/nonexistent/otabox.db", false, error, sizeof error));
    assert_string_equal(error, "cannot be made: No such file or directory");
    write_file(scratch->database,
               "This is a text, and no database. It is long enough to have a header of its own, "
               "which SQLite reads: one hundred bytes.");
    assert_null(db_open(scratch->database, false, error, sizeof error));
    assert_string_equal(error, "PRAGMA journal_mode = wal: file is not a database");
}

static void a_reader_beside_a_writer_writes_nothing(void **state)
{
    const struct scratch *scratch = *state;
    struct db *writer = open_db(scratch);
    assert_int_equal(db_execute(writer, "CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1)"), 0);
    struct db *reader = db_open(scratch->database, true, error, sizeof error);
    assert_non_null(reader);
    assert_int_equal(db_begin(writer), 0);
    assert_int_equal(db_execute(writer, "INSERT INTO t VALUES (2)"), 0);
    assert_int_equal(read_pragma(reader, "SELECT COUNT(*) FROM t"), 1);
    assert_int_equal(db_execute(writer, "COMMIT"), 0);
    assert_int_equal(read_pragma(reader, "SELECT COUNT(*) FROM t WHERE 1"), 2);
    assert_int_equal(db_execute(reader, "INSERT INTO t VALUES (3)"), -1);
    assert_string_equal(db_error(reader), "attempt to write a readonly database");
    db_close(&reader);
    db_close(&writer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pragmas_are_in_force),
        TEST(files_are_private_whatever_the_umask),
        TEST(columns_come_back_as_bound),
        TEST(statements_are_kept_and_come_back_unbound),
        TEST(the_cache_grows),
        TEST(failures_come_at_the_step),
        TEST(a_second_writer_is_busy),
        TEST(the_schema_version_is_part_of_the_transaction),
        TEST(what_cannot_be_opened_says_why),
        TEST(a_reader_beside_a_writer_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
