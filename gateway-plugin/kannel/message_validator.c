#include "gateway-plugin/kannel/message_validator.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

static bool length_is_good(const struct bearer_sms *sms)
{
    return sms->length <= SMS_USER_DATA_MAX && sms->header_length <= SMS_USER_DATA_MAX - sms->length;
}

/* TS 23.040 9.2.3.24: UDHL, then elements of identifier, length, data that fill it exactly. */
static bool header_is_good(const struct bearer_sms *sms)
{
    const uint8_t *header = sms->header;
    size_t at = 1;

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
    {receiver_is_good, "a receiver of 1 to 15 digits"},
    {payload_is_good, "at least one byte of data"},
    {length_is_good, "at most 140 bytes of header and data together"},
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
