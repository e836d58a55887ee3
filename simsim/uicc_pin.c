/*
 * A UICC's PIN commands (TS 102 221 11.1.9 to 11.1.13): the key references
 * name a SIM's CHVs, a wrong code is answered with the tries left, and without
 * a code the tries are only told.
 */
#include "simsim/uicc_commands.h"

#define SW_TRIES 0x63C0 /* TS 102 221 10.2.1.5: the low digit counts them */

/* PIN 1 of the application, its PIN 2, ADM 1: TS 102 221 9.5.1. */
static const struct reference {
    uint8_t p2;
    enum chv_number number;
    uint8_t chv_p2, unblock_p2; /* what TS 51.011 has in P2 */
    bool can_be_unblocked;
} references[] = {
    {0x01, CHV1, 0x01, 0x00, true},
    {0x81, CHV2, 0x02, 0x02, true},
    {0x0A, CHV_ADM, 0x0A, 0x00, false},
};

static const struct reference *find_reference(uint8_t p2)
{
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++)
        if (references[i].p2 == p2)
            return &references[i];
    return NULL;
}

static uint16_t sw_of_tries(uint8_t tries)
{
    return tries == 0 ? SW_CHV_BLOCKED : (uint16_t)(SW_TRIES | tries);
}

/* A wrong code is answered with what is left. */
static uint16_t say_tries(uint16_t sw, uint8_t tries)
{
    return sw == SW_ACCESS_NOT_FULFILLED ? sw_of_tries(tries) : sw;
}

static uint16_t with_pin(struct command_context *context, const struct apdu *apdu, command_handler *execute)
{
    const struct reference *reference = apdu->p1 == 0 ? find_reference(apdu->p2) : NULL;
    struct apdu plain = *apdu;
    if (reference == NULL)
        return SW_WRONG_P1P2;
    plain.p2 = reference->chv_p2;
    uint16_t sw = execute(context, &plain);
    return say_tries(sw, card_chv(context->card)->tries[reference->number]);
}

uint16_t uicc_verify_pin(struct command_context *context, const struct apdu *apdu)
{
    const struct reference *reference = apdu->p1 == 0 ? find_reference(apdu->p2) : NULL;
    if (apdu->length == CHV_SIZE)
        return with_pin(context, apdu, command_verify_chv);
    if (apdu->length != 0)
        return SW_WRONG_LENGTH;
    if (reference == NULL)
        return SW_WRONG_P1P2;
    if (!context->card->environment->profile->chv.present[reference->number])
        return SW_NO_CHV;
    return sw_of_tries(card_chv(context->card)->tries[reference->number]);
}

uint16_t uicc_change_pin(struct command_context *context, const struct apdu *apdu)
{
    return with_pin(context, apdu, command_change_chv);
}

uint16_t uicc_disable_pin(struct command_context *context, const struct apdu *apdu)
{
    return with_pin(context, apdu, command_disable_chv);
}

uint16_t uicc_enable_pin(struct command_context *context, const struct apdu *apdu)
{
    return with_pin(context, apdu, command_enable_chv);
}

uint16_t uicc_unblock_pin(struct command_context *context, const struct apdu *apdu)
{
    const struct reference *reference = apdu->p1 == 0 ? find_reference(apdu->p2) : NULL;
    struct apdu plain = *apdu;
    if (reference == NULL || !reference->can_be_unblocked)
        return SW_WRONG_P1P2;
    if (!context->card->environment->profile->chv.present[reference->number])
        return SW_NO_CHV;
    if (apdu->length != 0 && apdu->length != 2 * CHV_SIZE)
        return SW_WRONG_LENGTH;
    plain.p2 = reference->unblock_p2;
    uint16_t sw = apdu->length == 0 ? SW_ACCESS_NOT_FULFILLED : command_unblock_chv(context, &plain);
    return say_tries(sw, card_chv(context->card)->unblock_tries[reference->number]);
}
