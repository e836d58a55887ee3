/* Packets, and PoRs, of more than one SMS. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/errors.h"
#include "tests/campaign/lab_fixture.h"

static void test_concurrent_parts(void **state)
{
    struct fake_sms parts[3];
    (void)state;
    int64_t id = start_long(TRANSMISSION_CONCURRENT);
    for (int i = 0; i < 3; i++)
        parts[i] = lab_expect_sms(&lab, 1);
    lab_expect_silence(&lab);
    lab_receive(&lab, parts, 3, &command);
    assert_int_equal(command.decoded.length, 7 + 260);
    for (int i = 2; i >= 0; i--)
        lab_deliver(&lab, &parts[i]);
    expect_state(id, 1, MESSAGE_DELIVERED);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 2, .sw = 0x9000));
    expect_state(id, 1, MESSAGE_UPDATED);
}

static void test_sequential_parts(void **state)
{
    struct fake_sms parts[3];
    (void)state;
    int64_t id = start_long(TRANSMISSION_SEQUENTIAL);
    for (int i = 0; i < 3; i++) {
        parts[i] = lab_expect_sms(&lab, 1);
        assert_int_equal(parts[i].reference.part, i + 1);
        lab_ack(&lab, &parts[i], ACK_QUEUED);
        lab_report(&lab, &parts[i], REPORT_SMSC_ACCEPTED, "");
        lab_expect_silence(&lab); /* only behind the delivery */
        lab_report(&lab, &parts[i], REPORT_DELIVERED, "");
        lab_report(&lab, &parts[i], REPORT_DELIVERED, ""); /* twice makes no second copy */
    }
    lab_expect_silence(&lab);
    lab_receive(&lab, parts, 3, &command);
    lab_answer(&lab, &command, LAB_ANSWER(.executed = 2, .sw = 0x9000));
    expect_state(id, 1, MESSAGE_UPDATED);
}

static void test_sequential_part_fails(void **state)
{
    struct fake_sms part;
    (void)state;
    int64_t id = start_long(TRANSMISSION_SEQUENTIAL);
    part = lab_expect_sms(&lab, 1);
    lab_report(&lab, &part, REPORT_EXPIRED, "");
    lab_expect_silence(&lab);
    expect_state(id, 1, MESSAGE_FAILED);
    assert_string_equal(lab_message(&lab, id, 0, 1).detail, "expired at the SMSC");
}

static void test_concatenated_por(void **state)
{
    struct fake_sms sms;
    static uint8_t data[400];
    uint8_t por[1024];
    (void)state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)i;
    int64_t id = start_one(with_spi("long-por", 0x16, 0x39), &sms);
    lab_deliver(&lab, &sms);
    struct lab_answer answer = good();
    answer.data = data;
    answer.length = sizeof data;
    size_t length = lab_por(&lab, &command, answer, por, sizeof por);
    static const int order[] = {3, 1, 1, 4, 2}; /* any order, one part twice */
    assert_int_equal(sms_part_count(length), 4);
    for (size_t i = 0; i < 5; i++) {
        uint8_t user_data[SMS_USER_DATA_MAX];
        struct sms_part part;
        assert_int_equal(sms_part_build(por, length, PACKET_MARKER_RESPONSE, 9, (size_t)order[i], &part),
                         OTA_OK);
        memcpy(user_data, part.header, part.header_length);
        memcpy(user_data + part.header_length, part.payload, part.length);
        if (i < 4)
            expect_state(id, 1, MESSAGE_DELIVERED);
        lab_post(&lab, lab_msisdn(1), user_data, part.header_length + part.length);
    }
    expect_state(id, 1, MESSAGE_UPDATED);
    struct message_view view = lab_message(&lab, id, 0, 1);
    assert_int_equal(view.data_length, sizeof data);
    assert_memory_equal(view.data, data, sizeof data);
}

/* bearerbox brings again what was not acknowledged, under the same UUID. */
static void test_redelivered_reply_counts_once(void **state)
{
    struct fake_sms sms;
    struct engine_statistics statistics;
    uint8_t por[256] = {0x02, 0x71, 0x00};
    (void)state;
    int64_t id = start_one(lab_campaign("twice"), &sms);
    size_t length = 3 + lab_por(&lab, &command, good(), por + 3, sizeof por - 3);
    lab_post(&lab, lab_msisdn(1), por, length);
    lab_post_again(&lab, lab_msisdn(1), por, length);
    expect_state(id, 1, MESSAGE_UPDATED);
    engine_get_statistics(lab.engine, &statistics);
    assert_int_equal(statistics.replies, 1);
    assert_int_equal(fake_bearer_acknowledged(&lab.bearer), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAB_TEST(test_concurrent_parts),
        LAB_TEST(test_sequential_parts),
        LAB_TEST(test_sequential_part_fails),
        LAB_TEST(test_concatenated_por),
        LAB_TEST(test_redelivered_reply_counts_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
