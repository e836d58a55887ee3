/*
 * Puts the parts of one concatenated message together again, in any order and
 * with duplicates. Bounded: the caller gives the memory. TS 23.040 9.2.3.24.1.
 */
#ifndef OTA_PROTOCOL_REASSEMBLY_H
#define OTA_PROTOCOL_REASSEMBLY_H

#include "protocol/user_data.h"

struct reassembly_slot {
    uint16_t offset; /* in `buffer` */
    uint8_t length;
    bool here;
};

struct reassembly {
    uint8_t *buffer; /* the caller's; parts in order of arrival */
    size_t size;
    size_t used;
    uint16_t reference;
    bool wide;
    uint8_t total; /* 0: nothing open */
    uint8_t received;
    enum packet_marker marker; /* of part 1 */
    struct reassembly_slot slots[255];
    uint64_t opened_at; /* of reassembly_add_at(); in the caller's unit */
};

void reassembly_init(struct reassembly *reassembly, uint8_t *buffer, size_t size);

enum reassembly_result {
    REASSEMBLY_COMPLETE = 0,
    REASSEMBLY_INCOMPLETE = 1, /* also for a duplicate */
};

/* A part with another reference or total forgets what was open. Returns one of the
 * above, OTA_E_NO_SPACE (then nothing is open any more) or OTA_E_BAD_VALUE (a part 0, or beyond the total). A
 * single message completes at once. */
int reassembly_add(struct reassembly *reassembly, const struct user_data *part);

/* Is that part here already, with other content? reassembly_add() keeps the first. */
bool reassembly_contradicts(const struct reassembly *reassembly, const struct user_data *part);

/* Bounds a message in time too: what was opened more than `age_max` before `now`, on any clock of the caller's,
 * is forgotten before the part is added, so that its late parts begin it anew. */
int reassembly_add_at(struct reassembly *reassembly, const struct user_data *part, uint64_t now,
                      uint64_t age_max);

/* After REASSEMBLY_COMPLETE: the packet, in order, and nothing is open any more. OTA_E_TRUNCATED before, OTA_E_NO_SPACE. */
int reassembly_take(struct reassembly *reassembly, enum packet_marker *marker, struct byte_writer *packet);

#endif
