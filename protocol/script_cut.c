#include "protocol/script_cut.h"

#include "protocol/apdu.h"
#include "protocol/tlv.h"
#include "protocol/toolkit.h"

#define SELECT_BY_FILE_ID 0x00
#define SELECT_BY_AID 0x04
#define SELECT_BY_PATH_FROM_MF 0x08
#define GET_STATUS_NEXT 0x01
#define CLA_2G 0xA0

/* GlobalPlatform's card content management: none of them looks at files. LOAD goes on
 * from packet to packet, as the open load stays (Card Specification 9.3.5). */
static bool is_management(const struct script_command *command)
{
    static const uint8_t instructions[] = {0xCA, 0xD8, 0xE2, 0xE4, 0xE6, 0xE8, 0xF0};
    if (command->length < 4 || command->bytes[0] < 0x80 || command->bytes[0] >= CLA_2G)
        return false;
    for (size_t i = 0; i < sizeof instructions; i++)
        if (instructions[i] == command->bytes[1])
            return true;
    return apdu_is_get_status(command->bytes);
}

static bool goes_on_with_status(const struct script_command *command)
{
    return command->bytes[1] == INS_STATUS && (command->bytes[3] & GET_STATUS_NEXT) != 0;
}

/* A SELECT that finds its file from wherever the card stands. */
static bool is_absolute_select(const struct script_command *command)
{
    const uint8_t *bytes = command->bytes;
    if (command->length < 7 || bytes[1] != INS_SELECT)
        return false;
    switch (bytes[2]) {
    case SELECT_BY_FILE_ID: return bytes[4] == 2 && bytes[5] == 0x3F && bytes[6] == 0x00;
    case SELECT_BY_AID: return true;
    case SELECT_BY_PATH_FROM_MF: return !(bytes[5] == 0x7F && bytes[6] == 0xFF); /* 7FFF: the current ADF */
    default: return false;
    }
}

/* What the commands so far leave behind in the card. All false at the start of a script. */
struct script_context {
    bool uses_files; /* a file command was there: a file may be selected */
    bool is_bound;   /* a PIN was verified or a channel opened: no cut any more */
};

static void note_command(struct script_context *context, const struct script_command *command)
{
    if (command->length < 4)
        return;
    if (!is_management(command))
        context->uses_files = true;
    if (command->bytes[1] == INS_VERIFY || command->bytes[1] == INS_MANAGE_CHANNEL)
        context->is_bound = true;
}

static bool cut_is_allowed(const struct script_context *context, const struct script_command *next)
{
    if (context->is_bound)
        return false;
    if (is_management(next))
        return !context->uses_files && !goes_on_with_status(next);
    return is_absolute_select(next);
}

static bool is_get_response(const struct script_command *command)
{
    return command->length >= 2 && command->bytes[1] == INS_GET_RESPONSE;
}

/* In a template 81 takes the place of a proactive command's D0, as expanded_element_of() says. */
static size_t size_of(const struct script_command *command, bool expanded)
{
    bool has_header = !expanded || (command->length > 0 && command->bytes[0] == TAG_PROACTIVE_COMMAND);
    return command->length + (has_header ? 0 : tlv_header_size(command->length));
}

size_t script_first_piece(const struct script_command *commands, size_t count,
                          const struct script_limits *limits)
{
    struct script_context context = {.uses_files = false};
    size_t used = limits->fixed, allowed = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 &&
            (limits->is_chained ? !is_get_response(&commands[i]) : cut_is_allowed(&context, &commands[i])))
            allowed = i;
        used += size_of(&commands[i], limits->expanded);
        if (used > limits->bytes || (limits->commands > 0 && i == limits->commands))
            return allowed;
        note_command(&context, &commands[i]);
    }
    return count;
}
