#include "gateway-plugin/kannel/message_validator.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "protocol/errors.h"
#include "protocol/short_text.h"

#define MSISDN_DIGITS_MAX 15 /* E.164 */

static bool receiver_is_good(const struct bearer_sms *sms)
{
    size_t digits = sms->to == NULL ? 0 : strspn(sms->to, "0123456789");

    return digits > 0 && digits <= MSISDN_DIGITS_MAX && sms->to[digits] == '\0';
}

static bool payload_is_good(const struct bearer_sms *sms)
{
    return sms->payload != NULL && sms->length > 0;
}

static bool form_is_good(const struct bearer_sms *sms)
{
    return (unsigned int)sms->form < BEARER_FORM_COUNT;
}

static bool is_gsm(const struct bearer_sms *sms)
{
    return sms->form == BEARER_GSM7 || sms->form == BEARER_FLASH_GSM7;
}

/* Bytes that the payload takes on the air: bearerbox packs what is text by septets, which begin behind fill bits
 * (TS 23.040 9.2.3.24). More than any SMS has: it cannot be sent. */
static size_t air_length(const struct bearer_sms *sms)
{
    uint8_t septets[SHORT_TEXT_UNITS_MAX];
    struct byte_writer writer = byte_writer_on(septets, sizeof septets);

    if (!is_gsm(sms))
        return sms->length;
    return sms->length <= BEARER_PAYLOAD_MAX &&
                   short_text_encode((const char *)sms->payload, sms->length, SHORT_TEXT_GSM7, &writer) == OTA_OK
               ? (writer.length * 7 + 7) / 8
               : SIZE_MAX;
}

static bool length_is_good(const struct bearer_sms *sms)
{
    size_t length = air_length(sms);

    return length <= SMS_USER_DATA_MAX && sms->header_length <= SMS_USER_DATA_MAX - length;
}

/* TS 23.040 9.2.3.24: UDHL, then elements of identifier, length, data that fill it exactly. */
static bool header_is_good(const struct bearer_sms *sms)
{
    const uint8_t *header = sms->header;
    size_t at = 1;

    if (sms->form != BEARER_PACKET && sms->header_length == 0)
        return true;
    if (header == NULL || sms->header_length < 3 || header[0] != sms->header_length - 1)
        return false;
    while (at + 2 <= sms->header_length)
        at += (size_t)2 + header[at + 1];
    return at == sms->header_length;
}

static bool reference_is_good(const struct bearer_sms *sms)
{
    return sms->reference.message_id > 0 && sms->reference.part > 0;
}

static const struct {
    bool (*holds)(const struct bearer_sms *sms);
    const char *expected;
} rules[] = {
    {reference_is_good, "a message id and a part number above 0"},
    {form_is_good, "a packet or a text"},
    {receiver_is_good, "a receiver of 1 to 15 digits"},
    {payload_is_good, "at least one byte of data"},
    {length_is_good,
     "at most 140 bytes of header and data together, and of a text in the GSM alphabet its characters"},
    {header_is_good, "a user data header whose elements fill its length"},
};

int message_validate(const struct bearer_sms *sms, char *error, size_t error_size)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].holds(sms))
            continue;
        snprintf(error, error_size,
                 "message=%" PRId64 " part=%u is not passed on: receiver '%.20s', header of %zu, data of %zu bytes; "
                 "expected %s",
                 sms->reference.message_id, (unsigned)sms->reference.part, sms->to == NULL ? "" : sms->to,
                 sms->header_length, sms->length, rules[i].expected);
        return -1;
    }
    return 0;
}
