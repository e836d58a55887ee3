#include "tools/packet_fields.h"

#include "protocol/algorithms.h"
#include "protocol/errors.h"
#include "protocol/reassembly.h"

int answer_segments(const struct request *request, const uint8_t *packet, size_t length,
                    enum packet_marker marker, struct answer *answer)
{
    size_t total = sms_segment_count(&request->cut, length);
    struct sms_part part;
    if (!request->cut.wide && request->cut.reference > UINT8_MAX)
        return refuse(&answer->refusal, "ref: %u does not fit 8 bits, expected 0 to 255, or ref16",
                      request->cut.reference);
    if (total == 0)
        return refuse(&answer->refusal, "packet: %zu bytes need more than 255 SMS", length);
    answer_number(answer, "parts", total);
    answer_list_begin(answer, "ud");
    for (size_t number = 1; number <= total; number++) {
        (void)sms_segment_build(packet, length, marker, &request->cut, number, &part); /* number is right */
        answer_list_hex(answer, "ud", part.header, part.header_length, part.payload, part.length);
    }
    answer_list_end(answer);
    return 0;
}

static bool is_of(const struct reassembly *open, const struct concatenation *given)
{
    return open->total == 0 || (given->total > 1 && given->total == open->total &&
                                given->reference == open->reference && given->wide == open->wide);
}

static bool is_whole(const struct reassembly *reassembly)
{
    return reassembly->total != 0 && reassembly->received == reassembly->total;
}

/* REASSEMBLY_*, CONTRADICTION (a duplicate with other content), ANOTHER_MESSAGE when the one before is whole,
 * or -1. */
#define ANOTHER_MESSAGE 2
#define CONTRADICTION 3
static int add_part(struct reassembly *reassembly, const struct byte_list *input, size_t index,
                    struct refusal *refusal)
{
    size_t length;
    const uint8_t *bytes = byte_list_at(input, index, &length);
    struct user_data part;
    int rc = user_data_parse(bytes, length, &part);
    if (rc != OTA_OK)
        return refuse(refusal, "ud: item %zu is no TP-UD with a header: %s", index + 1, ota_error_text(rc));
    const struct concatenation *given = &part.concatenation;
    if (!is_of(reassembly, given) && is_whole(reassembly))
        return ANOTHER_MESSAGE;
    if (!is_of(reassembly, given))
        return refuse(refusal, "ud: item %zu is of message %04X of %u parts, expected %04X of %u", index + 1,
                      given->reference, given->total, reassembly->reference, reassembly->total);
    if (reassembly_contradicts(reassembly, &part))
        return CONTRADICTION;
    rc = reassembly_add(reassembly, &part);
    if (rc < 0)
        return refuse(refusal, "ud: item %zu: %s", index + 1, ota_error_text(rc));
    return rc;
}

int join_user_data(const struct byte_list *input, size_t *next, uint8_t *packet, struct joined *joined,
                   struct refusal *refusal)
{
    static uint8_t room[BYTE_LIST_BYTES_MAX];
    static struct reassembly reassembly;
    struct byte_writer writer = byte_writer_on(packet, PACKET_MAX);
    int rc = REASSEMBLY_INCOMPLETE;
    *joined = (struct joined){.marker = PACKET_MARKER_NONE};
    reassembly_init(&reassembly, room, sizeof room);
    while (*next < input->count) {
        rc = add_part(&reassembly, input, *next, refusal);
        if (rc < 0)
            return -1;
        if (rc == ANOTHER_MESSAGE)
            break;
        ++*next;
        if (rc == CONTRADICTION)
            joined->contradiction = *next;
    }
    if (!is_whole(&reassembly))
        return refuse(refusal, "ud: %u of %u parts are there", reassembly.received, reassembly.total);
    rc = reassembly_take(&reassembly, &joined->marker, &writer);
    joined->length = writer.length;
    return rc == OTA_OK ? 0 : refuse(refusal, "ud: %s", ota_error_text(rc));
}

void answer_contradiction(const struct joined *joined, struct answer *answer)
{
    char text[120];
    if (joined->contradiction == 0)
        return;
    snprintf(text, sizeof text,
             "item %zu is a part that was there before with other content, the first one counts",
             joined->contradiction);
    answer_text(answer, "warning", text);
}

struct security_keys keys_shown(const struct request *request, size_t checksum)
{
    struct security_keys keys = request->keys;
    if (!request_has(request, FIELD_CC_LENGTH))
        keys.cc_size = cc_size_shown(checksum);
    return keys;
}

int check_cc_length(const struct request *request, enum integrity integrity, uint8_t kid,
                    struct refusal *refusal)
{
    const struct algorithm *mac = mac_algorithm(kid);
    const bool can_be_short = integrity == INTEGRITY_CC && mac != NULL && mac->family == FAMILY_AES;
    if (!request_has(request, FIELD_CC_LENGTH) || request->keys.cc_size == CC_SIZE_DEFAULT || can_be_short)
        return 0;
    return refuse(refusal, "cc_len: %zu, but %s: only a CC by AES (KID x2) may have other than %d bytes",
                  request->keys.cc_size,
                  integrity == INTEGRITY_CC ? "the KID names another algorithm" : "the SPI asks for no CC",
                  CC_SIZE_DEFAULT);
}

void answer_counter(struct answer *answer, uint64_t counter)
{
    uint8_t bytes[5];
    struct byte_writer writer = byte_writer_on(bytes, sizeof bytes);
    write_big_endian(&writer, sizeof bytes, counter);
    answer_hex(answer, "cntr", bytes, sizeof bytes);
}

void answer_tar_and_counter(struct answer *answer, const uint8_t tar[static TAR_SIZE], uint64_t counter)
{
    answer_hex(answer, "tar", tar, TAR_SIZE);
    answer_counter(answer, counter);
}
