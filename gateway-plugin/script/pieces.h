/*
 * A script that is too long for one packet, as several: which commands the n-th
 * packet carries. A pure function of the card's script and the limits, so that a
 * retry and a restart cut where the first iteration did.
 */
#ifndef OTA_SCRIPT_PIECES_H
#define OTA_SCRIPT_PIECES_H

#include "gateway-plugin/model/message.h"
#include "gateway-plugin/model/refusal.h"
#include "protocol/script_cut.h"

/* One packet's commands; `bytes` points into the script's. */
struct script_piece {
    struct message_piece place;
    const uint8_t *bytes;
    size_t length;
};

/* Packet `number` (from 1; beyond the last one: the last one) of `commands`, which stand one behind the
 * other in memory. False: the script cannot be cut within the limits, script_pieces_check() says where. */
bool script_piece_find(const struct script_command *commands, size_t count,
                       const struct script_limits *limits, unsigned int number, struct script_piece *piece);

/* Can the whole script be cut within the limits? 0, or -1 with `refusal` that names the command. `sms`: what
 * the limit of bytes stands for; 0: for itself (maxPacketBytes). */
int script_pieces_check(const struct script_command *commands, size_t count,
                        const struct script_limits *limits, unsigned int sms, struct refusal *refusal);

#endif
