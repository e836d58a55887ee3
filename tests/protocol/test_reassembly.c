#include "tests/protocol/helpers.h"

#include "protocol/reassembly.h"

#define BUFFER_SIZE 2000

static struct reassembly reassembly;
static uint8_t buffer[BUFFER_SIZE];

static int set_up(void **state)
{
    (void)state;
    memset(buffer, 0, sizeof buffer);
    reassembly_init(&reassembly, buffer, sizeof buffer);
    return 0;
}

/* Adds part `number` of the packet, as it goes through the air. */
static int add(const uint8_t *packet, size_t length, uint8_t reference, size_t number)
{
    uint8_t ud[SMS_USER_DATA_MAX];
    struct byte_writer writer = byte_writer_on(ud, sizeof ud);
    struct sms_part part;
    struct user_data parsed;
    assert_int_equal(sms_part_build(packet, length, PACKET_MARKER_RESPONSE, reference, number, &part),
                     OTA_OK);
    write_bytes(&writer, part.header, part.header_length);
    write_bytes(&writer, part.payload, part.length);
    assert_int_equal(user_data_parse(ud, writer.length, &parsed), OTA_OK);
    return reassembly_add(&reassembly, &parsed);
}

static void assert_taken(const uint8_t *packet, size_t length)
{
    uint8_t taken[BUFFER_SIZE];
    struct byte_writer writer = byte_writer_on(taken, sizeof taken);
    enum packet_marker marker = PACKET_MARKER_NONE;
    assert_int_equal(reassembly_take(&reassembly, &marker, &writer), OTA_OK);
    assert_int_equal(marker, PACKET_MARKER_RESPONSE);
    assert_int_equal(writer.length, length);
    assert_memory_equal(taken, packet, length);
    assert_int_equal(reassembly_take(&reassembly, &marker, &writer), OTA_E_TRUNCATED); /* nothing is open */
}

static void random_packet(uint8_t *packet, size_t length)
{
    uint64_t seed = 23040;
    random_fill(&seed, packet, length);
}

static void test_single(void **state)
{
    (void)state;
    uint8_t packet[100];
    random_packet(packet, sizeof packet);
    assert_int_equal(add(packet, sizeof packet, 1, 1), REASSEMBLY_COMPLETE);
    assert_taken(packet, sizeof packet);
    assert_int_equal(add(packet, 0, 1, 1), REASSEMBLY_COMPLETE);
    assert_taken(packet, 0);
}

/* Another content is one of other bytes, of another length, of another marker in part 1. */
static void test_contradictions(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {1, 2, 3}, others[] = {1, 2, 4};
    const struct concatenation first = {.reference = 7, .total = 2, .number = 1},
                               second = {.reference = 7, .total = 2, .number = 2},
                               stranger = {.reference = 8, .total = 2, .number = 1};
    const struct user_data here = {PACKET_MARKER_COMMAND, first, bytes, 3};
    const struct {
        struct user_data part;
        bool contradicts;
    } rows[] = {
        {here, false},
        {{PACKET_MARKER_COMMAND, first, others, 3}, true},
        {{PACKET_MARKER_COMMAND, first, bytes, 2}, true},
        {{PACKET_MARKER_COMMAND, first, NULL, 0}, true},
        {{PACKET_MARKER_RESPONSE, first, bytes, 3}, true},
        {{PACKET_MARKER_NONE, second, others, 3}, false},
        {{PACKET_MARKER_COMMAND, stranger, others, 3}, false},
    };
    assert_false(reassembly_contradicts(&reassembly, &here));
    assert_int_equal(reassembly_add(&reassembly, &here), REASSEMBLY_INCOMPLETE);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(reassembly_contradicts(&reassembly, &rows[i].part), rows[i].contradicts);
}

static void test_every_order(void **state)
{
    (void)state;
    static const size_t orders[6][3] = {{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1}};
    uint8_t packet[300];
    random_packet(packet, sizeof packet);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(add(packet, sizeof packet, 7, orders[i][0]), REASSEMBLY_INCOMPLETE);
        assert_int_equal(add(packet, sizeof packet, 7, orders[i][0]), REASSEMBLY_INCOMPLETE);
        assert_int_equal(add(packet, sizeof packet, 7, orders[i][1]), REASSEMBLY_INCOMPLETE);
        assert_int_equal(add(packet, sizeof packet, 7, orders[i][0]), REASSEMBLY_INCOMPLETE);
        assert_int_equal(add(packet, sizeof packet, 7, orders[i][2]), REASSEMBLY_COMPLETE);
        assert_taken(packet, sizeof packet);
    }
}

static void test_another_reference_forgets(void **state)
{
    (void)state;
    uint8_t packet[300];
    random_packet(packet, sizeof packet);
    assert_int_equal(add(packet, sizeof packet, 7, 1), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add(packet, sizeof packet, 7, 2), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add(packet, sizeof packet, 8, 3), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add(packet, sizeof packet, 7, 3), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add(packet, sizeof packet, 7, 1), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add(packet, sizeof packet, 7, 2), REASSEMBLY_COMPLETE);
    assert_taken(packet, sizeof packet);
}

static void test_another_total_or_width_forgets(void **state)
{
    (void)state;
    const uint8_t bytes[] = {1, 2, 3};
    struct user_data part = {.marker = PACKET_MARKER_RESPONSE, .payload = bytes, .length = 3};
    part.concatenation = (struct concatenation){.reference = 7, .total = 2, .number = 1};
    assert_int_equal(reassembly_add(&reassembly, &part), REASSEMBLY_INCOMPLETE);
    part.concatenation = (struct concatenation){.reference = 7, .total = 3, .number = 2};
    assert_int_equal(reassembly_add(&reassembly, &part), REASSEMBLY_INCOMPLETE);
    part.concatenation = (struct concatenation){.reference = 7, .total = 2, .number = 2};
    assert_int_equal(reassembly_add(&reassembly, &part), REASSEMBLY_INCOMPLETE);
    part.concatenation = (struct concatenation){.reference = 7, .total = 2, .number = 1, .wide = true};
    assert_int_equal(reassembly_add(&reassembly, &part), REASSEMBLY_INCOMPLETE);
    part.concatenation = (struct concatenation){.reference = 7, .total = 2, .number = 2, .wide = true};
    assert_int_equal(reassembly_add(&reassembly, &part), REASSEMBLY_COMPLETE);
}

static void test_single_in_between_forgets(void **state)
{
    (void)state;
    uint8_t packet[300];
    random_packet(packet, sizeof packet);
    assert_int_equal(add(packet, sizeof packet, 7, 1), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add(packet, 20, 0, 1), REASSEMBLY_COMPLETE);
    assert_taken(packet, 20);
    assert_int_equal(add(packet, sizeof packet, 7, 2), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add(packet, sizeof packet, 7, 3), REASSEMBLY_INCOMPLETE);
}

static void test_no_space(void **state)
{
    (void)state;
    uint8_t packet[300], *small = malloc(299);
    random_packet(packet, sizeof packet);
    reassembly_init(&reassembly, small, 299);
    assert_int_equal(add(packet, sizeof packet, 7, 1), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add(packet, sizeof packet, 7, 2), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add(packet, sizeof packet, 7, 3), OTA_E_NO_SPACE);
    assert_int_equal(reassembly.total, 0);
    assert_int_equal(add(packet, 299, 7, 3), REASSEMBLY_INCOMPLETE); /* and is usable again */
    assert_int_equal(add(packet, 299, 7, 2), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add(packet, 299, 7, 1), REASSEMBLY_COMPLETE);
    assert_taken(packet, 299);
    free(small);
}

/* The longest message there is: 255 parts. */
static void test_255_parts(void **state)
{
    (void)state;
    size_t length = 132 + 254 * 134;
    uint8_t *packet = malloc(length), *room = malloc(length), *taken = malloc(length);
    struct byte_writer writer = byte_writer_on(taken, length);
    enum packet_marker marker;
    random_packet(packet, length);
    reassembly_init(&reassembly, room, length);
    for (size_t number = 255; number > 1; number--)
        assert_int_equal(add(packet, length, 9, number), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add(packet, length, 9, 1), REASSEMBLY_COMPLETE);
    assert_int_equal(reassembly_take(&reassembly, &marker, &writer), OTA_OK);
    assert_memory_equal(packet, taken, length);
    free(packet);
    free(room);
    free(taken);
}

static void test_bad_number(void **state)
{
    (void)state;
    struct user_data part = {.concatenation = {.reference = 1, .total = 2, .number = 0}};
    assert_int_equal(reassembly_add(&reassembly, &part), OTA_E_BAD_VALUE);
    part.concatenation.number = 3;
    assert_int_equal(reassembly_add(&reassembly, &part), OTA_E_BAD_VALUE);
}

static int add_at(const uint8_t *packet, size_t length, size_t number, uint64_t now)
{
    const struct sms_segmentation cut = {.reference = 0x1234, .wide = true};
    struct sms_part part;
    assert_int_equal(sms_segment_build(packet, length, PACKET_MARKER_RESPONSE, &cut, number, &part), OTA_OK);
    const struct user_data parsed = {
        .marker = number == 1 ? PACKET_MARKER_RESPONSE : PACKET_MARKER_NONE,
        .concatenation = {0x1234, (uint8_t)sms_segment_count(&cut, length), (uint8_t)number, true},
        .payload = part.payload,
        .length = part.length};
    return reassembly_add_at(&reassembly, &parsed, now, 100);
}

/* The age counts from the first part that came; a later one does not make a message younger. */
static void test_age(void **state)
{
    (void)state;
    uint8_t packet[300];
    random_packet(packet, sizeof packet);
    assert_int_equal(add_at(packet, sizeof packet, 1, 1000), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add_at(packet, sizeof packet, 2, 1060), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add_at(packet, sizeof packet, 3, 1100), REASSEMBLY_COMPLETE);
    assert_taken(packet, sizeof packet);

    assert_int_equal(add_at(packet, sizeof packet, 1, 2000), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add_at(packet, sizeof packet, 2, 2060), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add_at(packet, sizeof packet, 3, 2101), REASSEMBLY_INCOMPLETE); /* begins it anew */
    assert_int_equal(reassembly.received, 1);
    assert_int_equal(add_at(packet, sizeof packet, 1, 2201), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add_at(packet, sizeof packet, 2, 2201), REASSEMBLY_COMPLETE);
    assert_taken(packet, sizeof packet);
}

/* A clock that ran backwards makes nothing old. */
static void test_clock_back(void **state)
{
    (void)state;
    uint8_t packet[200];
    random_packet(packet, sizeof packet);
    assert_int_equal(add_at(packet, sizeof packet, 1, 1000), REASSEMBLY_INCOMPLETE);
    assert_int_equal(add_at(packet, sizeof packet, 2, 900), REASSEMBLY_COMPLETE);
    assert_taken(packet, sizeof packet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_single, set_up),
        cmocka_unit_test_setup(test_contradictions, set_up),
        cmocka_unit_test_setup(test_every_order, set_up),
        cmocka_unit_test_setup(test_another_reference_forgets, set_up),
        cmocka_unit_test_setup(test_another_total_or_width_forgets, set_up),
        cmocka_unit_test_setup(test_single_in_between_forgets, set_up),
        cmocka_unit_test_setup(test_no_space, set_up),
        cmocka_unit_test_setup(test_255_parts, set_up),
        cmocka_unit_test_setup(test_bad_number, set_up),
        cmocka_unit_test_setup(test_age, set_up),
        cmocka_unit_test_setup(test_clock_back, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
