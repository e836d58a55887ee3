#include "tools/script_data.h"

#include "protocol/apdu.h"
#include "protocol/errors.h"
#include "protocol/script_cut.h"
#include "protocol/toolkit.h"

#define CHAINING_TLV_SIZE 3      /* 83 01 xx */
#define COMPACT_COMMANDS_MAX 255 /* TS 102 226 clause 5.2.2: a PoR counts them in one byte */
#define INDEFINITE_FRAME_SIZE 4  /* AE 80 … 00 00 */

static int refuse_command(struct refusal *refusal, size_t index, const uint8_t *bytes, size_t length, int rc)
{
    if (length < 5)
        return refuse(refusal, "apdu: item %zu has %zu bytes, expected CLA INS P1 P2 P3 and data", index + 1,
                      length);
    return refuse(refusal, "apdu: item %zu, %02X%02X%02X%02X with P3 %02X, has %zu bytes behind P3: %s",
                  index + 1, bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], length - 5,
                  rc == OTA_OK ? "more than P3 counts" : ota_error_text(rc));
}

/* One of two dialects for applet management: Le 00 behind the data, at the end of a script only,
 * where it cannot be taken for the next command's CLA. */
static bool is_trailing_le(const struct apdu *apdu, struct byte_reader rest)
{
    return rest.left == 1 && rest.at[0] == 0x00 && apdu->length > 0 && apdu->cla >= 0x80 && apdu->cla < 0xA0;
}

/* A card finds the commands of a compact script by P3 alone: each must be as long as it says. */
static int check_compact(const struct byte_list *input, struct refusal *refusal)
{
    for (size_t i = 0; i < input->count; i++) {
        size_t length;
        const uint8_t *bytes = byte_list_at(input, i, &length);
        struct byte_reader reader = byte_reader_on(bytes, length);
        struct apdu apdu;
        uint8_t destination;
        if (i + 1 == input->count && compact_refresh_read(reader, &destination))
            continue;
        if (length > 0 && bytes[0] == TAG_PROACTIVE_COMMAND)
            return refuse(refusal,
                          "apdu: item %zu begins with D0 and is no whole REFRESH at the end of the script, "
                          "expected D0, its length, and nothing behind it",
                          i + 1);
        int rc = apdu_read(&reader, &apdu);
        if (rc == OTA_OK && i + 1 == input->count && is_trailing_le(&apdu, reader))
            continue;
        if (rc == OTA_E_UNSUPPORTED)
            continue; /* an instruction we do not know: the card may */
        if (rc != OTA_OK || reader.left > 0)
            return refuse_command(refusal, i, bytes, length, rc);
    }
    return 0;
}

static int check_expanded(const struct byte_list *input, struct refusal *refusal)
{
    for (size_t i = 0; i < input->count; i++) {
        size_t length;
        const uint8_t *bytes = byte_list_at(input, i, &length);
        struct tlv element;
        int rc = expanded_element_of(bytes, length, &element);
        if (rc != OTA_OK)
            return refuse_command(refusal, i, bytes, length, rc);
    }
    return 0;
}

int script_data_check(const struct request *request, const struct byte_list *input, struct refusal *refusal)
{
    return request->format == FORMAT_COMPACT ? check_compact(input, refusal) : check_expanded(input, refusal);
}

static int write_expanded(const struct request *request, const struct byte_list *input,
                          const struct script_range *range, struct byte_writer *writer)
{
    static struct tlv elements[BYTE_LIST_ITEMS_MAX + 2];
    const bool indefinite = request->format == FORMAT_INDEFINITE;
    size_t count = 0;
    if (range->chaining != CHAINING_NONE)
        elements[count++] = (struct tlv){.tag = EXPANDED_CHAINING, .value = &range->chaining, .length = 1};
    if (request_has(request, FIELD_ERROR_ACTION))
        elements[count++] = (struct tlv){.tag = EXPANDED_ERROR_ACTION,
                                         .value = request->error_action.bytes,
                                         .length = request->error_action.length};
    for (size_t i = 0; i < range->count; i++) {
        size_t length;
        const uint8_t *bytes = byte_list_at(input, range->first + i, &length);
        (void)expanded_element_of(bytes, length, &elements[count++]); /* was checked, or is to be wrong */
    }
    return expanded_write(indefinite ? EXPANDED_COMMAND_INDEFINITE : EXPANDED_COMMAND, elements, count,
                          writer);
}

static int write_compact(const struct byte_list *input, const struct script_range *range,
                         struct byte_writer *writer)
{
    for (size_t i = 0; i < range->count; i++) {
        size_t length;
        const uint8_t *bytes = byte_list_at(input, range->first + i, &length);
        write_bytes(writer, bytes, length);
    }
    return byte_writer_status(writer);
}

int script_data_write(const struct request *request, const struct byte_list *input,
                      const struct script_range *range, struct byte_writer *writer, struct refusal *refusal)
{
    int rc = request->format == FORMAT_COMPACT ? write_compact(input, range, writer)
                                               : write_expanded(request, input, range, writer);
    return rc == OTA_OK ? 0 : refuse(refusal, "apdu: the script is too long: %s", ota_error_text(rc));
}

/* Bytes that a packet has besides its commands and their headers. */
static size_t frame_size(const struct request *request, size_t data_max)
{
    if (request->format == FORMAT_COMPACT)
        return 0;
    size_t size = request->format == FORMAT_INDEFINITE ? INDEFINITE_FRAME_SIZE : tlv_header_size(data_max);
    if (request_has(request, FIELD_ERROR_ACTION))
        size += tlv_header_size(request->error_action.length) + request->error_action.length;
    return size;
}

/* The value of the packet's chaining TLV, if it has one. TS 102 226 clause 5.2.1.4 */
static uint8_t chaining_of(const struct request *request, size_t first, size_t count, size_t total)
{
    if (request->chaining == CHAINING_NONE || count == total)
        return CHAINING_NONE;
    if (first == 0)
        return request->chaining;
    return first + count == total ? CHAINING_LAST : CHAINING_MORE;
}

int script_data_next(const struct request *request, const struct byte_list *input, size_t data_max,
                     struct script_range *range, struct refusal *refusal)
{
    static struct script_command commands[BYTE_LIST_ITEMS_MAX];
    struct script_limits limits = {.bytes = data_max,
                                   .fixed = frame_size(request, data_max),
                                   .expanded = request->format != FORMAT_COMPACT};
    if (request->format == FORMAT_COMPACT && spi2_por(request->security.spi2) != POR_NONE)
        limits.commands = COMPACT_COMMANDS_MAX;
    const size_t first = range->first + range->count, left = input->count - first;
    for (size_t i = 0; i < left; i++)
        commands[i].bytes = byte_list_at(input, first + i, &commands[i].length);
    size_t count = script_first_piece(commands, left, &limits);
    if (request->chaining != CHAINING_NONE && (first > 0 || count < left)) {
        limits.is_chained = true;
        limits.fixed += CHAINING_TLV_SIZE;
        count = script_first_piece(commands, left, &limits);
    }
    if (count == 0)
        return refuse(refusal,
                      "apdu: item %zu and what needs it do not fit a packet of %zu bytes of data, "
                      "expected a larger max_parts or max_bytes%s",
                      first + 1, data_max, request->chaining == CHAINING_NONE ? ", or chaining" : "");
    *range = (struct script_range){
        .first = first, .count = count, .chaining = chaining_of(request, first, count, input->count)};
    return 0;
}
