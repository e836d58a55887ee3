/* The SMSC without sockets: binds, the order of answers, store and forward, redelivery, broken frames. */
#include "tests/smsc/smpp_client.h"

#include <stdlib.h>

#define CARD "+961234567891"
#define OTHER_CARD "961234567892"
#define NOON 1795348800 /* 2026-11-22 12:00 UTC */
#define LOG_SIZE 2000

/* A network whose subscribers do what the test says. */
struct air {
    struct smsc *smsc;
    struct smsc_result result;
    struct smsc_copies receipt;
    unsigned replies; /* SMS that the subscriber sends for each delivery */
    unsigned delivered;
    char seen[200]; /* destinations in order, the last digit of each */
    int64_t now_ms;
    char log[LOG_SIZE];
};

static bool knows(void *user, const char *msisdn)
{
    (void)user;
    return strcmp(msisdn + (msisdn[0] == '+'), CARD + 1) == 0 || strcmp(msisdn, OTHER_CARD) == 0;
}

static struct smsc_result deliver(void *user, const struct smsc_message *message)
{
    struct air *air = user;
    static const uint8_t por[] = "PoR";
    air->seen[air->delivered++] = message->destination.digits[strlen(message->destination.digits) - 1];
    for (unsigned i = 0; i < air->replies; i++) {
        struct smpp_message reply = {.source = message->destination,
                                     .destination = message->source,
                                     .esm_class = 0x40,
                                     .protocol_id = 0x7F,
                                     .data_coding = 0xF6,
                                     .data = por,
                                     .length = 3};
        assert_true(smsc_originate(air->smsc, &reply, (struct smsc_copies){.count = 1}));
    }
    return air->result;
}

static struct smsc_copies receipt(void *user, const struct smsc_message *message)
{
    const struct air *air = user;
    assert_true(message->registered_delivery != 0);
    return air->receipt;
}

static void keep_log(void *user, const char *line)
{
    struct air *air = user;
    size_t used = strlen(air->log);
    snprintf(air->log + used, sizeof air->log - used, "%s\n", line);
}

static void pass(struct air *air, int64_t milliseconds)
{
    air->now_ms += milliseconds;
    smsc_set_time(air->smsc, air->now_ms, NOON + air->now_ms / 1000);
    smsc_run(air->smsc);
}

static int set_up_with(void **state, struct smsc_settings settings)
{
    struct air *air = calloc(1, sizeof *air);
    assert_non_null(air);
    struct smsc_network network = {
        .user = air, .knows = knows, .deliver = deliver, .receipt = receipt, .log = keep_log};
    settings.system_id = "kannel";
    settings.password = "secret12";
    air->smsc = smsc_new(&settings, &network);
    assert_non_null(air->smsc);
    air->receipt.count = 1;
    *state = air;
    pass(air, 0);
    return 0;
}

static int set_up(void **state)
{
    return set_up_with(state, (struct smsc_settings){0});
}

static int set_up_small(void **state)
{
    return set_up_with(state, (struct smsc_settings){.window = 2, .message_limit = 4});
}

static int tear_down(void **state)
{
    struct air *air = *state;
    smsc_free(&air->smsc);
    assert_null(air->smsc);
    free(air);
    return 0;
}

static struct smsc_session *bound(struct air *air, uint32_t command)
{
    struct smsc_session *session = smsc_session_open(air->smsc, "test");
    client_bind(session, command, "kannel", "secret12");
    client_expect(session, command | SMPP_RESPONSE, ESME_ROK);
    return session;
}

static void submit_to(struct smsc_session *session, const char *msisdn, uint32_t sequence)
{
    struct smpp_message message = client_message(msisdn);
    client_submit(session, &message, sequence);
}

static void acknowledge(struct smsc_session *session, const struct client_pdu *pdu, uint32_t status)
{
    client_header(session, SMPP_DELIVER_SM | SMPP_RESPONSE, status, pdu->header.sequence);
}

static void the_answer_comes_first_then_receipt_then_por(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    air->replies = 1;
    submit_to(session, CARD, 5);
    pass(air, 0);
    struct client_pdu answer = client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    assert_int_equal(answer.header.sequence, 5);
    char id[SMPP_MESSAGE_ID_SIZE];
    assert_int_equal(smpp_message_id_decode(answer.body, answer.length, id), 0);
    assert_true(strlen(id) > 0);

    struct client_pdu receipt_pdu = client_expect(session, SMPP_DELIVER_SM, 0);
    assert_int_equal(receipt_pdu.message.esm_class, 0x04);
    assert_string_equal(receipt_pdu.message.receipted_message_id, id);
    assert_int_equal(receipt_pdu.message.message_state, SMPP_STATE_DELIVERED);
    assert_string_equal(receipt_pdu.message.source.digits, CARD);
    assert_string_equal(receipt_pdu.message.destination.digits, "12345");
    char expected[100];
    snprintf(expected, sizeof expected, "id:%s sub:001 dlvrd:001 submit date:", id);
    assert_ptr_equal(strstr(receipt_pdu.text, expected), receipt_pdu.text);
    assert_non_null(strstr(receipt_pdu.text, "stat:DELIVRD err:000 text:"));

    struct client_pdu por = client_expect(session, SMPP_DELIVER_SM, 0);
    assert_int_equal(por.message.esm_class, 0x40);
    assert_int_equal(por.message.protocol_id, 0x7F);
    assert_int_equal(por.message.data_coding, 0xF6);
    assert_string_equal(por.text, "PoR");
    acknowledge(session, &receipt_pdu, 0);
    acknowledge(session, &por, 0);
    client_expect_silence(session);
    assert_int_equal(smsc_pending_deliveries(air->smsc), 0);
    assert_int_equal(smsc_pending_messages(air->smsc), 0);
}

static void a_bind_needs_the_account(void **state)
{
    struct air *air = *state;
    static const struct {
        const char *id, *password;
        uint32_t status;
    } cases[] = {{"kannel", "secret13", ESME_RINVPASWD},
                 {"kannel", "", ESME_RINVPASWD},
                 {"other", "secret12", ESME_RBINDFAIL},
                 {"", "", ESME_RBINDFAIL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct smsc_session *session = smsc_session_open(air->smsc, "test");
        client_bind(session, SMPP_BIND_TRANSCEIVER, cases[i].id, cases[i].password);
        client_expect(session, SMPP_BIND_TRANSCEIVER | SMPP_RESPONSE, cases[i].status);
        assert_true(smsc_session_is_over(session));
        smsc_session_close(&session);
    }
    assert_null(strstr(air->log, "secret"));
}

static void states_are_kept(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = smsc_session_open(air->smsc, "test");
    submit_to(session, CARD, 1);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_RINVBNDSTS);
    client_header(session, SMPP_ENQUIRE_LINK, 0, 2);
    client_expect(session, SMPP_ENQUIRE_LINK | SMPP_RESPONSE, ESME_ROK);
    client_bind(session, SMPP_BIND_RECEIVER, "kannel", "secret12");
    client_expect(session, SMPP_BIND_RECEIVER | SMPP_RESPONSE, ESME_ROK);
    submit_to(session, CARD, 3);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_RINVBNDSTS);
    client_bind(session, SMPP_BIND_RECEIVER, "kannel", "secret12");
    client_expect(session, SMPP_BIND_RECEIVER | SMPP_RESPONSE, ESME_RALYBND);
    client_header(session, SMPP_UNBIND, 0, 4);
    client_expect(session, SMPP_UNBIND | SMPP_RESPONSE, ESME_ROK);
    assert_true(smsc_session_is_over(session));
    client_header(session, SMPP_ENQUIRE_LINK, 0, 5); /* nothing more is heard */
    client_expect_silence(session);
}

static void what_cannot_be_taken_is_refused(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    struct smpp_message message = client_message("961000000000");
    client_submit(session, &message, 1);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_RINVDSTADR);
    assert_non_null(
        strstr(air->log, "submit_sm to '961000000000' refused with status 0000000B (no such subscriber)"));
    message = client_message("9\n2026 forged");
    client_submit(session, &message, 1);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_RINVDSTADR);
    assert_non_null(strstr(air->log, "submit_sm to '9?2026 forged'"));
    uint8_t data[161] = {0};
    message = client_message(CARD);
    message.data = data;
    message.length = 141;
    client_submit(session, &message, 2);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_RINVMSGLEN);
    message.data_coding = 0x00; /* septets */
    message.esm_class = 0;
    message.length = 161;
    client_submit(session, &message, 2);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_RINVMSGLEN);
    message = client_message(CARD);
    strcpy(message.validity, "261122000000000+"); /* over already */
    client_submit(session, &message, 3);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_RINVEXPIRY);
    strcpy(message.validity, "tomorrow");
    client_submit(session, &message, 4);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_RINVEXPIRY);
    message = client_message(CARD);
    strcpy(message.schedule, "000000010000000R");
    client_submit(session, &message, 5);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_RINVSCHED);
    pass(air, 0);
    assert_int_equal(air->delivered, 0);
}

static void broken_frames_are_nacked(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    client_header(session, 0x0BAD, 0, 7);
    struct client_pdu nack = client_expect(session, SMPP_GENERIC_NACK, ESME_RINVCMDID);
    assert_int_equal(nack.header.sequence, 7);
    client_header(session, 0x80000BAD, 0, 8); /* an answer to nothing: no nack for it */
    client_header(session, SMPP_GENERIC_NACK, 3, 9);
    client_expect_silence(session);
    client_header(session, SMPP_SUBMIT_SM, 0, 10); /* without a body */
    client_expect(session, SMPP_GENERIC_NACK, ESME_RINVCMDLEN);
    client_header(session, SMPP_ENQUIRE_LINK, 0, 11); /* it is still understood */
    client_expect(session, SMPP_ENQUIRE_LINK | SMPP_RESPONSE, ESME_ROK);
    smsc_session_close(&session);

    static const uint8_t lengths[][4] = {{0, 0, 0, 0}, {0, 0, 0, 15}, {0, 1, 0, 1}, {0xFF, 0xFF, 0xFF, 0xFF}};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        uint8_t frame[SMPP_HEADER_SIZE] = {[7] = SMPP_ENQUIRE_LINK};
        memcpy(frame, lengths[i], 4);
        session = bound(air, SMPP_BIND_TRANSCEIVER);
        smsc_session_input(session, frame, sizeof frame);
        client_expect(session, SMPP_GENERIC_NACK, ESME_RINVCMDLEN);
        assert_true(smsc_session_is_over(session));
        smsc_session_close(&session);
    }
}

static void frames_may_come_in_any_pieces(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    uint8_t bytes[400];
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    struct smpp_message message = client_message(CARD);
    for (uint32_t i = 1; i <= 3; i++) {
        size_t start = smpp_pdu_begin(&writer, SMPP_SUBMIT_SM, 0, i);
        smpp_message_encode(&writer, &message);
        smpp_pdu_end(&writer, start);
    }
    for (size_t i = 0; i < writer.length; i++)
        smsc_session_input(session, bytes + i, 1);
    smsc_session_input(session, bytes, writer.length);
    for (uint32_t i = 0; i < 6; i++) {
        struct client_pdu answer = client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
        assert_int_equal(answer.header.sequence, i % 3 + 1);
    }
}

static void random_bytes_do_no_harm(void **state)
{
    struct air *air = *state;
    srand(5);
    for (unsigned round = 0; round < 300; round++) {
        struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
        for (unsigned frame = 0; frame < 20; frame++) {
            uint8_t bytes[96];
            for (size_t i = 0; i < sizeof bytes; i++)
                bytes[i] = (uint8_t)rand();
            bytes[0] = bytes[1] = bytes[2] = 0;
            bytes[3] = (uint8_t)(16 + rand() % 80);
            bytes[4] = rand() % 4 ? 0 : 0x80;
            bytes[5] = bytes[6] = 0;
            bytes[7] = (uint8_t)(rand() % 24);
            smsc_session_input(session, bytes, bytes[3]);
        }
        pass(air, 1);
        smsc_session_close(&session);
    }
}

static void a_busy_card_is_tried_again_in_order(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    air->result.outcome = SMSC_LATER;
    submit_to(session, CARD, 1);
    submit_to(session, CARD, 2);
    submit_to(session, OTHER_CARD, 3);
    pass(air, 0);
    assert_string_equal(air->seen, "12"); /* the second to card 1 waits behind the first */
    for (unsigned i = 0; i < 3; i++)
        client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    pass(air, 999);
    assert_int_equal(air->delivered, 2);
    pass(air, 1);
    assert_int_equal(air->delivered, 4);
    pass(air, 1999); /* the back-off has doubled */
    assert_int_equal(air->delivered, 4);
    air->result.outcome = SMSC_DELIVERED;
    pass(air, 1);
    pass(air, 0);
    assert_int_equal(air->delivered, 7);
    assert_int_equal(smsc_pending_messages(air->smsc), 0);
    for (unsigned i = 0; i < 3; i++)
        client_expect(session, SMPP_DELIVER_SM, 0);
    client_expect_silence(session);
}

static void expire(struct air *air, enum smsc_outcome outcome, const char *validity, int64_t seconds)
{
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    struct smpp_message message = client_message(CARD);
    strcpy(message.validity, validity);
    air->log[0] = '\0';
    air->result = (struct smsc_result){.outcome = outcome};
    client_submit(session, &message, 1);
    pass(air, 0);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    pass(air, seconds * 1000 - 1);
    client_expect_silence(session);
    assert_int_equal(smsc_pending_messages(air->smsc), 1);
    pass(air, 1);
    struct client_pdu receipt_pdu = client_expect(session, SMPP_DELIVER_SM, 0);
    assert_int_equal(receipt_pdu.message.message_state, SMPP_STATE_EXPIRED);
    assert_non_null(strstr(receipt_pdu.text, "dlvrd:000"));
    assert_non_null(strstr(receipt_pdu.text, "stat:EXPIRED"));
    assert_true((strstr(air->log, " bytes, expired") != NULL) == (outcome != SMSC_LOST));
    assert_int_equal(smsc_pending_messages(air->smsc), 0);
    acknowledge(session, &receipt_pdu, 0);
    smsc_session_close(&session);
}

static void validity_periods_are_honoured(void **state)
{
    struct air *air = *state;
    expire(air, SMSC_LATER, "000000000030000R", 30);
    expire(air, SMSC_LOST, "000000000030000R", 30);
    int64_t offset = air->now_ms / 1000;
    assert_int_equal(offset, 60);
    expire(air, SMSC_LATER, "261122120130000+", 30); /* noon, 60 s later, and 30 more */
}

/* Somebody else is at work on it; when he is done it is asked for again. */
static void a_pending_message_waits_to_be_woken(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    air->result.outcome = SMSC_PENDING;
    submit_to(session, CARD, 1);
    submit_to(session, CARD, 2);
    submit_to(session, OTHER_CARD, 3);
    pass(air, 0);
    pass(air, 70000);
    assert_string_equal(air->seen, "12"); /* one of each card */
    air->result.outcome = SMSC_DELIVERED;
    assert_true(smsc_wake(air->smsc, CARD));
    pass(air, 0);
    assert_string_equal(air->seen, "1211"); /* it, and the next of its card */
    assert_false(smsc_wake(air->smsc, CARD));
    assert_int_equal(smsc_pending_messages(air->smsc), 1);
}

static void one_may_look_ahead(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    air->result.outcome = SMSC_PENDING;
    assert_null(smsc_look_ahead(air->smsc, CARD, 0));
    struct smpp_message message = client_message(CARD);
    strcpy(message.validity, "000000000030000R");
    for (uint32_t i = 1; i <= 3; i++)
        client_submit(session, &message, i);
    pass(air, 0);
    const struct smsc_message *first = smsc_look_ahead(air->smsc, CARD, 0);
    assert_non_null(first);
    const struct smsc_message *second = smsc_look_ahead(air->smsc, CARD, 1);
    assert_non_null(second);
    assert_int_equal(second->id, first->id + 1);
    assert_null(smsc_look_ahead(air->smsc, CARD, 3));
    assert_null(smsc_look_ahead(air->smsc, OTHER_CARD, 0));
    pass(air, 59999); /* the third, in nobody's hands, has expired; the two have not */
    assert_int_equal(smsc_pending_messages(air->smsc), 2);
}

static void waking_ends_a_back_off(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    air->result.outcome = SMSC_LATER;
    submit_to(session, CARD, 1);
    pass(air, 0);
    pass(air, 1000);
    assert_string_equal(air->seen, "11");
    air->result.outcome = SMSC_DELIVERED;
    assert_true(smsc_wake(air->smsc, CARD));
    pass(air, 0);
    assert_string_equal(air->seen, "111");
}

/* Whoever works on a message has at least a minute; then its validity counts, and the next one goes on. */
static void a_pending_message_expires_late(void **state)
{
    struct air *air = *state;
    expire(air, SMSC_PENDING, "000000000030000R", 60);
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    struct smpp_message message = client_message(CARD);
    strcpy(message.validity, "000000000030000R");
    client_submit(session, &message, 1);
    submit_to(session, CARD, 2);
    pass(air, 0);
    unsigned before = air->delivered;
    pass(air, 60000);
    assert_int_equal(air->delivered, before + 1);
}

static void what_expires_in_the_queue_does_not_hasten_the_first(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    struct smpp_message message = client_message(CARD);
    air->result = (struct smsc_result){.outcome = SMSC_LATER, .delay_ms = 5000};
    client_submit(session, &message, 1);
    strcpy(message.validity, "000000000002000R");
    client_submit(session, &message, 2);
    pass(air, 0);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    pass(air, 2000);
    assert_non_null(strstr(client_expect(session, SMPP_DELIVER_SM, 0).text, "stat:EXPIRED"));
    pass(air, 2999);
    assert_int_equal(air->delivered, 1);
    pass(air, 1);
    assert_int_equal(air->delivered, 2);
}

static void lost_messages_expire_each_at_its_time(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    static const char *const validity[] = {"000000000020000R", "000000000010000R", "000000000030000R"};
    static const unsigned expiring[] = {1, 0, 2};
    char ids[3][SMPP_MESSAGE_ID_SIZE];
    air->result.outcome = SMSC_LOST;
    for (unsigned i = 0; i < 3; i++) {
        struct smpp_message message = client_message(CARD);
        strcpy(message.validity, validity[i]);
        client_submit(session, &message, i);
        struct client_pdu answer = client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
        assert_int_equal(smpp_message_id_decode(answer.body, answer.length, ids[i]), 0);
    }
    for (unsigned i = 0; i < 3; i++)
        pass(air, 0);
    assert_int_equal(air->delivered, 3);
    for (unsigned i = 0; i < 3; i++) {
        pass(air, 9999);
        client_expect_silence(session);
        pass(air, 1);
        struct client_pdu receipt_pdu = client_expect(session, SMPP_DELIVER_SM, 0);
        assert_string_equal(receipt_pdu.message.receipted_message_id, ids[expiring[i]]);
        acknowledge(session, &receipt_pdu, 0);
    }
}

static void a_refusal_is_reported_with_its_cause(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    air->result = (struct smsc_result){.outcome = SMSC_REFUSED, .cause = 0xD5};
    struct smpp_message message = client_message(CARD);
    message.registered_delivery = 2; /* on failure only */
    client_submit(session, &message, 1);
    pass(air, 0);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    struct client_pdu receipt_pdu = client_expect(session, SMPP_DELIVER_SM, 0);
    assert_non_null(strstr(receipt_pdu.text, "stat:UNDELIV err:213"));
    air->result.outcome = SMSC_DELIVERED;
    client_submit(session, &message, 2);
    pass(air, 0);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    client_expect_silence(session);
}

static void what_may_have_arrived_is_not_tried_again(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    air->result = (struct smsc_result){.outcome = SMSC_UNKNOWN, .cause = 0xFF};
    air->replies = 1; /* what the card sent before it fell silent */
    submit_to(session, CARD, 1);
    pass(air, 0);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    struct client_pdu receipt_pdu = client_expect(session, SMPP_DELIVER_SM, 0);
    assert_int_equal(receipt_pdu.message.message_state, 7);
    assert_non_null(strstr(receipt_pdu.text, "dlvrd:000 "));
    assert_non_null(strstr(receipt_pdu.text, "stat:UNKNOWN err:255"));
    assert_string_equal(client_expect(session, SMPP_DELIVER_SM, 0).text, "PoR");
    pass(air, 100000);
    assert_int_equal(air->delivered, 1);
    assert_int_equal(smsc_pending_messages(air->smsc), 0);
}

static void receipts_can_be_lost_doubled_and_late(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    air->receipt.count = 0;
    submit_to(session, CARD, 1);
    pass(air, 0);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    client_expect_silence(session);
    air->receipt = (struct smsc_copies){.count = 2, .delay_ms = 500};
    submit_to(session, CARD, 2);
    pass(air, 0);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    pass(air, 499);
    client_expect_silence(session);
    pass(air, 1);
    client_expect(session, SMPP_DELIVER_SM, 0);
    client_expect(session, SMPP_DELIVER_SM, 0);
    client_expect_silence(session);
}

static void what_nobody_waits_for_is_kept(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSMITTER);
    air->replies = 1;
    submit_to(session, CARD, 1);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    pass(air, 50); /* the answer must be read before the receipt, on whatever connection it comes */
    client_expect_silence(session);
    assert_int_equal(smsc_pending_deliveries(air->smsc), 2);
    struct smsc_session *receiver = bound(air, SMPP_BIND_RECEIVER);
    pass(air, 0);
    assert_int_equal(client_expect(receiver, SMPP_DELIVER_SM, 0).message.esm_class, 0x04);
    assert_int_equal(client_expect(receiver, SMPP_DELIVER_SM, 0).message.esm_class, 0x40);
}

static void unanswered_deliveries_come_again_in_order(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    air->replies = 1;
    submit_to(session, CARD, 1);
    pass(air, 0);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    struct client_pdu receipt_pdu = client_expect(session, SMPP_DELIVER_SM, 0);
    client_expect(session, SMPP_DELIVER_SM, 0);
    submit_to(session, OTHER_CARD, 2);
    pass(air, 0);
    acknowledge(session, &receipt_pdu, 0);
    smsc_session_close(&session);
    assert_int_equal(smsc_pending_deliveries(air->smsc), 3);
    session = bound(air, SMPP_BIND_TRANSCEIVER);
    pass(air, 0);
    assert_string_equal(client_expect(session, SMPP_DELIVER_SM, 0).message.source.digits, CARD);
    struct client_pdu next = client_expect(session, SMPP_DELIVER_SM, 0);
    assert_string_equal(next.message.source.digits, OTHER_CARD);
    assert_int_equal(next.message.esm_class, 0x04);
    assert_int_equal(client_expect(session, SMPP_DELIVER_SM, 0).message.esm_class, 0x40);
    client_expect_silence(session);
}

static void two_sessions_get_their_own(void **state)
{
    struct air *air = *state;
    struct smsc_session *first = bound(air, SMPP_BIND_TRANSCEIVER);
    struct smsc_session *second = bound(air, SMPP_BIND_TRANSCEIVER);
    air->replies = 1;
    submit_to(first, CARD, 1);
    submit_to(second, OTHER_CARD, 1);
    pass(air, 0);
    client_expect(first, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    client_expect(second, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    for (unsigned i = 0; i < 2; i++) {
        assert_string_equal(client_expect(first, SMPP_DELIVER_SM, 0).message.source.digits, CARD);
        assert_string_equal(client_expect(second, SMPP_DELIVER_SM, 0).message.source.digits, OTHER_CARD);
    }
    smsc_session_close(&first); /* its two go to the other */
    pass(air, 0);
    client_expect(second, SMPP_DELIVER_SM, 0);
    client_expect(second, SMPP_DELIVER_SM, 0);
    client_expect_silence(second);
}

static void a_temporary_refusal_is_tried_again(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    submit_to(session, CARD, 1);
    pass(air, 0);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    struct client_pdu receipt_pdu = client_expect(session, SMPP_DELIVER_SM, 0);
    acknowledge(session, &receipt_pdu, ESME_RX_T_APPN);
    pass(air, 999);
    client_expect_silence(session);
    pass(air, 1);
    receipt_pdu = client_expect(session, SMPP_DELIVER_SM, 0);
    acknowledge(session, &receipt_pdu, ESME_RSYSERR); /* for good */
    pass(air, 5000);
    client_expect_silence(session);
    assert_int_equal(smsc_pending_deliveries(air->smsc), 0);
}

/* A storage of one message row. */
struct drawer {
    struct smsc_row row;
    uint8_t body[SMSC_ROW_BODY_MAX];
    unsigned saves, forgets;
    bool broken;
};
static struct drawer drawer;

static int save_in_drawer(void *user, const struct smsc_row *row)
{
    (void)user;
    drawer.saves++;
    if (row->kind == SMSC_ROW_MESSAGE) {
        drawer.row = *row;
        memcpy(drawer.body, row->body, row->length);
        drawer.row.body = drawer.body;
    }
    return drawer.broken ? -1 : 0;
}

static int forget_from_drawer(void *user, enum smsc_row_kind kind, uint64_t id)
{
    (void)user, (void)kind, (void)id;
    drawer.forgets++;
    return drawer.broken ? -1 : 0;
}

/* A new SMSC behind the same air, which knows what the drawer holds. */
static void open_lagging(struct air *air, bool restore, int64_t lag_ms)
{
    struct smsc_settings settings = {
        .system_id = "kannel", .password = "secret12", .save_lag_ms = lag_ms};
    struct smsc_network network = {.user = air,
                                   .knows = knows,
                                   .deliver = deliver,
                                   .receipt = receipt,
                                   .save = save_in_drawer,
                                   .forget = forget_from_drawer,
                                   .log = keep_log};
    smsc_free(&air->smsc);
    air->smsc = smsc_new(&settings, &network);
    assert_non_null(air->smsc);
    smsc_set_time(air->smsc, air->now_ms, NOON + air->now_ms / 1000);
    if (restore)
        assert_true(smsc_restore(air->smsc, &drawer.row));
}

static void open_with_drawer(struct air *air, bool restore)
{
    open_lagging(air, restore, 0);
}

static struct smsc_session *submit_for_30_seconds(struct air *air)
{
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    struct smpp_message message = client_message(CARD);
    strcpy(message.validity, "000000000030000R");
    client_submit(session, &message, 2);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    pass(air, 0);
    return session;
}

static void a_lost_message_stays_lost_over_a_restart(void **state)
{
    struct air *air = *state;
    drawer = (struct drawer){.saves = 0};
    open_with_drawer(air, false);
    air->result.outcome = SMSC_LOST;
    submit_for_30_seconds(air);
    assert_int_equal(smsc_save(air->smsc), 0);
    assert_true(drawer.row.lost);
    air->now_ms += 10000;
    open_with_drawer(air, true);
    air->result.outcome = SMSC_DELIVERED;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    pass(air, 19000);
    client_expect_silence(session);
    pass(air, 1000);
    struct client_pdu pdu = client_expect(session, SMPP_DELIVER_SM, 0);
    assert_non_null(strstr(pdu.text, "stat:EXPIRED"));
    assert_int_equal(air->delivered, 1); /* before the restart */
    assert_int_equal(drawer.forgets, 1);
}

static void what_expired_meanwhile_is_told(void **state)
{
    struct air *air = *state;
    drawer = (struct drawer){.saves = 0};
    open_with_drawer(air, false);
    air->result.outcome = SMSC_LATER;
    struct smsc_session *session = submit_for_30_seconds(air);
    assert_int_equal(smsc_save(air->smsc), 0);
    assert_int_equal(smsc_save(air->smsc), 0); /* nothing new */
    assert_int_equal(drawer.saves, 1);
    air->now_ms += 31000;
    open_with_drawer(air, true);
    session = bound(air, SMPP_BIND_TRANSCEIVER);
    pass(air, 0);
    struct client_pdu pdu = client_expect(session, SMPP_DELIVER_SM, 0);
    assert_non_null(strstr(pdu.text, "stat:EXPIRED"));
}

/* Ids begin with the date, but a restart may take less than a second. */
static void ids_do_not_come_again(void **state)
{
    struct air *air = *state;
    drawer = (struct drawer){.saves = 0};
    open_with_drawer(air, false);
    air->result.outcome = SMSC_LATER;
    submit_for_30_seconds(air);
    assert_int_equal(smsc_save(air->smsc), 0);
    open_with_drawer(air, true);
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    submit_to(session, OTHER_CARD, 3);
    struct client_pdu pdu = client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    char id[SMPP_MESSAGE_ID_SIZE];
    assert_int_equal(smpp_message_id_decode(pdu.body, pdu.length, id), 0);
    assert_true(strtoull(id, NULL, 10) > drawer.row.id);
}

static void what_comes_and_goes_costs_no_row(void **state)
{
    struct air *air = *state;
    drawer = (struct drawer){.saves = 0};
    open_with_drawer(air, false);
    submit_for_30_seconds(air);
    assert_int_equal(smsc_save(air->smsc), 0);
    assert_int_equal(drawer.saves, 1); /* the receipt */
    assert_int_equal(drawer.forgets, 0);
}

#define LAG_MS 20

/* What saves and forgets have been asked for since the last time. */
static void assert_drawer(struct air *air, unsigned saves, unsigned forgets)
{
    drawer.saves = drawer.forgets = 0;
    assert_int_equal(smsc_save(air->smsc), 0);
    assert_int_equal(drawer.saves, saves);
    assert_int_equal(drawer.forgets, forgets);
}

/* Two messages that have their rows, and then arrive, one after the other: of the second a receipt and a PoR
 * are on their way. */
static struct smsc_session *deliver_two_saved_messages(struct air *air)
{
    drawer = (struct drawer){.saves = 0};
    open_lagging(air, false, LAG_MS);
    air->result.outcome = SMSC_PENDING;
    air->replies = 0;
    struct smsc_session *session = submit_for_30_seconds(air);
    assert_drawer(air, 1, 0); /* it does not wait: its answer is to leave */
    submit_to(session, OTHER_CARD, 3);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
    pass(air, 0);
    assert_drawer(air, 1, 0);
    air->result.outcome = SMSC_DELIVERED;
    assert_true(smsc_wake(air->smsc, CARD));
    pass(air, 0);
    assert_drawer(air, 1, 1); /* the first one does not wait */
    struct client_pdu pdu = client_expect(session, SMPP_DELIVER_SM, 0);
    acknowledge(session, &pdu, ESME_ROK);
    assert_drawer(air, 0, 0);
    air->replies = 1;
    assert_true(smsc_wake(air->smsc, OTHER_CARD));
    pass(air, 1);
    assert_drawer(air, 0, 0);
    return session;
}

static void a_result_may_wait_for_its_row(void **state)
{
    struct air *air = *state;
    deliver_two_saved_messages(air);
    assert_int_equal(smsc_next_due(air->smsc), LAG_MS - 1);
    pass(air, LAG_MS - 2);
    assert_drawer(air, 0, 0);
    pass(air, 1);
    assert_drawer(air, 2, 2); /* in one transaction; and the first one's receipt */
    pass(air, 10 * LAG_MS);
    assert_drawer(air, 0, 0);
}

static void a_result_that_is_acknowledged_in_time_has_no_row(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = deliver_two_saved_messages(air);
    for (unsigned i = 0; i < 2; i++) {
        struct client_pdu pdu = client_expect(session, SMPP_DELIVER_SM, 0);
        acknowledge(session, &pdu, ESME_ROK);
    }
    assert_drawer(air, 0, 0);
    pass(air, LAG_MS);
    assert_drawer(air, 0, 2);
}

static void results_do_not_wait_at_the_end(void **state)
{
    struct air *air = *state;
    deliver_two_saved_messages(air);
    smsc_settle(air->smsc);
    assert_drawer(air, 2, 2);
}

/* Nothing else is there to tell of it. */
static void the_result_of_a_message_without_a_row_does_not_wait(void **state)
{
    struct air *air = *state;
    drawer = (struct drawer){.saves = 0};
    open_lagging(air, false, LAG_MS);
    for (unsigned i = 0; i < 2; i++) {
        submit_for_30_seconds(air);
        assert_drawer(air, 1, 0);
    }
}

static void a_broken_storage_is_told_once(void **state)
{
    struct air *air = *state;
    drawer = (struct drawer){.broken = true};
    open_with_drawer(air, false);
    air->result.outcome = SMSC_LATER;
    submit_for_30_seconds(air);
    assert_int_equal(smsc_save(air->smsc), -1);
    air->result.outcome = SMSC_DELIVERED;
    pass(air, 1000); /* now it is to be forgotten */
    assert_int_equal(drawer.forgets, 1);
    assert_int_equal(smsc_save(air->smsc), -1);
}

static void nonsense_is_not_restored(void **state)
{
    struct air *air = *state;
    struct smsc_row row = {.kind = SMSC_ROW_MESSAGE, .id = 1, .body = (const uint8_t *)"x", .length = 1};
    assert_false(smsc_restore(air->smsc, &row));
    assert_int_equal(smsc_pending_messages(air->smsc), 0);
}

static void windows_and_queues_are_bounded(void **state)
{
    struct air *air = *state; /* window 2, 4 messages */
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    for (uint32_t i = 0; i < 4; i++) {
        submit_to(session, CARD, i);
        pass(air, 0);
        client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_ROK);
        if (i < 2)
            client_expect(session, SMPP_DELIVER_SM, 0);
    }
    client_expect_silence(session);
    submit_to(session, CARD, 9);
    client_expect(session, SMPP_SUBMIT_SM | SMPP_RESPONSE, ESME_RMSGQFUL);
    client_header(session, SMPP_DELIVER_SM | SMPP_RESPONSE, 0, 1);
    pass(air, 0);
    client_expect(session, SMPP_DELIVER_SM, 0);
    client_expect_silence(session);
}

static void a_peer_that_never_reads_is_not_listened_to(void **state)
{
    struct air *air = *state;
    struct smsc_session *session = bound(air, SMPP_BIND_TRANSCEIVER);
    unsigned asked = 0;
    for (; smsc_session_wants_input(session) && asked < 1000000; asked++)
        client_header(session, SMPP_ENQUIRE_LINK, 0, 1);
    assert_true(asked > 1000 && asked < 20000);
    for (unsigned i = 0; i < 20000; i++)
        client_header(session, SMPP_ENQUIRE_LINK, 0, 1);
    assert_true(smsc_session_is_over(session));
}

static void silent_peers_are_asked_then_closed(void **state)
{
    struct air *air = *state;
    struct smsc_session *silent = bound(air, SMPP_BIND_TRANSCEIVER);
    struct smsc_session *stranger = smsc_session_open(air->smsc, "stranger");
    pass(air, 10001);
    assert_true(smsc_session_is_over(stranger)); /* no bind in 10 s */
    pass(air, 50001);
    struct client_pdu enquiry = client_expect(silent, SMPP_ENQUIRE_LINK, 0);
    client_header(silent, SMPP_ENQUIRE_LINK | SMPP_RESPONSE, 0, enquiry.header.sequence);
    pass(air, 59000);
    client_expect_silence(silent);
    pass(air, 2000);
    client_expect(silent, SMPP_ENQUIRE_LINK, 0);
    pass(air, 61000);
    assert_true(smsc_session_is_over(silent));
}

#define SMSC_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SMSC_TEST(the_answer_comes_first_then_receipt_then_por),
        SMSC_TEST(a_bind_needs_the_account),
        SMSC_TEST(states_are_kept),
        SMSC_TEST(what_cannot_be_taken_is_refused),
        SMSC_TEST(broken_frames_are_nacked),
        SMSC_TEST(frames_may_come_in_any_pieces),
        SMSC_TEST(random_bytes_do_no_harm),
        SMSC_TEST(a_busy_card_is_tried_again_in_order),
        SMSC_TEST(validity_periods_are_honoured),
        SMSC_TEST(a_pending_message_waits_to_be_woken),
        SMSC_TEST(one_may_look_ahead),
        SMSC_TEST(waking_ends_a_back_off),
        SMSC_TEST(a_pending_message_expires_late),
        SMSC_TEST(what_expires_in_the_queue_does_not_hasten_the_first),
        SMSC_TEST(lost_messages_expire_each_at_its_time),
        SMSC_TEST(a_refusal_is_reported_with_its_cause),
        SMSC_TEST(what_may_have_arrived_is_not_tried_again),
        SMSC_TEST(receipts_can_be_lost_doubled_and_late),
        SMSC_TEST(what_nobody_waits_for_is_kept),
        SMSC_TEST(unanswered_deliveries_come_again_in_order),
        SMSC_TEST(two_sessions_get_their_own),
        SMSC_TEST(a_temporary_refusal_is_tried_again),
        SMSC_TEST(a_lost_message_stays_lost_over_a_restart),
        SMSC_TEST(what_expired_meanwhile_is_told),
        SMSC_TEST(ids_do_not_come_again),
        SMSC_TEST(what_comes_and_goes_costs_no_row),
        SMSC_TEST(a_result_may_wait_for_its_row),
        SMSC_TEST(a_result_that_is_acknowledged_in_time_has_no_row),
        SMSC_TEST(results_do_not_wait_at_the_end),
        SMSC_TEST(the_result_of_a_message_without_a_row_does_not_wait),
        SMSC_TEST(a_broken_storage_is_told_once),
        SMSC_TEST(nonsense_is_not_restored),
        cmocka_unit_test_setup_teardown(windows_and_queues_are_bounded, set_up_small, tear_down),
        SMSC_TEST(a_peer_that_never_reads_is_not_listened_to),
        SMSC_TEST(silent_peers_are_asked_then_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
