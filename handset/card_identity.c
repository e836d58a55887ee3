#include "handset/card_identity.h"

#include "protocol/bcd.h"
#include "protocol/errors.h"

#define FILE_EF_ICCID 0x2FE2
#define ICCID_BYTES 10

bool card_read_iccid(struct conversation *talk, char iccid[static TERMINAL_ICCID_SIZE])
{
    return card_select(talk, FILE_EF_ICCID) && card_said_well(talk) &&
           card_ask(talk, (struct card_command){.ins = INS_READ_BINARY}, ICCID_BYTES) &&
           card_said_well(talk) && talk->length == ICCID_BYTES &&
           bcd_decode(talk->response, ICCID_BYTES, 2 * ICCID_BYTES, iccid) == OTA_OK && iccid[0] != '\0';
}
