#include "protocol/toolkit.h"

#include <string.h>

#include "protocol/bcd.h"
#include "protocol/errors.h"
#include "protocol/tlv.h"

/* TS 102 223 clause 9.3: COMPREHENSION-TLV tags, with the comprehension bit as they are sent. */

#define COMMAND_DETAILS_LENGTH 3
#define DEVICE_IDENTITIES_LENGTH 2
/* Both elements with their tags and lengths. */
#define HEAD_SIZE (2 + COMMAND_DETAILS_LENGTH + 2 + DEVICE_IDENTITIES_LENGTH)
#define ADDRESS_VALUE_MAX (1 + SMS_ADDRESS_DIGITS_MAX / 2)

static const struct {
    uint8_t type;
    const char *text;
} PROACTIVE_TYPES[] = {
    /* TS 102 223 clause 9.4 */
    {PROACTIVE_REFRESH, "REFRESH"},
    {PROACTIVE_MORE_TIME, "MORE TIME"},
    {PROACTIVE_POLL_INTERVAL, "POLL INTERVAL"},
    {PROACTIVE_POLLING_OFF, "POLLING OFF"},
    {PROACTIVE_SET_UP_EVENT_LIST, "SET UP EVENT LIST"},
    {0x10, "SET UP CALL"},
    {0x11, "SEND SS"},
    {0x12, "SEND USSD"},
    {PROACTIVE_SEND_SHORT_MESSAGE, "SEND SHORT MESSAGE"},
    {0x14, "SEND DTMF"},
    {0x15, "LAUNCH BROWSER"},
    {PROACTIVE_PLAY_TONE, "PLAY TONE"},
    {PROACTIVE_DISPLAY_TEXT, "DISPLAY TEXT"},
    {PROACTIVE_GET_INKEY, "GET INKEY"},
    {PROACTIVE_GET_INPUT, "GET INPUT"},
    {PROACTIVE_SELECT_ITEM, "SELECT ITEM"},
    {PROACTIVE_SET_UP_MENU, "SET UP MENU"},
    {PROACTIVE_PROVIDE_LOCAL_INFORMATION, "PROVIDE LOCAL INFORMATION"},
    {PROACTIVE_TIMER_MANAGEMENT, "TIMER MANAGEMENT"},
    {PROACTIVE_SET_UP_IDLE_TEXT, "SET UP IDLE MODE TEXT"},
    {0x30, "PERFORM CARD APDU"},
    {0x31, "POWER ON CARD"},
    {0x32, "POWER OFF CARD"},
    {0x33, "GET READER STATUS"},
    {0x34, "RUN AT COMMAND"},
    {PROACTIVE_LANGUAGE_NOTIFICATION, "LANGUAGE NOTIFICATION"},
    {PROACTIVE_OPEN_CHANNEL, "OPEN CHANNEL"},
    {PROACTIVE_CLOSE_CHANNEL, "CLOSE CHANNEL"},
    {PROACTIVE_RECEIVE_DATA, "RECEIVE DATA"},
    {PROACTIVE_SEND_DATA, "SEND DATA"},
    {PROACTIVE_GET_CHANNEL_STATUS, "GET CHANNEL STATUS"},
};

const char *proactive_type_text(uint8_t type)
{
    for (size_t i = 0; i < sizeof PROACTIVE_TYPES / sizeof PROACTIVE_TYPES[0]; i++)
        if (PROACTIVE_TYPES[i].type == type)
            return PROACTIVE_TYPES[i].text;
    return "proactive command of unknown type";
}

/* TS 102 223 8.1: TON/NPI and BCD; no digit count, F fills. */
static int address_value(const struct sms_address *address, uint8_t value[static ADDRESS_VALUE_MAX],
                         size_t *length)
{
    size_t count = strnlen(address->digits, sizeof address->digits);
    if (count > SMS_ADDRESS_DIGITS_MAX)
        return OTA_E_BAD_VALUE;
    value[0] = address->type;
    *length = 1 + (count + 1) / 2;
    return bcd_encode(address->digits, count, value + 1, ADDRESS_VALUE_MAX - 1);
}

static void write_device_identities(struct byte_writer *writer, uint8_t source, uint8_t destination)
{
    const uint8_t value[DEVICE_IDENTITIES_LENGTH] = {source, destination};
    tlv_write(writer, TAG_DEVICE_IDENTITIES, value, sizeof value);
}

static void write_command_details(struct byte_writer *writer, uint8_t number, uint8_t type, uint8_t qualifier)
{
    const uint8_t value[COMMAND_DETAILS_LENGTH] = {number, type, qualifier};
    tlv_write(writer, TAG_COMMAND_DETAILS, value, sizeof value);
}

int sms_pp_download_encode(const struct sms_address *service_centre, const uint8_t *tpdu, size_t length,
                           struct byte_writer *writer)
{
    uint8_t address[ADDRESS_VALUE_MAX];
    size_t address_length = 0;
    size_t inner = 2 + DEVICE_IDENTITIES_LENGTH + tlv_header_size(length) + length;
    if (service_centre != NULL) {
        int rc = address_value(service_centre, address, &address_length);
        if (rc != OTA_OK)
            return rc;
        inner += 2 + address_length;
    }
    tlv_write_header(writer, TAG_SMS_PP_DOWNLOAD, inner);
    write_device_identities(writer, DEVICE_NETWORK, DEVICE_SIM);
    if (service_centre != NULL)
        tlv_write(writer, TAG_ADDRESS, address, address_length);
    tlv_write(writer, TAG_SMS_TPDU, tpdu, length);
    return byte_writer_status(writer);
}

/* The one BER-TLV that the bytes are. */
static int unwrap(const uint8_t *bytes, size_t length, uint8_t tag, struct tlv *tlv)
{
    struct byte_reader reader = byte_reader_on(bytes, length);
    int rc = tlv_read(&reader, tlv);
    if (rc != OTA_OK)
        return rc;
    if (tlv->tag != tag)
        return OTA_E_NOT_THIS;
    return reader.left > 0 ? OTA_E_TRAILING : OTA_OK;
}

int sms_pp_download_decode(const uint8_t *data, size_t length, const uint8_t **tpdu, size_t *tpdu_length)
{
    struct tlv envelope, found;
    int rc = unwrap(data, length, TAG_SMS_PP_DOWNLOAD, &envelope);
    if (rc == OTA_OK)
        rc = comprehension_tlv_find(envelope.value, envelope.length, TAG_SMS_TPDU, &found);
    if (rc != OTA_OK)
        return rc;
    *tpdu = found.value;
    *tpdu_length = found.length;
    return OTA_OK;
}

/* A COMPREHENSION-TLV whose length is fixed. */
static int find_fixed(const uint8_t *bytes, size_t length, uint8_t tag, size_t expected,
                      const uint8_t **value)
{
    struct tlv found;
    int rc = comprehension_tlv_find(bytes, length, tag, &found);
    if (rc != OTA_OK)
        return rc;
    *value = found.value;
    return found.length == expected ? OTA_OK : OTA_E_BAD_LENGTH;
}

/* Command details and device identities: in proactive commands and in the answers to them. */
static int read_head(const uint8_t *bytes, size_t length, struct proactive_command *command)
{
    const uint8_t *details, *devices;
    int rc = find_fixed(bytes, length, TAG_COMMAND_DETAILS, COMMAND_DETAILS_LENGTH, &details);
    if (rc == OTA_OK)
        rc = find_fixed(bytes, length, TAG_DEVICE_IDENTITIES, DEVICE_IDENTITIES_LENGTH, &devices);
    if (rc != OTA_OK)
        return rc;
    *command = (struct proactive_command){
        .number = details[0], .type = details[1], .qualifier = details[2], .destination = devices[1]};
    return OTA_OK;
}

int proactive_command_decode(const uint8_t *bytes, size_t length, struct proactive_command *command)
{
    struct tlv outer, tpdu;
    int rc = unwrap(bytes, length, TAG_PROACTIVE_COMMAND, &outer);
    if (rc == OTA_OK)
        rc = read_head(outer.value, outer.length, command);
    if (rc != OTA_OK || command->type != PROACTIVE_SEND_SHORT_MESSAGE)
        return rc;
    rc = comprehension_tlv_find(outer.value, outer.length, TAG_SMS_TPDU, &tpdu);
    if (rc != OTA_OK)
        return rc;
    command->tpdu = tpdu.value;
    command->tpdu_length = tpdu.length;
    return OTA_OK;
}

int send_short_message_encode(uint8_t number, const uint8_t *tpdu, size_t length, struct byte_writer *writer)
{
    tlv_write_header(writer, TAG_PROACTIVE_COMMAND, HEAD_SIZE + tlv_header_size(length) + length);
    write_command_details(writer, number, PROACTIVE_SEND_SHORT_MESSAGE, 0);
    write_device_identities(writer, DEVICE_SIM, DEVICE_NETWORK);
    tlv_write(writer, TAG_SMS_TPDU, tpdu, length);
    return byte_writer_status(writer);
}

int terminal_response_encode(const struct proactive_command *command, uint8_t result,
                             struct byte_writer *writer)
{
    write_command_details(writer, command->number, command->type, command->qualifier);
    write_device_identities(writer, DEVICE_ME, DEVICE_SIM);
    tlv_write(writer, TAG_RESULT, &result, 1);
    return byte_writer_status(writer);
}

int terminal_response_decode(const uint8_t *data, size_t length, struct proactive_command *command,
                             uint8_t *result)
{
    struct tlv found;
    int rc = read_head(data, length, command);
    if (rc == OTA_OK)
        rc = comprehension_tlv_find(data, length, TAG_RESULT, &found);
    if (rc != OTA_OK)
        return rc;
    if (found.length == 0)
        return OTA_E_BAD_LENGTH;
    *result = found.value[0]; /* additional information may follow it, TS 102 223 8.12 */
    return OTA_OK;
}
