/*
 * Where a script that is too long for one packet may be cut. A card begins each
 * packet anew: no file is selected, no PIN verified, no record current. So a cut is
 * allowed only in front of a command that needs nothing of those before it (TS 102
 * 226 clause 5.2.1: the current file at the start of a script); anywhere in front of
 * any command but GET RESPONSE where the card chains scripts (clause 5.2.1.4).
 */
#ifndef OTA_PROTOCOL_SCRIPT_CUT_H
#define OTA_PROTOCOL_SCRIPT_CUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct script_command {
    const uint8_t *bytes; /* the caller's: CLA INS P1 P2 P3 … */
    size_t length;
};

struct script_limits {
    size_t bytes;    /* of secured data in a packet */
    size_t commands; /* in a packet; 0: any number */
    size_t fixed;    /* bytes of a template, chaining and the like, in each packet */
    bool expanded;   /* each command stands in a TLV */
    bool is_chained; /* the card keeps the context from script to script */
};

/* How many of the commands go into the first packet: all when they fit, else up to the last
 * allowed cut; 0 when there is none within the limit. Call again with the rest. */
size_t script_first_piece(const struct script_command *commands, size_t count,
                          const struct script_limits *limits);

#endif
