/* Calls that are done in several transactions, so that others need not wait: whole in the end, also over a crash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gateway-plugin/campaign/card_data.h"
#include "gateway-plugin/store/card_counter.h"
#include "tests/campaign/lab_fixture.h"

#define CARDS 2500 /* more than two slices */

/* Cards 4 to CARDS, whose key sets are there but for nobody to open, in the group. */
static void add_cards(void)
{
    char sql[900];
    snprintf(sql, sizeof sql,
             "WITH RECURSIVE n (i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
             " INSERT INTO card (id, profile_id, iccid, imsi, msisdn, created, updated) SELECT i, 1,"
             " printf('8991%%015d', i), printf('4240%%011d', i), printf('962%%09d', i), 1, 1 FROM n;"
             "INSERT INTO card_key SELECT id, 1, 1, randomblob(44) FROM card WHERE id > 3;"
             "INSERT INTO card_group_member SELECT 1, id FROM card WHERE id > 3;",
             CARDS);
    lab_stop_engine(&lab);
    lab_sql(&lab, sql);
    lab_start_engine(&lab);
}

struct number {
    const char *sql;
    int64_t value;
};

static int read_number(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct number *number = argument;
    struct db_statement *s = db_prepare(store_db(store), number->sql);
    (void)now, (void)refusal;
    assert_int_equal(db_step(s), DB_ROW);
    number->value = db_column_int(s, 0);
    db_reset(s);
    return 0;
}

static int64_t number_of(const char *sql)
{
    struct number number = {.sql = sql};
    assert_int_equal(engine_call(lab.engine, read_number, &number, NULL), 0);
    return number.value;
}

/* --- jumps of counters --- */

struct jump {
    struct counter_target target;
    uint64_t by;
    int64_t id;
    bool more;
    struct counter_jump_result result;
};

static int begin_jump(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct jump *jump = argument;
    (void)now;
    return card_counter_jump_begin(store, &jump->target, jump->by, &jump->id, refusal);
}

static int check_jump(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct jump *jump = argument;
    (void)now;
    return card_counter_jump_check(store, &jump->target, jump->by, refusal);
}

static int jump_slice(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct jump *jump = argument;
    (void)now;
    return card_counter_jump_slice(store, jump->id, &jump->result, &jump->more, refusal);
}

#define JUMPED "SELECT COUNT(*) FROM card_counter WHERE key_index = 1 AND tar = -1 AND value = 1000"

static void test_a_jump_is_done_to_the_end(void **state)
{
    (void)state;
    struct refusal refusal = {0};
    struct jump jump = {.target = {.profile_id = 1}, .by = 1000};
    add_cards();
    assert_int_equal(engine_call(lab.engine, begin_jump, &jump, &refusal), 0);
    assert_int_equal(engine_call(lab.engine, jump_slice, &jump, &refusal), 0);
    assert_true(jump.more);
    assert_in_range(jump.result.cards, 1, CARDS - 1);
    assert_int_equal(number_of(JUMPED), jump.result.cards);
    lab_stop_engine(&lab); /* in between */
    lab_start_engine(&lab);
    assert_int_equal(number_of(JUMPED), CARDS);
    assert_int_equal(number_of("SELECT COUNT(*) FROM card_counter WHERE value <> 1000"), 0);
    assert_int_equal(number_of("SELECT COUNT(*) FROM counter_jump"), 0);
    lab_stop_engine(&lab); /* and not a second time */
    lab_start_engine(&lab);
    assert_int_equal(number_of(JUMPED), CARDS);
}

static void test_a_jump_of_a_group_that_is_gone(void **state)
{
    (void)state;
    struct jump jump = {.target = {.group_id = lab.group_id}, .by = 1};
    assert_int_equal(engine_call(lab.engine, begin_jump, &jump, NULL), 0);
    lab_stop_engine(&lab);
    lab_sql(&lab, "DELETE FROM card_group");
    lab_start_engine(&lab);
    assert_int_equal(number_of("SELECT COUNT(*) FROM counter_jump"), 0);
    jump.more = true;
    assert_int_equal(engine_call(lab.engine, jump_slice, &jump, NULL), 0);
    assert_false(jump.more);
}

/* A counter that came too far between the check and its slice does not keep the others. */
static void test_a_counter_without_room_stays(void **state)
{
    (void)state;
    struct refusal refusal = {0};
    struct jump jump = {.target = {.profile_id = 1}, .by = 10, .more = true};
    char sql[160];
    lab_stop_engine(&lab);
    snprintf(sql, sizeof sql, "INSERT INTO card_counter VALUES (2, 1, -1, %lld, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
             (long long)COUNTER_SET_MAX);
    lab_sql(&lab, sql);
    lab_start_engine(&lab);
    assert_int_equal(engine_call(lab.engine, check_jump, &jump, &refusal), -1);
    assert_non_null(strstr(refusal.text, "which card 2 (MSISDN 961000000002) has, goes beyond"));
    assert_int_equal(engine_call(lab.engine, begin_jump, &jump, NULL), 0);
    assert_int_equal(engine_call(lab.engine, jump_slice, &jump, NULL), 0);
    assert_false(jump.more);
    assert_int_equal(number_of("SELECT COUNT(*) FROM card_counter WHERE value = 10"), 2);
    assert_int_equal(number_of("SELECT value FROM card_counter WHERE card_id = 2"), (int64_t)COUNTER_SET_MAX);
}

/* --- values of placeholders --- */

static const char *const COMMANDS[] = {"A0A40000023F00", "A0D6000001[Value]"};

static int64_t data_rows(void)
{
    return number_of("SELECT COUNT(*) FROM campaign_data");
}

static void test_data_without_a_start_are_dropped(void **state)
{
    (void)state;
    int64_t waiting = lab_create_with(&lab, lab_campaign("w"), COMMANDS, 2),
            running = lab_create_with(&lab, lab_campaign("r"), COMMANDS, 2);
    char sql[300];
    lab_stop_engine(&lab);
    snprintf(sql, sizeof sql,
             "INSERT INTO campaign_data SELECT %lld, id, 'AA' FROM card; INSERT INTO campaign_data SELECT %lld, id, 'BB'"
             " FROM card; UPDATE campaign SET started = 1, state = 3 WHERE id = %lld",
             (long long)waiting, (long long)running, (long long)running);
    lab_sql(&lab, sql);
    lab_start_engine(&lab);
    assert_int_equal(data_rows(), 3);
    assert_int_equal(number_of("SELECT COUNT(*) FROM campaign_data WHERE data = 'BB'"), 3);
}

/* A template's start makes a campaign, writes its data and starts it: cut off before the last, all of it is gone. */
static void test_a_campaign_made_to_start_is_dropped_without_it(void **state)
{
    (void)state;
    struct campaign made = lab_campaign("cut-off"), started = lab_campaign("started");
    made.made_to_start = started.made_to_start = true;
    int64_t waiting = lab_create(&lab, lab_campaign("w")), cut_off = lab_create_with(&lab, made, COMMANDS, 2),
            running = lab_create(&lab, started);
    char sql[120];
    lab_start(&lab, running);
    lab_stop_engine(&lab);
    snprintf(sql, sizeof sql, "INSERT INTO campaign_data SELECT %lld, id, 'AA' FROM card", (long long)cut_off);
    lab_sql(&lab, sql);
    lab_start_engine(&lab);
    assert_int_equal(number_of("SELECT COUNT(*) FROM campaign"), 2);
    assert_int_equal(lab_get(&lab, waiting).state, CAMPAIGN_WAITING);
    assert_int_equal(lab_get(&lab, running).state, CAMPAIGN_RUNNING);
    assert_int_equal(number_of("SELECT COUNT(*) FROM campaign_command WHERE campaign_id = 2"), 0);
    assert_int_equal(data_rows(), 0);
}

struct data_call {
    const struct card_data *data;
    int64_t campaign_id;
    size_t next;
    bool more;
};

static int store_slice(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct data_call *call = argument;
    (void)now;
    return card_data_store(store, call->data, &call->next, refusal);
}

static int drop_slice(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct data_call *call = argument;
    (void)now;
    return card_data_drop(store, call->campaign_id, &call->more, refusal);
}

static void test_data_come_and_go_in_slices(void **state)
{
    (void)state;
    struct refusal refusal = {0};
    struct card_data data;
    add_cards();
    struct campaign campaign = {.id = lab_create_with(&lab, lab_campaign("c"), COMMANDS, 2), .group_id = lab.group_id};
    const struct store_options options = {.database = lab.database, .master_key_file = lab.key_file, .read_only = true};
    struct store *reader = store_open(&options, &refusal);
    assert_non_null(reader);
    assert_int_equal(card_data_begin(reader, &campaign, &data, &refusal), 0);
    for (int i = 1; i <= CARDS; i++) {
        char msisdn[32];
        snprintf(msisdn, sizeof msisdn, i <= 3 ? "961%09d" : "962%09d", i);
        const struct data_row row = {.line = (unsigned long)i + 1, .key = DATA_MSISDN, .card = msisdn, .card_column = 1,
                                     .values = {"AB"}, .columns = {14}};
        if (i == CARDS) {
            assert_int_equal(card_data_check(&data, &refusal), -1);
            assert_non_null(strstr(refusal.text, "the card with MSISDN 962000002500 has no line"));
        }
        assert_int_equal(card_data_add(&data, &row, &refusal), 0);
        assert_int_equal(card_data_add(&data, &row, &refusal), -1);
        assert_non_null(strstr(refusal.text, "had a line before"));
    }
    assert_int_equal(card_data_check(&data, &refusal), 0);
    struct data_call call = {.data = &data, .campaign_id = campaign.id};
    int slices = 0;
    for (; call.next < data.count; slices++)
        assert_int_equal(engine_call(lab.engine, store_slice, &call, &refusal), 0);
    assert_int_equal(slices, (CARDS + CARD_DATA_SLICE - 1) / CARD_DATA_SLICE);
    assert_int_equal(data_rows(), CARDS);
    for (call.more = true; call.more;)
        assert_int_equal(engine_call(lab.engine, drop_slice, &call, &refusal), 0);
    assert_int_equal(data_rows(), 0);
    card_data_end(&data);
    store_close(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_a_jump_is_done_to_the_end),
        LAB_TEST(test_a_jump_of_a_group_that_is_gone),
        LAB_TEST(test_a_counter_without_room_stays),
        LAB_TEST(test_data_without_a_start_are_dropped),
        LAB_TEST(test_a_campaign_made_to_start_is_dropped_without_it),
        LAB_TEST(test_data_come_and_go_in_slices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
