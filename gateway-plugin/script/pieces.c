#include "gateway-plugin/script/pieces.h"

#include <stdio.h>

static void fill(const struct script_command *commands, size_t first, size_t count, unsigned int number,
                 struct script_piece *piece)
{
    *piece = (struct script_piece){
        .place = {.number = number, .before = (unsigned int)first, .commands = (unsigned int)count},
        .bytes = commands[first].bytes,
    };
    for (size_t i = first; i < first + count; i++)
        piece->length += commands[i].length;
}

bool script_piece_find(const struct script_command *commands, size_t count,
                       const struct script_limits *limits, unsigned int number, struct script_piece *piece)
{
    unsigned int total = 0;
    for (size_t first = 0; first < count;) {
        size_t fits = script_first_piece(&commands[first], count - first, limits);
        if (fits == 0)
            return false;
        if (++total <= number)
            fill(commands, first, fits, total, piece);
        first += fits;
    }
    piece->place.total = total;
    return total > 0;
}

/* `commands` begin with a packet and do not reach the end of it: which one is the first that does not fit? */
static int refuse_piece(const struct script_command *commands, size_t before,
                        const struct script_limits *limits, unsigned int sms, struct refusal *refusal)
{
    size_t bytes = limits->fixed + commands[0].length, last = 0;
    char packet[48] = "a packet by maxPacketBytes";
    if (sms != 0)
        snprintf(packet, sizeof packet, "a packet of at most %u SMS", sms);
    if (bytes > limits->bytes)
        return refuse(refusal, REFUSAL_INVALID,
                      "command %zu has %zu bytes, %s carries %zu", before + 1, commands[0].length, packet,
                      limits->bytes);
    while (bytes <= limits->bytes && (limits->commands == 0 || last < limits->commands))
        bytes += commands[++last].length;
    if (bytes <= limits->bytes)
        return refuse(refusal, REFUSAL_INVALID,
                      "command %zu: commands %zu to %zu cannot be cut, and a PoR counts at most %zu",
                      before + last + 1, before + 1, before + last + 1, limits->commands);
    return refuse(
        refusal, REFUSAL_INVALID,
        "command %zu: commands %zu to %zu cannot be cut and have %zu bytes, %s carries %zu",
        before + last + 1, before + 1, before + last + 1, bytes, packet, limits->bytes);
}

int script_pieces_check(const struct script_command *commands, size_t count,
                        const struct script_limits *limits, unsigned int sms, struct refusal *refusal)
{
    for (size_t first = 0; first < count;) {
        size_t fits = script_first_piece(&commands[first], count - first, limits);
        if (fits == 0)
            return refuse_piece(&commands[first], first, limits, sms, refusal);
        first += fits;
    }
    return 0;
}
