/*
 * A script that is too long for one packet, as several: which commands the n-th
 * packet carries, and the secured data they make. A pure function of the card's
 * script and the limits, so that a retry and a restart cut where the first iteration did.
 */
#ifndef OTA_SCRIPT_PIECES_H
#define OTA_SCRIPT_PIECES_H

#include "gateway-plugin/model/message.h"
#include "gateway-plugin/model/refusal.h"
#include "protocol/bytes.h"
#include "protocol/script_cut.h"

/* What a packet's secured data look like, and how much of them there may be. */
struct packet_shape {
    enum script_format format;
    enum script_chaining chaining; /* in SCRIPT_EXPANDED: what the first of several packets says; CHAINING_NONE:
                                    * the card begins each packet anew */
    size_t bytes;    /* of secured data in a packet */
    size_t commands; /* in a packet; 0: any number */
};

/* One packet's commands; `first` points into the caller's. */
struct script_piece {
    struct message_piece place;
    const struct script_command *first;
    uint8_t chaining; /* TS 102 226 clause 5.2.1.4, of this packet; CHAINING_NONE: it says nothing */
};

/* Packet `number` (from 1; beyond the last one: the last one) of `commands`. False: the script cannot be cut
 * within the shape, script_pieces_check() says where. */
bool script_piece_find(const struct script_command *commands, size_t count, const struct packet_shape *shape,
                       unsigned int number, struct script_piece *piece);

/* The packet's secured data: the commands one behind the other, or in a command scripting template.
 * OTA_E_NO_SPACE. */
int script_piece_write(const struct script_piece *piece, enum script_format format, struct byte_writer *writer);

/* How many bytes that writes. */
size_t script_piece_size(const struct script_piece *piece, enum script_format format);

/* Can the whole script be cut within the shape? 0, or -1 with `refusal` that names the command. `sms`: what
 * the limit of bytes stands for; 0: for itself (maxPacketBytes). */
int script_pieces_check(const struct script_command *commands, size_t count, const struct packet_shape *shape,
                        unsigned int sms, struct refusal *refusal);

#endif
