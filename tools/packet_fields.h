/* What several commands share: the input as one packet, TP-UD out of a packet, and out of a PoR. */
#ifndef OTA_TOOLS_PACKET_FIELDS_H
#define OTA_TOOLS_PACKET_FIELDS_H

#include "tools/command.h"

/* parts and ud: the packet cut as the request says. 0 or -1 with the refusal. */
int answer_segments(const struct request *request, const uint8_t *packet, size_t length,
                    enum packet_marker marker, struct answer *answer);

/* A packet out of its SMS. */
struct joined {
    enum packet_marker marker;
    size_t length;
    size_t contradiction; /* the number of an item whose part was there before with other content; 0: none */
};

/* Puts the TP-UDs of one message together, in any order and with duplicates, into `packet` (PACKET_MAX
 * bytes): from item *next on, which then is the first item of another message, or their count.
 * 0 or -1 with the refusal, which names the item or how many parts are missing. */
int join_user_data(const struct byte_list *input, size_t *next, uint8_t *packet, struct joined *joined,
                   struct refusal *refusal);

/* warning, of a contradiction. */
void answer_contradiction(const struct joined *joined, struct answer *answer);

/* The request's keys; where it does not tell the CC's length, as `checksum` shows it, the bytes that CHL or RHL
 * leave for RC/CC. To be wiped. */
struct security_keys keys_shown(const struct request *request, size_t checksum);

/* Refuses a CC of 4 bytes that was asked for where none can be: only AES has it. */
int check_cc_length(const struct request *request, enum integrity integrity, uint8_t kid, struct refusal *refusal);

/* cntr; tar and cntr. */
void answer_counter(struct answer *answer, uint64_t counter);
void answer_tar_and_counter(struct answer *answer, const uint8_t tar[static TAR_SIZE], uint64_t counter);

#endif
