/* SMPP PDUs: frames made by libsmpp34 1.14.1 (Osmocom), round trips, every truncation, hostile lengths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "protocol/errors.h"
#include "protocol/hex.h"
#include "smsc/delivery_receipt.h"
#include "smsc/smpp_pdu.h"
#include "smsc/smpp_time.h"

/* Packed by smpp34_pack2(). */
static const char bind_vector[] =
    "0000002C0000000900000000000000076B616E6E656C007365637265743132006F7461003401015E39363100";
static const char submit_vector[] =
    "0000004A0000000400000000010203046F7461000201313233343500010139363132333435363738393100437F"
    "03003236313132323136303030303030302B000100F60005027000AA00";
static const char payload_vector[] =
    "000000530000000400000000010203046F7461000201313233343500010139363132333435363738393100437"
    "F03003236313132323136303030303030302B000100F600000424000402700055020400021234";
static const char receipt_vector[] =
    "000000480000000500000000000000090001013936313233343536373839310000013132333435000400000000"
    "000000000469643A310427000102001E0009303030303030324100";
static const char submit_resp_vector[] = "00000019800000040000000001020304303030303030324100";

struct frame {
    uint8_t bytes[512];
    size_t length;
};

static struct frame from_hex(const char *hex)
{
    struct frame frame;
    assert_int_equal(hex_decode(hex, strlen(hex), frame.bytes, sizeof frame.bytes, &frame.length), 0);
    return frame;
}

static int decode_message(const struct frame *frame, struct smpp_message *message)
{
    return smpp_message_decode(frame->bytes + SMPP_HEADER_SIZE, frame->length - SMPP_HEADER_SIZE, message);
}

static void a_foreign_bind_is_read(void **state)
{
    (void)state;
    struct frame frame = from_hex(bind_vector);
    struct smpp_header header;
    struct smpp_bind bind;
    assert_int_equal(smpp_header_decode(frame.bytes, frame.length, &header), 0);
    assert_int_equal(header.length, frame.length);
    assert_int_equal(header.command, SMPP_BIND_TRANSCEIVER);
    assert_int_equal(header.sequence, 7);
    assert_int_equal(smpp_bind_decode(frame.bytes + 16, frame.length - 16, &bind), 0);
    assert_string_equal(bind.system_id, "kannel");
    assert_string_equal(bind.password, "secret12");
    assert_string_equal(bind.system_type, "ota");
    assert_int_equal(bind.interface_version, 0x34);
    assert_string_equal(bind.address_range, "^961");
    uint8_t again[100];
    struct byte_writer writer = byte_writer_on(again, sizeof again);
    size_t start = smpp_pdu_begin(&writer, header.command, header.status, header.sequence);
    smpp_bind_encode(&writer, &bind);
    smpp_pdu_end(&writer, start);
    assert_int_equal(writer.length, frame.length);
    assert_memory_equal(again, frame.bytes, frame.length);
}

static void a_foreign_submit_is_read_and_written(void **state)
{
    (void)state;
    struct frame frame = from_hex(submit_vector);
    struct smpp_message message;
    assert_int_equal(decode_message(&frame, &message), 0);
    assert_string_equal(message.service_type, "ota");
    assert_int_equal(message.source.ton, 2);
    assert_string_equal(message.source.digits, "12345");
    assert_string_equal(message.destination.digits, "961234567891");
    assert_int_equal(message.esm_class, 0x43);
    assert_int_equal(message.protocol_id, 0x7F);
    assert_int_equal(message.priority, 3);
    assert_string_equal(message.validity, "261122160000000+");
    assert_int_equal(message.registered_delivery, 1);
    assert_int_equal(message.data_coding, 0xF6);
    assert_int_equal(message.length, 5);
    assert_memory_equal(message.data, "\x02\x70\x00\xAA\x00", 5);
    uint8_t again[100];
    struct byte_writer writer = byte_writer_on(again, sizeof again);
    size_t start = smpp_pdu_begin(&writer, SMPP_SUBMIT_SM, 0, 0x01020304);
    smpp_message_encode(&writer, &message);
    smpp_pdu_end(&writer, start);
    assert_int_equal(writer.length, frame.length);
    assert_memory_equal(again, frame.bytes, frame.length);
}

static void message_payload_is_taken_and_unknown_options_passed_over(void **state)
{
    (void)state;
    struct frame frame = from_hex(payload_vector);
    struct smpp_message message;
    assert_int_equal(decode_message(&frame, &message), 0);
    assert_int_equal(message.length, 4);
    assert_memory_equal(message.data, "\x02\x70\x00\x55", 4);
}

static void a_foreign_receipt_is_read_and_written(void **state)
{
    (void)state;
    struct frame frame = from_hex(receipt_vector);
    struct smpp_message message;
    assert_int_equal(decode_message(&frame, &message), 0);
    assert_string_equal(message.receipted_message_id, "0000002A");
    assert_int_equal(message.message_state, SMPP_STATE_DELIVERED);
    uint8_t again[100];
    struct byte_writer writer = byte_writer_on(again, sizeof again);
    size_t start = smpp_pdu_begin(&writer, SMPP_DELIVER_SM, 0, 9);
    smpp_message_encode(&writer, &message);
    smpp_pdu_end(&writer, start);
    assert_int_equal(writer.length, frame.length);
    assert_memory_equal(again, frame.bytes, frame.length);
    char id[SMPP_MESSAGE_ID_SIZE];
    frame = from_hex(submit_resp_vector);
    assert_int_equal(smpp_message_id_decode(frame.bytes + 16, frame.length - 16, id), 0);
    assert_string_equal(id, "0000002A");
}

/* At its exact size in a heap block of its own, so that a sanitizer sees one byte too many. */
static int decode_exactly(const struct frame *frame, size_t length, bool is_bind)
{
    size_t body = length - SMPP_HEADER_SIZE;
    uint8_t *copy = malloc(body ? body : 1);
    assert_non_null(copy);
    memcpy(copy, frame->bytes + SMPP_HEADER_SIZE, body);
    struct smpp_bind bind;
    struct smpp_message message;
    int error = is_bind ? smpp_bind_decode(copy, body, &bind) : smpp_message_decode(copy, body, &message);
    free(copy);
    return error;
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    static const char *const vectors[] = {bind_vector, submit_vector, payload_vector, receipt_vector};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct frame frame = from_hex(vectors[i]);
        assert_int_equal(decode_exactly(&frame, frame.length, i == 0), 0);
        unsigned whole = 0; /* a message is also whole where an option begins */
        for (size_t length = SMPP_HEADER_SIZE; length < frame.length; length++)
            whole += decode_exactly(&frame, length, i == 0) == 0;
        assert_int_equal(whole, i < 2 ? 0 : 2);
    }
    uint8_t header[SMPP_HEADER_SIZE] = {0};
    struct smpp_header parsed;
    for (size_t length = 0; length < sizeof header; length++)
        assert_int_equal(smpp_header_decode(header, length, &parsed), OTA_E_TRUNCATED);
}

static void hostile_fields_are_refused(void **state)
{
    (void)state;
    struct smpp_message message;
    struct frame frame = from_hex(submit_vector);
    frame.bytes[frame.length - 6] = 0xFF; /* sm_length */
    assert_int_equal(decode_message(&frame, &message), OTA_E_TRUNCATED);
    frame = from_hex(submit_vector);
    memset(frame.bytes + 16, 'A', 8); /* no NUL in service_type */
    assert_int_equal(decode_message(&frame, &message), OTA_E_BAD_LENGTH);
    frame = from_hex(payload_vector);
    frame.bytes[frame.length - 12] = 0xFF; /* length of message_payload: FF04 */
    assert_int_equal(decode_message(&frame, &message), OTA_E_TRUNCATED);
    struct frame both = from_hex("000000000000000400000000000000010000003100000031000000000000000000000141"
                                 "04240001"
                                 "42");
    assert_int_equal(decode_message(&both, &message), OTA_E_BAD_VALUE);
    struct smpp_bind bind;
    struct frame trailing = from_hex(bind_vector);
    assert_int_equal(smpp_bind_decode(trailing.bytes + 16, trailing.length - 15, &bind), OTA_E_TRAILING);
}

/* A seeded walk over damaged frames: decoding ends, and what it accepts lies inside the frame. */
static void damaged_frames_stay_inside(void **state)
{
    (void)state;
    struct frame whole = from_hex(payload_vector);
    srand(1);
    for (unsigned i = 0; i < 200000; i++) {
        struct frame frame = whole;
        for (int changes = 1 + rand() % 6; changes > 0; changes--)
            frame.bytes[16 + (size_t)rand() % (frame.length - 16)] = (uint8_t)rand();
        struct smpp_message message;
        if (decode_message(&frame, &message) == 0 && message.length > 0)
            assert_true(message.data >= frame.bytes &&
                        message.data + message.length <= frame.bytes + frame.length);
    }
}

static void long_data_travels_in_message_payload(void **state)
{
    (void)state;
    static uint8_t data[2000], bytes[2200];
    struct smpp_message message = {.data = data, .length = sizeof data}, again;
    memset(data, 0x5A, sizeof data);
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    smpp_message_encode(&writer, &message);
    assert_int_equal(byte_writer_status(&writer), 0);
    assert_int_equal(smpp_message_decode(bytes, writer.length, &again), 0);
    assert_int_equal(again.length, sizeof data);
    assert_memory_equal(again.data, data, sizeof data);
}

static void times_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int error;
        int64_t when;
    } cases[] = {
        {"000000010000000R", 0, 1000 + 3600},
        {"010203040506000R", 0, 1000 + (365 + 60 + 3) * INT64_C(86400) + 4 * 3600 + 5 * 60 + 6},
        {"261122160000000+", 0, 1795363200},
        {"261122160000004+", 0, 1795363200 - 3600},
        {"261122160000004-", 0, 1795363200 + 3600},
        {"240229000000000+", 0, 1709164800},
        {"000101000000000+", 0, 946684800},
        {"261322160000000+", OTA_E_BAD_VALUE, 0},
        {"261122160000000X", OTA_E_BAD_VALUE, 0},
        {"2611221600000 0+", OTA_E_BAD_VALUE, 0},
        {"261122", OTA_E_BAD_LENGTH, 0},
        {"", OTA_E_BAD_LENGTH, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t when = 0;
        assert_int_equal(smpp_time_parse(cases[i].text, 1000, &when), cases[i].error);
        assert_int_equal(when, cases[i].when);
    }
}

static void a_receipt_reads_as_appendix_b_has_it(void **state)
{
    (void)state;
    char text[DELIVERY_RECEIPT_SIZE];
    struct delivery_receipt receipt = {
        .message_id = "1001", .state = SMPP_STATE_DELIVERED, .submitted = 1795363200, .done = 1795363261};
    size_t length = delivery_receipt_format(&receipt, text);
    assert_string_equal(text,
                        "id:1001 sub:001 dlvrd:001 submit date:2611221600 done date:2611221601 stat:DELIVRD "
                        "err:000 text:");
    assert_int_equal(length, strlen(text));
    receipt.state = SMPP_STATE_UNDELIVERABLE;
    receipt.error = 0xD5;
    delivery_receipt_format(&receipt, text);
    assert_non_null(strstr(text, "dlvrd:000 "));
    assert_non_null(strstr(text, "stat:UNDELIV err:213 "));
    receipt.state = SMPP_STATE_UNKNOWN;
    delivery_receipt_format(&receipt, text);
    assert_non_null(strstr(text, "dlvrd:000 "));
    assert_non_null(strstr(text, "stat:UNKNOWN err:213 "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_foreign_bind_is_read),
        cmocka_unit_test(a_foreign_submit_is_read_and_written),
        cmocka_unit_test(message_payload_is_taken_and_unknown_options_passed_over),
        cmocka_unit_test(a_foreign_receipt_is_read_and_written),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(hostile_fields_are_refused),
        cmocka_unit_test(damaged_frames_stay_inside),
        cmocka_unit_test(long_data_travels_in_message_payload),
        cmocka_unit_test(times_are_understood),
        cmocka_unit_test(a_receipt_reads_as_appendix_b_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
