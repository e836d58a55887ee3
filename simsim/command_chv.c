/* The PINs: VERIFY, CHANGE, DISABLE, ENABLE, UNBLOCK CHV (TS 51.011 8.9 to 8.13, 11.3). */
#include <string.h>

#include "simsim/commands.h"

#define P2_ADM 0x0A /* not in TS 51.011; what most makers' cards and tools use */

/* Each byte is looked at, so that the time says nothing. */
static bool same_code(const uint8_t *one, const uint8_t *other)
{
    uint8_t different = 0;
    for (size_t i = 0; i < CHV_SIZE; i++)
        different |= one[i] ^ other[i];
    return different == 0;
}

/* P2 -> the CHV; false when it names none. */
static bool addressed_chv(const struct apdu *apdu, enum chv_number *number)
{
    if (apdu->p1 != 0 || (apdu->p2 != 1 && apdu->p2 != 2 && apdu->p2 != P2_ADM))
        return false;
    *number = apdu->p2 == 1 ? CHV1 : apdu->p2 == 2 ? CHV2 : CHV_ADM;
    return true;
}

/*
 * Presents a CHV: 9802, 9840, 9804, or 9000 with the tries full again. The
 * wrong try is counted before the answer is known.
 */
static uint16_t present_chv(struct command_context *context, enum chv_number number, const uint8_t *code)
{
    const struct chv_profile *profile = &context->card->environment->profile->chv;
    if (!profile->present[number])
        return SW_NO_CHV;
    if (card_chv(context->card)->tries[number] == 0)
        return SW_CHV_BLOCKED;
    bool right = same_code(card_chv(context->card)->code[number], code);
    if (right && card_chv(context->card)->tries[number] == profile->tries_max[number])
        return SW_OK; /* nothing changes: nothing to write */
    struct chv_state *chv = card_chv_to_change(context->card);
    if (chv == NULL)
        return SW_MEMORY_PROBLEM;
    chv->tries[number] = right ? profile->tries_max[number] : chv->tries[number] - 1;
    if (right)
        return SW_OK;
    *context->verified &= (uint8_t) ~(1u << number);
    return chv->tries[number] == 0 ? SW_CHV_BLOCKED : SW_ACCESS_NOT_FULFILLED;
}

static bool is_disabled(const struct command_context *context, enum chv_number number)
{
    return number == CHV1 && context->card->environment->profile->chv.present[CHV1] &&
           !card_chv(context->card)->chv1_enabled;
}

static bool is_blocked(const struct command_context *context, enum chv_number number)
{
    return context->card->environment->profile->chv.present[number] &&
           card_chv(context->card)->tries[number] == 0;
}

uint16_t command_verify_chv(struct command_context *context, const struct apdu *apdu)
{
    enum chv_number number;
    if (!addressed_chv(apdu, &number))
        return SW_WRONG_P1P2;
    if (is_disabled(context, number) && !is_blocked(context, number))
        return SW_CHV_CONTRADICTION;
    uint16_t sw = present_chv(context, number, apdu->data);
    if (sw == SW_OK)
        *context->verified |= (uint8_t)(1u << number);
    return sw;
}

uint16_t command_change_chv(struct command_context *context, const struct apdu *apdu)
{
    enum chv_number number;
    if (!addressed_chv(apdu, &number))
        return SW_WRONG_P1P2;
    if (is_disabled(context, number) && !is_blocked(context, number))
        return SW_CHV_CONTRADICTION;
    uint16_t sw = present_chv(context, number, apdu->data);
    if (sw != SW_OK)
        return sw;
    struct chv_state *chv = card_chv_to_change(context->card);
    if (chv == NULL)
        return SW_MEMORY_PROBLEM;
    memcpy(chv->code[number], apdu->data + CHV_SIZE, CHV_SIZE);
    *context->verified |= (uint8_t)(1u << number);
    return SW_OK;
}

/* Only CHV1 can be disabled and enabled (TS 51.011 8.11, 8.12). */
static uint16_t set_chv1_enabled(struct command_context *context, const struct apdu *apdu, bool enabled)
{
    if (apdu->p1 != 0 || apdu->p2 != 1)
        return SW_WRONG_P1P2;
    bool contradiction = card_chv(context->card)->chv1_enabled == enabled;
    if (contradiction && context->card->environment->profile->chv.present[CHV1] && !is_blocked(context, CHV1))
        return SW_CHV_CONTRADICTION;
    uint16_t sw = present_chv(context, CHV1, apdu->data);
    if (sw != SW_OK)
        return sw;
    struct chv_state *chv = card_chv_to_change(context->card);
    if (chv == NULL)
        return SW_MEMORY_PROBLEM;
    chv->chv1_enabled = enabled;
    *context->verified |= (uint8_t)(1u << CHV1);
    return SW_OK;
}

uint16_t command_disable_chv(struct command_context *context, const struct apdu *apdu)
{
    return set_chv1_enabled(context, apdu, false);
}

uint16_t command_enable_chv(struct command_context *context, const struct apdu *apdu)
{
    return set_chv1_enabled(context, apdu, true);
}

static uint16_t count_wrong_unblock(struct command_context *context, enum chv_number number)
{
    struct chv_state *chv = card_chv_to_change(context->card);
    if (chv == NULL)
        return SW_MEMORY_PROBLEM;
    chv->unblock_tries[number]--;
    return chv->unblock_tries[number] == 0 ? SW_CHV_BLOCKED : SW_ACCESS_NOT_FULFILLED;
}

/* TS 51.011 8.13: P2 00 is CHV1 here. A right code sets the new CHV, fills both counters, enables CHV1. */
uint16_t command_unblock_chv(struct command_context *context, const struct apdu *apdu)
{
    const struct chv_profile *profile = &context->card->environment->profile->chv;
    if (apdu->p1 != 0 || (apdu->p2 != 0 && apdu->p2 != 2))
        return SW_WRONG_P1P2;
    enum chv_number number = apdu->p2 == 0 ? CHV1 : CHV2;
    if (!profile->present[number])
        return SW_NO_CHV;
    if (card_chv(context->card)->unblock_tries[number] == 0)
        return SW_CHV_BLOCKED;
    if (!same_code(profile->unblock_code[number], apdu->data))
        return count_wrong_unblock(context, number);
    struct chv_state *chv = card_chv_to_change(context->card);
    if (chv == NULL)
        return SW_MEMORY_PROBLEM;
    memcpy(chv->code[number], apdu->data + CHV_SIZE, CHV_SIZE);
    chv->tries[number] = profile->tries_max[number];
    chv->unblock_tries[number] = profile->first.unblock_tries[number];
    if (number == CHV1)
        chv->chv1_enabled = true;
    *context->verified |= (uint8_t)(1u << number);
    return SW_OK;
}
