#include "simsim/answer_to_reset.h"

#include <string.h>

#include "protocol/bytes.h"

#define DIRECT_CONVENTION 0x3B
#define HAS_TA 0x10
#define HAS_TB 0x20
#define HAS_TD 0x80
#define TYPE_T1 0x01
#define TYPE_GLOBAL 0x0F /* T=15: interface bytes that concern all protocols */
#define SPEED_512_16 0x95
#define T1_FIELD_SIZE 0xFE
#define T1_WAITS 0x45        /* BWI 4, CWI 5 */
#define CLOCK_AND_VOLTS 0xC7 /* clock may stop at any level; classes A, B, C */

/* T=0, as few features as a 2G card may have. */
static const uint8_t of_sim[] = {DIRECT_CONVENTION, 0x16, 0x94, 'o', 't', 'a', 'b', 'o', 'x'};

/* TS 102 221 6.3.2, ISO 7816-4 8.1: AIDs whole or in part, EF.DIR; FIDs, paths, SFIs; no logical channels;
 * and the maker's name. */
static const uint8_t history_of_uicc[] = {0x80, 0x31, 0xE0, 0x73, 0xFE, 0x21, 0x00,
                                          0x66, 'o',  't',  'a',  'b',  'o',  'x'};

static uint8_t check_byte(const uint8_t *bytes, size_t length)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum ^= bytes[i];
    return sum;
}

/* T=0 stands first where both are offered. */
static size_t of_uicc(uint8_t protocols, uint8_t atr[static ATR_SIZE_MAX])
{
    struct byte_writer writer = byte_writer_on(atr, ATR_SIZE_MAX);
    uint8_t first = (protocols & PROTOCOL_T0) != 0 ? 0 : TYPE_T1;
    write_u8(&writer, DIRECT_CONVENTION);
    write_u8(&writer, (uint8_t)(HAS_TD | HAS_TA | sizeof history_of_uicc));
    write_u8(&writer, SPEED_512_16);
    write_u8(&writer, HAS_TD | first);
    if ((protocols & PROTOCOL_T1) != 0) {
        write_u8(&writer, HAS_TD | HAS_TB | HAS_TA | TYPE_T1);
        write_u8(&writer, T1_FIELD_SIZE);
        write_u8(&writer, T1_WAITS);
    }
    write_u8(&writer, HAS_TA | TYPE_GLOBAL);
    write_u8(&writer, CLOCK_AND_VOLTS);
    write_bytes(&writer, history_of_uicc, sizeof history_of_uicc);
    write_u8(&writer, check_byte(atr + 1, writer.length - 1));
    return writer.length;
}

size_t answer_to_reset(const struct card_profile *profile, uint8_t atr[static ATR_SIZE_MAX])
{
    if (profile->is_uicc)
        return of_uicc(profile->protocols, atr);
    memcpy(atr, of_sim, sizeof of_sim);
    return sizeof of_sim;
}

/* TD1 stands behind those of TA1, TB1, TC1 that T0 announces. */
enum transmission_protocol answer_to_reset_protocol(const uint8_t *atr, size_t length)
{
    if (length < 2 || (atr[1] & HAS_TD) == 0)
        return PROTOCOL_T0;
    size_t at = 2;
    for (unsigned bit = HAS_TA; bit < HAS_TD; bit <<= 1)
        at += (atr[1] & bit) != 0;
    return at < length && (atr[at] & 0x0F) == TYPE_T1 ? PROTOCOL_T1 : PROTOCOL_T0;
}
