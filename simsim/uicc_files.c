/*
 * A UICC's file commands: short file identifiers and FIDs within the command
 * (TS 102 221 11.1.3 to 11.1.8, 11.1.14, 11.1.15), then as on a SIM.
 */
#include "simsim/current_file.h"
#include "simsim/uicc_commands.h"
#include "simsim/uicc_select.h"

#define SFI_IN_P1 0x80
#define SFI_MASK 0x1F
#define SFI_SHIFT 3 /* in P2 of the record commands */
#define MODE_MASK 0x07

/* Makes the file of that SFI in the current directory the current one. */
static uint16_t use_sfi(struct command_context *context, uint8_t sfi)
{
    uint16_t found = card_profile_find_sfi(context->card->environment->profile, context->cursor->df, sfi);
    if (found == NO_FILE)
        return SW_NOT_FOUND;
    current_file_select(context, found);
    return SW_OK;
}

/* P1 is the high byte of an offset of 15 bits, or an SFI, and then P2 is the whole offset. */
static uint16_t with_sfi_in_p1(struct command_context *context, const struct apdu *apdu,
                               command_handler *execute)
{
    struct apdu plain = *apdu;
    if ((apdu->p1 & SFI_IN_P1) == 0)
        return execute(context, apdu);
    if ((apdu->p1 & ~(SFI_IN_P1 | SFI_MASK)) != 0)
        return SW_WRONG_P1P2;
    plain.p1 = 0;
    uint16_t sw = use_sfi(context, apdu->p1 & SFI_MASK);
    return sw == SW_OK ? execute(context, &plain) : sw;
}

/* P2 is an SFI, or 0 for the current file, and a mode. */
static uint16_t with_sfi_in_p2(struct command_context *context, const struct apdu *apdu,
                               command_handler *execute)
{
    struct apdu plain = *apdu;
    uint8_t sfi = apdu->p2 >> SFI_SHIFT;
    plain.p2 = apdu->p2 & MODE_MASK;
    uint16_t sw = sfi == 0 ? SW_OK : use_sfi(context, sfi);
    return sw == SW_OK ? execute(context, &plain) : sw;
}

uint16_t uicc_read_binary(struct command_context *context, const struct apdu *apdu)
{
    return with_sfi_in_p1(context, apdu, command_read_binary);
}

uint16_t uicc_update_binary(struct command_context *context, const struct apdu *apdu)
{
    return with_sfi_in_p1(context, apdu, command_update_binary);
}

uint16_t uicc_read_record(struct command_context *context, const struct apdu *apdu)
{
    return with_sfi_in_p2(context, apdu, command_read_record);
}

uint16_t uicc_update_record(struct command_context *context, const struct apdu *apdu)
{
    return with_sfi_in_p2(context, apdu, command_update_record);
}

uint16_t uicc_search_record(struct command_context *context, const struct apdu *apdu)
{
    return with_sfi_in_p2(context, apdu, command_search_record);
}

uint16_t uicc_increase(struct command_context *context, const struct apdu *apdu)
{
    if ((apdu->p1 != 0 && (apdu->p1 & SFI_IN_P1) == 0) || apdu->p2 != 0)
        return SW_WRONG_P1P2;
    return with_sfi_in_p1(context, apdu, command_increase);
}

/* Without data the current file; else a SELECT comes first. */
static uint16_t with_selection(struct command_context *context, const struct apdu *apdu,
                               command_handler *execute)
{
    if (apdu->p2 != 0)
        return SW_WRONG_P1P2;
    uint16_t sw = apdu->length == 0 && apdu->p1 == 0 ? SW_OK : uicc_select_file(context, apdu);
    return sw == SW_OK ? execute(context, apdu) : sw;
}

uint16_t uicc_deactivate(struct command_context *context, const struct apdu *apdu)
{
    return with_selection(context, apdu, command_invalidate);
}

uint16_t uicc_activate(struct command_context *context, const struct apdu *apdu)
{
    return with_selection(context, apdu, command_rehabilitate);
}
