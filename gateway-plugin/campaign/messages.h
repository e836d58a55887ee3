/* Message rows in memory while events come in for them; facts become states here, and states have
 * consequences. */
#ifndef OTA_CAMPAIGN_MESSAGES_H
#define OTA_CAMPAIGN_MESSAGES_H

#include "gateway-plugin/campaign/core.h"

/* The row, borrowed until the next messages_*() call. NULL with *rc: STORE_NOT_FOUND or STORE_FAILED. */
const struct message_row *messages_get(struct core *core, int64_t id, int *rc);

/* Adds one fact and draws the consequences: deadline, card set free, totals, the next part of a sequential
 * message, the message of the script's next packet, credit to the card's latest message. STORE_OK also when there is no such message. */
int messages_add(struct core *core, int64_t id, const struct message_fact *fact);

/* Its time to leave begins anew. */
int messages_put_off(struct core *core, int64_t id);

/* Reads a row again that was written behind the cache's back (message_built). */
void messages_forget(struct core *core, int64_t id);

int messages_flush(struct core *core);  /* writes what changed */
void messages_clear(struct core *core); /* forgets everything, also what changed */

/* The number of parts of a message that was just built is its first fact. */
int messages_set_built(struct core *core, int64_t id, unsigned int parts, bool repeats);

#endif
