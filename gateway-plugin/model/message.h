/*
 * A message: one packet on its way to one card in one iteration of a campaign. A
 * script that fits one packet is one message; a longer one is several, one after the
 * other, each made when the one before has settled well.
 *
 * Acknowledgements, delivery reports and PoRs come late, twice and in any
 * order. So the row keeps *facts* that only grow (message_facts_add() is a
 * join: commutative, associative, idempotent), and the state is a pure
 * function of the facts (message_state_of(), message_facts.h). No order can matter.
 */
#ifndef OTA_MODEL_MESSAGE_H
#define OTA_MODEL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gateway-plugin/model/campaign.h"

#define POR_DATA_MAX 4096 /* bytes of additional response data kept */

enum message_state {
    MESSAGE_PENDING,          /* not built yet: its card is busy, or the window is full */
    MESSAGE_SENDING,          /* packet and counter are committed; not every part is with the SMSC */
    MESSAGE_SENT,             /* the SMSC has every part */
    MESSAGE_DELIVERED,        /* the phone acknowledged every part; the PoR is awaited */
    MESSAGE_UPDATED,          /* settled well, and with it the whole script */
    MESSAGE_PARTIAL,          /* settled: some commands of the script executed, but not all */
    MESSAGE_FAILED,           /* settled: refused, undeliverable, or an error PoR */
    MESSAGE_UNKNOWN,          /* settled: no PoR in time; executed or not, nobody knows */
    MESSAGE_EXECUTED_UNKNOWN, /* settled: a resend was answered 02/06, so it probably ran before */
    MESSAGE_CANCELLED,        /* settled: the campaign was terminated before it left */
    MESSAGE_CONTINUED,        /* settled well, and the next packet's message follows: not the card's end state */
    MESSAGE_STATE_COUNT
};

/* Which packet of the script. */
struct message_piece {
    unsigned int number;  /* from 1 */
    unsigned int total;   /* 0: not built yet */
    unsigned int before;  /* commands in the packets before */
    unsigned int commands; /* in this one, a refresh included */
};

const char *message_state_name(enum message_state state); /* "UPDATED" */
/* `length` characters of any case; -1: no such state. */
int message_state_parse(const char *name, size_t length, enum message_state *state);
const char *message_state_words(enum message_state state); /* "executed in part" */
bool message_state_is_settled(enum message_state state);

#endif
