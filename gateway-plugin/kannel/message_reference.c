#include "gateway-plugin/kannel/message_reference.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 *  byte  0-5        6              7                8           9 … 14        15
 *        "OTAbox"   4 | part 7-4   part 3-0 | id    10 | id     id            id | 00
 *                                  63-60            59-54       53 … 6        5-0
 */
static const uint8_t magic[6] = {'O', 'T', 'A', 'b', 'o', 'x'};

void message_reference_to_uuid(const struct bearer_reference *reference, uint8_t uuid[static MESSAGE_REFERENCE_BYTES])
{
    uint64_t id = (uint64_t)reference->message_id;

    memcpy(uuid, magic, sizeof magic);
    uuid[6] = (uint8_t)(0x40 | reference->part >> 4);
    uuid[7] = (uint8_t)((reference->part & 0x0F) << 4 | (id >> 60 & 0x0F));
    uuid[8] = (uint8_t)(0x80 | (id >> 54 & 0x3F));
    for (int i = 0; i < 6; i++)
        uuid[9 + i] = (uint8_t)(id >> (46 - 8 * i));
    uuid[15] = (uint8_t)((id & 0x3F) << 2);
}

bool message_reference_from_uuid(const uint8_t uuid[static MESSAGE_REFERENCE_BYTES],
                                 struct bearer_reference *reference)
{
    *reference = (struct bearer_reference){0};
    if (memcmp(uuid, magic, sizeof magic) != 0 || (uuid[6] & 0xF0) != 0x40 || (uuid[8] & 0xC0) != 0x80 ||
        (uuid[15] & 0x03) != 0)
        return false;
    uint64_t id = (uint64_t)(uuid[7] & 0x0F) << 60 | (uint64_t)(uuid[8] & 0x3F) << 54 | uuid[15] >> 2;
    for (int i = 0; i < 6; i++)
        id |= (uint64_t)uuid[9 + i] << (46 - 8 * i);
    reference->message_id = (int64_t)id;
    reference->part = (uint8_t)((uuid[6] & 0x0F) << 4 | uuid[7] >> 4);
    return true;
}

void message_reference_to_cookie(const struct bearer_reference *reference, char cookie[static MESSAGE_COOKIE_SIZE])
{
    snprintf(cookie, MESSAGE_COOKIE_SIZE, "ota:%" PRId64 ":%u", reference->message_id, (unsigned)reference->part);
}

bool message_reference_from_cookie(const char *cookie, struct bearer_reference *reference)
{
    char expected[MESSAGE_COOKIE_SIZE];
    char *end;

    *reference = (struct bearer_reference){0};
    if (strncmp(cookie, "ota:", 4) != 0)
        return false;
    struct bearer_reference read = {.message_id = strtoll(cookie + 4, &end, 10)};
    if (*end == ':')
        read.part = (uint8_t)strtoul(end + 1, NULL, 10);
    message_reference_to_cookie(&read, expected); /* what we would not have written is not ours */
    if (strcmp(cookie, expected) != 0)
        return false;
    *reference = read;
    return true;
}
