/* bearer_sms -> Msg field by field, and each kind of Msg -> event. Links gwlib. */
#include "gateway-plugin/kannel/message_mapping.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "gateway-plugin/kannel/kannel_runtime.h"

static const uint8_t header[] = {0x02, 0x70, 0x00};
static const uint8_t payload[] = {0x00, 0x15, 0x0D, 0x00, 0xFF, 0x80, 0x0A};

static Msg *mapped(const char *smsc_id, int64_t validity_ms)
{
    struct bearer_sms request = {.reference = {17, 2}, .to = "971500000001", .header = header,
                                 .header_length = sizeof header, .payload = payload, .length = sizeof payload,
                                 .validity_ms = validity_ms};
    struct message_origin origin = {.sender = "12345", .boxc_id = "otabox", .smsc_id = smsc_id};

    return message_from_sms(&request, &origin, 1700000000);
}

static void octstr_is(const Octstr *actual, const void *bytes, size_t length)
{
    assert_non_null(actual);
    assert_int_equal(octstr_len(actual), length);
    assert_memory_equal(octstr_get_cstr(actual), bytes, length);
}

static void text_is(const Octstr *actual, const char *expected)
{
    octstr_is(actual, expected, strlen(expected));
}

static void an_sms_becomes_sim_data_download(void **state)
{
    Msg *message = mapped("route-a", 1700003600999);

    (void)state;
    assert_int_equal(message->type, sms);
    text_is(message->sms.sender, "12345");
    text_is(message->sms.receiver, "+971500000001");
    octstr_is(message->sms.udhdata, header, sizeof header);
    octstr_is(message->sms.msgdata, payload, sizeof payload);
    text_is(message->sms.dlr_url, "ota:17:2");
    text_is(message->sms.boxc_id, "otabox");
    text_is(message->sms.service, "ota");
    text_is(message->sms.smsc_id, "route-a");
    assert_int_equal(message->sms.sms_type, mt_push);
    assert_int_equal(message->sms.coding, DC_8BIT);
    assert_int_equal(message->sms.mclass, MC_CLASS2);
    assert_int_equal(message->sms.alt_dcs, 1);
    assert_int_equal(fields_to_dcs(message, 1), 0xF6); /* what Kannel itself makes of the three */
    assert_int_equal(message->sms.pid, 0x7F);
    assert_int_equal(message->sms.dlr_mask, 27);
    assert_int_equal(message->sms.time, 1700000000);
    assert_int_equal(message->sms.validity, 1700003600);
    assert_int_equal(message->sms.deferred, MSG_PARAM_UNDEFINED);
    assert_null(message->sms.meta_data);
    msg_destroy(message);
}

/* As gw/smsc/smsc_smpp.c makes data_coding: a class wants the group F, else alt_dcs decides. */
static int data_coding_of_smpp(Msg *message, long alt_dcs_of_group)
{
    if (message->sms.mclass != MC_UNDEF)
        return fields_to_dcs(message, 1);
    return fields_to_dcs(message, message->sms.alt_dcs != SMS_PARAM_UNDEFINED ? message->sms.alt_dcs
                                                                              : alt_dcs_of_group);
}

static void each_form_has_its_data_coding(void **state)
{
    static const struct {
        enum bearer_form form;
        long coding;
        int dcs, dcs_of_alt; /* with alt-dcs in the smsc group */
        long pid;
    } expected[] = {
        {BEARER_PACKET, DC_8BIT, 0xF6, 0xF6, 0x7F},
        {BEARER_GSM7, DC_7BIT, 0x00, 0xF1, SMS_PARAM_UNDEFINED},
        {BEARER_UCS2, DC_UCS2, 0x08, 0x08, SMS_PARAM_UNDEFINED},
        {BEARER_FLASH_GSM7, DC_7BIT, 0xF0, 0xF0, SMS_PARAM_UNDEFINED},
        {BEARER_FLASH_UCS2, DC_UCS2, 0x18, 0x18, SMS_PARAM_UNDEFINED},
    };
    const struct message_origin origin = {.sender = "12345", .boxc_id = "otabox"};

    (void)state;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct bearer_sms request = {.reference = {17, 1}, .form = expected[i].form, .to = "971500000001",
                                           .payload = payload, .length = sizeof payload};
        Msg *message = message_from_sms(&request, &origin, 1700000000);
        assert_int_equal(message->sms.coding, expected[i].coding);
        assert_int_equal(message->sms.pid, expected[i].pid);
        assert_int_equal(data_coding_of_smpp(message, SMS_PARAM_UNDEFINED), expected[i].dcs);
        assert_int_equal(data_coding_of_smpp(message, 1), expected[i].dcs_of_alt);
        assert_int_equal(message->sms.dlr_mask, 27);
        assert_int_equal(octstr_len(message->sms.udhdata), 0);
        octstr_is(message->sms.msgdata, payload, sizeof payload);
        msg_destroy(message);
    }
}

static void what_is_not_given_stays_undefined(void **state)
{
    Msg *message = mapped(NULL, 0);

    (void)state;
    assert_null(message->sms.smsc_id);
    assert_int_equal(message->sms.validity, MSG_PARAM_UNDEFINED);
    msg_destroy(message);
}

static struct bearer_event event_of(Msg *message)
{
    struct bearer_event event;
    char error[256] = "";

    if (message_to_event(message, &event, error, sizeof error) != 0)
        fail_msg("%s", error);
    msg_destroy(message);
    return event;
}

/* As it goes over the wire: packed, unpacked, answered by UUID. */
static void acknowledgements_name_their_sms(void **state)
{
    static const struct {
        long nack;
        enum bearer_ack expected;
    } rows[] = {{ack_success, ACK_QUEUED}, {ack_buffered, ACK_QUEUED}, {ack_failed_tmp, ACK_TRY_LATER},
                {ack_failed, ACK_REFUSED}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Msg *sent = mapped(NULL, 0), *answer = msg_create(ack);
        Octstr *packed = msg_pack(sent);
        Msg *received = msg_unpack(packed);
        uuid_copy(answer->ack.id, received->sms.id);
        answer->ack.nack = rows[i].nack;
        struct bearer_event event = event_of(answer);
        assert_int_equal(event.kind, BEARER_ACKNOWLEDGED);
        assert_int_equal(event.ack, rows[i].expected);
        assert_true(event.reference.message_id == 17);
        assert_int_equal(event.reference.part, 2);
        octstr_destroy(packed);
        msg_destroy(sent);
        msg_destroy(received);
    }
}

static void refuse_message(Msg *message, const char *word)
{
    struct bearer_event event;
    char error[256] = "";

    assert_int_equal(message_to_event(message, &event, error, sizeof error), -1);
    if (strstr(error, word) == NULL)
        fail_msg("'%s' does not say '%s'", error, word);
    msg_destroy(message);
}

static void foreign_and_broken_acknowledgements(void **state)
{
    Msg *foreign = msg_create(ack); /* a random UUID */
    Msg *broken = msg_create(ack);

    (void)state;
    foreign->ack.nack = ack_success;
    assert_true(event_of(foreign).reference.message_id == 0);
    broken->ack.nack = 4;
    refuse_message(broken, "4");
    broken = msg_create(ack);
    broken->ack.nack = -1;
    refuse_message(broken, "-1");
    refuse_message(msg_create(heartbeat), "type");
}

static Msg *report(long mask, const char *cookie, const char *text)
{
    Msg *message = msg_create(sms);

    message->sms.sms_type = report_mo;
    message->sms.dlr_mask = mask;
    message->sms.dlr_url = cookie == NULL ? NULL : octstr_create(cookie);
    message->sms.msgdata = octstr_create(text);
    return message;
}

static void reports_by_mask(void **state)
{
    static const struct {
        long mask;
        enum bearer_report expected;
    } rows[] = {{8, REPORT_SMSC_ACCEPTED}, {16, REPORT_SMSC_REFUSED}, {1, REPORT_DELIVERED}, {2, REPORT_FAILED},
                {4, REPORT_BUFFERED}, {34, REPORT_EXPIRED}, {66, REPORT_UNKNOWN}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bearer_event event = event_of(report(rows[i].mask, "ota:17:2", "NACK/0x0000000b/Invalid\nAddress"));
        assert_int_equal(event.kind, BEARER_REPORT);
        assert_int_equal(event.report, rows[i].expected);
        assert_true(event.reference.message_id == 17);
        assert_int_equal(event.reference.part, 2);
        assert_string_equal(event.detail, "NACK/0x0000000b/Invalid?Address");
        assert_int_equal(strlen(event.uuid), BEARER_UUID_SIZE - 1);
    }
    assert_int_equal(event_of(report(2, "ota:1:1", "id:1 stat:UNKNOWN err:255 text:")).report, REPORT_UNKNOWN);
    assert_int_equal(event_of(report(2, "ota:1:1", "id:1 stat:UNDELIV err:255 text:")).report, REPORT_FAILED);
    assert_int_equal(event_of(report(1, "ota:1:1", "id:1 stat:UNKNOWN err:255 text:")).report, REPORT_DELIVERED);
    assert_true(event_of(report(1, NULL, "")).reference.message_id == 0);
    assert_true(event_of(report(1, "http://x", "")).reference.message_id == 0);
    refuse_message(report(0, "ota:1:1", ""), "mask 0");
    refuse_message(report(-1, "ota:1:1", ""), "mask -1");
}

static void long_report_texts_are_cut(void **state)
{
    char text[300];

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct bearer_event event = event_of(report(1, "ota:1:1", text));
    assert_int_equal(strlen(event.detail), sizeof event.detail - 1);
}

#define RECEIPT "id:1001 sub:001 dlvrd:001 submit date:2610011200 done date:2610011201 stat:DELIVRD err:000 "

static void a_receipts_words_begin_with_its_state(void **state)
{
    (void)state;
    struct bearer_event event =
        event_of(report(2, "ota:1:1",
                        "id:1795373782000008 sub:001 dlvrd:000 submit date:2611221856 done date:2611221856"
                        " stat:UNDELIV err:211 text:"));
    assert_string_equal(event.detail, "stat:UNDELIV err:211 text:");
}

static Msg *receipt(const char *label, const void *bytes, size_t length)
{
    Msg *message = report(1, "ota:17:2", RECEIPT);

    message->sms.sender = octstr_create("12345");
    message->sms.receiver = octstr_create("+971500000001");
    octstr_append_cstr(message->sms.msgdata, label);
    octstr_append_data(message->sms.msgdata, bytes, (long)length);
    return message;
}

/* A PoR has zeros in it, may hold the label itself, and may have any length up to 140. */
static void a_report_hands_on_what_is_behind_text(void **state)
{
    static const char *const labels[] = {"text:", "Text:", "TEXT:"};
    static const uint8_t por[] = {0x02, 0x71, 0x00, 0x00, 0x0E, 0x0A, 0xB0, 0x00, 0x10, 't', 'e', 'x', 't', ':',
                                  0x00, 0x00, 0x01, 0x90, 0x00, 0xFF};
    uint8_t largest[SMS_USER_DATA_MAX + 1] = {0x02, 0x71};

    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (size_t length = 1; length <= sizeof por; length++) {
            struct bearer_event event = event_of(receipt(labels[i], por, length));
            assert_int_equal(event.kind, BEARER_REPORT);
            assert_int_equal(event.report, REPORT_DELIVERED);
            assert_true(event.reference.message_id == 17);
            assert_string_equal(event.from, "971500000001");
            assert_int_equal(event.user_data_length, length);
            assert_memory_equal(event.user_data, por, length);
        }
    struct bearer_event event = event_of(receipt("text:", largest, SMS_USER_DATA_MAX));
    assert_int_equal(event.user_data_length, SMS_USER_DATA_MAX);
    assert_memory_equal(event.user_data, largest, SMS_USER_DATA_MAX);
    assert_int_equal(event_of(receipt("text:", largest, SMS_USER_DATA_MAX + 1)).user_data_length, 0);
    assert_int_equal(event_of(receipt("text:", por, 0)).user_data_length, 0);
    assert_int_equal(event_of(receipt("tex", por, 3)).user_data_length, 0);
    assert_int_equal(event_of(report(8, "ota:1:1", "ACK/")).user_data_length, 0);
}

static void a_report_without_text_is_one_all_the_same(void **state)
{
    Msg *message = report(1, "ota:17:2", "");

    (void)state;
    octstr_destroy(message->sms.msgdata);
    message->sms.msgdata = NULL;
    struct bearer_event event = event_of(message);
    assert_int_equal(event.kind, BEARER_REPORT);
    assert_int_equal(event.user_data_length, 0);
}

static Msg *from_card(const char *sender, const void *udh, size_t udh_length, const void *data, size_t length)
{
    Msg *message = msg_create(sms);

    message->sms.sms_type = mo;
    message->sms.sender = sender == NULL ? NULL : octstr_create(sender);
    message->sms.receiver = octstr_create("+12345");
    message->sms.udhdata = udh_length == 0 ? NULL : octstr_create_from_data(udh, (long)udh_length);
    message->sms.msgdata = octstr_create_from_data(data, (long)length);
    message->sms.coding = DC_8BIT;
    return message;
}

static const uint8_t por_header[] = {0x02, 0x71, 0x00};
static const uint8_t por[] = {0x00, 0x0B, 0x0A, 0xB0, 0x00, 0x10, 0xFF, 0x80};

static void an_sms_from_a_card(void **state)
{
    Msg *message = from_card("+971500000001", por_header, sizeof por_header, por, sizeof por);
    char uuid[BEARER_UUID_SIZE];

    (void)state;
    uuid_unparse(message->sms.id, uuid);
    struct bearer_event event = event_of(message);
    assert_int_equal(event.kind, BEARER_MESSAGE);
    assert_string_equal(event.from, "971500000001");
    assert_string_equal(event.to, "12345");
    assert_string_equal(event.uuid, uuid);
    assert_true(event.has_user_data_header);
    assert_int_equal(event.user_data_length, sizeof por_header + sizeof por);
    assert_memory_equal(event.user_data, por_header, sizeof por_header);
    assert_memory_equal(event.user_data + sizeof por_header, por, sizeof por);
    assert_string_equal(event_of(from_card("971500000001", NULL, 0, "hi", 2)).from, "971500000001");
}

static void text_without_header_stays_as_it_is(void **state)
{
    Msg *message = from_card("1", NULL, 0, "\xC3\xBF", 2);

    (void)state;
    message->sms.coding = DC_7BIT;
    struct bearer_event event = event_of(message);
    assert_false(event.has_user_data_header);
    assert_int_equal(event.user_data_length, 2);
    assert_memory_equal(event.user_data, "\xC3\xBF", 2);
}

/* alt-charset = "ISO-8859-1": each byte of a PoR with DCS 0 comes as Latin-1 in UTF-8. */
static void dcs_0_is_recovered(void **state)
{
    uint8_t bytes[128], text[256];

    (void)state;
    for (unsigned first = 0; first < 256; first += 128) {
        size_t length = 0;
        for (unsigned i = 0; i < 128; i++) {
            bytes[i] = (uint8_t)(first + i);
            if (bytes[i] >= 0x80)
                text[length++] = (uint8_t)(0xC0 | bytes[i] >> 6);
            text[length++] = (uint8_t)(bytes[i] < 0x80 ? bytes[i] : 0x80 | (bytes[i] & 0x3F));
        }
        Msg *message = from_card("1", por_header, sizeof por_header, text, length);
        message->sms.coding = DC_7BIT;
        struct bearer_event event;
        char error[256];
        if (length + sizeof por_header > sizeof event.user_data)
            continue;
        assert_int_equal(message_to_event(message, &event, error, sizeof error), 0);
        assert_int_equal(event.user_data_length, sizeof por_header + 128);
        assert_memory_equal(event.user_data + sizeof por_header, bytes, 128);
        msg_destroy(message);
    }
}

static void what_is_no_latin1_is_left_alone(void **state)
{
    static const char *const texts[] = {"\xC3", "\xC4\x80", "\xC0\x80", "\xFF", "a\xE2\x82\xAC", "\xC3\x28"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        Msg *message = from_card("1", por_header, sizeof por_header, texts[i], strlen(texts[i]));
        message->sms.coding = DC_7BIT;
        struct bearer_event event = event_of(message);
        assert_int_equal(event.user_data_length, sizeof por_header + strlen(texts[i]));
        assert_memory_equal(event.user_data + sizeof por_header, texts[i], strlen(texts[i]));
    }
}

static void combined_answers_pass_up_to_the_room(void **state)
{
    uint8_t data[2 * SMS_USER_DATA_MAX] = {0};

    (void)state;
    struct bearer_event event = event_of(
        from_card("1", por_header, sizeof por_header, data, sizeof data - sizeof por_header));
    assert_int_equal(event.user_data_length, sizeof data);
    refuse_message(from_card("1", por_header, sizeof por_header, data, sizeof data - 2), "sms-combine");
}

static void senders_are_needed(void **state)
{
    (void)state;
    refuse_message(from_card(NULL, por_header, sizeof por_header, por, sizeof por), "sender");
    refuse_message(from_card("", por_header, sizeof por_header, por, sizeof por), "sender");
}

static void acknowledging_takes_the_uuid_back(void **state)
{
    Msg *message = from_card("1", por_header, sizeof por_header, por, sizeof por);
    char uuid[BEARER_UUID_SIZE];

    (void)state;
    uuid_unparse(message->sms.id, uuid);
    Msg *answer = message_acknowledging(uuid, 1700000000);
    assert_int_equal(answer->type, ack);
    assert_int_equal(answer->ack.nack, ack_success);
    assert_int_equal(uuid_compare(answer->ack.id, message->sms.id), 0);
    assert_null(message_acknowledging("no uuid", 0));
    msg_destroy(answer);
    msg_destroy(message);
}

static int gwlib_start(void **state)
{
    (void)state;
    kannel_runtime_start(GW_PANIC);
    return 0;
}

static int gwlib_stop(void **state)
{
    (void)state;
    kannel_runtime_stop();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_sms_becomes_sim_data_download),
        cmocka_unit_test(what_is_not_given_stays_undefined),
        cmocka_unit_test(each_form_has_its_data_coding),
        cmocka_unit_test(acknowledgements_name_their_sms),
        cmocka_unit_test(foreign_and_broken_acknowledgements),
        cmocka_unit_test(reports_by_mask),
        cmocka_unit_test(long_report_texts_are_cut),
        cmocka_unit_test(a_receipts_words_begin_with_its_state),
        cmocka_unit_test(a_report_hands_on_what_is_behind_text),
        cmocka_unit_test(a_report_without_text_is_one_all_the_same),
        cmocka_unit_test(an_sms_from_a_card),
        cmocka_unit_test(text_without_header_stays_as_it_is),
        cmocka_unit_test(dcs_0_is_recovered),
        cmocka_unit_test(what_is_no_latin1_is_left_alone),
        cmocka_unit_test(combined_answers_pass_up_to_the_room),
        cmocka_unit_test(senders_are_needed),
        cmocka_unit_test(acknowledging_takes_the_uuid_back),
    };

    return cmocka_run_group_tests(tests, gwlib_start, gwlib_stop);
}
