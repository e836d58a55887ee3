/* A campaign of 10,000 cards in one process: everything is answered, nothing is sent twice, transactions are
 * shared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "tests/campaign/lab.h"
#include "tests/measuring.h"

#define CARDS 10000

static struct lab lab;
static struct lab_command command;

static bool answer_next(bool *seen)
{
    struct fake_sms sms;
    if (!fake_bearer_take(&lab.bearer, &sms))
        return false;
    lab_deliver(&lab, &sms);
    lab_receive(&lab, &sms, 1, &command);
    assert_false(seen[command.card]);
    seen[command.card] = true;
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000));
    return true;
}

static void test_ten_thousand_cards(void **state)
{
    struct engine_statistics statistics = {0};
    static bool seen[CARDS + 1];
    const struct timespec moment = {.tv_nsec = 200000};
    (void)state;
    lab_open(&lab, CARDS);
    int64_t id = lab_create(&lab, lab_campaign("many"));
    double start = seconds();
    lab_start(&lab, id);
    for (int answered = 0; answered < CARDS;) {
        if (answer_next(seen))
            answered++;
        else
            nanosleep(&moment, NULL); /* the engine is the one that works now */
    }
    while (lab_get(&lab, id).state != CAMPAIGN_COMPLETED)
        lab_tick(&lab);
    double took = seconds() - start;
    engine_get_statistics(lab.engine, &statistics);
    assert_int_equal(lab_count(&lab, id).by_state[MESSAGE_UPDATED], CARDS);
    assert_int_equal(statistics.sms_sent, CARDS);
    assert_int_equal(statistics.messages_settled, CARDS);
    assert_int_equal(statistics.replies_matched, CARDS);
    /* four events a message; one transaction an event would be 4,000 */
    int64_t per_thousand = 1000 * statistics.transactions / CARDS;
    print_message("# %d messages in %.2f s: %.0f/s, %lld transactions per thousand messages\n", CARDS, took,
                  CARDS / took, (long long)per_thousand);
    assert_true(per_thousand < 200);
    lab_close(&lab);
}

/* 5,000 second parts become due at once: what the sender's queue cannot hold is found in the table again. */
static void test_more_parts_than_the_queue_holds(void **state)
{
    enum { SEQUENTIAL_CARDS = 5000 };
    static bool seen[SEQUENTIAL_CARDS + 1];
    static struct fake_sms first[SEQUENTIAL_CARDS];
    char update[2 * 205 + 1];
    const char *const commands[] = {"A0A40000027F20", update};
    struct fake_sms sms;
    struct campaign campaign = lab_campaign("parts");
    (void)state;
    memset(update, '0', sizeof update - 1);
    update[sizeof update - 1] = '\0';
    memcpy(update, "A0D60000C8", 10);
    campaign.transmission = TRANSMISSION_SEQUENTIAL;
    lab_open(&lab, SEQUENTIAL_CARDS);
    lab_start(&lab, lab_create_with(&lab, campaign, commands, 2));
    for (int i = 0; i < SEQUENTIAL_CARDS; i++) {
        assert_true(lab_take(&lab, &first[i]));
        lab_report(&lab, &first[i], REPORT_SMSC_ACCEPTED, "");
    }
    for (int i = 0; i < SEQUENTIAL_CARDS; i++)
        lab_report(&lab, &first[i], REPORT_DELIVERED, "");
    for (int i = 0; i < SEQUENTIAL_CARDS; i++) {
        assert_true(lab_take(&lab, &sms));
        assert_int_equal(sms.reference.part, 2);
        bool *once = &seen[atoi(sms.to + 7)];
        assert_false(*once);
        *once = true;
        lab_report(&lab, &sms, REPORT_SMSC_ACCEPTED, "");
    }
    lab_expect_silence(&lab);
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ten_thousand_cards),
                                       cmocka_unit_test(test_more_parts_than_the_queue_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
