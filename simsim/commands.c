/* Which command an APDU is, and the checks that come before any of them. */
#include <string.h>

#include "protocol/errors.h"
#include "simsim/command_table.h"
#include "simsim/uicc_status_word.h"

#define CLA_UICC_80 0x80
#define CLA_CHANNELS 0x03 /* TS 102 221 10.1.1 */

/* 2G: A0. UICC: 00 and 80, and with a channel's number in bits 1 and 2. */
static enum command_set set_of(uint8_t cla)
{
    if (cla == CLA_SIM)
        return COMMANDS_SIM;
    return (cla & ~(CLA_UICC_80 | CLA_CHANNELS)) == 0 ? COMMANDS_UICC : 0;
}

bool command_class_is_known(const struct command_context *context, uint8_t cla)
{
    return (set_of(cla) & context->sets) != 0;
}

static bool has_class(const struct command *command, uint8_t cla)
{
    enum uicc_class wanted = (cla & CLA_UICC_80) != 0 ? CLASS_80 : CLASS_00;
    return cla == CLA_SIM || (command->classes & wanted) != 0;
}

/* The command that a class and an instruction name, or the status word of none. */
static uint16_t find(const struct command_context *context, uint8_t cla, uint8_t ins,
                     const struct command **found)
{
    enum command_set set = set_of(cla);
    if (!command_class_is_known(context, cla))
        return SW_UNKNOWN_CLA;
    if (set == COMMANDS_UICC && (cla & CLA_CHANNELS) != 0)
        return SW_NO_CHANNELS;
    *found = command_find(set, ins);
    if (*found == NULL)
        return SW_UNKNOWN_INS;
    return has_class(*found, cla) ? SW_OK : SW_UNKNOWN_CLA;
}

/* P3 and the data agree with each other and with the command; one without data may come without P3. */
static uint16_t parse(const struct command *command, const uint8_t *bytes, size_t length, struct apdu *apdu)
{
    if (length == 4 && bytes[0] == CLA_SIM && command->direction != APDU_NO_DATA)
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
    if (!command->has_parameters && (apdu->p1 != 0 || apdu->p2 != 0))
        return SW_WRONG_P1P2;
    if (command->execute != command_get_response)
        context->pending->length = 0; /* GET RESPONSE is only right behind its command */
    uint16_t sw = command->execute(context, apdu);
    if (sw != SW_OK)
        context->answer->length = 0;
    return sw;
}

/* As the set says it that the command is of. */
static uint16_t outward(uint8_t cla, uint8_t ins, uint16_t sw)
{
    return cla == CLA_SIM ? sw : uicc_status_word(sw, ins);
}

uint16_t command_execute(struct command_context *context, const uint8_t *bytes, size_t length)
{
    const struct command *command;
    struct apdu apdu;
    if (length < 4)
        return SW_WRONG_LENGTH;
    uint16_t sw = find(context, bytes[0], bytes[1], &command);
    if (sw == SW_OK)
        sw = parse(command, bytes, length, &apdu);
    if (sw == SW_OK)
        sw = execute(context, command, &apdu);
    return outward(bytes[0], bytes[1], sw);
}

uint16_t command_execute_remote(struct command_context *context, const struct apdu *apdu)
{
    const struct command *command;
    uint16_t sw = find(context, apdu->cla, apdu->ins, &command);
    if (sw == SW_OK)
        sw = command->remote ? execute(context, command, apdu) : SW_UNKNOWN_INS;
    return outward(apdu->cla, apdu->ins, sw);
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
