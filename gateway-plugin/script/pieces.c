#include "gateway-plugin/script/pieces.h"

#include <stdio.h>

#include "protocol/errors.h"
#include "protocol/expanded.h"

#define CHAINING_TLV_SIZE 3 /* 83 01 xx */

/* --- where a script is cut --- */

static struct script_limits limits_of(const struct packet_shape *shape, bool is_chained)
{
    struct script_limits limits = {.bytes = shape->bytes, .commands = shape->commands};
    if (shape->format == SCRIPT_EXPANDED) {
        limits.expanded = true;
        limits.is_chained = is_chained;
        limits.fixed = tlv_header_size(shape->bytes) + (is_chained ? CHAINING_TLV_SIZE : 0);
    }
    return limits;
}

/* How many of the commands from `first` on go into one packet. A script that is one packet has nothing to chain. */
static size_t count_of_piece(const struct script_command *commands, size_t count, size_t first,
                             const struct packet_shape *shape)
{
    struct script_limits limits = limits_of(shape, false);
    size_t fits = script_first_piece(&commands[first], count - first, &limits);
    if (shape->format != SCRIPT_EXPANDED || shape->chaining == CHAINING_NONE || (first == 0 && fits == count))
        return fits;
    limits = limits_of(shape, true);
    return script_first_piece(&commands[first], count - first, &limits);
}

static uint8_t chaining_of(const struct packet_shape *shape, size_t first, size_t fits, size_t count)
{
    if (shape->format != SCRIPT_EXPANDED || shape->chaining == CHAINING_NONE || fits == count)
        return CHAINING_NONE;
    if (first == 0)
        return (uint8_t)shape->chaining;
    return first + fits == count ? CHAINING_LAST : CHAINING_MORE;
}

bool script_piece_find(const struct script_command *commands, size_t count, const struct packet_shape *shape,
                       unsigned int number, struct script_piece *piece)
{
    unsigned int total = 0;
    for (size_t first = 0; first < count;) {
        size_t fits = count_of_piece(commands, count, first, shape);
        if (fits == 0)
            return false;
        if (++total <= number)
            *piece = (struct script_piece){
                .place = {.number = total, .before = (unsigned int)first, .commands = (unsigned int)fits},
                .first = &commands[first],
                .chaining = chaining_of(shape, first, fits, count),
            };
        first += fits;
    }
    piece->place.total = total;
    return total > 0;
}

/* --- what a packet holds --- */

static int write_compact(const struct script_piece *piece, struct byte_writer *writer)
{
    for (size_t i = 0; i < piece->place.commands; i++)
        write_bytes(writer, piece->first[i].bytes, piece->first[i].length);
    return byte_writer_status(writer);
}

/* Well formed or not: what a command may be was checked before. */
static struct tlv element_of(const struct script_piece *piece, size_t i)
{
    struct tlv element;
    (void)expanded_element_of(piece->first[i].bytes, piece->first[i].length, &element);
    return element;
}

static size_t elements_size(const struct script_piece *piece)
{
    size_t size = piece->chaining != CHAINING_NONE ? CHAINING_TLV_SIZE : 0;
    for (size_t i = 0; i < piece->place.commands; i++) {
        const struct tlv element = element_of(piece, i);
        size += tlv_header_size(element.length) + element.length;
    }
    return size;
}

static int write_expanded(const struct script_piece *piece, struct byte_writer *writer)
{
    tlv_write_header(writer, EXPANDED_COMMAND, elements_size(piece));
    if (piece->chaining != CHAINING_NONE)
        tlv_write(writer, EXPANDED_CHAINING, &piece->chaining, 1);
    for (size_t i = 0; i < piece->place.commands; i++) {
        const struct tlv element = element_of(piece, i);
        tlv_write(writer, element.tag, element.value, element.length);
    }
    return byte_writer_status(writer);
}

int script_piece_write(const struct script_piece *piece, enum script_format format, struct byte_writer *writer)
{
    return format == SCRIPT_EXPANDED ? write_expanded(piece, writer) : write_compact(piece, writer);
}

size_t script_piece_size(const struct script_piece *piece, enum script_format format)
{
    size_t size = 0;
    if (format == SCRIPT_EXPANDED) {
        size = elements_size(piece);
        return tlv_header_size(size) + size;
    }
    for (size_t i = 0; i < piece->place.commands; i++)
        size += piece->first[i].length;
    return size;
}

/* --- why it cannot be cut --- */

/* Bytes that a packet of these commands is counted as: a template's length is taken for as long as it may be. */
static size_t counted_size(const struct script_command *commands, size_t count, const struct packet_shape *shape)
{
    const struct script_piece piece = {.place = {.commands = (unsigned int)count}, .first = commands};
    if (shape->format != SCRIPT_EXPANDED)
        return script_piece_size(&piece, SCRIPT_COMPACT);
    return limits_of(shape, shape->chaining != CHAINING_NONE).fixed + elements_size(&piece);
}

/* The `left` commands behind `before` begin with a packet that none can be: which is the first that does not fit? */
static int refuse_piece(const struct script_command *commands, size_t before, size_t left,
                        const struct packet_shape *shape, unsigned int sms, struct refusal *refusal)
{
    size_t last = 1;
    char packet[48] = "a packet by maxPacketBytes";
    if (sms != 0)
        snprintf(packet, sizeof packet, "a packet of at most %u SMS", sms);
    commands += before;
    if (counted_size(commands, 1, shape) > shape->bytes)
        return refuse(refusal, REFUSAL_INVALID,
                      "command %zu has %zu bytes, %s carries %zu", before + 1, commands[0].length, packet,
                      shape->bytes);
    while (last < left && counted_size(commands, last, shape) <= shape->bytes &&
           (shape->commands == 0 || last <= shape->commands))
        last++;
    if (shape->commands != 0 && last > shape->commands)
        return refuse(refusal, REFUSAL_INVALID,
                      "command %zu: commands %zu to %zu cannot be cut, and a PoR counts at most %zu",
                      before + last, before + 1, before + last, shape->commands);
    return refuse(
        refusal, REFUSAL_INVALID,
        "command %zu: commands %zu to %zu cannot be cut and have %zu bytes, %s carries %zu",
        before + last, before + 1, before + last, counted_size(commands, last, shape), packet, shape->bytes);
}

int script_pieces_check(const struct script_command *commands, size_t count, const struct packet_shape *shape,
                        unsigned int sms, struct refusal *refusal)
{
    for (size_t first = 0; first < count;) {
        size_t fits = count_of_piece(commands, count, first, shape);
        if (fits == 0)
            return refuse_piece(commands, first, count - first, shape, sms, refusal);
        first += fits;
    }
    return 0;
}
