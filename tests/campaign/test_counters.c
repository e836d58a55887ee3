/* One card, campaigns of every counter mode, and an air that loses, repeats and delays, with restarts between:
 * nothing is executed twice where the mode promises that, no counter goes back, and when the air is good again
 * every mode gets through. SEED=… repeats one run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/campaign/lab.h"

#define STEPS 12
#define RETRIES_MAX 10 /* when the air is good; as many as a campaign can have */

static const uint8_t SPI1[] = {0x06, 0x0E, 0x16, 0x1E};

static struct lab lab;
static struct lab_card card;
static struct lab_command command, late;
static struct lab_answer late_answer;
static bool has_late;
static uint64_t executed; /* the highest counter executed in modes 10 and 11 */
static unsigned int random_state;

static unsigned int draw(unsigned int below)
{
    random_state = random_state * 1664525U + 1013904223U;
    return (random_state >> 16) % below;
}

static struct lab_answer execute(const struct lab_command *packet)
{
    int before = card.executions;
    struct lab_answer answer = lab_card_take(&card, packet, 6);
    if (card.executions > before && spi1_counter_mode(packet->decoded.security.spi1) >= COUNTER_HIGHER) {
        assert_true(packet->decoded.counter > executed);
        executed = packet->decoded.counter;
    }
    return answer;
}

static int64_t start_campaign(const char *name, int number, uint8_t spi1, int64_t retries)
{
    char text[24];
    snprintf(text, sizeof text, "%s%d", name, number);
    struct campaign campaign = lab_campaign(text);
    campaign.security.spi1 = spi1;
    campaign.security.spi2 = 0x21;
    campaign.retries = retries;
    bool may_repeat = retries < RETRIES_MAX && spi1_counter_mode(spi1) >= COUNTER_HIGHER;
    campaign.retry = may_repeat && draw(2) ? RETRY_SAME : RETRY_NEW;
    int64_t id = lab_create(&lab, campaign);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    return id;
}

static void time_out(void)
{
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 5000000); /* validity and PoR timeout together */
    lab_tick(&lab);
}

static void restart(void)
{
    lab_stop_engine(&lab);
    lab_start_engine(&lab);
    lab_link(&lab, true);
}

/* What the air does to one packet. */
static void carry_badly(const struct fake_sms *sms)
{
    unsigned int fate = draw(6);
    if (fate == 0) { /* lost, and the SMSC says so */
        lab_report(&lab, sms, REPORT_FAILED, "stat:UNDELIV");
        return;
    }
    struct lab_answer answer = execute(&command);
    if (fate == 1) /* a copy, whose answer is the only one that comes */
        answer = execute(&command);
    if (fate == 2) { /* its PoR comes when another packet is on its way */
        late = command;
        late_answer = answer;
        has_late = true;
    }
    lab_deliver(&lab, sms);
    if (fate != 2 && fate != 3)
        lab_answer(&lab, &command, answer);
}

static void deliver_late(void)
{
    if (has_late)
        lab_answer(&lab, &late, late_answer);
    has_late = false;
}

static void run_campaign_badly(int step)
{
    struct fake_sms sms;
    int64_t id = start_campaign("bad", step, SPI1[draw(4)], draw(3));
    for (int turns = 0; lab_get(&lab, id).state == CAMPAIGN_RUNNING; turns++) {
        assert_true(turns < 50);
        if (!lab_take(&lab, &sms)) {
            time_out();
            continue;
        }
        lab_receive(&lab, &sms, 1, &command);
        if (draw(5) == 0)
            restart(); /* the packet is on its way, and perhaps sent again */
        carry_badly(&sms);
        if (draw(3) == 0)
            deliver_late();
        if (draw(8) == 0)
            execute(&command); /* a copy that comes late */
    }
}

static void expect_every_mode_gets_through(unsigned int seed)
{
    struct fake_sms sms;
    for (int i = 0; i < 4; i++) {
        int64_t id = start_campaign("good", i, SPI1[3 - i], RETRIES_MAX);
        while (lab_take(&lab, &sms)) {
            lab_receive(&lab, &sms, 1, &command);
            lab_deliver(&lab, &sms);
            lab_answer(&lab, &command, execute(&command));
        }
        struct message_view view = lab_message(&lab, id, 0, 1);
        if (view.state != MESSAGE_UPDATED)
            fail_msg("seed %u, SPI1 %02X: %s %s", seed, SPI1[3 - i], message_state_name(view.state), view.detail);
    }
}

static void run(unsigned int seed)
{
    random_state = seed;
    executed = 0;
    has_late = false;
    card = (struct lab_card){.keeps_unchecked = seed % 2};
    lab_open(&lab, 1);
    for (int step = 0; step < STEPS; step++)
        run_campaign_badly(step);
    expect_every_mode_gets_through(seed);
    lab_close(&lab);
}

static void test_every_mode_gets_through_in_the_end(void **state)
{
    const char *only = getenv("SEED");
    (void)state;
    for (unsigned int seed = only ? (unsigned int)atoi(only) : 1; seed <= (only ? (unsigned int)atoi(only) : 10);
         seed++)
        run(seed);
}

/* The scope of a profile's counters is changed, and changed back: in the card it may be one counter all the time. */
static void test_no_counter_twice_over_a_change_of_scope(void **state)
{
    static const enum counter_per scopes[] = {COUNTER_PER_KEY_SET, COUNTER_PER_TAR, COUNTER_PER_TAR, COUNTER_PER_KEY_SET};
    struct fake_sms sms;
    (void)state;
    lab_open(&lab, 1);
    for (int i = 0; i < 8; i++) {
        if (i % 2 == 0)
            lab_set_counter_per(&lab, scopes[i / 2]);
        start_campaign("scope", i, i % 2 ? 0x0E : 0x16, 0);
        sms = lab_expect_sms(&lab, 1);
        lab_receive(&lab, &sms, 1, &command);
        assert_int_equal(command.decoded.counter, i + 1);
        lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000));
    }
    lab_close(&lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_counter_twice_over_a_change_of_scope),
        cmocka_unit_test(test_every_mode_gets_through_in_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
