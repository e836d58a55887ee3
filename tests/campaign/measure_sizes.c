/*
 * How long a large campaign holds the engine's thread, and how much memory it takes: `measure_sizes [CARDS]`.
 * For people: docs/performance.md has the figures. The link stays down, so that only the campaign's own work
 * is measured.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tests/campaign/lab.h"
#include "tests/measuring.h"

static struct lab lab;
static long cards = 400000;

/* Cards 2 to `cards`, with keys that nobody opens. */
static void add_cards(void)
{
    static const char format[] =
        "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < %ld)"
        " INSERT INTO card (id, profile_id, iccid, imsi, msisdn, created, updated) SELECT i, 1,"
        " printf('8991%%015d', i), printf('4240%%011d', i), printf('961%%09d', i), 1, 1 FROM n;"
        "INSERT INTO card_key SELECT id, 1, 1, randomblob(44) FROM card WHERE id > 1;"
        "INSERT INTO card_key SELECT id, 1, 2, randomblob(44) FROM card WHERE id > 1;"
        "INSERT INTO card_group_member SELECT 1, id FROM card WHERE id > 1;";
    char sql[sizeof format + 32];
    snprintf(sql, sizeof sql, format, cards);
    lab_stop_engine(&lab);
    char error[200];
    struct db *db = db_open(lab.database, false, error, sizeof error);
    assert_non_null(db);
    assert_int_equal(db_begin(db), 0);
    if (db_execute(db, sql) != 0)
        fail_msg("%s", db_error(db));
    assert_int_equal(db_execute(db, "COMMIT"), 0);
    db_close(&db);
    lab_start_engine(&lab);
}

static int nothing(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    (void)store;
    (void)now;
    (void)argument;
    (void)refusal;
    return 0;
}

struct operation {
    int64_t id;
    struct campaign_target target;
    struct campaign campaign;
};

static int start(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct operation *operation = argument;
    return campaign_start(store, operation->id, &operation->target, now, &operation->campaign, refusal);
}

static int retry(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct operation *operation = argument;
    return campaign_retry_failed(store, operation->id, now, &operation->campaign, refusal);
}

static void begin(struct store *reader, struct operation *operation, bool first)
{
    struct refusal refusal = {0};
    double before = milliseconds();
    int rc = first ? campaign_check_start(reader, operation->id, &operation->target, &refusal)
                   : campaign_check_retry(reader, operation->id, &refusal);
    if (rc != 0)
        fail_msg("%s", refusal.text);
    double checked = milliseconds();
    assert_int_equal(engine_call(lab.engine, first ? start : retry, operation, &refusal), 0);
    printf("%s: check %.0f ms beside the engine, %.0f ms in it\n", first ? "start" : "retryFailed (a tenth)",
           checked - before, milliseconds() - checked);
}

static struct message_counts count(struct store *reader, int64_t id, double *took)
{
    struct message_counts counts;
    double before = milliseconds();
    assert_int_equal(message_count(reader, id, &counts), STORE_OK);
    *took = milliseconds() - before;
    return counts;
}

/* Until every row is there: how long, and the longest that anyone else had to wait for the engine. */
static void watch_rows(struct store *reader, int64_t id, enum message_state state, int64_t wanted)
{
    double begin = milliseconds(), longest = 0, took;
    int64_t rows;
    do {
        for (int i = 0; i < 20; i++) {
            double before = milliseconds();
            assert_int_equal(engine_call(lab.engine, nothing, NULL, NULL), 0);
            double waited = milliseconds() - before;
            longest = waited > longest ? waited : longest;
        }
        rows = count(reader, id, &took).by_state[state];
    } while (rows < wanted);
    printf("rows %s in %.0f ms; longest wait for the engine %.0f ms; %ld MB resident\n",
           message_state_name(state), milliseconds() - begin, longest, resident_megabytes());
    count(reader, id, &took);
    printf("message_count %.0f ms\n", took);
}

static void fail_some(int64_t id)
{
    char sql[200], error[200];
    lab_stop_engine(&lab);
    struct db *db = db_open(lab.database, false, error, sizeof error);
    assert_non_null(db);
    snprintf(
        sql, sizeof sql,
        "UPDATE message SET state = CASE WHEN card_id %% 10 = 0 THEN 6 ELSE 4 END WHERE campaign_id = %lld",
        (long long)id);
    assert_int_equal(db_execute(db, sql), 0);
    assert_int_equal(db_execute(db, "UPDATE campaign SET state = 2"), 0);
    db_close(&db);
    lab_start_engine(&lab);
}

static void measure(void **state)
{
    struct refusal refusal = {0};
    (void)state;
    lab_open(&lab, 1);
    lab_link(&lab, false);
    add_cards();
    printf("%ld cards; %ld MB resident\n", cards, resident_megabytes());
    int64_t id = lab_create(&lab, lab_campaign("large"));
    const struct store_options options = {
        .database = lab.database, .master_key_file = lab.key_file, .read_only = true};
    struct store *reader = store_open(&options, &refusal);
    assert_non_null(reader);
    struct operation operation = {.id = id, .target = {.group_id = lab.group_id}};
    begin(reader, &operation, true);
    watch_rows(reader, id, MESSAGE_PENDING, cards);

    double before = milliseconds();
    lab_stop_engine(&lab);
    lab_start_engine(&lab);
    printf("restart %.0f ms\n", milliseconds() - before);

    before = milliseconds();
    assert_int_equal(lab_control(&lab, id, CAMPAIGN_TERMINATE, &refusal), 0);
    printf("terminate %.0f ms in the engine\n", milliseconds() - before);
    watch_rows(reader, id, MESSAGE_CANCELLED, cards);

    fail_some(id);
    begin(reader, &operation, false);
    watch_rows(reader, id, MESSAGE_PENDING, cards / 10);
    store_close(&reader);
    lab_close(&lab);
}

int main(int count_of_arguments, char **arguments)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(measure)};
    if (count_of_arguments > 1)
        cards = atol(arguments[1]);
    setvbuf(stdout, NULL, _IOLBF, 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
