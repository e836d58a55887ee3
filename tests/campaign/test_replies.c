/* Whose answer an SMS from a card is: PoRs of several SMS among forged and stale parts, messages that
 * share a counter, answers that nobody asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gateway-plugin/store/db.h"
#include "gateway-plugin/store/reply_work.h"
#include "protocol/errors.h"
#include "tests/campaign/lab_fixture.h"

#define REFERENCE 9

static int campaigns;

static int open_smaller_lab(void **state)
{
    (void)state;
    campaigns = 0;
    lab_open(&lab, 2);
    return 0;
}

static int64_t start(uint8_t spi1, uint8_t spi2, size_t commands)
{
    struct refusal refusal = {0};
    char name[16];
    snprintf(name, sizeof name, "c%d", ++campaigns);
    struct campaign campaign = lab_campaign(name);
    campaign.security.spi1 = spi1;
    campaign.security.spi2 = spi2;
    int64_t id = lab_create_with(&lab, campaign, SOP_COMMANDS, commands);
    if (lab_start_on(&lab, id, (struct campaign_target){.msisdn = lab_msisdn(1)}, &refusal) != 0)
        fail_msg("%s", refusal.text);
    return id;
}

/* Sent, delivered, read by the card. */
static struct fake_sms deliver(struct lab_command *to)
{
    struct fake_sms sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &sms, 1, to);
    lab_deliver(&lab, &sms);
    return sms;
}

static int64_t start_delivered(uint8_t spi1, uint8_t spi2, size_t commands)
{
    int64_t id = start(spi1, spi2, commands);
    deliver(&command);
    return id;
}

static void time_out(void)
{
    lab_tick(&lab);
    fake_clock_advance(&lab.clock, 600000);
    lab_tick(&lab);
}

static struct engine_statistics statistics(void)
{
    struct engine_statistics now;
    lab_tick(&lab);
    engine_get_statistics(lab.engine, &now);
    return now;
}

/* --- PoRs of several SMS --- */

struct long_por {
    uint8_t data[400], bytes[1024];
    size_t length, parts;
};

/* One of three SMS, its data full of `fill`. */
static struct long_por make_por(const struct lab_command *answered, uint8_t fill)
{
    struct long_por por;
    memset(por.data, fill, sizeof por.data);
    struct lab_answer answer = LAB_ANSWER(.executed = 6, .sw = 0x9000, .data = por.data, .length = 300);
    por.length = lab_por(&lab, answered, answer, por.bytes, sizeof por.bytes);
    por.parts = sms_part_count(por.length);
    assert_int_equal(por.parts, 3);
    return por;
}

static void post_part(const struct long_por *por, size_t number)
{
    uint8_t user_data[SMS_USER_DATA_MAX];
    struct sms_part part;
    assert_int_equal(
        sms_part_build(por->bytes, por->length, PACKET_MARKER_RESPONSE, REFERENCE, number, &part), OTA_OK);
    memcpy(user_data, part.header, part.header_length);
    memcpy(user_data + part.header_length, part.payload, part.length);
    lab_post(&lab, lab_msisdn(1), user_data, part.header_length + part.length);
}

static void expect_data(int64_t campaign, const struct long_por *por)
{
    struct message_view view = lab_message(&lab, campaign, 0, 1);
    assert_string_equal(message_state_name(view.state), "UPDATED");
    assert_int_equal(view.data_length, 300);
    assert_memory_equal(view.data, por->data, 300);
}

/* The same places, lengths and first bytes as the right ones have; other bytes behind. */
static struct long_por forge(const struct long_por *por)
{
    struct long_por forged = *por;
    for (size_t at = 40; at < forged.length; at += 50)
        forged.bytes[at] ^= 0xFF;
    return forged;
}

/* Codes 0 to 2 are the right parts, 3 to 5 the forged ones. */
static void play_order(const int *order)
{
    int64_t id = start_delivered(0x16, 0x39, 6);
    struct long_por por = make_por(&command, (uint8_t)campaigns), forged = forge(&por);
    for (int i = 0; i < 6; i++)
        post_part(order[i] < 3 ? &por : &forged, (size_t)(order[i] % 3 + 1));
    lab_tick(&lab);
    expect_data(id, &por);
    assert_true(lab_message(&lab, id, 0, 1).authenticated);
}

/* All 720 orders of the six are the joiner's own test; here they pass engine and database. */
static void test_right_parts_among_forged(void **state)
{
    unsigned int seed = 20261122;
    (void)state;
    for (int round = 0; round < 40; round++) {
        int order[6] = {0, 1, 2, 3, 4, 5};
        for (int i = 5; i > 0; i--) {
            int j = rand_r(&seed) % (i + 1), keep = order[i];
            order[i] = order[j];
            order[j] = keep;
        }
        play_order(order);
    }
}

/* The clock was set back between the packet and its PoR, by a little or by a day. */
static void test_clock_set_back(void **state)
{
    static const int64_t back[] = {-1, -24 * 60 * LAB_MINUTE};
    (void)state;
    for (size_t i = 0; i < sizeof back / sizeof back[0]; i++) {
        int64_t id = start_delivered(0x16, 0x21, 6);
        lab_tick(&lab);
        fake_clock_advance(&lab.clock, back[i]);
        lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000));
        lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
    }
}

/* So too for a PoR of several SMS; also while its parts come in. */
static void test_clock_set_back_for_parts(void **state)
{
    static const int64_t back[] = {-1, -24 * 60 * LAB_MINUTE};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        int64_t id = start_delivered(0x16, 0x21, 6);
        struct long_por por = make_por(&command, (uint8_t)(i + 1));
        lab_tick(&lab);
        if (i < 2)
            fake_clock_advance(&lab.clock, back[i]);
        post_part(&por, 3);
        lab_tick(&lab);
        if (i >= 2)
            fake_clock_advance(&lab.clock, back[i - 2]);
        post_part(&por, 1);
        post_part(&por, 2);
        lab_tick(&lab);
        expect_data(id, &por);
    }
}

/* Part 1 of an earlier PoR was lost; the card counts its references from 9 each time. */
static void expect_stale_part_spoils_nothing(int64_t advance)
{
    int64_t id = start_delivered(0x16, 0x21, 6);
    struct long_por stale = make_por(&command, 1);
    post_part(&stale, 2);
    post_part(&stale, 3);
    lab_expect_state(&lab, id, 1, MESSAGE_DELIVERED);
    time_out();
    lab_expect_state(&lab, id, 1, MESSAGE_UNKNOWN);
    fake_clock_advance(&lab.clock, advance);
    id = start_delivered(0x16, 0x21, 6);
    struct long_por por = make_por(&command, 2);
    post_part(&por, 1);
    lab_expect_state(&lab, id, 1, MESSAGE_DELIVERED);
    post_part(&por, 3);
    lab_expect_state(&lab, id, 1, MESSAGE_DELIVERED);
    post_part(&por, 2);
    lab_tick(&lab);
    expect_data(id, &por);
}

static void test_stale_part_spoils_no_clear_por(void **state)
{
    (void)state;
    expect_stale_part_spoils_nothing(LAB_MINUTE);
    expect_stale_part_spoils_nothing(-24 * 60 * LAB_MINUTE);
}

/* A network repeats part 1 after its PoR was taken; the next PoR begins with part 3. */
static void test_repeated_part_spoils_no_later_por(void **state)
{
    (void)state;
    int64_t first = start_delivered(0x16, 0x21, 6);
    struct long_por before = make_por(&command, 1);
    for (size_t part = 1; part <= 3; part++)
        post_part(&before, part);
    post_part(&before, 1);
    lab_tick(&lab);
    expect_data(first, &before);
    fake_clock_advance(&lab.clock, LAB_MINUTE);
    int64_t second = start_delivered(0x16, 0x21, 6);
    struct long_por por = make_por(&command, 2);
    for (size_t part = 3; part >= 1; part--)
        post_part(&por, part);
    lab_tick(&lab);
    expect_data(second, &por);
    expect_data(first, &before);
}

/* A whole PoR in clear fits counter and TAR, but is weaker than asked: it takes nothing from the right one. */
static void test_weak_joined_por_uses_nothing_up(void **state)
{
    (void)state;
    int64_t id = start_delivered(0x16, 0x39, 6);
    struct long_por por = make_por(&command, 1);
    struct lab_answer clear = LAB_ANSWER(.executed = 6, .sw = 0x9000, .data = por.data, .length = 300);
    struct long_por forged = por;
    clear.spi2 = 0x21;
    forged.length = lab_por(&lab, &command, clear, forged.bytes, sizeof forged.bytes);
    post_part(&por, 1);
    post_part(&por, 2);
    for (size_t part = 1; part <= 3; part++)
        post_part(&forged, part);
    lab_expect_state(&lab, id, 1, MESSAGE_DELIVERED);
    post_part(&por, 3);
    lab_tick(&lab);
    expect_data(id, &por);
}

struct counting {
    const char *sql;
    int64_t value;
};

static int count_rows(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct counting *counting = argument;
    (void)now;
    (void)refusal;
    struct db_statement *s = db_prepare(store_db(store), counting->sql);
    assert_int_equal(db_step(s), DB_ROW);
    counting->value = db_column_int(s, 0);
    db_reset(s);
    return 0;
}

static int64_t parts_kept(void)
{
    struct counting counting = {.sql = "SELECT COUNT(*) FROM inbound_part"};
    assert_int_equal(engine_call(lab.engine, count_rows, &counting, NULL), 0);
    return counting.value;
}

static void test_flood_is_bounded_and_passes(void **state)
{
    uint8_t user_data[] = {5, 0, 3, 0, 255, 0, 'x', 'y', 0, 0};
    (void)state;
    int64_t id = start_delivered(0x16, 0x39, 6);
    struct long_por por = make_por(&command, 1), forged = forge(&por);
    for (int i = 0; i < 900; i++) {
        user_data[3] = (uint8_t)(i % 3);
        user_data[5] = (uint8_t)(i % 254 + 2);
        memcpy(user_data + 8, &i, 2);
        lab_post(&lab, lab_msisdn(1), user_data, sizeof user_data);
    }
    lab_tick(&lab);
    assert_int_equal(parts_kept(), INBOUND_PARTS_MAX);
    for (int i = 0; i < 20; i++) {
        forged.bytes[200] = (uint8_t)i; /* part 2 */
        post_part(&forged, 2);
        if (i == 10)
            for (size_t part = 1; part <= 3; part++)
                post_part(&por, part);
    }
    lab_tick(&lab);
    expect_data(id, &por);
    fake_clock_advance(&lab.clock, 25 * 60 * LAB_MINUTE);
    lab_tick(&lab);
    assert_int_equal(parts_kept(), 0);
}

/* What is used up goes at once: a campaign on a million cards keeps no millions of parts for a day. */
static void test_used_parts_are_dropped(void **state)
{
    static const uint8_t spi2[] = {0x21, 0x39};
    (void)state;
    for (size_t i = 0; i < sizeof spi2; i++) {
        int64_t id = start_delivered(0x16, spi2[i], 6);
        struct long_por por = make_por(&command, 1);
        for (size_t part = 1; part <= 3; part++)
            post_part(&por, part);
        lab_tick(&lab);
        expect_data(id, &por);
        assert_int_equal(parts_kept(), 0);
    }
}

/* --- nobody asked --- */

static void test_unasked_por_is_counted_and_decides_nothing(void **state)
{
    (void)state;
    int64_t id = start(0x16, 0x00, 6);
    struct fake_sms sms = lab_expect_sms(&lab, 1);
    lab_receive(&lab, &sms, 1, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 1, .sw = 0x9404));
    lab_expect_state(&lab, id, 1, MESSAGE_SENDING);
    assert_int_equal(lab_message(&lab, id, 0, 1).por_status, -1);
    assert_int_equal(statistics().replies_unasked, 1);
    assert_int_equal(statistics().replies_matched, 0);
    assert_int_equal(statistics().replies_unmatched, 0);
    lab_deliver(&lab, &sms);
    lab_expect_state(&lab, id, 1, MESSAGE_UPDATED);
}

/* --- messages with one counter: mode 11 uses that of a lost packet again --- */

static void expect_states(int64_t first, enum message_state of_first, int64_t second,
                          enum message_state of_second)
{
    lab_expect_state(&lab, first, 1, of_first);
    lab_expect_state(&lab, second, 1, of_second);
}

/* Two messages with counter 1: the first without an answer, the second outstanding. */
static void start_two(size_t commands, size_t then, int64_t *first, int64_t *second)
{
    *first = start_delivered(0x1E, 0x21, commands);
    uint64_t counter = command.decoded.counter;
    time_out();
    lab_expect_state(&lab, *first, 1, MESSAGE_UNKNOWN);
    *second = start_delivered(0x1E, 0x21, then);
    assert_int_equal(command.decoded.counter, counter);
}

static void test_one_of_two_is_credited(void **state)
{
    int64_t first, second;
    (void)state;
    start_two(6, 6, &first, &second);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000));
    expect_states(first, MESSAGE_UNKNOWN, second, MESSAGE_UPDATED);
    assert_int_equal(statistics().replies_matched, 1);
}

/* Six commands of five cannot have been executed; four of five without an error neither. */
static void test_late_por_goes_where_it_is_possible(void **state)
{
    static const uint8_t executed[] = {6, 4};
    (void)state;
    for (size_t i = 0; i < sizeof executed; i++) {
        int64_t first, second;
        close_lab(NULL);
        open_smaller_lab(NULL);
        start_two(executed[i], 5, &first, &second);
        lab_answer(&lab, &command, LAB_ANSWER(.executed = executed[i], .sw = 0x9000));
        expect_states(first, MESSAGE_UPDATED, second, MESSAGE_DELIVERED);
        lab_answer(&lab, &command, LAB_ANSWER(.executed = 5, .sw = 0x9000));
        expect_states(first, MESSAGE_UPDATED, second, MESSAGE_UPDATED);
    }
}

/* The second message's last SMS have not left: nothing can answer it yet. */
static void test_late_por_is_not_of_a_message_still_leaving(void **state)
{
    static char long_text[2 * 260 + 1];
    const char *const commands[] = {SOP_COMMANDS[0], long_text};
    struct refusal refusal = {0};
    struct fake_sms part;
    (void)state;
    memset(long_text, '0', sizeof long_text - 1);
    memcpy(long_text, "A0D60000FF", 10);
    int64_t first = start_delivered(0x1E, 0x21, 2);
    time_out();
    struct campaign campaign = lab_campaign("long");
    campaign.security.spi1 = 0x1E;
    campaign.transmission = TRANSMISSION_SEQUENTIAL;
    int64_t second = lab_create_with(&lab, campaign, commands, 2);
    assert_int_equal(
        lab_start_on(&lab, second, (struct campaign_target){.msisdn = lab_msisdn(1)}, &refusal), 0);
    assert_true(lab_take(&lab, &part));
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 2, .sw = 0x9000));
    expect_states(first, MESSAGE_UPDATED, second, MESSAGE_SENDING);
}

/* The network brings the second one's 02 twice, behind its end: the first one did not say it. */
static void test_repeated_answer_is_the_same_messages(void **state)
{
    int64_t first, second;
    struct lab_answer error = LAB_ANSWER(.status = POR_STATUS_CNTR_LOW, .bare_error = true);
    (void)state;
    start_two(6, 6, &first, &second);
    for (int i = 0; i < 2; i++) {
        lab_answer(&lab, &command, error);
        expect_states(first, MESSAGE_UNKNOWN, second, MESSAGE_FAILED);
    }
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 6, .sw = 0x9000)); /* what else it was: the first one's */
    expect_states(first, MESSAGE_UPDATED, second, MESSAGE_FAILED);
}

/* Without a counter check, order has to do; but a counter that was copied says more than order. */
static void test_copied_counter_beats_order(void **state)
{
    struct lab_command late;
    (void)state;
    int64_t first = start_delivered(0x06, 0x21, 6);
    late = command;
    time_out();
    int64_t second = start_delivered(0x06, 0x21, 6);
    assert_true(command.decoded.counter != late.decoded.counter);
    lab_answer(&lab, &late, LAB_ANSWER(.executed = 6, .sw = 0x9000));
    expect_states(first, MESSAGE_UPDATED, second, MESSAGE_DELIVERED);
    struct lab_answer no_counter = LAB_ANSWER(.executed = 6, .sw = 0x9000);
    no_counter.counter = 0;
    lab_answer(&lab, &command, no_counter);
    expect_states(first, MESSAGE_UPDATED, second, MESSAGE_UPDATED);
}

#define SMALLER_LAB_TEST(f) cmocka_unit_test_setup_teardown(f, open_smaller_lab, close_lab)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SMALLER_LAB_TEST(test_right_parts_among_forged),
        SMALLER_LAB_TEST(test_clock_set_back),
        SMALLER_LAB_TEST(test_clock_set_back_for_parts),
        SMALLER_LAB_TEST(test_stale_part_spoils_no_clear_por),
        SMALLER_LAB_TEST(test_repeated_part_spoils_no_later_por),
        SMALLER_LAB_TEST(test_weak_joined_por_uses_nothing_up),
        SMALLER_LAB_TEST(test_flood_is_bounded_and_passes),
        SMALLER_LAB_TEST(test_used_parts_are_dropped),
        SMALLER_LAB_TEST(test_unasked_por_is_counted_and_decides_nothing),
        SMALLER_LAB_TEST(test_one_of_two_is_credited),
        SMALLER_LAB_TEST(test_late_por_goes_where_it_is_possible),
        SMALLER_LAB_TEST(test_late_por_is_not_of_a_message_still_leaving),
        SMALLER_LAB_TEST(test_repeated_answer_is_the_same_messages),
        SMALLER_LAB_TEST(test_copied_counter_beats_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
