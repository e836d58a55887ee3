/* Opening a store: migrations, the master key, readers, transactions. */
#include "tests/store/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway-plugin/store/migrations.h"

static char expected[400];

static int64_t count_of(struct store *store, const char *sql)
{
    struct db_statement *select = db_prepare(store_db(store), sql);
    assert_int_equal(db_step(select), DB_ROW);
    int64_t count = db_column_int(select, 0);
    db_reset(select);
    return count;
}

/* --- schema --- */

static void a_new_store_has_the_last_schema(void **state)
{
    int64_t version;
    struct store *store = store_open_in(*state, false);
    assert_int_equal(db_schema_version(store_db(store), &version), 0);
    assert_int_equal(version, STORE_MIGRATIONS[STORE_MIGRATION_COUNT - 1].version);
    assert_int_equal(count_of(store, "SELECT COUNT(*) FROM account"), 1);
    store_close(&store);
    assert_null(store);
    store_close(&store);
}

static void opening_again_changes_nothing(void **state)
{
    struct store *store = store_open_in(*state, false);
    int64_t id = add_profile(store, "p");
    store_close(&store);
    store = store_open_in(*state, false);
    struct profile profile;
    assert_int_equal(profile_get(store, id, &profile), STORE_OK);
    assert_int_equal(count_of(store, "SELECT COUNT(*) FROM account"), 1);
    assert_int_equal(count_of(store, "SELECT COUNT(*) FROM master_key_check"), 1);
    store_close(&store);
}

static void a_newer_schema_is_refused_by_its_number(void **state)
{
    const struct scratch *scratch = *state;
    struct store *store = store_open_in(scratch, false);
    assert_int_equal(db_set_schema_version(store_db(store), 4711), 0);
    store_close(&store);
    for (int read_only = 0; read_only < 2; read_only++) {
        snprintf(expected, sizeof expected,
                 "database %s: schema 4711 is newer than this release knows, expected at most %zu",
                 scratch->database, STORE_MIGRATION_COUNT);
        assert_refused(store_refused_in(scratch, read_only), REFUSAL_CONFLICT, expected);
    }
}

static void a_reader_does_not_upgrade(void **state)
{
    const struct scratch *scratch = *state;
    char error[128];
    struct db *db = db_open(scratch->database, false, error, sizeof error);
    assert_non_null(db);
    db_close(&db);
    snprintf(expected, sizeof expected,
             "database %s: schema 0 is older than the %zu of this release; otabox upgrades it when it starts",
             scratch->database, STORE_MIGRATION_COUNT);
    assert_refused(store_refused_in(scratch, true), REFUSAL_CONFLICT, expected);
}

/* A history of its own: three steps, the last of which may fail. */
static const struct migration HISTORY[] = {
    {1, "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);"},
    {2, "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 5;"},
    {3, "INSERT INTO a (x, y) SELECT x + 1, y + 1 FROM a;"},
};
static const struct migration BROKEN[] = {
    {1, "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);"},
    {2, "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 5;"},
    {3, "CREATE TABLE b (x INTEGER); INSERT INTO nowhere VALUES (1);"},
};

static void run_history(struct db *db, const struct migration *list, size_t count, int64_t expected_before)
{
    struct refusal refusal;
    int64_t before;
    assert_int_equal(db_begin(db), 0);
    assert_int_equal(migrations_run(db, list, count, &before, &refusal), 0);
    assert_int_equal(before, expected_before);
    assert_int_equal(db_execute(db, "COMMIT"), 0);
}

static void an_older_schema_runs_what_is_missing_once(void **state)
{
    const struct scratch *scratch = *state;
    char error[128];
    int64_t version;
    struct db *db = db_open(scratch->database, false, error, sizeof error);
    run_history(db, HISTORY, 1, 0);
    run_history(db, HISTORY, 3, 1);
    run_history(db, HISTORY, 3, 3);
    assert_int_equal(db_schema_version(db, &version), 0);
    assert_int_equal(version, 3);
    struct db_statement *select = db_prepare(db, "SELECT COUNT(*), MAX(x), MAX(y) FROM a");
    assert_int_equal(db_step(select), DB_ROW);
    assert_int_equal(db_column_int(select, 0), 2);
    assert_int_equal(db_column_int(select, 1), 2);
    assert_int_equal(db_column_int(select, 2), 6);
    db_close(&db);
}

static void a_failed_upgrade_leaves_the_old_schema(void **state)
{
    const struct scratch *scratch = *state;
    char error[128];
    int64_t before, version;
    struct refusal refusal;
    struct db *db = db_open(scratch->database, false, error, sizeof error);
    run_history(db, HISTORY, 1, 0);
    assert_int_equal(db_begin(db), 0);
    assert_int_equal(migrations_run(db, BROKEN, 3, &before, &refusal), -1);
    assert_refused(&refusal, REFUSAL_INTERNAL, "migration 3 failed: no such table: nowhere");
    assert_int_equal(db_execute(db, "ROLLBACK"), 0);
    assert_int_equal(db_schema_version(db, &version), 0);
    assert_int_equal(version, 1);
    assert_int_equal(db_execute(db, "SELECT y FROM a"), -1);
    run_history(db, HISTORY, 3, 1);
    db_close(&db);
}

/* Before version 19 only a template's body named its applet. */
static void templates_hold_the_applets_that_are_there(void **state)
{
    const struct scratch *scratch = *state;
    char error[128];
    struct db *db = db_open(scratch->database, false, error, sizeof error);
    run_history(db, STORE_MIGRATIONS, 18, 0);
    assert_int_equal(
        db_execute(db, "INSERT INTO profile (id, account_id, name, created, updated) VALUES (1, 1, 'p', 0, 0);"
                       "INSERT INTO applet (id, profile_id, name, kind, tars, created, updated)"
                       " VALUES (5, 1, 'a.cap', 3, '', 0, 0);"
                       "INSERT INTO campaign_template (id, profile_id, name, type, body, created, updated) VALUES"
                       " (1, 1, 'there', 4, '{\"applet_id\":5}', 0, 0), (2, 1, 'gone', 4, '{\"applet_id\":6}', 0, 0),"
                       " (3, 1, 'none', 0, '{\"spi\":\"1621\"}', 0, 0)"),
        0);
    run_history(db, STORE_MIGRATIONS, STORE_MIGRATION_COUNT, 18);
    struct db_statement *select =
        db_prepare(db, "SELECT group_concat(coalesce(applet_id, '-')) FROM (SELECT * FROM campaign_template ORDER BY id)");
    assert_int_equal(db_step(select), DB_ROW);
    assert_string_equal(db_column_text(select, 0), "5,-,-");
    db_close(&db);
}

/* The numbers of the files are 1, 2, 3 …: a gap or a swap would leave a database behind for ever. */
static void migrations_are_numbered_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < STORE_MIGRATION_COUNT; i++)
        assert_int_equal(STORE_MIGRATIONS[i].version, i + 1);
}

/* --- the upgrade of a database with data --- */

/* tests/store/golden/schema-1.sql is the schema of version 1 as it was first installed somewhere, with rows
 * in it. It never changes, and neither may the migration 0001: what is new comes in a new one. */
static void make_version_1(const struct scratch *scratch)
{
    char path[300], error[128];
    snprintf(path, sizeof path, "%s/tests/store/golden/schema-1.sql", getenv("SRCDIR"));
    struct db *db = db_open(scratch->database, false, error, sizeof error);
    FILE *file = fopen(path, "r");
    char *sql = NULL;
    size_t room = 0;
    assert_non_null(db);
    assert_non_null(file);
    assert_true(getdelim(&sql, &room, '\0', file) > 0);
    fclose(file);
    if (db_execute(db, sql) != 0 ||
        db_execute(db, "UPDATE message SET por_status = 0 WHERE id IN (4, 5)") != 0)
        fail_msg("%s", db_error(db));
    free(sql);
    assert_int_equal(db_set_schema_version(db, 1), 0);
    db_close(&db);
}

/* All that sqlite_master tells, one line an object. Free it. */
static char *schema_of(struct store *store)
{
    struct db_statement *select = db_prepare(
        store_db(store), "SELECT group_concat(line, char(10)) FROM (SELECT type || ' ' || name || ' ' ||"
                         " coalesce(sql, '') AS line FROM sqlite_master ORDER BY type, name)");
    assert_int_equal(db_step(select), DB_ROW);
    char *schema = strdup(db_column_text(select, 0));
    db_reset(select);
    return schema;
}

/* The check text of the master key is in no golden file: the key is another one every time. */
static void take_master_key_of(const struct scratch *scratch, struct store *fresh)
{
    char error[128];
    size_t length;
    struct db_statement *select = db_prepare(store_db(fresh), "SELECT sealed FROM master_key_check");
    assert_int_equal(db_step(select), DB_ROW);
    const void *sealed = db_column_blob(select, 0, &length);
    struct db *db = db_open(scratch->database, false, error, sizeof error);
    struct db_statement *insert = db_prepare(db, "INSERT INTO master_key_check (id, sealed) VALUES (1, ?1)");
    db_bind_blob(insert, 1, sealed, length);
    assert_int_equal(db_run(insert), DB_DONE);
    db_reset(select);
    db_close(&db);
}

static void version_1_with_data_upgrades_to_the_schema_of_a_new_one(void **state)
{
    struct scratch old = *(const struct scratch *)*state;
    struct store *fresh = store_open_in(*state, false);
    snprintf(old.database, sizeof old.database, "%s/old", old.directory);
    make_version_1(&old);
    take_master_key_of(&old, fresh);
    struct store *store = store_open_in(&old, false);
    char *expected_schema = schema_of(fresh), *schema = schema_of(store);
    assert_string_equal(schema, expected_schema);
    free(schema);
    free(expected_schema);

    assert_int_equal(count_of(store, "SELECT COUNT(*) FROM message"), 5);
    assert_int_equal(count_of(store, "SELECT SUM(retry) + SUM(retries) + SUM(retries_used) FROM campaign"),
                     0);
    assert_int_equal(count_of(store, "SELECT SUM(again) FROM message"), 0);
    assert_int_equal(count_of(store, "SELECT SUM(piece) FROM message"), 5);
    assert_int_equal(count_of(store, "SELECT SUM(pieces) FROM message WHERE counter IS NOT NULL"), 4);
    assert_int_equal(count_of(store, "SELECT COUNT(*) FROM message WHERE pieces IS NULL"), 1);
    assert_int_equal(count_of(store, "SELECT SUM(complete) FROM message"), 0);
    /* card 1: message 3 used counter 2 of key set 1 (5 used 1), another campaign counter 2 of key set 2 */
    assert_int_equal(
        count_of(store, "SELECT last_message FROM card_counter WHERE card_id = 1 AND key_index = 1"), 3);
    assert_int_equal(
        count_of(store, "SELECT last_message FROM card_counter WHERE card_id = 1 AND key_index = 2"), 4);
    assert_int_equal(
        count_of(store, "SELECT COUNT(*) FROM card_counter WHERE last_message IS NULL AND card_id = 2"),
        1); /* allocated, but its message is gone */
    /* what card 1 holds is the highest of those that it answered 00; of the others nothing is known */
    assert_int_equal(count_of(store, "SELECT held_guess FROM card_counter WHERE card_id = 1 AND key_index = 1"), 1);
    assert_int_equal(count_of(store, "SELECT held_guess FROM card_counter WHERE card_id = 1 AND key_index = 2"), 2);
    assert_int_equal(count_of(store, "SELECT held_guess FROM card_counter WHERE card_id = 2"), 0);
    assert_int_equal(count_of(store, "SELECT SUM(value - held_high) + SUM(held_low) + SUM(tar + 1) FROM card_counter"), 0);
    assert_int_equal(count_of(store, "SELECT SUM(value) FROM card_counter"), 11);
    store_close(&store);
    store_close(&fresh);
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", old.database, endings[i]);
        unlink(path);
    }
}

/* --- the master key --- */

static void the_first_start_makes_a_private_master_key(void **state)
{
    const struct scratch *scratch = *state;
    struct stat status;
    char text[100] = "";
    mode_t before = umask(0);
    struct store *store = store_open_in(scratch, false);
    umask(before);
    assert_int_equal(stat(scratch->key_file, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    FILE *file = fopen(scratch->key_file, "r");
    assert_int_equal(fread(text, 1, sizeof text, file), 65);
    fclose(file);
    assert_int_equal(strspn(text, "0123456789ABCDEF"), 64);
    store_close(&store);
}

static void another_master_key_is_recognised_at_open(void **state)
{
    const struct scratch *scratch = *state;
    struct store *store = store_open_in(scratch, false);
    store_close(&store);
    write_file(scratch->key_file, "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n");
    snprintf(expected, sizeof expected,
             "database %s: the master key in %s is not the one that its keys are sealed with",
             scratch->database, scratch->key_file);
    assert_refused(store_refused_in(scratch, false), REFUSAL_INVALID, expected);
    assert_refused(store_refused_in(scratch, true), REFUSAL_INVALID, expected);
}

static void a_lost_master_key_is_not_made_anew(void **state)
{
    const struct scratch *scratch = *state;
    struct store *store = store_open_in(scratch, false);
    store_close(&store);
    unlink(scratch->key_file);
    snprintf(expected, sizeof expected,
             "database %s: master key file %s: No such file or directory; the database's keys open only with "
             "the one "
             "it was made with",
             scratch->database, scratch->key_file);
    assert_refused(store_refused_in(scratch, false), REFUSAL_INVALID, expected);
    assert_int_equal(access(scratch->key_file, F_OK), -1);
}

static void a_master_key_that_others_may_read_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    static const mode_t bad[] = {0640, 0604, 0660, 0601};
    struct store *store = store_open_in(scratch, false);
    store_close(&store);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        chmod(scratch->key_file, bad[i]);
        snprintf(expected, sizeof expected,
                 "database %s: master key file %s has mode %04o, expected 0600: others may read it",
                 scratch->database, scratch->key_file, (unsigned)bad[i]);
        assert_refused(store_refused_in(scratch, false), REFUSAL_INVALID, expected);
    }
    chmod(scratch->key_file, 0400);
    store = store_open_in(scratch, false);
    store_close(&store);
}

static void a_master_key_that_is_none_is_not_shown(void **state)
{
    const struct scratch *scratch = *state;
    write_file(scratch->key_file, "C0FFEE");
    snprintf(expected, sizeof expected,
             "database %s: master key in %s has 6 characters, expected 64 hex digits", scratch->database,
             scratch->key_file);
    assert_refused(store_refused_in(scratch, false), REFUSAL_INVALID, expected);
    write_file(scratch->key_file, "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1EXX");
    snprintf(expected, sizeof expected,
             "database %s: master key in %s holds characters that are no hex digits", scratch->database,
             scratch->key_file);
    assert_refused(store_refused_in(scratch, false), REFUSAL_INVALID, expected);
}

static void the_environment_goes_before_the_file(void **state)
{
    const struct scratch *scratch = *state;
    static const char key[] = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";
    setenv("OTABOX_MASTER_KEY", key, 1);
    struct store *store = store_open_in(scratch, false);
    store_close(&store);
    assert_int_equal(access(scratch->key_file, F_OK), -1);
    setenv("OTABOX_MASTER_KEY", "F00102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", 1);
    snprintf(expected, sizeof expected,
             "database %s: the master key in OTABOX_MASTER_KEY is not the one that its keys are sealed with",
             scratch->database);
    assert_refused(store_refused_in(scratch, false), REFUSAL_INVALID, expected);
    unsetenv("OTABOX_MASTER_KEY");
    write_file(scratch->key_file, key);
    store = store_open_in(scratch, false);
    store_close(&store);
}

/* --- readers and transactions --- */

static void readers_see_what_is_committed_and_write_nothing(void **state)
{
    struct refusal refusal;
    struct profile profile = {.name = "other"};
    struct store *writer = store_open_in(*state, false);
    struct store *reader = store_open_in(*state, true);
    assert_int_equal(store_begin(writer), STORE_OK);
    int64_t id = add_profile(writer, "p");
    assert_int_equal(profile_get(reader, id, &profile), STORE_NOT_FOUND);
    assert_int_equal(store_commit(writer), STORE_OK);
    assert_int_equal(profile_get(reader, id, &profile), STORE_OK);
    assert_int_equal(profile_insert(reader, &profile, NOW, &refusal), -1);
    assert_refused(&refusal, REFUSAL_INTERNAL, "profile: database: attempt to write a readonly database");
    store_close(&reader);
    store_close(&writer);
}

static void rollback_undoes_everything(void **state)
{
    struct store *store = store_open_in(*state, false);
    struct profile profile;
    assert_int_equal(store_begin(store), STORE_OK);
    int64_t id = add_profile(store, "p");
    store_rollback(store);
    assert_int_equal(profile_get(store, id, &profile), STORE_NOT_FOUND);
    assert_int_equal(store_commit(store), STORE_FAILED);
    store_close(&store);
}

static void savepoints_nest(void **state)
{
    struct store *store = store_open_in(*state, false);
    assert_int_equal(store_begin(store), STORE_OK);
    add_profile(store, "a");
    assert_int_equal(store_savepoint(store), STORE_OK);
    add_profile(store, "b");
    assert_int_equal(store_savepoint(store), STORE_OK);
    add_profile(store, "c");
    store_rollback_to(store);
    add_profile(store, "d");
    assert_int_equal(store_savepoint(store), STORE_OK);
    add_profile(store, "e");
    assert_int_equal(store_release(store), STORE_OK);
    assert_int_equal(count_of(store, "SELECT COUNT(*) FROM profile WHERE name IN ('a', 'b', 'd', 'e')"), 4);
    store_rollback_to(store);
    assert_int_equal(store_commit(store), STORE_OK);
    assert_int_equal(count_of(store, "SELECT COUNT(*) FROM profile"), 1);
    store_close(&store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_store_has_the_last_schema),
        TEST(opening_again_changes_nothing),
        TEST(a_newer_schema_is_refused_by_its_number),
        TEST(a_reader_does_not_upgrade),
        TEST(an_older_schema_runs_what_is_missing_once),
        TEST(a_failed_upgrade_leaves_the_old_schema),
        cmocka_unit_test(migrations_are_numbered_in_order),
        TEST(templates_hold_the_applets_that_are_there),
        TEST(version_1_with_data_upgrades_to_the_schema_of_a_new_one),
        TEST(the_first_start_makes_a_private_master_key),
        TEST(another_master_key_is_recognised_at_open),
        TEST(a_lost_master_key_is_not_made_anew),
        TEST(a_master_key_that_others_may_read_is_refused),
        TEST(a_master_key_that_is_none_is_not_shown),
        TEST(the_environment_goes_before_the_file),
        TEST(readers_see_what_is_committed_and_write_nothing),
        TEST(rollback_undoes_everything),
        TEST(savepoints_nest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
