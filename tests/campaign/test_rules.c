/* DESIGN's rules of the engine, with cards that judge counters as real ones do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "gateway-plugin/model/message_counter.h"
#include "tests/campaign/lab_fixture.h"

static int64_t start_on_card(int card, struct campaign campaign)
{
    struct refusal refusal = {0};
    int64_t id = lab_create(&lab, campaign);
    if (lab_start_on(&lab, id, (struct campaign_target){.msisdn = lab_msisdn(card)}, &refusal) != 0)
        fail_msg("%s", refusal.text);
    return id;
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

/* No delivery report came either. */
static void wait_for_validity(void)
{
    fake_clock_advance(&lab.clock, 1000 * lab.options.validity_seconds);
    lab_tick(&lab);
}

static struct engine_statistics statistics(void)
{
    struct engine_statistics now;
    lab_tick(&lab);
    engine_get_statistics(lab.engine, &now);
    return now;
}

/* --- errors weaker than SPI2 asks --- */

static struct lab_answer clear_error(uint8_t status)
{
    struct lab_answer error = LAB_ANSWER(.status = status, .bare_error = true);
    error.counter = 0;
    return error;
}

/* Whoever sends it in the card's name ends nothing: neither the wait for the card's own answer nor retries. */
static void test_forged_error_ends_nothing(void **state)
{
    static const uint8_t forged[] = {POR_STATUS_CC_FAILED, POR_STATUS_CNTR_LOW, POR_STATUS_TAR_UNKNOWN};
    struct fake_sms sms;
    (void)state;
    struct campaign campaign = with_spi("forged", 0x16, 0x39);
    campaign.retries = 1;
    int64_t id = start_on_card(1, campaign);
    take(1, &sms);
    lab_deliver(&lab, &sms);
    for (size_t i = 0; i < sizeof forged; i++) {
        lab_answer(&lab, &command, clear_error(forged[i]));
        lab_expect_state(&lab, id, 1, MESSAGE_DELIVERED);
    }
    struct message_view view = lab_message(&lab, id, 1, 1);
    assert_string_equal(view.detail, "unauthenticated, a better one is waited for: PoR 09: TAR unknown");
    assert_false(view.authenticated);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000));
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_true(lab_message(&lab, id, 1, 1).authenticated);
}

/* A card with other keys cannot sign what it refuses: at the deadline its word decides, and stands against
 * retries by themselves like any other 01. */
static void test_clear_error_decides_at_the_deadline(void **state)
{
    struct fake_sms sms;
    (void)state;
    struct campaign campaign = with_spi("other-keys", 0x16, 0x39);
    campaign.retries = 1;
    int64_t id = start_on_card(1, campaign);
    take(1, &sms);
    lab_deliver(&lab, &sms);
    lab_answer(&lab, &command, clear_error(POR_STATUS_CC_FAILED));
    lab_expect_state(&lab, id, 1, MESSAGE_DELIVERED);
    time_out();
    lab_expect_state(&lab, id, 1, MESSAGE_FAILED);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_string_equal(lab_message(&lab, id, 1, 1).detail, "unauthenticated: PoR 01: RC/CC/DS failed");
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000)); /* late, and believed */
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

static void test_clear_counter_error_is_retried_at_the_deadline(void **state)
{
    struct fake_sms sms;
    (void)state;
    struct campaign campaign = with_spi("behind", 0x16, 0x39);
    campaign.retries = 1;
    campaign.retry = RETRY_NEW;
    int64_t id = start_on_card(1, campaign);
    take(1, &sms);
    lab_deliver(&lab, &sms);
    lab_answer(&lab, &command, clear_error(POR_STATUS_CNTR_LOW));
    lab_expect_silence(&lab);
    time_out();
    take(1, &sms);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000));
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

/* --- every counter mode, with loss --- */

enum loss { ALL_ARRIVES, MESSAGE_LOST, POR_LOST, DELIVERY_REPORT_LOST, LOSS_COUNT };

static void play(struct lab_card *card, const struct fake_sms *sms, enum loss loss)
{
    if (loss == MESSAGE_LOST) {
        lab_report(&lab, sms, REPORT_EXPIRED, "");
        lab_tick(&lab);
        return;
    }
    struct lab_answer answer = lab_card_take(card, &command, 6);
    if (loss != DELIVERY_REPORT_LOST)
        lab_deliver(&lab, sms);
    if (loss != POR_LOST)
        lab_answer(&lab, &command, answer);
    lab_tick(&lab);
    bool in_clear = answer.bare_error && spi2_integrity(command.decoded.security.spi2) != INTEGRITY_NONE;
    if (loss == POR_LOST || in_clear)
        time_out();
    if (in_clear && loss == DELIVERY_REPORT_LOST)
        wait_for_validity();
}

/* One campaign: whatever is lost, retries by themselves bring it home; no packet runs twice where the card
 * checks counters. `campaign` says how; the card's last chances are without loss. */
static void play_campaign(struct lab_card *card, struct campaign campaign, unsigned int *seed)
{
    uint64_t counters[16];
    int before = card->executions, packets = 0;
    enum counter_mode mode = spi1_counter_mode(campaign.security.spi1);
    campaign.retries = CAMPAIGN_RETRIES_MAX;
    campaign.retry = RETRY_NEW;
    int64_t id = start_on_card(1, campaign);
    struct fake_sms sms;
    while (lab_take(&lab, &sms)) {
        lab_receive(&lab, &sms, 1, &command);
        counters[packets++] = command.decoded.counter;
        play(card, &sms, packets <= 5 ? (enum loss)(rand_r(seed) % LOSS_COUNT) : ALL_ARRIVES);
    }
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    int distinct = 0;
    for (int i = 0; i < packets; i++)
        distinct += i == 0 || counters[i] != counters[i - 1];
    for (int i = 1; i < packets; i++)
        assert_true(counters[i] >= counters[i - 1]);
    if (mode >= COUNTER_HIGHER)
        assert_true(card->executions - before <= distinct);
    if (mode == COUNTER_HIGHER)
        assert_int_equal(distinct, packets);
}

static void play_rounds(uint8_t spi1, enum por_status on_equal, unsigned int *seed)
{
    struct lab_card card = {.on_equal = on_equal};
    close_lab(NULL);
    open_lab(NULL);
    for (int round = 0; round < 12; round++) {
        char name[16];
        snprintf(name, sizeof name, "round%d", round);
        play_campaign(&card, with_spi(name, spi1, round % 2 ? 0x39 : 0x21), seed);
    }
}

static void test_every_counter_mode_with_loss(void **state)
{
    static const uint8_t spi1[] = {0x06, 0x0E, 0x16, 0x1E};
    unsigned int seed = 20261122;
    (void)state;
    for (size_t mode = 0; mode < 4; mode++) {
        play_rounds(spi1[mode], POR_STATUS_CNTR_LOW, &seed);
        play_rounds(spi1[mode], POR_STATUS_UNIDENTIFIED_ERROR, &seed);
    }
}

/* --- a counter that is behind the card's --- */

static void test_counter_catches_up_with_the_card(void **state)
{
    static const uint64_t tried[] = {1, 257, 769, 1793};
    struct lab_card card = {.stored = 1000};
    struct fake_sms sms;
    (void)state;
    struct campaign campaign = lab_campaign("behind");
    campaign.retries = 10;
    int64_t id = start_on_card(1, campaign);
    for (size_t i = 0; i < 4; i++) {
        take(1, &sms);
        assert_int_equal(command.decoded.counter, tried[i]);
        lab_answer(&lab, &command, lab_card_take(&card, &command, 6));
    }
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    assert_int_equal(statistics().counter_jumps, 3);
    start_on_card(1, lab_campaign("next"));
    take(1, &sms);
    assert_int_equal(command.decoded.counter, 1794);
}

/* Whoever can forge a clear 02 or 06, with zeros for the counter, wins 65,280 of 2^40, and is counted. */
static void test_forged_errors_push_no_further(void **state)
{
    struct fake_sms sms;
    struct campaign campaign = lab_campaign("forged");
    (void)state;
    campaign.retries = 10;
    int64_t id = start_on_card(1, campaign);
    for (int i = 0; i < 44; i++) {
        uint8_t status = i % 2 ? POR_STATUS_UNIDENTIFIED_ERROR : POR_STATUS_CNTR_LOW;
        struct lab_answer forged = LAB_ANSWER(.status = status, .bare_error = true);
        forged.counter = 0;
        if (lab_get(&lab, id).state == CAMPAIGN_COMPLETED) /* 06 is left to the operator */
            assert_int_equal(lab_retry(&lab, id, NULL), 0);
        take(1, &sms);
        lab_answer(&lab, &command, forged);
        lab_tick(&lab);
    }
    assert_int_equal(command.decoded.counter, 1 + 65280 + 43 - COUNTER_JUMPS_MAX);
    assert_int_equal(statistics().counter_jumps, COUNTER_JUMPS_MAX);
}

/* Mode 11 behind three packets of another mode without a PoR: they were lost on the way, or executed. */
static void test_exact_counter_comes_back_to_the_card(void **state)
{
    static const uint64_t tried[2][4] = {{1}, {1, 2, 4}};
    struct fake_sms sms;
    (void)state;
    for (int executed = 0; executed < 2; executed++) {
        struct lab_card card = {0};
        int number = executed + 1;
        for (int i = 0; i < 3; i++) {
            char name[8];
            snprintf(name, sizeof name, "%d%d", executed, i);
            start_on_card(number, lab_campaign(name));
            take(number, &sms);
            if (executed)
                lab_card_take(&card, &command, 6);
            lab_report(&lab, &sms, REPORT_FAILED, "");
            lab_tick(&lab);
        }
        struct campaign campaign = with_spi(executed ? "exact1" : "exact0", 0x1E, 0x21);
        campaign.retries = 10;
        int64_t id = start_on_card(number, campaign);
        for (size_t i = 0; i < 4 && tried[executed][i] != 0; i++) {
            take(number, &sms);
            assert_int_equal(command.decoded.counter, tried[executed][i]);
            lab_answer(&lab, &command, lab_card_take(&card, &command, 6));
        }
        lab_expect_state(&lab, id, number, MESSAGE_UPDATED);
        id = start_on_card(number, with_spi(executed ? "then1" : "then0", 0x1E, 0x21));
        take(number, &sms);
        assert_int_equal(command.decoded.counter, card.stored + 1);
        lab_answer(&lab, &command, lab_card_take(&card, &command, 6));
        lab_expect_state(&lab, id, number, MESSAGE_UPDATED);
        start_on_card(number, lab_campaign(executed ? "higher1" : "higher0"));
        take(number, &sms);
        assert_int_equal(command.decoded.counter, executed ? 6 : 4); /* never one that was given away */
    }
}

/* Packets that the card does not check leave its counter where it was: mode 11 goes on from there at once. */
static void test_exact_counter_behind_unchecked_packets(void **state)
{
    struct fake_sms sms;
    (void)state;
    for (int keeps = 0; keeps < 2; keeps++) {
        struct lab_card card = {.keeps_unchecked = keeps};
        for (int i = 0; i < 6; i++) {
            char name[8];
            snprintf(name, sizeof name, "%d%d", keeps, i);
            struct campaign campaign = with_spi(name, i % 2 ? 0x06 : 0x0E, 0x39);
            int64_t id = start_on_card(keeps + 1, campaign);
            take(keeps + 1, &sms);
            assert_int_equal(command.decoded.counter, i + 1);
            lab_answer(&lab, &command, lab_card_take(&card, &command, 6));
            lab_expect_state(&lab, id, keeps + 1, MESSAGE_UPDATED);
        }
        struct campaign campaign = with_spi(keeps ? "exact1" : "exact0", 0x1E, 0x21);
        campaign.retries = 2;
        int64_t id = start_on_card(keeps + 1, campaign);
        for (int retries = keeps ? 2 : 0; retries >= 0; retries--) {
            take(keeps + 1, &sms);
            lab_answer(&lab, &command, lab_card_take(&card, &command, 6));
        }
        lab_expect_state(&lab, id, keeps + 1, MESSAGE_UPDATED);
        assert_int_equal(card.stored, keeps ? 7 : 1);
    }
}

/* The profile says that its cards have a counter for each TAR. */
static void test_counter_of_each_tar(void **state)
{
    struct fake_sms sms;
    (void)state;
    for (int per_tar = 0; per_tar < 2; per_tar++) {
        struct lab_card cards[2] = {{0}, {0}};
        if (per_tar)
            lab_set_counter_per(&lab, COUNTER_PER_TAR);
        for (int i = 0; i < 4; i++) {
            char name[8];
            snprintf(name, sizeof name, "%d%d", per_tar, i);
            struct campaign campaign = with_spi(name, 0x1E, 0x39);
            campaign.security.tar[2] = i % 2 ? 0x20 : 0x10;
            int64_t id = start_on_card(per_tar + 1, campaign);
            take(per_tar + 1, &sms);
            assert_int_equal(command.decoded.counter, per_tar ? i / 2 + 1 : i + 1);
            lab_answer(&lab, &command, lab_card_take(&cards[per_tar ? i % 2 : 0], &command, 6));
            lab_expect_state(&lab, id, per_tar + 1, MESSAGE_UPDATED);
        }
    }
}

/* A counter that is used again for another campaign: a 02 says that the other one's packet ran, not this one.
 */
static void test_exact_counter_of_another_campaign(void **state)
{
    struct lab_card card = {0};
    struct fake_sms sms;
    (void)state;
    int64_t lost = start_on_card(1, with_spi("lost", 0x1E, 0x21));
    take(1, &sms);
    lab_card_take(&card, &command, 6);
    lab_report(&lab, &sms, REPORT_FAILED, "");
    struct campaign campaign = with_spi("another", 0x1E, 0x21);
    campaign.retries = 1;
    int64_t id = start_on_card(1, campaign);
    take(1, &sms);
    assert_int_equal(command.decoded.counter, 1);
    lab_answer(&lab, &command, lab_card_take(&card, &command, 6));
    take(1, &sms);
    assert_int_equal(command.decoded.counter, 2);
    assert_int_equal(lab_message(&lab, id, 1, 1).state, MESSAGE_FAILED);
    lab_answer(&lab, &command, lab_card_take(&card, &command, 6));
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    /* each row keeps the counter that its packet had: that is how a late PoR is told apart */
    assert_int_equal(lab_message(&lab, lost, 1, 1).counter, 1);
    assert_int_equal(lab_message(&lab, id, 1, 1).counter, 1);
    assert_int_equal(lab_message(&lab, id, 2, 1).counter, 2);
    assert_int_equal(lab_message(&lab, lost, 1, 1).state, MESSAGE_FAILED);
}

/* The identical packet is the last one to have used the counter: its PoR is what counts. */
static void test_exact_counter_behind_a_repeated_packet(void **state)
{
    struct lab_card card = {0};
    struct fake_sms sms;
    struct campaign campaign = with_spi("repeated", 0x1E, 0x21);
    (void)state;
    campaign.retry = RETRY_SAME;
    campaign.retries = 1;
    int64_t id = start_on_card(1, campaign);
    take(1, &sms);
    lab_report(&lab, &sms, REPORT_FAILED, "");
    take(1, &sms);
    lab_answer(&lab, &command, lab_card_take(&card, &command, 6));
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    start_on_card(1, with_spi("next", 0x1E, 0x21));
    take(1, &sms);
    assert_int_equal(command.decoded.counter, 2);
}

/* --- a campaign that is deleted --- */

static int delete_work(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    (void)now;
    return campaign_delete(store, *(const int64_t *)argument, refusal);
}

static void delete_campaign(int64_t id)
{
    struct refusal refusal = {0};
    lab_tick(&lab);
    if (engine_call(lab.engine, delete_work, &id, &refusal) != 0)
        fail_msg("%s", refusal.text);
}

/* Who clears away each campaign behind it loses nothing of what the cards told. */
static void test_exact_counter_behind_deleted_campaigns(void **state)
{
    static const bool is_lost[] = {false, false, true, true, false, false};
    static const uint64_t expected[] = {1, 2, 3, 3, 3, 4};
    struct lab_card card = {0};
    struct fake_sms sms;
    (void)state;
    for (size_t i = 0; i < sizeof is_lost / sizeof is_lost[0]; i++) {
        int64_t id = start_on_card(1, with_spi("cleared", 0x1E, 0x21));
        take(1, &sms);
        assert_int_equal(command.decoded.counter, expected[i]);
        if (is_lost[i])
            lab_report(&lab, &sms, REPORT_FAILED, "");
        else
            lab_answer(&lab, &command, lab_card_take(&card, &command, 6));
        lab_expect_state(&lab, id, 1, is_lost[i] ? MESSAGE_FAILED : MESSAGE_UPDATED);
        delete_campaign(id);
    }
}

static void test_refused_counter_of_a_deleted_campaign(void **state)
{
    static const uint64_t tried[] = {1, 257, 769, 1793, 1794};
    struct lab_card card = {.stored = 1000};
    struct fake_sms sms;
    (void)state;
    for (size_t i = 0; i < sizeof tried / sizeof tried[0]; i++) {
        int64_t id = start_on_card(1, lab_campaign("cleared"));
        take(1, &sms);
        assert_int_equal(command.decoded.counter, tried[i]);
        lab_answer(&lab, &command, lab_card_take(&card, &command, 6));
        lab_expect_state(&lab, id, 1, tried[i] > 1000 ? MESSAGE_UPDATED : MESSAGE_FAILED);
        delete_campaign(id);
    }
}

/* --- matching without a counter --- */

static void test_por_without_counter_is_the_outstanding_ones(void **state)
{
    struct fake_sms sms;
    (void)state;
    int64_t first = start_on_card(1, with_spi("one", 0x06, 0x21));
    take(1, &sms);
    lab_deliver(&lab, &sms);
    time_out();
    lab_expect_state(&lab, first, 1, MESSAGE_UNKNOWN);
    int64_t second = start_on_card(1, with_spi("two", 0x06, 0x21));
    take(1, &sms);
    struct lab_answer answer = LAB_ANSWER(.executed = 6, .sw = 0x9000);
    answer.counter = 0;
    lab_answer(&lab, &command, answer);
    lab_expect_state(&lab, second, 1, MESSAGE_UPDATED);
    lab_expect_state(&lab, first, 1, MESSAGE_UNKNOWN);
    lab_answer(&lab, &command, answer); /* nothing is outstanding now */
    lab_expect_state(&lab, first, 1, MESSAGE_UNKNOWN);
    assert_int_equal(statistics().replies_unmatched, 1);
}

/* --- an ambiguous send --- */

static void test_ambiguous_send_is_not_repeated_where_copies_run(void **state)
{
    static const uint8_t spi1[] = {0x06, 0x0E, 0x16, 0x1E};
    struct fake_sms sms;
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        char name[8];
        snprintf(name, sizeof name, "s%zu", i);
        int64_t id = start_on_card(1, with_spi(name, spi1[i], 0x21));
        take(1, &sms);
        lab_link(&lab, false);
        lab_tick(&lab);
        lab_link(&lab, true);
        if (i >= 2) {
            take(1, &sms);
            lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000));
            lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
            continue;
        }
        lab_expect_silence(&lab);
        fake_clock_advance(&lab.clock, 60 * LAB_MINUTE + 600000);
        lab_expect_state(&lab, id, 1, MESSAGE_UNKNOWN);
    }
}

/* "… unless the campaign says so": retries, with retry new where the script must not run twice. */
static void test_campaign_may_say_so(void **state)
{
    static const char *const increase[] = {"A0A40000027F20", "A0A40000026F39", "A032000003000001"};
    struct fake_sms sms;
    (void)state;
    struct campaign campaign = with_spi("so", 0x06, 0x21);
    campaign.retry = RETRY_NEW;
    campaign.retries = 1;
    int64_t id = lab_create_with(&lab, campaign, increase, 3);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    take(1, &sms);
    lab_deliver(&lab, &sms);
    time_out();
    take(1, &sms);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 3, .sw = 0x9000));
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

/* --- timeouts --- */

static int64_t start_two_parts(struct campaign campaign, struct fake_sms parts[static 2])
{
    char update[2 * 205 + 1];
    const char *const commands[] = {"A0A40000027F20", update};
    memset(update, '0', sizeof update - 1);
    update[sizeof update - 1] = '\0';
    memcpy(update, "A0D60000C8", 10);
    int64_t id = lab_create_with(&lab, campaign, commands, 2);
    assert_int_equal(lab_start_on(&lab, id, (struct campaign_target){.card_id = 1}, NULL), 0);
    parts[0] = lab_expect_sms(&lab, 1);
    if (campaign.transmission == TRANSMISSION_CONCURRENT)
        parts[1] = lab_expect_sms(&lab, 1);
    return id;
}

/* From the last part's delivery on, however late it is; a report that comes twice prolongs nothing. */
static void test_timeout_runs_from_the_last_delivery(void **state)
{
    struct fake_sms parts[2];
    (void)state;
    int64_t id = start_two_parts(lab_campaign("timeout"), parts);
    lab_deliver(&lab, &parts[0]);
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 50 * LAB_MINUTE);
    lab_expect_state(&lab, id, 1, MESSAGE_SENDING);
    lab_report(&lab, &parts[1], REPORT_DELIVERED, "");
    lab_expect_state(&lab, id, 1, MESSAGE_DELIVERED);
    fake_clock_advance(&lab.clock, 599000);
    lab_report(&lab, &parts[0], REPORT_DELIVERED, "");
    lab_ack(&lab, &parts[1], ACK_QUEUED); /* late, and new */
    lab_report(&lab, &parts[1], REPORT_SMSC_ACCEPTED, "");
    lab_report(&lab, &parts[1], REPORT_DELIVERED, "");
    lab_expect_state(&lab, id, 1, MESSAGE_DELIVERED);
    fake_clock_advance(&lab.clock, 1000);
    lab_expect_state(&lab, id, 1, MESSAGE_UNKNOWN);
}

/* The card is busy until then: a phone that is off for a day holds up only its own card. */
static void test_card_stays_busy_until_the_timeout(void **state)
{
    struct fake_sms sms;
    (void)state;
    start_on_card(1, lab_campaign("first"));
    take(1, &sms);
    lab_ack(&lab, &sms, ACK_QUEUED);
    lab_report(&lab, &sms, REPORT_SMSC_ACCEPTED, "");
    start_on_card(1, lab_campaign("second"));
    fake_clock_advance(&lab.clock, 60 * LAB_MINUTE + 599999);
    lab_expect_silence(&lab);
    fake_clock_advance(&lab.clock, 1);
    take(1, &sms);
    assert_int_equal(command.decoded.counter, 2);
}

static void test_sequential_part_has_a_delivery_timeout(void **state)
{
    struct fake_sms parts[2];
    struct campaign campaign = lab_campaign("dlr");
    (void)state;
    campaign.transmission = TRANSMISSION_SEQUENTIAL;
    int64_t id = start_two_parts(campaign, parts);
    fake_clock_advance(&lab.clock, 10 * LAB_MINUTE);
    lab_deliver(&lab, &parts[0]);
    parts[1] = lab_expect_sms(&lab, 1); /* its validity begins now */
    lab_report(&lab, &parts[1], REPORT_SMSC_ACCEPTED, "");
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 60 * LAB_MINUTE + 599999);
    lab_expect_state(&lab, id, 1, MESSAGE_SENT);
    fake_clock_advance(&lab.clock, 1);
    lab_expect_state(&lab, id, 1, MESSAGE_UNKNOWN);
}

/* A failed part fails the packet, and yet a PoR says what really happened. */
static void test_failed_part_fails_the_packet(void **state)
{
    struct fake_sms parts[2];
    (void)state;
    int64_t id = start_two_parts(lab_campaign("part"), parts);
    lab_deliver(&lab, &parts[0]);
    lab_report(&lab, &parts[1], REPORT_FAILED, "stat:UNDELIV");
    lab_expect_state(&lab, id, 1, MESSAGE_FAILED);
    lab_expect_campaign(&lab, id, CAMPAIGN_COMPLETED);
    lab_receive(&lab, parts, 2, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 2, .sw = 0x9000));
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

/* --- a PoR inside a delivery report --- */

static size_t por_in_report(struct lab_answer answer, uint8_t *text, size_t size)
{
    static const uint8_t header[] = {0x02, 0x71, 0x00};
    memcpy(text, header, sizeof header);
    return sizeof header + lab_por(&lab, &command, answer, text + sizeof header, size - sizeof header);
}

static void test_por_in_a_delivery_report(void **state)
{
    static const uint8_t spi2[] = {0x01, 0x19}; /* by SMS-DELIVER-REPORT, in clear and signed and ciphered */
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        uint8_t text[SMS_USER_DATA_MAX];
        struct fake_sms sms;
        int64_t id = start_on_card(1, with_spi(i ? "signed" : "clear", 0x16, spi2[i]));
        take(1, &sms);
        lab_ack(&lab, &sms, ACK_QUEUED);
        lab_report(&lab, &sms, REPORT_SMSC_ACCEPTED, "ACK/");
        size_t length = por_in_report(LAB_ANSWER(.executed = 6, .sw = 0x9000), text, sizeof text);
        lab_report_with(&lab, &sms, REPORT_DELIVERED, text, length);
        lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
        assert_int_equal(lab_message(&lab, id, 0, 1).authenticated, i);
        assert_int_equal(statistics().replies, i + 1);
        assert_int_equal(statistics().replies_matched, i + 1);
    }
    assert_int_equal(fake_bearer_acknowledged(&lab.bearer), 2 * (1 + 2));
}

/* RP-ERROR with TP-UD: the SMSC says "failed", the card says why. */
static void test_error_por_in_a_failed_report(void **state)
{
    uint8_t text[SMS_USER_DATA_MAX];
    struct fake_sms sms;
    (void)state;
    int64_t id = start_on_card(1, with_spi("error", 0x16, 0x01));
    take(1, &sms);
    size_t length =
        por_in_report(LAB_ANSWER(.status = POR_STATUS_TAR_UNKNOWN, .bare_error = true), text, sizeof text);
    lab_report_with(&lab, &sms, REPORT_FAILED, text, length);
    lab_expect_state(&lab, id, 1, MESSAGE_FAILED);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "PoR 09: TAR unknown");
}

/* Receipts hold the first bytes of the message by custom, or words: neither is a reply. */
static void test_other_texts_of_reports_are_no_replies(void **state)
{
    static const uint8_t words[] = "delivered";
    static const uint8_t following[] = {0x05, 0x00, 0x03, 0x01, 0x02, 0x02, 0xAA};
    static const uint8_t first_of_two[] = {0x07, 0x00, 0x03, 0x01, 0x02, 0x01, 0x71, 0x00, 0xAA};
    struct fake_sms sms;
    (void)state;
    int64_t id = start_on_card(1, lab_campaign("echo"));
    take(1, &sms);
    lab_report_with(&lab, &sms, REPORT_DELIVERED, sms.user_data, 20);
    lab_report_with(&lab, &sms, REPORT_DELIVERED, words, sizeof words);
    lab_report_with(&lab, &sms, REPORT_DELIVERED, following, sizeof following);
    lab_report_with(&lab, &sms, REPORT_DELIVERED, first_of_two, sizeof first_of_two);
    lab_expect_state(&lab, id, 1, MESSAGE_DELIVERED);
    assert_int_equal(statistics().replies, 0);
    assert_int_equal(statistics().replies_unmatched, 0);
}

/* --- a resend --- */

/* Two copies left; the card ran one, and its PoR comes behind the other's 02, or before. */
static void test_second_copy_never_downgrades(void **state)
{
    (void)state;
    for (int first_copy_first = 0; first_copy_first < 2; first_copy_first++) {
        struct lab_card card = {0};
        struct fake_sms sms;
        int64_t id =
            start_on_card(first_copy_first + 1, lab_campaign(first_copy_first ? "in-order" : "reversed"));
        take(first_copy_first + 1, &sms);
        lab_link(&lab, false);
        lab_tick(&lab);
        lab_link(&lab, true);
        take(first_copy_first + 1, &sms);
        struct lab_answer ran = lab_card_take(&card, &command, 6), copy = lab_card_take(&card, &command, 6);
        lab_answer(&lab, &command, first_copy_first ? ran : copy);
        lab_expect_state(&lab, id, first_copy_first + 1,
                         first_copy_first ? MESSAGE_UPDATED : MESSAGE_EXECUTED_UNKNOWN);
        lab_answer(&lab, &command, first_copy_first ? copy : ran);
        lab_expect_state(&lab, id, first_copy_first + 1, MESSAGE_UPDATED);
        assert_int_equal(card.executions, 1);
    }
}

/* --- keys in memory --- */

static atomic_int forgotten;
void __real_packet_crypto_forget(struct packet_crypto *crypto);
void __wrap_packet_crypto_forget(struct packet_crypto *crypto);

void __wrap_packet_crypto_forget(struct packet_crypto *crypto)
{
    atomic_fetch_add(&forgotten, 1);
    __real_packet_crypto_forget(crypto);
}

/* The engine looks around at least once a second, finds nothing to do, and drops the last card's keys. */
static void test_idle_engine_forgets_keys(void **state)
{
    const struct timespec moment = {.tv_nsec = 10000000};
    struct fake_sms sms;
    (void)state;
    start_on_card(1, lab_campaign("idle"));
    take(1, &sms);
    lab_tick(&lab);
    atomic_store(&forgotten, 0);
    for (int waits = 0; atomic_load(&forgotten) == 0; waits++) {
        assert_true(waits < 1000);
        nanosleep(&moment, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_forged_error_ends_nothing),
        LAB_TEST(test_clear_error_decides_at_the_deadline),
        LAB_TEST(test_clear_counter_error_is_retried_at_the_deadline),
        LAB_TEST(test_every_counter_mode_with_loss),
        LAB_TEST(test_counter_catches_up_with_the_card),
        LAB_TEST(test_forged_errors_push_no_further),
        LAB_TEST(test_exact_counter_comes_back_to_the_card),
        LAB_TEST(test_exact_counter_behind_unchecked_packets),
        LAB_TEST(test_counter_of_each_tar),
        LAB_TEST(test_exact_counter_of_another_campaign),
        LAB_TEST(test_exact_counter_behind_a_repeated_packet),
        LAB_TEST(test_exact_counter_behind_deleted_campaigns),
        LAB_TEST(test_refused_counter_of_a_deleted_campaign),
        LAB_TEST(test_por_without_counter_is_the_outstanding_ones),
        LAB_TEST(test_ambiguous_send_is_not_repeated_where_copies_run),
        LAB_TEST(test_campaign_may_say_so),
        LAB_TEST(test_timeout_runs_from_the_last_delivery),
        LAB_TEST(test_card_stays_busy_until_the_timeout),
        LAB_TEST(test_sequential_part_has_a_delivery_timeout),
        LAB_TEST(test_failed_part_fails_the_packet),
        LAB_TEST(test_por_in_a_delivery_report),
        LAB_TEST(test_error_por_in_a_failed_report),
        LAB_TEST(test_other_texts_of_reports_are_no_replies),
        LAB_TEST(test_second_copy_never_downgrades),
        LAB_TEST(test_idle_engine_forgets_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
