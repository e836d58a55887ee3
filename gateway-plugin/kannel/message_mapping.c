#include "gateway-plugin/kannel/message_mapping.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "gateway-plugin/kannel/message_reference.h"
#include "protocol/errors.h"
#include "protocol/utf8.h"

#define PID_SIM_DATA_DOWNLOAD 0x7F /* TS 23.040 9.2.3.9 */
#define DLR_MASK (DLR_SUCCESS | DLR_FAIL | DLR_SMSC_SUCCESS | DLR_SMSC_FAIL)

/* The fields that make bearerbox's data coding and protocol id; what is left SMS_PARAM_UNDEFINED is Kannel's own,
 * or the smsc group's. A class makes bearerbox choose the group Fx, but for UCS-2, which has 18. */
static const struct {
    long coding, mclass, alt_dcs, pid;
} forms[] = {
    [BEARER_PACKET] = {DC_8BIT, MC_CLASS2, 1, PID_SIM_DATA_DOWNLOAD},
    [BEARER_GSM7] = {DC_7BIT, MC_UNDEF, SMS_PARAM_UNDEFINED, SMS_PARAM_UNDEFINED},
    [BEARER_UCS2] = {DC_UCS2, MC_UNDEF, SMS_PARAM_UNDEFINED, SMS_PARAM_UNDEFINED},
    [BEARER_FLASH_GSM7] = {DC_7BIT, MC_CLASS0, SMS_PARAM_UNDEFINED, SMS_PARAM_UNDEFINED},
    [BEARER_FLASH_UCS2] = {DC_UCS2, MC_CLASS0, SMS_PARAM_UNDEFINED, SMS_PARAM_UNDEFINED},
};
_Static_assert(sizeof forms / sizeof forms[0] == BEARER_FORM_COUNT, "every form has its fields");

static void form_set(Msg *message, enum bearer_form form)
{
    message->sms.sms_type = mt_push;
    message->sms.dlr_mask = DLR_MASK;
    message->sms.coding = forms[form].coding;
    message->sms.mclass = forms[form].mclass;
    message->sms.alt_dcs = forms[form].alt_dcs;
    message->sms.pid = forms[form].pid;
}

static Octstr *octstr_from_bytes(const uint8_t *bytes, size_t length)
{
    return octstr_create_from_data((const char *)bytes, (long)length);
}

Msg *message_from_sms(const struct bearer_sms *request, const struct message_origin *origin, long now)
{
    Msg *message = msg_create(sms);
    char cookie[MESSAGE_COOKIE_SIZE];

    form_set(message, request->form);
    message_reference_to_uuid(&request->reference, message->sms.id);
    message_reference_to_cookie(&request->reference, cookie);
    message->sms.dlr_url = octstr_create(cookie);
    message->sms.sender = octstr_create(origin->sender);
    message->sms.receiver = octstr_format("+%s", request->to);
    if (request->header_length > 0)
        message->sms.udhdata = octstr_from_bytes(request->header, request->header_length);
    message->sms.msgdata = octstr_from_bytes(request->payload, request->length);
    message->sms.boxc_id = octstr_create(origin->boxc_id);
    message->sms.service = octstr_create("ota");
    if (origin->smsc_id != NULL)
        message->sms.smsc_id = octstr_create(origin->smsc_id);
    message->sms.time = now;
    if (request->validity_ms > 0)
        message->sms.validity = request->validity_ms / 1000;
    return message;
}

Msg *message_acknowledging(const char *uuid, long now)
{
    Msg *message = msg_create(ack);

    if (uuid_parse(uuid, message->ack.id) != 0) {
        msg_destroy(message);
        return NULL;
    }
    message->ack.nack = ack_success;
    message->ack.time = now;
    return message;
}

static const uint8_t *octstr_bytes(const Octstr *source)
{
    return (const uint8_t *)octstr_get_cstr(source);
}

static int acknowledgement_to_event(const Msg *message, struct bearer_event *event, char *error, size_t error_size)
{
    static const enum bearer_ack answers[] = {
        [ack_success] = ACK_QUEUED, [ack_buffered] = ACK_QUEUED,
        [ack_failed_tmp] = ACK_TRY_LATER, [ack_failed] = ACK_REFUSED,
    };
    long answer = message->ack.nack;

    if (answer < 0 || (size_t)answer >= sizeof answers / sizeof answers[0]) {
        snprintf(error, error_size, "acknowledgement with result %ld; expected 0 to 3", answer);
        return -1;
    }
    event->kind = BEARER_ACKNOWLEDGED;
    event->ack = answers[answer];
    message_reference_from_uuid(message->ack.id, &event->reference);
    return 0;
}

/* From byte `start` on; what does not fit is cut off, what does not print becomes '?'. */
static void text_copy(char *text, size_t size, const Octstr *source, long start)
{
    size_t used = 0;

    for (long i = start; source != NULL && i < octstr_len(source) && used < size - 1; i++) {
        int byte = octstr_get_char(source, i);
        text[used++] = byte < ' ' || byte > '~' ? '?' : (char)byte;
    }
    text[used] = '\0';
}

/* Kannel marks TON 1 by a leading '+'; the engine knows numbers as digits. */
static void address_copy(char address[static BEARER_ADDRESS_SIZE], const Octstr *source)
{
    bool plus = source != NULL && octstr_get_char(source, 0) == '+';

    text_copy(address, BEARER_ADDRESS_SIZE, source, plus);
}

/* The most telling bit first: "expired" and "unknown" carry the bit of "failed" too. */
static const struct {
    long bits;
    enum bearer_report report;
} reports[] = {
    {DLR_EXPIRED, REPORT_EXPIRED},
    {DLR_UNKNOWN, REPORT_UNKNOWN},
    {DLR_SMSC_FAIL, REPORT_SMSC_REFUSED},
    {DLR_SMSC_SUCCESS, REPORT_SMSC_ACCEPTED},
    {DLR_SUCCESS, REPORT_DELIVERED},
    {DLR_FAIL, REPORT_FAILED},
    {DLR_BUFFERED, REPORT_BUFFERED},
};

/*
 * Behind `text:` a receipt has the beginning of our message, words, or the TP-UD of the card's
 * SMS-DELIVER-REPORT: any bytes, zeros among them. The offset behind the first `text:`, or the
 * length when there is none.
 */
static size_t text_of_receipt(const uint8_t *receipt, size_t length)
{
    static const char label[] = "text:";
    const size_t size = sizeof label - 1;

    for (size_t i = 0; i + size <= length; i++)
        if (strncasecmp((const char *)receipt + i, label, size) == 0)
            return i + size;
    return length;
}

/* What is longer than any TP-UD is no TP-UD. */
static void receipt_user_data_copy(const Msg *message, struct bearer_event *event)
{
    const uint8_t *receipt = octstr_bytes(message->sms.msgdata);
    size_t length = (size_t)octstr_len(message->sms.msgdata);
    size_t start = text_of_receipt(receipt, length);

    if (start == length || length - start > SMS_USER_DATA_MAX)
        return;
    event->user_data_length = length - start;
    memcpy(event->user_data, receipt + start, length - start);
    address_copy(event->from, message->sms.receiver);
}

/* In a receipt (SMPP 3.4 appendix B) ids and dates stand before what tells: state and error code. */
static long words_begin(Octstr *text)
{
    long state = text == NULL ? -1 : octstr_search(text, octstr_imm("stat:"), 0);

    return state > 0 ? state : 0;
}

/* Without the TLV message_state bearerbox reads the state in the text, and knows no "unknown" there. */
static enum bearer_report report_of(enum bearer_report by_mask, const char *words)
{
    static const char unknown[] = "stat:UNKNOWN";

    return by_mask == REPORT_FAILED && strncmp(words, unknown, sizeof unknown - 1) == 0 ? REPORT_UNKNOWN : by_mask;
}

static int report_to_event(const Msg *message, struct bearer_event *event, char *error, size_t error_size)
{
    size_t count = sizeof reports / sizeof reports[0];
    long mask = message->sms.dlr_mask;
    size_t i = 0;

    while (i < count && (mask < 0 || (mask & reports[i].bits) != reports[i].bits))
        i++;
    if (i == count) {
        snprintf(error, error_size, "delivery report with mask %ld; expected one of 1, 2, 4, 8, 16, 34, 66", mask);
        return -1;
    }
    event->kind = BEARER_REPORT;
    if (message->sms.dlr_url != NULL)
        message_reference_from_cookie(octstr_get_cstr(message->sms.dlr_url), &event->reference);
    text_copy(event->detail, sizeof event->detail, message->sms.msgdata, words_begin(message->sms.msgdata));
    event->report = report_of(reports[i].report, event->detail);
    if (message->sms.msgdata != NULL)
        receipt_user_data_copy(message, event);
    return 0;
}

/*
 * An SMSC that delivers a PoR with DCS 0 makes bearerbox take its bytes for text. With
 * `alt-charset = "ISO-8859-1"` in the smsc group they arrive as Latin-1 in UTF-8, which
 * loses nothing: each U+0000 to U+00FF is one byte. False when it is not such text.
 */
static bool latin1_from_utf8(const uint8_t *text, size_t length, uint8_t *bytes, size_t *count)
{
    struct byte_reader reader = byte_reader_on(text, length);
    size_t used = 0;

    while (reader.left > 0) {
        uint32_t code_point;
        if (utf8_read(&reader, &code_point) != OTA_OK || code_point > UINT8_MAX)
            return false;
        bytes[used++] = (uint8_t)code_point;
    }
    *count = used;
    return true;
}

static int user_data_copy(const Msg *message, struct bearer_event *event, char *error, size_t error_size)
{
    size_t header = message->sms.udhdata == NULL ? 0 : (size_t)octstr_len(message->sms.udhdata);
    size_t length = message->sms.msgdata == NULL ? 0 : (size_t)octstr_len(message->sms.msgdata);
    uint8_t *end = event->user_data + header;

    if (header + length > sizeof event->user_data) {
        snprintf(error, error_size,
                 "SMS from %s with %zu bytes of user data; expected at most %zu "
                 "(set sms-combine-concatenated-mo = false in bearerbox)",
                 event->from, header + length, sizeof event->user_data);
        return -1;
    }
    if (header > 0)
        memcpy(event->user_data, octstr_bytes(message->sms.udhdata), header);
    if (length > 0 && !(message->sms.coding == DC_7BIT && header > 0 &&
                        latin1_from_utf8(octstr_bytes(message->sms.msgdata), length, end, &length)))
        memcpy(end, octstr_bytes(message->sms.msgdata), length);
    event->has_user_data_header = header > 0;
    event->user_data_length = header + length;
    return 0;
}

static int card_message_to_event(const Msg *message, struct bearer_event *event, char *error, size_t error_size)
{
    event->kind = BEARER_MESSAGE;
    address_copy(event->from, message->sms.sender);
    address_copy(event->to, message->sms.receiver);
    if (event->from[0] == '\0') {
        snprintf(error, error_size, "SMS without a sender to '%s'; expected the card's MSISDN", event->to);
        return -1;
    }
    return user_data_copy(message, event, error, error_size);
}

int message_to_event(const Msg *message, struct bearer_event *event, char *error, size_t error_size)
{
    memset(event, 0, sizeof *event);
    if (message->type == ack)
        return acknowledgement_to_event(message, event, error, error_size);
    if (message->type != sms) {
        snprintf(error, error_size, "message of type %d; expected an sms or an ack", (int)message->type);
        return -1;
    }
    uuid_unparse(message->sms.id, event->uuid);
    if (message->sms.sms_type == report_mo || message->sms.sms_type == report_mt)
        return report_to_event(message, event, error, error_size);
    return card_message_to_event(message, event, error, error_size);
}
