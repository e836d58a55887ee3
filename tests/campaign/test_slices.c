/* Calls that are done in several transactions, so that others need not wait: whole in the end, also over a crash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "gateway-plugin/campaign/card_data.h"
#include "gateway-plugin/campaign/deletion.h"
#include "gateway-plugin/store/campaign_store.h"
#include "gateway-plugin/store/card_counter.h"
#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/counter_work.h"
#include "gateway-plugin/store/data_work.h"
#include "gateway-plugin/store/deletion_work.h"
#include "gateway-plugin/store/message_work.h"
#include "gateway-plugin/store/reply_work.h"
#include "gateway-plugin/store/named_object.h"
#include "gateway-plugin/store/notification_store.h"
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

/* --- deletions of campaigns --- */

/* A campaign that is over, its target group 2 of nobody, with a message, data and a notification of every card, whose
 * counters it was the last to use; and one behind it, with one message, that stays. */
static int64_t add_large_campaign(void)
{
    add_cards();
    int64_t id = lab_create_with(&lab, lab_campaign("large"), COMMANDS, 2), small = lab_create(&lab, lab_campaign("small"));
    char sql[2400];
    lab_stop_engine(&lab);
    snprintf(sql, sizeof sql,
             "INSERT INTO card_group (id, profile_id, name, created, updated) VALUES (2, 1, 'target', 1, 1);"
             "UPDATE campaign SET state = %d, started = 1, ended = 2, iteration = 1, group_id = 2, dlr_url = 'http://x/'"
             " WHERE id = %lld;"
             "INSERT INTO message (campaign_id, iteration, card_id, piece, pieces, state, counter, por_status, por_flags,"
             " created, sent, settled) SELECT %lld, 1, id, 1, 1, %d, id + 5, 0, 2, 1, 2, 3 FROM card;"
             "INSERT INTO card_counter (card_id, key_index, tar, value, jumps, held_low, held_guess, held_high, refusals,"
             " last_message) SELECT card_id, 1, -1, counter, 0, 0, 0, counter, 0, id FROM message;"
             "INSERT INTO campaign_data SELECT %lld, id, 'AA' FROM card;"
             "INSERT INTO notification (campaign_id, kind, body, created, due) SELECT %lld, 0, '{}', 1, 1 FROM card;"
             "INSERT INTO message (campaign_id, iteration, card_id, piece, pieces, state, counter, created, sent, settled)"
             " VALUES (%lld, 1, 1, 1, 1, %d, 1, 1, 2, 3)",
             CAMPAIGN_COMPLETED, (long long)id, (long long)id, MESSAGE_UPDATED, (long long)id, (long long)id,
             (long long)small, MESSAGE_UPDATED);
    lab_sql(&lab, sql);
    lab_open_store(&lab);
    return id;
}

/* While the engine is stopped: as far as the call itself goes. */
static void delete_and_crash(int64_t id)
{
    struct refusal refusal = {0};
    assert_int_equal(store_begin(lab.store), STORE_OK);
    if (campaign_delete(lab.store, id, &refusal) != 0)
        fail_msg("%s", refusal.text);
    assert_int_equal(store_commit(lab.store), STORE_OK);
}

static int64_t number_in(struct store *store, const char *sql)
{
    struct number number = {.sql = sql};
    read_number(store, 0, &number, NULL);
    return number.value;
}

static int64_t stored(const char *sql)
{
    return number_in(lab.store, sql);
}

#define ROWS                                                                                                           \
    "SELECT (SELECT COUNT(*) FROM message WHERE campaign_id = 1) + (SELECT COUNT(*) FROM campaign_data)"               \
    " + (SELECT COUNT(*) FROM notification) + (SELECT COUNT(*) FROM campaign WHERE id = 1)"

/* Of every card but `without`. */
static void expect_counters(int64_t without)
{
    const struct counter_owner owner = {.key_index = 1, .tar = -1};
    for (int64_t card = 1; card <= CARDS; card++) {
        struct counter_scope scope;
        if (card == without)
            continue;
        assert_int_equal(work_counter_get(lab.store, card, owner, &scope), STORE_OK);
        assert_int_equal(scope.value, card + 5);
        assert_true(scope.last.known);
        assert_int_equal(scope.last.counter, card + 5);
        assert_int_equal(scope.last.state, MESSAGE_UPDATED);
        assert_int_equal(scope.last.por_status, 0);
        assert_int_equal(scope.last.mode, COUNTER_HIGHER);
        assert_int_equal(scope.last.por, POR_ALWAYS);
    }
}

/* Without a call to the engine, which would wake it up. */
static void wait_for_rows_gone(void)
{
    const struct store_options options = {.database = lab.database, .master_key_file = lab.key_file, .read_only = true};
    struct refusal refusal = {0};
    struct store *reader = store_open(&options, &refusal);
    assert_non_null(reader);
    for (int i = 0; number_in(reader, ROWS) > 0; i++) {
        assert_in_range(i, 0, 30000);
        usleep(1000);
    }
    store_close(&reader);
}

static void expect_rows_gone(void)
{
    lab_start_engine(&lab);
    wait_for_rows_gone();
    lab_stop_engine(&lab);
    lab_open_store(&lab);
}

static void expect_slice_gone(int64_t *before)
{
    int64_t after = stored(ROWS);
    assert_in_range(*before - after, 1, DELETION_SLICE + 1); /* the campaign's own */
    *before = after;
    expect_counters(0);
}

/* Behind every slice the process may end. */
static void test_a_deletion_is_done_to_the_end(void **state)
{
    (void)state;
    int64_t id = add_large_campaign(), before = stored(ROWS);
    assert_int_equal(before, 3 * CARDS + 1);
    delete_and_crash(id);
    expect_slice_gone(&before);
    for (bool more = true; more;) {
        assert_int_equal(store_begin(lab.store), STORE_OK);
        assert_int_equal(work_deletion_slice(lab.store, NAMED_CAMPAIGN, id, DELETION_SLICE, &more), STORE_OK);
        assert_int_equal(store_commit(lab.store), STORE_OK);
        expect_slice_gone(&before);
    }
    assert_int_equal(before, 0);
    assert_int_equal(stored("SELECT COUNT(*) FROM message"), 1);
    lab_start_engine(&lab);
}

static void test_the_engine_goes_on_deleting(void **state)
{
    (void)state;
    int64_t id = add_large_campaign();
    delete_and_crash(id);
    assert_int_equal(stored(ROWS), 3 * CARDS + 1 - DELETION_SLICE);
    expect_rows_gone();
    expect_counters(0);
    assert_int_equal(stored("SELECT COUNT(*) FROM message"), 1);
    assert_int_equal(stored("SELECT COUNT(*) FROM campaign"), 1);
    lab_start_engine(&lab);
}

static int delete_work(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    (void)now;
    return campaign_delete(store, *(const int64_t *)argument, refusal);
}

static void test_a_deletion_by_a_call(void **state)
{
    (void)state;
    struct refusal refusal = {0};
    int64_t id = add_large_campaign();
    lab_start_engine(&lab);
    lab_tick(&lab); /* the engine has found nothing to delete */
    assert_int_equal(engine_call(lab.engine, delete_work, &id, &refusal), 0);
    wait_for_rows_gone();
    assert_int_equal(engine_call(lab.engine, delete_work, &id, &refusal), -1);
    assert_string_equal(refusal.text, "there is no campaign 1");
}

static int count_history(void *user, const struct message_history *row)
{
    assert_string_equal(row->campaign_name, "small");
    return ++*(int *)user == 0;
}

static void expect_no_use_of_messages(void)
{
    struct message_row *row = malloc(sizeof *row);
    struct reply_card card = {.id = 1};
    struct reply_candidate candidates[4];
    size_t count = 4;
    int seen = 0;
    assert_non_null(row);
    assert_int_equal(message_history(lab.store, 1, (struct page){.limit = 10}, count_history, &seen), STORE_OK);
    assert_int_equal(seen, 1);
    assert_int_equal(work_reply_candidates(lab.store, &card, candidates, &count), STORE_OK);
    assert_int_equal(count, 1);
    assert_int_equal(candidates[0].campaign_id, 2);
    assert_int_equal(work_message_load(lab.store, stored("SELECT id FROM message WHERE campaign_id = 1 AND card_id = 1"), row),
                     STORE_NOT_FOUND);
    free(row);
}

static void expect_no_notification(void)
{
    struct notification *notification = malloc(sizeof *notification);
    size_t count = 1;
    int64_t all;
    assert_non_null(notification);
    assert_int_equal(notification_due(lab.store, LAB_START, notification, &count), STORE_OK);
    assert_int_equal(count, 0);
    assert_int_equal(notification_count(lab.store, &all), STORE_OK);
    assert_int_equal(all, 0);
    free(notification);
}

/* All its messages are there: the first slice takes notifications. */
static void test_a_deleted_campaign_is_not_seen(void **state)
{
    (void)state;
    struct campaign campaign, list[4];
    struct refusal refusal = {0};
    size_t count = 4;
    int64_t id = add_large_campaign();
    delete_and_crash(id);
    assert_int_equal(campaign_get(lab.store, id, &campaign), STORE_NOT_FOUND);
    assert_int_equal(campaign_list(lab.store, 0, (struct page){.limit = 4}, list, &count), STORE_OK);
    assert_int_equal(count, 1);
    assert_int_equal(list[0].id, 2);
    count = 4;
    assert_int_equal(campaign_list(lab.store, 1, (struct page){.limit = 4}, list, &count), STORE_OK);
    assert_int_equal(count, 1);
    assert_int_equal(named_object_rename(lab.store, NAMED_CAMPAIGN, id, "other", LAB_START, &refusal), -1);
    assert_string_equal(refusal.text, "there is no campaign 1");
    assert_int_equal(named_object_delete(lab.store, NAMED_CAMPAIGN, id, &refusal), -1);
    lab_sql(&lab, "DELETE FROM campaign_data WHERE card_id = 1");
    assert_int_equal(work_data_add(lab.store, id, 1, "BB"), STORE_NOT_FOUND);
    expect_no_use_of_messages();
    expect_no_notification();
    expect_rows_gone();
    lab_start_engine(&lab);
}

/* Its name, its group, its cards and its profile are free at once. */
static void test_a_deleted_campaign_holds_nothing(void **state)
{
    (void)state;
    struct card card;
    struct campaign again = lab_campaign("large");
    struct refusal refusal = {0};
    int64_t id = add_large_campaign();
    delete_and_crash(id);
    again.profile_id = lab.profile_id;
    if (campaign_insert(lab.store, &again, COMMANDS, 1, LAB_START, &refusal) != 0 ||
        named_object_delete(lab.store, NAMED_CARD_GROUP, 2, &refusal) != 0 ||
        card_delete(lab.store, 2000, &card, &refusal) != 0)
        fail_msg("%s", refusal.text);
    assert_int_equal(again.id, 3);
    assert_int_equal(card_delete(lab.store, 1, &card, &refusal), -1);
    assert_non_null(strstr(refusal.text, "has messages in 1 campaign, of which 2 is the first"));
    expect_counters(2000);
    expect_rows_gone();
    expect_counters(2000);
    lab_start_engine(&lab);
}

static void test_a_profile_of_deleted_campaigns_goes(void **state)
{
    (void)state;
    struct refusal refusal = {0};
    int64_t id = add_large_campaign();
    delete_and_crash(id);
    lab_sql(&lab, "DELETE FROM message; DELETE FROM campaign WHERE id = 2; DELETE FROM card; DELETE FROM card_group");
    if (named_object_delete(lab.store, NAMED_PROFILE, lab.profile_id, &refusal) != 0)
        fail_msg("%s", refusal.text);
    assert_int_equal(stored("SELECT COUNT(*) FROM campaign"), 0);
    lab_start_engine(&lab);
}

/* --- deletions of groups --- */

#define MEMBERS "SELECT (SELECT COUNT(*) FROM card_group_member) + (SELECT COUNT(*) FROM card_group)"

/* As far as the call itself goes. */
static void delete_group_and_crash(void)
{
    struct refusal refusal = {0};
    add_cards();
    lab_stop_engine(&lab);
    lab_open_store(&lab);
    if (named_object_delete(lab.store, NAMED_CARD_GROUP, lab.group_id, &refusal) != 0)
        fail_msg("%s", refusal.text);
}

static void test_a_group_goes_in_slices(void **state)
{
    (void)state;
    enum named_kind kind;
    int64_t id, before = CARDS + 1;
    delete_group_and_crash();
    assert_int_equal(stored(MEMBERS), before);
    for (bool more = true; more;) {
        assert_int_equal(work_deletion_open(lab.store, &kind, &id), STORE_OK);
        assert_int_equal(kind, NAMED_CARD_GROUP);
        assert_int_equal(work_deletion_slice(lab.store, kind, id, DELETION_SLICE, &more), STORE_OK);
        assert_in_range(before - stored(MEMBERS), 1, DELETION_SLICE + 1);
        before = stored(MEMBERS);
    }
    assert_int_equal(before, 0);
    assert_int_equal(work_deletion_open(lab.store, &kind, &id), STORE_NOT_FOUND);
    lab_start_engine(&lab);
}

static void test_a_deleted_group_is_not_seen(void **state)
{
    (void)state;
    struct card_group list[2], again = {.profile_id = 1, .name = "all"};
    struct refusal refusal = {0};
    size_t count = 2;
    delete_group_and_crash();
    lab_sql(&lab, "DELETE FROM card_group_member WHERE card_id IN (1, 2)");
    assert_int_equal(group_get(lab.store, 1, &list[0]), STORE_NOT_FOUND);
    assert_int_equal(group_list(lab.store, 0, (struct page){.limit = 2}, list, &count), STORE_OK);
    assert_int_equal(count, 0);
    count = 2;
    assert_int_equal(group_list(lab.store, 1, (struct page){.limit = 2}, list, &count), STORE_OK);
    assert_int_equal(count, 0);
    assert_int_equal(named_object_rename(lab.store, NAMED_CARD_GROUP, 1, "other", LAB_START, &refusal), -1);
    assert_int_equal(named_object_delete(lab.store, NAMED_CARD_GROUP, 1, &refusal), -1);
    assert_int_equal(group_add_card(lab.store, 1, 1), STORE_NOT_FOUND);
    assert_int_equal(group_add_profile_cards(lab.store, 1), STORE_OK);
    assert_int_equal(stored(MEMBERS), CARDS - 2 + 1);
    if (group_insert(lab.store, &again, LAB_START, &refusal) != 0)
        fail_msg("%s", refusal.text);
    assert_int_equal(again.id, 2);
    lab_start_engine(&lab);
    while (number_of(MEMBERS) > 1)
        lab_tick(&lab);
}

static void test_a_profile_of_deleted_groups_goes(void **state)
{
    (void)state;
    struct refusal refusal = {0};
    delete_group_and_crash();
    lab_sql(&lab, "DELETE FROM card");
    if (named_object_delete(lab.store, NAMED_PROFILE, lab.profile_id, &refusal) != 0)
        fail_msg("%s", refusal.text);
    assert_int_equal(stored(MEMBERS), 0);
    lab_start_engine(&lab);
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
        LAB_TEST(test_a_deletion_is_done_to_the_end),
        LAB_TEST(test_the_engine_goes_on_deleting),
        LAB_TEST(test_a_deletion_by_a_call),
        LAB_TEST(test_a_deleted_campaign_is_not_seen),
        LAB_TEST(test_a_deleted_campaign_holds_nothing),
        LAB_TEST(test_a_profile_of_deleted_campaigns_goes),
        LAB_TEST(test_a_group_goes_in_slices),
        LAB_TEST(test_a_deleted_group_is_not_seen),
        LAB_TEST(test_a_profile_of_deleted_groups_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
