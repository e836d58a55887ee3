/* The table of commands, and the checks that come before any of them. */
#include "simsim/commands.h"

#include <string.h>

#include "protocol/errors.h"

#define ANY_P3 -1

enum parameters { P1P2_ZERO, P1P2_ANY };

static const struct command {
    uint8_t ins;
    const char *name;
    enum apdu_case direction;
    enum parameters parameters;
    int p3;      /* the only right one, or ANY_P3 */
    bool remote; /* TS 31.116 table 5.1 */
    command_handler *execute;
} commands[] = {
    {0xA4, "SELECT", APDU_INPUT, P1P2_ZERO, 2, true, command_select},
    {0xF2, "STATUS", APDU_OUTPUT, P1P2_ZERO, ANY_P3, false, command_status},
    {0xC0, "GET RESPONSE", APDU_OUTPUT, P1P2_ZERO, ANY_P3, true, command_get_response},
    {0xB0, "READ BINARY", APDU_OUTPUT, P1P2_ANY, ANY_P3, true, command_read_binary},
    {0xD6, "UPDATE BINARY", APDU_INPUT, P1P2_ANY, ANY_P3, true, command_update_binary},
    {0xB2, "READ RECORD", APDU_OUTPUT, P1P2_ANY, ANY_P3, true, command_read_record},
    {0xDC, "UPDATE RECORD", APDU_INPUT, P1P2_ANY, ANY_P3, true, command_update_record},
    {0xA2, "SEEK", APDU_INPUT, P1P2_ANY, ANY_P3, true, command_seek},
    {0x32, "INCREASE", APDU_INPUT, P1P2_ZERO, 3, true, command_increase},
    {0x20, "VERIFY CHV", APDU_INPUT, P1P2_ANY, CHV_SIZE, true, command_verify_chv},
    {0x24, "CHANGE CHV", APDU_INPUT, P1P2_ANY, 2 * CHV_SIZE, true, command_change_chv},
    {0x26, "DISABLE CHV", APDU_INPUT, P1P2_ANY, CHV_SIZE, true, command_disable_chv},
    {0x28, "ENABLE CHV", APDU_INPUT, P1P2_ANY, CHV_SIZE, true, command_enable_chv},
    {0x2C, "UNBLOCK CHV", APDU_INPUT, P1P2_ANY, 2 * CHV_SIZE, true, command_unblock_chv},
    {0x04, "INVALIDATE", APDU_NO_DATA, P1P2_ZERO, 0, true, command_invalidate},
    {0x44, "REHABILITATE", APDU_NO_DATA, P1P2_ZERO, 0, true, command_rehabilitate},
    {0x10, "TERMINAL PROFILE", APDU_INPUT, P1P2_ZERO, ANY_P3, false, command_terminal_profile},
    {0xC2, "ENVELOPE", APDU_INPUT, P1P2_ZERO, ANY_P3, false, command_envelope},
    {0x12, "FETCH", APDU_OUTPUT, P1P2_ZERO, ANY_P3, false, command_fetch},
    {0x14, "TERMINAL RESPONSE", APDU_INPUT, P1P2_ZERO, ANY_P3, false, command_terminal_response},
    {0xFA, "SLEEP", APDU_NO_DATA, P1P2_ZERO, 0, false, command_sleep},
};

static const struct command *find_command(uint8_t ins)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (commands[i].ins == ins)
            return &commands[i];
    return NULL;
}

/* P3 and the data agree with each other and with the command; a case 1 command may come without P3. */
static uint16_t parse(const struct command *command, const uint8_t *bytes, size_t length, struct apdu *apdu)
{
    if (length == 4 && command->direction != APDU_NO_DATA)
        return SW_WRONG_LENGTH;
    size_t data_length = length > 5 ? length - 5 : 0;
    *apdu = (struct apdu){.cla = bytes[0], .ins = bytes[1], .p1 = bytes[2], .p2 = bytes[3]};
    apdu->p3 = length > 4 ? bytes[4] : 0;
    if (data_length != (command->direction == APDU_INPUT ? apdu->p3 : 0u))
        return SW_WRONG_LENGTH;
    apdu->data = data_length > 0 ? bytes + 5 : NULL;
    apdu->length = data_length;
    return SW_OK;
}

static uint16_t execute(struct command_context *context, const struct command *command,
                        const struct apdu *apdu)
{
    if (command->p3 != ANY_P3 && apdu->p3 != command->p3)
        return (uint16_t)(SW_WRONG_LENGTH | command->p3);
    if (command->parameters == P1P2_ZERO && (apdu->p1 != 0 || apdu->p2 != 0))
        return SW_WRONG_P1P2;
    if (command->execute != command_get_response)
        context->pending->length = 0; /* GET RESPONSE is only right behind its command */
    uint16_t sw = command->execute(context, apdu);
    if (sw != SW_OK)
        context->answer->length = 0;
    return sw;
}

uint16_t command_execute(struct command_context *context, const uint8_t *bytes, size_t length)
{
    struct apdu apdu;
    if (length < 4)
        return SW_WRONG_LENGTH;
    if (bytes[0] != CLA_SIM)
        return SW_UNKNOWN_CLA;
    const struct command *command = find_command(bytes[1]);
    if (command == NULL)
        return SW_UNKNOWN_INS;
    uint16_t sw = parse(command, bytes, length, &apdu);
    return sw == SW_OK ? execute(context, command, &apdu) : sw;
}

uint16_t command_execute_remote(struct command_context *context, const struct apdu *apdu)
{
    const struct command *command = find_command(apdu->ins);
    if (apdu->cla != CLA_SIM)
        return SW_UNKNOWN_CLA;
    if (command == NULL || !command->remote)
        return SW_UNKNOWN_INS;
    return execute(context, command, apdu);
}

bool command_is_allowed(const struct command_context *context, uint8_t condition)
{
    uint16_t rights = context->domain | card_rights(context->card, *context->verified);
    return (rights >> condition & 1u) != 0;
}

uint16_t command_leave_response(struct command_context *context, const uint8_t *bytes, size_t length)
{
    if (length > sizeof context->pending->bytes)
        return SW_TECHNICAL_PROBLEM;
    memcpy(context->pending->bytes, bytes, length);
    context->pending->length = length;
    return (uint16_t)(SW_RESPONSE_WAITS | length);
}

uint16_t command_get_response(struct command_context *context, const struct apdu *apdu)
{
    struct pending_response *pending = context->pending;
    size_t wanted = apdu->p3 != 0 ? apdu->p3 : 256;
    if (pending->length == 0)
        return SW_TECHNICAL_PROBLEM;
    if (context->remote && apdu->p3 == 0)
        wanted = pending->length;
    if (wanted > pending->length)
        return (uint16_t)(SW_WRONG_LENGTH | pending->length);
    write_bytes(context->answer, pending->bytes, wanted);
    pending->length = 0;
    return SW_OK;
}

uint16_t command_sleep(struct command_context *context, const struct apdu *apdu)
{
    (void)context, (void)apdu; /* obsolete in TS 51.011, still sent by old phones */
    return SW_OK;
}
