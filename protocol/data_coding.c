#include "protocol/data_coding.h"

#include "protocol/user_data.h"

/* Groups 00xx and 01xx: bit 5 compressed, bit 4 has a class, bits 3 and 2 the alphabet. */
static struct data_coding general(uint8_t dcs)
{
    static const enum data_coding_kind kinds[] = {DATA_CODING_GSM7, DATA_CODING_8BIT, DATA_CODING_UCS2,
                                                  DATA_CODING_GSM7};
    return (struct data_coding){.kind = dcs & 0x20 ? DATA_CODING_8BIT : kinds[dcs >> 2 & 3],
                                .message_class = dcs & 0x10 ? dcs & 3 : MESSAGE_CLASS_NONE};
}

struct data_coding data_coding_of(uint8_t dcs)
{
    if (dcs < 0x80)
        return general(dcs);
    if (dcs >= 0xF0)
        return (struct data_coding){.kind = dcs & 0x04 ? DATA_CODING_8BIT : DATA_CODING_GSM7,
                                    .message_class = dcs & 3};
    /* Reserved, or message waiting. */
    return (struct data_coding){.kind = dcs >= 0xE0 ? DATA_CODING_UCS2 : DATA_CODING_GSM7,
                                .message_class = MESSAGE_CLASS_NONE};
}

bool data_coding_fits(uint8_t dcs, size_t header, size_t length)
{
    if (header > length || header > SMS_USER_DATA_MAX)
        return false;
    if (data_coding_of(dcs).kind != DATA_CODING_GSM7)
        return length <= SMS_USER_DATA_MAX;
    return length - header <= (SMS_USER_DATA_MAX - header) * 8 / 7;
}
