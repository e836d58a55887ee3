/*
 * A message: one script on its way to one card in one iteration of a campaign.
 *
 * Acknowledgements, delivery reports and PoRs come late, twice and in any
 * order. So the row keeps *facts* that only grow (message_facts_add() is a
 * join: commutative, associative, idempotent), and the state is a pure
 * function of the facts (message_state_of(), message_facts.h). No order can matter.
 */
#ifndef OTA_MODEL_MESSAGE_H
#define OTA_MODEL_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway-plugin/model/campaign.h"

#define POR_DATA_MAX 4096 /* bytes of additional response data kept */

enum message_state {
    MESSAGE_PENDING,          /* not built yet: its card is busy, or the window is full */
    MESSAGE_SENDING,          /* packet and counter are committed; not every part is with the SMSC */
    MESSAGE_SENT,             /* the SMSC has every part */
    MESSAGE_DELIVERED,        /* the phone acknowledged every part; the PoR is awaited */
    MESSAGE_UPDATED,          /* settled well */
    MESSAGE_PARTIAL,          /* settled: some commands executed, then an error */
    MESSAGE_FAILED,           /* settled: refused, undeliverable, or an error PoR */
    MESSAGE_UNKNOWN,          /* settled: no PoR in time; executed or not, nobody knows */
    MESSAGE_EXECUTED_UNKNOWN, /* settled: a resend was answered 02/06, so it probably ran before */
    MESSAGE_CANCELLED,        /* settled: the campaign was terminated before it left */
    MESSAGE_STATE_COUNT
};

const char *message_state_name(enum message_state state); /* "UPDATED" */
bool message_state_is_settled(enum message_state state);

#endif
