#include "protocol/reassembly.h"

#include <string.h>

#include "protocol/errors.h"

void reassembly_init(struct reassembly *reassembly, uint8_t *buffer, size_t size)
{
    memset(reassembly, 0, sizeof *reassembly);
    reassembly->buffer = buffer;
    reassembly->size = size;
}

static void open_message(struct reassembly *reassembly, const struct concatenation *concatenation)
{
    reassembly_init(reassembly, reassembly->buffer, reassembly->size);
    reassembly->reference = concatenation->reference;
    reassembly->wide = concatenation->wide;
    reassembly->total = concatenation->total;
}

static bool belongs(const struct reassembly *reassembly, const struct concatenation *concatenation)
{
    return reassembly->total == concatenation->total && reassembly->reference == concatenation->reference &&
           reassembly->wide == concatenation->wide && concatenation->total > 1;
}

/* Slots hold 16-bit offsets and 8-bit lengths: more than any SMS needs. */
static bool fits(const struct reassembly *reassembly, size_t length)
{
    return length <= UINT8_MAX && reassembly->used <= UINT16_MAX &&
           length <= reassembly->size - reassembly->used;
}

static void keep(struct reassembly *reassembly, const struct user_data *part)
{
    struct reassembly_slot *slot = &reassembly->slots[part->concatenation.number - 1];
    if (part->length > 0)
        memcpy(reassembly->buffer + reassembly->used, part->payload, part->length);
    *slot = (struct reassembly_slot){
        .offset = (uint16_t)reassembly->used, .length = (uint8_t)part->length, .here = true};
    reassembly->used += part->length;
    reassembly->received++;
    if (part->concatenation.number == 1)
        reassembly->marker = part->marker;
}

bool reassembly_contradicts(const struct reassembly *reassembly, const struct user_data *part)
{
    const struct concatenation *concatenation = &part->concatenation;
    if (concatenation->number == 0 || !belongs(reassembly, concatenation))
        return false;
    const struct reassembly_slot *slot = &reassembly->slots[concatenation->number - 1];
    if (!slot->here)
        return false;
    return slot->length != part->length ||
           (part->length > 0 && memcmp(reassembly->buffer + slot->offset, part->payload, part->length) != 0) ||
           (concatenation->number == 1 && part->marker != reassembly->marker);
}

int reassembly_add(struct reassembly *reassembly, const struct user_data *part)
{
    const struct concatenation *concatenation = &part->concatenation;
    if (concatenation->number == 0 || concatenation->number > concatenation->total)
        return OTA_E_BAD_VALUE;
    if (!belongs(reassembly, concatenation))
        open_message(reassembly, concatenation);
    if (reassembly->slots[concatenation->number - 1].here)
        return REASSEMBLY_INCOMPLETE;
    if (!fits(reassembly, part->length)) {
        reassembly_init(reassembly, reassembly->buffer, reassembly->size);
        return OTA_E_NO_SPACE;
    }
    keep(reassembly, part);
    return reassembly->received == reassembly->total ? REASSEMBLY_COMPLETE : REASSEMBLY_INCOMPLETE;
}

static bool is_older(const struct reassembly *reassembly, uint64_t now, uint64_t age_max)
{
    return now >= reassembly->opened_at && now - reassembly->opened_at > age_max;
}

int reassembly_add_at(struct reassembly *reassembly, const struct user_data *part, uint64_t now,
                      uint64_t age_max)
{
    uint64_t opened_at = now;
    if (reassembly->total > 0 && is_older(reassembly, now, age_max))
        reassembly_init(reassembly, reassembly->buffer, reassembly->size);
    if (belongs(reassembly, &part->concatenation))
        opened_at = reassembly->opened_at;
    int rc = reassembly_add(reassembly, part);
    if (reassembly->total > 0)
        reassembly->opened_at = opened_at;
    return rc;
}

int reassembly_take(struct reassembly *reassembly, enum packet_marker *marker, struct byte_writer *packet)
{
    if (reassembly->total == 0 || reassembly->received != reassembly->total)
        return OTA_E_TRUNCATED;
    for (size_t i = 0; i < reassembly->total; i++) {
        const struct reassembly_slot *slot = &reassembly->slots[i];
        write_bytes(packet, reassembly->buffer + slot->offset, slot->length);
    }
    *marker = reassembly->marker;
    reassembly_init(reassembly, reassembly->buffer, reassembly->size);
    return byte_writer_status(packet);
}
