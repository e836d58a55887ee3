/* The text of a delivery receipt: SMPP 3.4 appendix B. */
#ifndef OTA_SMSC_DELIVERY_RECEIPT_H
#define OTA_SMSC_DELIVERY_RECEIPT_H

#include <stddef.h>
#include <stdint.h>

#include "smsc/smpp_pdu.h"

#define DELIVERY_RECEIPT_SIZE 200 /* enough for the longest, with the NUL */

struct delivery_receipt {
    const char *message_id;
    enum smpp_message_state state;
    int64_t submitted, done; /* Unix seconds; written in UTC, to the minute */
    uint8_t error;           /* TP-FCS of the card's answer, or 0; three digits */
};

/* "id:… sub:001 dlvrd:001 submit date:… done date:… stat:DELIVRD err:000 text:"; the length without the NUL.
 */
size_t delivery_receipt_format(const struct delivery_receipt *receipt,
                               char text[static DELIVERY_RECEIPT_SIZE]);

#endif
