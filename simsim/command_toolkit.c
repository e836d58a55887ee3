/*
 * TERMINAL CAPABILITY and PROFILE, ENVELOPE, FETCH, TERMINAL RESPONSE (TS 51.014; TS 51.011
 * clause 11.6). ENVELOPE (SMS-PP DOWNLOAD) brings a command packet to the
 * receiving entity; its PoR goes back in the SMS-DELIVER-REPORT (9F xx) or as
 * a proactive SEND SHORT MESSAGE (91 xx).
 */
#include <stdlib.h>
#include <string.h>

#include "protocol/errors.h"
#include "protocol/tlv.h"
#include "protocol/toolkit.h"
#include "simsim/commands.h"
#include "simsim/receiving_entity.h"
#include "simsim/uicc_commands.h"

#define REPORT_USER_DATA_MAX 128     /* TS 51.014 7.1.3: what fits an RP-ACK */
#define DCS_8BIT_CLASS2_GENERAL 0x16 /* TS 23.038 general coding group */
#define NUMBER_ALPHANUMERIC 0x50     /* TON in bits 7 to 5 of the type of number */
#define NUMBER_TYPE_MASK 0x70
#define PROACTIVE_NUMBER 1    /* one command at a time: TS 51.014 6.5.1 leaves the number free */
#define ANSWER_COMMANDS_MAX 4 /* RESPONSE_PACKET_MAX takes three SMS, and a REFRESH */
#define PROACTIVE_SIZE_MAX 255
#define TAG_TERMINAL_CAPABILITY 0xA9

/* TS 102 221 11.1.19: a template with whatever the terminal can beyond TERMINAL PROFILE. */
uint16_t uicc_terminal_capability(struct command_context *context, const struct apdu *apdu)
{
    struct byte_reader reader = byte_reader_on(apdu->data, apdu->length);
    struct tlv template;
    (void)context;
    bool good =
        tlv_read(&reader, &template) == OTA_OK && template.tag == TAG_TERMINAL_CAPABILITY && reader.left == 0;
    return good ? SW_OK : SW_WRONG_DATA;
}

uint16_t command_terminal_profile(struct command_context *context, const struct apdu *apdu)
{
    (void)context, (void)apdu; /* any phone that sends one can do what this card asks: SEND SMS and REFRESH */
    return SW_OK;
}

static void write_report_header(struct byte_writer *writer)
{
    const uint8_t header[] = {0x02, PACKET_MARKER_RESPONSE, 0x00};
    write_bytes(writer, header, sizeof header);
}

/* The PoR as user data of the SMS-DELIVER-REPORT. */
static uint16_t answer_by_report(struct command_context *context, const uint8_t *packet, size_t length)
{
    uint8_t user_data[REPORT_USER_DATA_MAX];
    struct byte_writer writer = byte_writer_on(user_data, sizeof user_data);
    write_report_header(&writer);
    write_bytes(&writer, packet, length);
    if (byte_writer_status(&writer) != OTA_OK)
        return SW_TECHNICAL_PROBLEM;
    return command_leave_response(context, user_data, writer.length);
}

/* TS 31.115 4: PID and DCS as in the command; a single 02 71 00 or concatenated. */
static int encode_part(struct sim_card *card, const struct reception *reception, const struct sms_address *to,
                       size_t number, struct byte_writer *writer)
{
    struct sms_part part;
    struct sms_submit sms = {.has_user_data_header = true,
                             .destination = *to,
                             .pid = SMS_PID_SIM_DATA_DOWNLOAD,
                             .dcs = SMS_DCS_8BIT_CLASS2};
    uint8_t tpdu[SMS_TPDU_MAX];
    struct byte_writer tpdu_writer = byte_writer_on(tpdu, sizeof tpdu);
    int rc = sms_part_build(reception->answer, reception->answer_length, PACKET_MARKER_RESPONSE,
                            card->reference, number, &part);
    if (rc != OTA_OK)
        return rc;
    memcpy(sms.user_data, part.header, part.header_length);
    memcpy(sms.user_data + part.header_length, part.payload, part.length);
    sms.user_data_length = part.header_length + part.length;
    rc = sms_submit_encode(&sms, &tpdu_writer);
    if (rc != OTA_OK)
        return rc;
    return send_short_message_encode(PROACTIVE_NUMBER, tpdu, tpdu_writer.length, writer);
}

static uint16_t answer_by_submit(struct sim_card *card, const struct reception *reception,
                                 const struct sms_address *to)
{
    size_t count = sms_part_count(reception->answer_length);
    if (count > 1)
        card->reference++;
    for (size_t number = 1; number <= count; number++) {
        uint8_t command[PROACTIVE_SIZE_MAX];
        struct byte_writer writer = byte_writer_on(command, sizeof command);
        if (encode_part(card, reception, to, number, &writer) != OTA_OK)
            return SW_TECHNICAL_PROBLEM;
        if (!toolkit_push(&card->session->proactive, command, writer.length))
            return SW_MEMORY_PROBLEM;
    }
    return SW_OK;
}

static bool can_be_answered(const struct sms_address *originator)
{
    return originator->digits[0] != '\0' && (originator->type & NUMBER_TYPE_MASK) != NUMBER_ALPHANUMERIC;
}

/* By the way that SPI2 asks for, or by the other one where that cannot be gone. */
static uint16_t send_answer(struct command_context *context, const struct reception *reception,
                            const struct sms_address *originator)
{
    bool fits_report = 3 + reception->answer_length <= REPORT_USER_DATA_MAX;
    bool by_submit = spi2_by_submit(reception->security.spi2);
    if ((!by_submit && fits_report) || !can_be_answered(originator))
        return answer_by_report(context, reception->answer, reception->answer_length);
    uint16_t sw = answer_by_submit(context->card, reception, originator);
    if (sw != SW_OK || by_submit)
        return sw;
    uint8_t notice[REPORT_USER_DATA_MAX];
    struct byte_writer writer = byte_writer_on(notice, sizeof notice);
    if (receiving_entity_announce_submit(context->card, reception, &writer) != OTA_OK)
        return sw;
    return answer_by_report(context, notice, writer.length);
}

/* The PoR first: a UICC reset would lose what stands behind the REFRESH. */
static uint16_t process_packet(struct command_context *context, uint8_t *packet, size_t length,
                               const struct sms_address *originator)
{
    struct reception reception;
    uint16_t sw = SW_OK;
    if (receiving_entity_process(context->card, packet, length, &reception) != OTA_OK)
        return SW_TECHNICAL_PROBLEM;
    if (reception.answers)
        sw = send_answer(context, &reception, originator);
    if (reception.result.action_length > 0)
        toolkit_push(&context->card->session->proactive, reception.result.action,
                     reception.result.action_length);
    return sw;
}

/* One block of memory for the parts of one message, of the size that its total says; kept until it is whole.
 */
static struct reassembly *open_reassembly(struct card_session *session, const struct user_data *part)
{
    size_t size = (size_t)part->concatenation.total * SMS_USER_DATA_MAX;
    if (size > CARD_PACKET_MAX)
        size = CARD_PACKET_MAX;
    if (session->reassembly != NULL && session->reassembly->size >= size)
        return session->reassembly;
    free(session->reassembly);
    session->reassembly = malloc(sizeof *session->reassembly + size);
    if (session->reassembly != NULL)
        reassembly_init(session->reassembly, (uint8_t *)(session->reassembly + 1), size);
    return session->reassembly;
}

static void close_reassembly(struct card_session *session)
{
    free(session->reassembly);
    session->reassembly = NULL;
}

static uint16_t process_whole(struct command_context *context, const struct sms_address *originator)
{
    struct card_session *session = context->card->session;
    uint8_t packet[CARD_PACKET_MAX];
    struct byte_writer writer = byte_writer_on(packet, sizeof packet);
    enum packet_marker marker;
    int rc = reassembly_take(session->reassembly, &marker, &writer);
    close_reassembly(session);
    if (rc != OTA_OK)
        return SW_TECHNICAL_PROBLEM;
    return marker == PACKET_MARKER_COMMAND ? process_packet(context, packet, writer.length, originator)
                                           : SW_OK;
}

/* Parts are acknowledged without data until the last one is there. */
static uint16_t process_part(struct command_context *context, const struct user_data *part,
                             const struct sms_address *originator)
{
    struct reassembly *reassembly = open_reassembly(context->card->session, part);
    if (reassembly == NULL)
        return SW_MEMORY_PROBLEM;
    int rc = reassembly_add_at(reassembly, part, context->card->environment->now, CARD_PARTS_AGE_MAX_MS);
    if (rc == REASSEMBLY_INCOMPLETE)
        return SW_OK;
    if (rc == REASSEMBLY_COMPLETE)
        return process_whole(context, originator);
    close_reassembly(context->card->session);
    return rc == OTA_E_NO_SPACE ? SW_MEMORY_PROBLEM : SW_TECHNICAL_PROBLEM;
}

/* TS 31.111 7.1.1: only PID 7F and class 2, 8 bit, is for the SIM; anything else the phone should have kept.
 */
static bool is_data_download(const struct sms_deliver *sms)
{
    return sms->pid == SMS_PID_SIM_DATA_DOWNLOAD &&
           (sms->dcs == SMS_DCS_8BIT_CLASS2 || sms->dcs == DCS_8BIT_CLASS2_GENERAL);
}

static uint16_t download_sms(struct command_context *context, const uint8_t *tpdu, size_t length)
{
    struct sms_deliver sms;
    struct user_data user_data;
    if (sms_deliver_decode(tpdu, length, &sms) != OTA_OK || !is_data_download(&sms))
        return SW_TECHNICAL_PROBLEM;
    if (!sms.has_user_data_header)
        return SW_OK; /* no secured packet: nobody on this card wants it */
    if (user_data_parse(sms.user_data, sms.user_data_length, &user_data) != OTA_OK)
        return SW_TECHNICAL_PROBLEM;
    if (user_data.concatenation.total > 1)
        return process_part(context, &user_data, &sms.originator);
    if (user_data.marker != PACKET_MARKER_COMMAND)
        return SW_OK;
    uint8_t packet[SMS_USER_DATA_MAX];
    memcpy(packet, user_data.payload, user_data.length);
    return process_packet(context, packet, user_data.length, &sms.originator);
}

uint16_t command_envelope(struct command_context *context, const struct apdu *apdu)
{
    const uint8_t *tpdu;
    size_t length;
    if (toolkit_room(&context->card->session->proactive) < ANSWER_COMMANDS_MAX)
        return SW_TOOLKIT_BUSY;
    int rc = sms_pp_download_decode(apdu->data, apdu->length, &tpdu, &length);
    if (rc == OTA_OK)
        return download_sms(context, tpdu, length);
    /* menus, events, call control: nobody here asked for them, phones do not like to hear that */
    return rc == OTA_E_NOT_THIS ? SW_OK : SW_TECHNICAL_PROBLEM;
}

uint16_t command_fetch(struct command_context *context, const struct apdu *apdu)
{
    size_t length;
    const uint8_t *command = toolkit_fetch(&context->card->session->proactive, apdu->p3, &length);
    if (command == NULL)
        return length == 0 ? SW_TECHNICAL_PROBLEM : (uint16_t)(SW_WRONG_LENGTH | length);
    write_bytes(context->answer, command, length);
    return SW_OK;
}

uint16_t command_terminal_response(struct command_context *context, const struct apdu *apdu)
{
    struct proactive_command command;
    uint8_t result;
    if (terminal_response_decode(apdu->data, apdu->length, &command, &result) != OTA_OK)
        return SW_TECHNICAL_PROBLEM;
    return toolkit_answered(&context->card->session->proactive) ? SW_OK : SW_TECHNICAL_PROBLEM;
}
