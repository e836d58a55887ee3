/* Commands of a request -> the secured data of a packet (TS 102 226 clause 5.2). */
#ifndef OTA_TOOLS_SCRIPT_DATA_H
#define OTA_TOOLS_SCRIPT_DATA_H

#include "protocol/bytes.h"
#include "tools/request.h"

/* Some of the commands, in one packet. */
struct script_range {
    size_t first, count; /* items of the input */
    uint8_t chaining;    /* enum script_chaining */
};

/* Is each command as long as its format wants it? 0 or -1 with the refusal, which names the item. */
int script_data_check(const struct request *request, const struct byte_list *input, struct refusal *refusal);

/* The data, unchecked. 0, or -1 with the refusal when there is no room. */
int script_data_write(const struct request *request, const struct byte_list *input,
                      const struct script_range *range, struct byte_writer *writer, struct refusal *refusal);

/*
 * The commands of the next packet, whose secured data may have `data_max` bytes: `range` holds those of the
 * packet before, or is all zero in front of the first. A script that chaining holds together is cut anywhere
 * but in front of a GET RESPONSE, another one only where the next command needs nothing of those before it
 * (protocol/script_cut.h). Where all fits one packet nothing is chained. 0, or -1 with the refusal when nowhere.
 */
int script_data_next(const struct request *request, const struct byte_list *input, size_t data_max,
                     struct script_range *range, struct refusal *refusal);

#endif
