/* Retries that the engine begins by itself: how many, for which cards, with which packet, over restarts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "gateway-plugin/store/catalog_store.h"
#include "tests/campaign/lab_fixture.h"

static const char *const INCREASE[] = {"A0A40000027F20", "A0A40000026F39", "A032000003000001"};

static struct campaign retrying(const char *name, int64_t retries)
{
    struct campaign campaign = lab_campaign(name);
    campaign.retries = retries;
    return campaign;
}

static void take(int card, struct fake_sms *sms)
{
    *sms = lab_expect_sms(&lab, card);
    lab_receive(&lab, sms, 1, &command);
}

static void time_out(void)
{
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 600000);
    lab_tick(&lab);
}

/* Waits without a call: a call makes the engine write and read everything anew. */
static void pause_once(int *waits)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    assert_true(++*waits < 10000);
    nanosleep(&moment, NULL);
}

/* --- how often --- */

static void test_retries_until_they_are_used(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = lab_create(&lab, retrying("twice", 2));
    lab_start(&lab, id);
    for (int card = 1; card <= 3; card++) {
        take(card, &sms);
        lab_deliver(&lab, &sms);
        if (card == 1)
            lab_answer(&lab, &command, good());
    }
    time_out();
    lab_expect_campaign(&lab, id, CAMPAIGN_RUNNING);
    assert_int_equal(lab_get(&lab, id).iteration, 2);
    assert_int_equal(lab_count(&lab, id).cards, 3);
    for (int card = 2; card <= 3; card++) {
        take(card, &sms);
        assert_int_equal(command.decoded.counter, 2);
        lab_deliver(&lab, &sms);
        if (card == 2)
            lab_answer(&lab, &command, good());
    }
    lab_expect_silence(&lab);
    time_out();
    take(3, &sms); /* iteration 3: card 2 was updated in the second */
    assert_int_equal(command.decoded.counter, 3);
    lab_deliver(&lab, &sms);
    lab_expect_silence(&lab);
    time_out();
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    lab_expect_silence(&lab);
    struct message_counts counts = lab_count(&lab, id);
    assert_int_equal(counts.cards, 3);
    assert_int_equal(counts.by_state[MESSAGE_UPDATED], 2);
    assert_int_equal(counts.by_state[MESSAGE_UNKNOWN], 1);
    assert_int_equal(lab_get(&lab, id).retries_used, 2);

    assert_int_equal(lab_retry(&lab, id, NULL), 0); /* the operator's word brings two more */
    take(3, &sms);
    lab_deliver(&lab, &sms);
    time_out();
    take(3, &sms);
    assert_int_equal(command.decoded.counter, 5);
    lab_answer(&lab, &command, good());
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_get(&lab, id).iteration, 5);
}

static void test_one_card_is_retried_too(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = lab_create(&lab, retrying("one", 1));
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 2}, NULL), 0);
    take(2, &sms);
    lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
    take(2, &sms);
    lab_answer(&lab, &command, good());
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    lab_expect_state(&lab, id, 2, MESSAGE_UPDATED);
}

/* A late PoR of the first iteration settles the second, and no third begins. */
static void test_late_por_ends_the_retries(void **state)
{
    struct fake_sms sms;
    static struct lab_command first;
    (void)state;
    int64_t id = lab_create(&lab, retrying("late", 5));
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    take(1, &sms);
    first = command;
    lab_deliver(&lab, &sms);
    time_out();
    take(1, &sms);
    lab_deliver(&lab, &sms);
    lab_answer(&lab, &first, good());
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_get(&lab, id).iteration, 2);
    lab_expect_silence(&lab);
}

#define BATCH 256 /* events that the engine takes in one pass */

/* In the engine's thread, so that one pass ends with the failure and the next one begins with the PoR. */
static int post_failure_then_por(struct store *store, int64_t now, void *sms, struct refusal *refusal)
{
    const struct bearer_event nothing = {.kind = BEARER_REPORT, .uuid = "x"};
    (void)store;
    (void)now;
    (void)refusal;
    for (int i = 0; i < BATCH - 1; i++)
        engine_post(lab.engine, &nothing);
    lab_report(&lab, sms, REPORT_FAILED, "stat:UNDELIV");
    lab_answer(&lab, &command, good());
    return 0;
}

/* The PoR comes in the pass that makes the rows of the second iteration: no row for this card. */
static void test_por_in_the_pass_that_begins_the_retry(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = lab_create(&lab, retrying("narrow", 1));
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    take(1, &sms);
    assert_int_equal(engine_call(lab.engine, post_failure_then_por, &sms, NULL), 0);
    for (int waits = 0; fake_bearer_acknowledged(&lab.bearer) < BATCH + 1;)
        pause_once(&waits);
    lab_expect_silence(&lab);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    assert_int_equal(lab_message(&lab, id, 0, 1).iteration, 1);
    assert_int_equal(lab_get(&lab, id).iteration, 2);
}

/* --- for which cards --- */

static void test_which_answers_are_retried(void **state)
{
    static const struct {
        uint8_t status;
        bool retried;
    } rows[] = {
        {POR_STATUS_CC_FAILED, false},        {POR_STATUS_CNTR_LOW, true},
        {POR_STATUS_CNTR_HIGH, true},         {POR_STATUS_CNTR_BLOCKED, false},
        {POR_STATUS_CIPHERING_ERROR, false},  {POR_STATUS_UNIDENTIFIED_ERROR, false},
        {POR_STATUS_NO_MEMORY, true},         {POR_STATUS_TAR_UNKNOWN, false},
        {POR_STATUS_SECURITY_TOO_LOW, false}, {0x0D, false},
    };
    struct fake_sms sms;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char name[16];
        snprintf(name, sizeof name, "status%02X", rows[i].status);
        int64_t id = lab_create(&lab, retrying(name, 1));
        assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
        take(1, &sms);
        lab_answer(&lab, &command, LAB_ANSWER(.status = rows[i].status, .bare_error = true));
        if (rows[i].retried) {
            take(1, &sms);
            lab_answer(&lab, &command, good());
            lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
        } else {
            lab_expect_silence(&lab);
            lab_expect_state(&lab, id, 1, MESSAGE_FAILED);
        }
        lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
        assert_int_equal(lab_get(&lab, id).iteration, rows[i].retried ? 2 : 1);
    }
}

/* Of a group only those whose answer allows it. */
static void test_others_of_the_group_are_left_alone(void **state)
{
    static const uint8_t answers[] = {POR_STATUS_CC_FAILED, POR_STATUS_CNTR_LOW, POR_STATUS_TAR_UNKNOWN};
    struct fake_sms sms;
    (void)state;
    int64_t id = lab_create(&lab, retrying("group", 3));
    lab_start(&lab, id);
    for (int card = 1; card <= 3; card++) {
        take(card, &sms);
        lab_answer(&lab, &command, LAB_ANSWER(.status = answers[card - 1], .bare_error = true));
    }
    take(2, &sms);
    lab_expect_silence(&lab);
    lab_answer(&lab, &command, good());
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    struct message_counts counts = lab_count(&lab, id);
    assert_int_equal(counts.cards, 3);
    assert_int_equal(counts.by_state[MESSAGE_UPDATED], 1);
    assert_int_equal(counts.by_state[MESSAGE_FAILED], 2);
    assert_int_equal(lab_retry(&lab, id, NULL), 0); /* the operator's word is for all of them */
    take(1, &sms);
    take(3, &sms);
    lab_expect_silence(&lab);
}

static int make_group(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct card_group *group = argument;
    if (group->id == 0)
        return group_insert(store, group, now, refusal) == 0 && group_add_card(store, group->id, 1) == STORE_OK
                   ? group_add_card(store, group->id, 2)
                   : -1;
    return group_add_card(store, group->id, 3);
}

/* SOP 11: only cards of the original campaign. -autoCG, for one, adds cards to a group later. */
static void test_who_joined_the_group_later_is_left_alone(void **state)
{
    struct card_group group = {.name = "two", .profile_id = lab.profile_id};
    struct refusal refusal = {0};
    struct fake_sms sms;
    (void)state;
    assert_int_equal(engine_call(lab.engine, make_group, &group, &refusal), 0);
    int64_t id = lab_create(&lab, lab_campaign("original"));
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.group_id = group.id}, &refusal), 0);
    take(1, &sms);
    lab_answer(&lab, &command, good());
    take(2, &sms);
    lab_answer(&lab, &command, LAB_ANSWER(.status = POR_STATUS_TAR_UNKNOWN, .bare_error = true));
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(engine_call(lab.engine, make_group, &group, &refusal), 0);
    assert_int_equal(lab_retry(&lab, id, &refusal), 0);
    take(2, &sms);
    lab_expect_silence(&lab);
    lab_answer(&lab, &command, good());
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_count(&lab, id).cards, 2);
    assert_int_equal(lab_retry(&lab, id, &refusal), -1);
    assert_non_null(strstr(refusal.text, "every card is updated, nothing to retry"));
}

static void test_partial_is_run_again_where_that_is_harmless(void **state)
{
    struct fake_sms sms;
    (void)state;
    for (int harmless = 0; harmless < 2; harmless++) {
        int64_t id = harmless ? lab_create(&lab, retrying("update", 1))
                              : lab_create_with(&lab, retrying("increase", 1), INCREASE, 3);
        assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
        take(1, &sms);
        lab_answer(&lab, &command, LAB_ANSWER(.executed = 2, .sw = 0x9404));
        if (harmless)
            take(1, &sms);
        lab_expect_silence(&lab);
        lab_expect_campaign(&lab, id, harmless ? CAMPAIGN_RUNNING : CAMPAIGN_COMPLETED);
        lab_expect_state(&lab, id, 1, harmless ? MESSAGE_SENDING : MESSAGE_PARTIAL);
    }
}

static void test_cards_without_a_packet_are_not_retried(void **state)
{
    struct campaign campaign = retrying("unbuildable", 10);
    (void)state;
    campaign.security.kic = campaign.security.kid =
        0x19; /* 3DES with three keys: 24 bytes, the cards have 16 */
    int64_t id = lab_create(&lab, campaign);
    lab_start(&lab, id);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_get(&lab, id).iteration, 1);
}

/* --- with which packet --- */

/* The campaign's word goes before the script's. */
static void test_setting_overrides_the_script(void **state)
{
    static const struct {
        const char *name;
        enum retry_mode mode;
        bool increases, same;
    } rows[] = {{"a", RETRY_BY_SCRIPT, false, false},
                {"b", RETRY_BY_SCRIPT, true, true},
                {"c", RETRY_SAME, false, true},
                {"d", RETRY_NEW, true, false}};
    struct fake_sms first, second;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct campaign campaign = retrying(rows[i].name, 1);
        campaign.retry = rows[i].mode;
        int64_t id =
            rows[i].increases ? lab_create_with(&lab, campaign, INCREASE, 3) : lab_create(&lab, campaign);
        assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
        take(1, &first);
        uint64_t counter = command.decoded.counter;
        lab_deliver(&lab, &first);
        time_out();
        take(1, &second);
        assert_int_equal(command.decoded.counter, counter + !rows[i].same);
        assert_int_equal(memcmp(first.user_data, second.user_data, first.length) == 0, rows[i].same);
        lab_answer(&lab, &command, LAB_ANSWER(.executed = rows[i].increases ? 3 : 6, .sw = 0x9000));
        lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    }
}

/* Nobody calls the engine between the iterations: it knows by itself that this is the second. */
static void test_iteration_is_known_without_a_call(void **state)
{
    struct fake_sms first, second;
    (void)state;
    int64_t id = lab_create_with(&lab, retrying("alone", 1), INCREASE, 3);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    take(1, &first);
    lab_report(&lab, &first, REPORT_FAILED, "stat:UNDELIV");
    for (int waits = 0; !fake_bearer_take(&lab.bearer, &second);)
        pause_once(&waits);
    assert_int_equal(second.length, first.length);
    assert_memory_equal(second.user_data, first.user_data, first.length);
}

/* The card has said that it did not run this packet: the next one is new, or it would be refused for ever. */
static void test_same_packet_only_while_it_is_unanswered(void **state)
{
    static const struct lab_answer refusals[] = {
        {.status = POR_STATUS_NO_MEMORY, .bare_error = true, .spi2 = -1, .counter = -1},
        {.executed = 1, .sw = 0x9404, .spi2 = -1, .counter = -1}};
    struct fake_sms sms;
    (void)state;
    for (int i = 0; i < 2; i++) {
        int64_t id = lab_create_with(&lab, retrying(i ? "first" : "memory", 1), INCREASE, 3);
        assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = i + 1}, NULL), 0);
        take(i + 1, &sms);
        lab_answer(&lab, &command, refusals[i]);
        take(i + 1, &sms);
        assert_int_equal(command.decoded.counter, 2);
    }
}

/* The PoR is lost again and again: the card executes once, and says so at last. */
static void test_same_packet_runs_once(void **state)
{
    static const enum por_status replies[] = {POR_STATUS_CNTR_LOW, POR_STATUS_UNIDENTIFIED_ERROR};
    struct fake_sms sms;
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct lab_card card = {.on_equal = replies[i]};
        int64_t id = lab_create_with(&lab, retrying(i ? "six" : "two", 3), INCREASE, 3);
        assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = i + 1}, NULL), 0);
        for (int lost = 0; lost < 3; lost++) {
            take(i + 1, &sms);
            lab_card_take(&card, &command, 3);
            if (lost == 1)
                lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV"); /* not true, and no PoR came */
            else
                lab_deliver(&lab, &sms), time_out();
        }
        take(i + 1, &sms);
        lab_answer(&lab, &command, lab_card_take(&card, &command, 3));
        assert_int_equal(card.executions, 1);
        lab_expect_state(&lab, id, i + 1, MESSAGE_EXECUTED_UNKNOWN);
        lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    }
}

/* With `same`, "executed probably" is for the operator to look at, however many retries are left. */
static void test_executed_unknown_is_left_to_the_operator(void **state)
{
    struct fake_sms sms;
    struct lab_card card = {0};
    (void)state;
    int64_t id = lab_create_with(&lab, retrying("left", 9), INCREASE, 3);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    take(1, &sms);
    lab_card_take(&card, &command, 3);
    lab_deliver(&lab, &sms);
    time_out();
    take(1, &sms);
    lab_answer(&lab, &command, lab_card_take(&card, &command, 3));
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    lab_expect_silence(&lab);
    assert_int_equal(lab_get(&lab, id).iteration, 2);
}

/* --- over a restart --- */

/* Dies as soon as the last message of the iteration is answered by silence: in the pass that would begin the
 * next one, or behind it. */
static int die_between_iterations(int out)
{
    struct fake_sms sms;
    lab_start_engine(&lab);
    lab_link(&lab, true);
    int64_t id = lab_create(&lab, retrying("killed", 2));
    lab_start(&lab, id);
    for (int card = 1; card <= 3; card++) {
        sms = lab_expect_sms(&lab, card);
        lab_deliver(&lab, &sms);
    }
    lab_tick(&lab);
    lab_link(&lab, false);
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 600000);
    lab_get(&lab, id);
    return write(out, &id, sizeof id) == (ssize_t)sizeof id ? 0 : 1;
}

static void test_killed_between_iterations(void **state)
{
    struct fake_sms sms;
    int pipes[2], status;
    int64_t id;
    (void)state;
    lab_stop_engine(&lab);
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0)
        _exit(die_between_iterations(pipes[1]));
    close(pipes[1]);
    assert_int_equal(read(pipes[0], &id, sizeof id), sizeof id);
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    fake_clock_advance(&lab.clock, 600000);
    lab_start_engine(&lab);
    lab_expect_campaign(&lab, id, CAMPAIGN_RUNNING);
    assert_int_equal(lab_get(&lab, id).iteration, 2);
    assert_int_equal(lab_get(&lab, id).retries_used, 1);
    lab_link(&lab, true);
    for (int card = 1; card <= 3; card++) {
        take(card, &sms);
        assert_int_equal(command.decoded.counter, 2);
        lab_answer(&lab, &command, good());
    }
    lab_expect_silence(&lab);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_get(&lab, id).iteration, 2);
}

/* The iteration that ended is in the database, the next one is not: what a crash at that very place leaves.
 */
static void test_restart_finds_an_iteration_that_ended(void **state)
{
    char error[200] = "";
    struct fake_sms sms;
    (void)state;
    int64_t id = lab_create(&lab, retrying("ended", 1));
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    take(1, &sms);
    lab_link(&lab, false);
    lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
    lab_tick(&lab);
    lab_stop_engine(&lab);
    struct db *db = db_open(lab.database, false, error, sizeof error);
    assert_non_null(db);
    assert_int_equal(db_execute(db,
                                "DELETE FROM message WHERE iteration = 2; UPDATE campaign SET iteration = 1,"
                                " retries_used = 0, expanded_to = NULL"),
                     0);
    db_close(&db);
    lab_start_engine(&lab);
    lab_link(&lab, true);
    take(1, &sms);
    lab_answer(&lab, &command, good());
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(lab_get(&lab, id).iteration, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_retries_until_they_are_used),
        LAB_TEST(test_one_card_is_retried_too),
        LAB_TEST(test_late_por_ends_the_retries),
        LAB_TEST(test_por_in_the_pass_that_begins_the_retry),
        LAB_TEST(test_which_answers_are_retried),
        LAB_TEST(test_others_of_the_group_are_left_alone),
        LAB_TEST(test_who_joined_the_group_later_is_left_alone),
        LAB_TEST(test_partial_is_run_again_where_that_is_harmless),
        LAB_TEST(test_cards_without_a_packet_are_not_retried),
        LAB_TEST(test_setting_overrides_the_script),
        LAB_TEST(test_iteration_is_known_without_a_call),
        LAB_TEST(test_same_packet_only_while_it_is_unanswered),
        LAB_TEST(test_same_packet_runs_once),
        LAB_TEST(test_executed_unknown_is_left_to_the_operator),
        LAB_TEST(test_killed_between_iterations),
        LAB_TEST(test_restart_finds_an_iteration_that_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
