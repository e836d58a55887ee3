/* Pausing, resuming and terminating a campaign: what still leaves, what does not, and that every row ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/campaign/lab_fixture.h"

/* Three packets of one SMS each, or one of two SMS. */
#define UPDATE_OF(byte)                                                                                      \
    "A0D600003C" byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte  \
        byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte \
            byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte byte
#define SELECTS "A0A40000023F00", "A0A40000027F20"
static const char *const LONG_SCRIPT[] = {SELECTS, UPDATE_OF("01"), SELECTS, UPDATE_OF("02"), SELECTS, UPDATE_OF("03")};
static const char *const INCREASE[] = {"A0A40000027F20", "A0A40000026F39", "A032000003000001"};

static struct refusal refusal;

static int open_larger_lab(void **state)
{
    (void)state;
    lab_open(&lab, 5);
    return 0;
}

static void control(int64_t id, enum campaign_event event)
{
    if (lab_control(&lab, id, event, &refusal) != 0)
        fail_msg("%s", refusal.text);
}

static void expect_refused(int64_t id, enum campaign_event event, const char *words)
{
    assert_int_equal(lab_control(&lab, id, event, &refusal), -1);
    assert_int_equal(refusal.kind, REFUSAL_CONFLICT);
    if (strstr(refusal.text, words) == NULL)
        fail_msg("'%s', expected '%s'", refusal.text, words);
}

static int64_t start_with_window(struct campaign campaign, int window)
{
    lab_set_window(&lab, window);
    int64_t id = lab_create(&lab, campaign);
    lab_start(&lab, id);
    return id;
}

static void restart(void)
{
    lab_stop_engine(&lab);
    lab_start_engine(&lab);
    lab_link(&lab, true);
}

static void answer(const struct fake_sms *sms)
{
    lab_receive(&lab, sms, 1, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000));
}

static int64_t count_of(int64_t id, enum message_state state)
{
    return lab_count(&lab, id).by_state[state];
}

static void pass_validity_and_timeout(void)
{
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 3600000 + 600000);
    lab_tick(&lab);
}

/* --- terminate --- */

static void test_what_has_not_left_is_cancelled(void **state)
{
    struct fake_sms first, second;
    (void)state;
    int64_t id = start_with_window(lab_campaign("terminate"), 2);
    first = lab_expect_sms(&lab, 1);
    second = lab_expect_sms(&lab, 2);
    control(id, CAMPAIGN_TERMINATE);
    assert_int_equal(lab_get(&lab, id).ended, LAB_START);
    lab_expect_campaign(&lab, id, CAMPAIGN_TERMINATED);
    for (int card = 3; card <= 5; card++) {
        lab_expect_state(&lab, id, card, MESSAGE_CANCELLED);
        assert_int_equal(lab_message(&lab, id, 0, card).settled, LAB_START);
    }
    lab_expect_state(&lab, id, 1, MESSAGE_SENDING);
    lab_deliver(&lab, &first); /* the window is open: nothing comes behind it */
    lab_expect_silence(&lab);
    answer(&first);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    lab_deliver(&lab, &second);
    pass_validity_and_timeout();
    lab_expect_state(&lab, id, 2, MESSAGE_UNKNOWN);
    answer(&second);
    lab_expect_state(&lab, id, 2, MESSAGE_UPDATED); /* late, and it counts */
    assert_int_equal(lab_count(&lab, id).cards, 5);
    assert_int_equal(count_of(id, MESSAGE_UPDATED) + count_of(id, MESSAGE_CANCELLED), 5);
    lab_expect_campaign(&lab, id, CAMPAIGN_TERMINATED);
}

static void test_terminate_is_for_what_runs(void **state)
{
    (void)state;
    int64_t id = lab_create(&lab, lab_campaign("refused"));
    expect_refused(id, CAMPAIGN_TERMINATE, "is WAITING, expected RUNNING or PAUSED");
    expect_refused(id, CAMPAIGN_PAUSE, "is WAITING, expected RUNNING");
    expect_refused(id, CAMPAIGN_RESUME, "is WAITING, expected PAUSED");
    lab_start(&lab, id);
    expect_refused(id, CAMPAIGN_RESUME, "is RUNNING, expected PAUSED");
    control(id, CAMPAIGN_PAUSE);
    expect_refused(id, CAMPAIGN_PAUSE, "is PAUSED, expected RUNNING");
    control(id, CAMPAIGN_TERMINATE);
    expect_refused(id, CAMPAIGN_TERMINATE, "is TERMINATED, expected RUNNING or PAUSED");
    assert_int_equal(lab_control(&lab, id + 1, CAMPAIGN_PAUSE, &refusal), -1);
    assert_int_equal(refusal.kind, REFUSAL_NOT_FOUND);
}

/* The packets are made and their counters spent, but the link takes none of them. */
static void test_packets_that_have_not_left(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = lab_create(&lab, lab_campaign("made"));
    fake_bearer_set_down(&lab.bearer, true);
    lab_start(&lab, id);
    lab_expect_silence(&lab);
    assert_int_equal(count_of(id, MESSAGE_SENDING), 5);
    control(id, CAMPAIGN_TERMINATE);
    lab_tick(&lab);
    assert_int_equal(count_of(id, MESSAGE_CANCELLED), 5);
    fake_bearer_set_down(&lab.bearer, false);
    lab_link(&lab, true);
    fake_clock_advance(&lab.clock, LAB_MINUTE);
    lab_expect_silence(&lab);

    assert_int_equal(lab_retry(&lab, id, NULL), 0); /* the cards are free, their counters go on */
    sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &sms, 1, &command);
    assert_int_equal(command.decoded.counter, 2);
}

/* As a crash leaves it behind the commit of the command: rows and packets of all kinds are there. */
static void test_restart_while_cancelling(void **state)
{
    struct fake_sms first;
    (void)state;
    int64_t id = start_with_window(lab_campaign("crash"), 1);
    first = lab_expect_sms(&lab, 1);
    lab_ack(&lab, &first, ACK_QUEUED);
    lab_tick(&lab);
    lab_stop_engine(&lab);
    lab_sql(&lab, "UPDATE campaign SET state = 3");
    lab_start_engine(&lab); /* the link is down: cancelling needs none */
    lab_tick(&lab);
    assert_int_equal(count_of(id, MESSAGE_CANCELLED), 4);
    lab_expect_state(&lab, id, 1, MESSAGE_SENDING);
    lab_link(&lab, true);
    lab_expect_silence(&lab);
    answer(&first);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

/* The rows of a group are not all made yet: each of its cards gets one, and is counted. */
static void test_restart_while_expanding(void **state)
{
    (void)state;
    int64_t id = lab_create(&lab, lab_campaign("rows"));
    lab_stop_engine(&lab);
    lab_sql(&lab, "UPDATE campaign SET state = 3, iteration = 1, group_id = 1, expanded_to = 0");
    lab_start_engine(&lab);
    lab_tick(&lab);
    assert_int_equal(lab_count(&lab, id).cards, 5);
    assert_int_equal(count_of(id, MESSAGE_CANCELLED), 5);
}

/* Handed over just before a crash, or not: nobody knows. It is not sent again, whenever the link comes back, not over
 * a further restart either; and its card is not set free. */
static void test_perhaps_sent_before_a_crash(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t id = start_with_window(lab_campaign("perhaps"), 1);
    sms = lab_expect_sms(&lab, 1);
    lab_stop_engine(&lab);
    lab_sql(&lab, "UPDATE campaign SET state = 3; UPDATE message SET parts = x'00', sent = NULL WHERE card_id = 1");
    lab_start_engine(&lab);
    lab_tick(&lab); /* the withdrawal is done */
    lab_link(&lab, true);
    lab_expect_silence(&lab);
    lab_expect_state(&lab, id, 1, MESSAGE_SENDING);
    restart();
    lab_expect_silence(&lab);
    lab_expect_state(&lab, id, 1, MESSAGE_SENDING);
    answer(&sms);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

static void test_no_automatic_retry(void **state)
{
    struct campaign campaign = lab_campaign("retries");
    (void)state;
    campaign.retries = 3;
    int64_t id = lab_create(&lab, campaign);
    lab_start(&lab, id);
    for (int card = 1; card <= 5; card++) {
        struct fake_sms sms = lab_expect_sms(&lab, card);
        lab_deliver(&lab, &sms);
    }
    control(id, CAMPAIGN_TERMINATE);
    pass_validity_and_timeout();
    assert_int_equal(count_of(id, MESSAGE_UNKNOWN), 5);
    lab_expect_silence(&lab);
    assert_int_equal(lab_get(&lab, id).iteration, 1);
    lab_expect_campaign(&lab, id, CAMPAIGN_TERMINATED);
}

/* SOP 11: the next iteration is for all that were not updated; a card that is waited for comes when it is free. */
static void test_retry_of_a_terminated_campaign(void **state)
{
    struct fake_sms first, second, sms;
    (void)state;
    int64_t id = start_with_window(lab_campaign("again"), 2);
    first = lab_expect_sms(&lab, 1);
    second = lab_expect_sms(&lab, 2);
    control(id, CAMPAIGN_TERMINATE);
    lab_tick(&lab);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    lab_deliver(&lab, &first);
    lab_deliver(&lab, &second);
    for (int card = 3; card <= 5; card++) {
        sms = lab_expect_sms(&lab, card);
        lab_deliver(&lab, &sms);
        answer(&sms);
    }
    lab_expect_silence(&lab);
    answer(&first); /* of the first iteration: the second one's message needs not leave */
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    assert_int_equal(lab_message(&lab, id, 0, 1).iteration, 2);
    lab_expect_silence(&lab);
    pass_validity_and_timeout();
    sms = lab_expect_sms(&lab, 2); /* free at last */
    lab_deliver(&lab, &sms);
    answer(&sms);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(count_of(id, MESSAGE_UPDATED), 5);
    assert_int_equal(lab_count(&lab, id).cards, 5);
}

static void test_retry_waits_for_the_cancelling(void **state)
{
    (void)state;
    int64_t id = start_with_window(lab_campaign("early"), 1);
    lab_expect_sms(&lab, 1);
    lab_stop_engine(&lab);
    lab_sql(&lab, "UPDATE campaign SET state = 3");
    const struct store_options options = {.database = lab.database, .master_key_file = lab.key_file};
    lab.store = store_open(&options, &refusal);
    assert_int_equal(campaign_check_retry(lab.store, id, &refusal), -1);
    assert_string_equal(refusal.text, "campaign 1 is TERMINATED, but not all that had not left is cancelled yet: "
                                      "try again");
    lab_start_engine(&lab);
    lab_tick(&lab);
    assert_int_equal(lab_retry(&lab, id, &refusal), 0);
}

/* At most once holds over an iteration that was terminated: the packet that may have run is repeated. */
static void test_same_packet_over_a_terminated_iteration(void **state)
{
    static struct lab_command before;
    struct fake_sms sms;
    (void)state;
    int64_t id = lab_create_with(&lab, lab_campaign("once"), INCREASE, 3);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &sms, 1, &before);
    lab_deliver(&lab, &sms);
    pass_validity_and_timeout();
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    fake_bearer_set_down(&lab.bearer, true);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    lab_tick(&lab);
    control(id, CAMPAIGN_TERMINATE);
    lab_expect_state(&lab, id, 1, MESSAGE_CANCELLED);
    fake_bearer_set_down(&lab.bearer, false);
    lab_link(&lab, true);
    assert_int_equal(lab_retry(&lab, id, NULL), 0);
    sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &sms, 1, &command);
    assert_int_equal(command.length, before.length);
    assert_memory_equal(command.packet, before.packet, before.length);
}

static int delete(struct store *store, int64_t now, void *argument, struct refusal *why)
{
    (void)now;
    return campaign_delete(store, *(int64_t *)argument, why);
}

static void test_delete_waits_for_what_is_on_its_way(void **state)
{
    (void)state;
    int64_t id = start_with_window(lab_campaign("delete"), 2);
    lab_expect_sms(&lab, 1);
    lab_expect_sms(&lab, 2);
    control(id, CAMPAIGN_PAUSE);
    assert_int_equal(engine_call(lab.engine, delete, &id, &refusal), -1);
    assert_string_equal(refusal.text, "campaign 1 is PAUSED: terminate it first, or wait for its end");
    control(id, CAMPAIGN_TERMINATE);
    lab_tick(&lab);
    assert_int_equal(engine_call(lab.engine, delete, &id, &refusal), -1);
    assert_string_equal(refusal.text,
                        "campaign 1 is TERMINATED, but 2 of its messages are on their way, or not cancelled yet: try again later");
    pass_validity_and_timeout();
    assert_int_equal(engine_call(lab.engine, delete, &id, &refusal), 0);
    int64_t next = lab_create(&lab, lab_campaign("delete"));
    lab_start(&lab, next);
    lab_all_well(&lab, 6);
    lab_expect_campaign(&lab, next, CAMPAIGN_COMPLETED);
}

/* Another campaign gets the cards that the withdrawn packets held. */
static void test_withdrawn_packets_free_their_cards(void **state)
{
    (void)state;
    int64_t first = lab_create(&lab, lab_campaign("first")), second = lab_create(&lab, lab_campaign("second"));
    fake_bearer_set_down(&lab.bearer, true);
    lab_start(&lab, first);
    lab_tick(&lab);
    lab_start(&lab, second);
    lab_tick(&lab);
    assert_int_equal(count_of(second, MESSAGE_PENDING), 5);
    control(first, CAMPAIGN_TERMINATE);
    fake_bearer_set_down(&lab.bearer, false);
    lab_link(&lab, true);
    lab_all_well(&lab, 6);
    lab_expect_campaign(&lab, second, CAMPAIGN_COMPLETED);
    assert_int_equal(count_of(second, MESSAGE_UPDATED), 5);
}

/* --- pause --- */

static void test_nothing_begins_while_paused(void **state)
{
    struct fake_sms first, second;
    (void)state;
    int64_t id = start_with_window(lab_campaign("pause"), 2);
    first = lab_expect_sms(&lab, 1);
    second = lab_expect_sms(&lab, 2);
    control(id, CAMPAIGN_PAUSE);
    lab_expect_campaign(&lab, id, CAMPAIGN_PAUSED);
    lab_deliver(&lab, &first);
    answer(&first);
    lab_expect_silence(&lab);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED); /* what comes back is taken */
    lab_deliver(&lab, &second);
    restart();
    lab_expect_silence(&lab);
    answer(&second);
    lab_expect_state(&lab, id, 2, MESSAGE_UPDATED);
    lab_expect_campaign(&lab, id, CAMPAIGN_PAUSED);
    assert_int_equal(count_of(id, MESSAGE_PENDING), 3);
    control(id, CAMPAIGN_RESUME);
    lab_all_well(&lab, 6);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(count_of(id, MESSAGE_UPDATED), 5);
}

/* All is settled, but an operator said pause: the end, and the retries, wait for his word. */
static void test_a_paused_campaign_does_not_end(void **state)
{
    struct campaign campaign = lab_campaign("end");
    struct fake_sms sms;
    (void)state;
    campaign.retries = 1;
    int64_t id = lab_create(&lab, campaign);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    sms = lab_expect_sms(&lab, 1);
    control(id, CAMPAIGN_PAUSE);
    lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
    lab_expect_state(&lab, id, 1, MESSAGE_FAILED);
    lab_expect_silence(&lab);
    lab_expect_campaign(&lab, id, CAMPAIGN_PAUSED);
    control(id, CAMPAIGN_RESUME);
    lab_expect_sms(&lab, 1);
    assert_int_equal(lab_get(&lab, id).iteration, 2);
}

/* Packets that are made wait without growing old; other campaigns have the window meanwhile. */
static void test_packets_are_held(void **state)
{
    (void)state;
    int64_t id = start_with_window(lab_campaign("held"), 3);
    fake_bearer_set_down(&lab.bearer, true);
    for (int card = 1; card <= 3; card++) {
        struct fake_sms sms = lab_expect_sms(&lab, card);
        lab_report(&lab, &sms, REPORT_FAILED, "stat:UNDELIV");
    }
    lab_tick(&lab);
    assert_int_equal(count_of(id, MESSAGE_SENDING), 2);
    control(id, CAMPAIGN_PAUSE);
    fake_bearer_set_down(&lab.bearer, false);
    lab_link(&lab, true);
    pass_validity_and_timeout();
    pass_validity_and_timeout();
    lab_expect_silence(&lab);
    assert_int_equal(count_of(id, MESSAGE_SENDING), 2);
    int64_t other = lab_create(&lab, lab_campaign("other"));
    lab_start(&lab, other);
    for (int card = 1; card <= 3; card++) {
        struct fake_sms sms = lab_expect_sms(&lab, card);
        lab_deliver(&lab, &sms);
        answer(&sms);
    }
    lab_expect_silence(&lab); /* cards 4 and 5 are held, with their packets */
    control(id, CAMPAIGN_RESUME);
    lab_all_well(&lab, 6);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    lab_expect_campaign(&lab, other, CAMPAIGN_COMPLETED);
    assert_int_equal(count_of(id, MESSAGE_UPDATED), 2);
    assert_int_equal(count_of(other, MESSAGE_UPDATED), 5);
}

/* … and over a restart, after which they may have left: the second copies are known as such. */
static void test_held_packets_over_a_restart(void **state)
{
    struct fake_sms sms;
    (void)state;
    fake_bearer_set_down(&lab.bearer, true);
    int64_t id = lab_create(&lab, lab_campaign("held"));
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    lab_tick(&lab);
    control(id, CAMPAIGN_PAUSE);
    fake_bearer_set_down(&lab.bearer, false);
    restart();
    lab_expect_silence(&lab);
    control(id, CAMPAIGN_RESUME);
    sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &sms, 1, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.status = POR_STATUS_CNTR_LOW));
    lab_expect_state(&lab, id, 1, MESSAGE_EXECUTED_UNKNOWN);
}

static int64_t start_long_script(struct campaign campaign)
{
    int64_t id = lab_create_with(&lab, campaign, LONG_SCRIPT, 9);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, &refusal), 0);
    return id;
}

static void finish_begun_message(enum campaign_event event)
{
    struct fake_sms sms[3];
    struct campaign campaign = lab_campaign(event == CAMPAIGN_PAUSE ? "paused" : "terminated");
    campaign.transmission = TRANSMISSION_SEQUENTIAL;
    int64_t id = start_long_script(campaign);
    sms[0] = lab_expect_sms(&lab, 1);
    control(id, event);
    lab_expect_silence(&lab);
    lab_deliver(&lab, &sms[0]);
    sms[1] = lab_expect_sms(&lab, 1);
    restart();
    lab_deliver(&lab, &sms[1]);
    if (lab_take(&lab, &sms[2])) /* the second copy of part 2: the restart could not know */
        assert_int_equal(sms[2].reference.part, 2);
    lab_receive(&lab, sms, 2, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 9, .sw = 0x9000));
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

/* Half a packet would do the card no good. */
static void test_a_begun_message_is_finished(void **state)
{
    (void)state;
    finish_begun_message(CAMPAIGN_PAUSE);
    finish_begun_message(CAMPAIGN_TERMINATE);
}

static struct fake_sms complete_first_packet(int64_t id, enum campaign_event event)
{
    struct fake_sms sms = lab_expect_sms(&lab, 1);
    control(id, event);
    lab_deliver(&lab, &sms);
    lab_receive(&lab, &sms, 1, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 3, .sw = 0x9000));
    lab_expect_silence(&lab);
    return sms;
}

static void test_the_next_packet_waits(void **state)
{
    struct campaign campaign = lab_campaign("packets");
    (void)state;
    campaign.max_sms_parts = 1;
    int64_t id = start_long_script(campaign);
    complete_first_packet(id, CAMPAIGN_PAUSE);
    lab_expect_state(&lab, id, 1, MESSAGE_PENDING);
    restart();
    lab_expect_silence(&lab);
    control(id, CAMPAIGN_RESUME);
    complete_first_packet(id, CAMPAIGN_TERMINATE); /* which is the second one now */
    lab_expect_state(&lab, id, 1, MESSAGE_PARTIAL);
    assert_int_equal(lab_count(&lab, id).cards, 1);
    assert_int_equal(lab_retry(&lab, id, &refusal), 0);
    struct fake_sms sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &sms, 1, &command);
    assert_int_equal(lab_message(&lab, id, 0, 1).piece, 3); /* goes on where it stopped */
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 3, .sw = 0x9000));
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

static void test_terminate_a_paused_campaign(void **state)
{
    (void)state;
    int64_t id = start_with_window(lab_campaign("both"), 1);
    struct fake_sms sms = lab_expect_sms(&lab, 1);
    control(id, CAMPAIGN_PAUSE);
    control(id, CAMPAIGN_TERMINATE);
    lab_tick(&lab);
    assert_int_equal(count_of(id, MESSAGE_CANCELLED), 4);
    answer(&sms);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

#define LARGER_LAB_TEST(test) cmocka_unit_test_setup_teardown(test, open_larger_lab, close_lab)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LARGER_LAB_TEST(test_what_has_not_left_is_cancelled),
        LARGER_LAB_TEST(test_terminate_is_for_what_runs),
        LARGER_LAB_TEST(test_packets_that_have_not_left),
        LARGER_LAB_TEST(test_restart_while_cancelling),
        LARGER_LAB_TEST(test_restart_while_expanding),
        LARGER_LAB_TEST(test_perhaps_sent_before_a_crash),
        LARGER_LAB_TEST(test_no_automatic_retry),
        LARGER_LAB_TEST(test_retry_of_a_terminated_campaign),
        LARGER_LAB_TEST(test_retry_waits_for_the_cancelling),
        LARGER_LAB_TEST(test_same_packet_over_a_terminated_iteration),
        LARGER_LAB_TEST(test_delete_waits_for_what_is_on_its_way),
        LARGER_LAB_TEST(test_withdrawn_packets_free_their_cards),
        LARGER_LAB_TEST(test_nothing_begins_while_paused),
        LARGER_LAB_TEST(test_a_paused_campaign_does_not_end),
        LARGER_LAB_TEST(test_packets_are_held),
        LARGER_LAB_TEST(test_held_packets_over_a_restart),
        LARGER_LAB_TEST(test_a_begun_message_is_finished),
        LARGER_LAB_TEST(test_the_next_packet_waits),
        LARGER_LAB_TEST(test_terminate_a_paused_campaign),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
