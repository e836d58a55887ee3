/* TP-DCS: what the user data of an SMS is (TS 23.038 clause 4). */
#ifndef OTA_PROTOCOL_DATA_CODING_H
#define OTA_PROTOCOL_DATA_CODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum data_coding_kind {
    DATA_CODING_GSM7, /* counted in septets; reserved codings count as this, as clause 4 asks */
    DATA_CODING_8BIT, /* and whatever is compressed */
    DATA_CODING_UCS2
};

#define MESSAGE_CLASS_NONE (-1)

struct data_coding {
    enum data_coding_kind kind;
    int message_class; /* 0 to 3, or MESSAGE_CLASS_NONE */
};

struct data_coding data_coding_of(uint8_t dcs);

/* Does user data fit one SMS, as SMPP carries it: a header of `header` bytes, 0 for none, and behind it
 * bytes, or septets one a byte; `length` of both? TS 23.040 9.2.3.16, .24: septets are packed and begin behind fill bits. */
bool data_coding_fits(uint8_t dcs, size_t header, size_t length);

#endif
