/*
 * What leaves: a short queue of parts in front of the window. The window holds
 * the SMS that the SMSC has not answered; bearerbox's acknowledgement alone does
 * not open it, because bearerbox takes far more than it submits. There is one
 * window: which SMSC has an SMS is known only when it answers. Only committed
 * rows are sent, with the bytes of the row.
 */
#ifndef OTA_CAMPAIGN_SENDER_H
#define OTA_CAMPAIGN_SENDER_H

#include "gateway-plugin/campaign/core.h"

/* False when the queue is full: then the runner finds the part in the table later. */
bool sender_push(struct core *core, int64_t message_id, uint8_t part, int64_t due, bool possible_duplicate);

/* How many more SMS may be built now; 0 also while the link is down or refuses for the moment. */
size_t sender_room(const struct core *core);
bool sender_holds(const struct core *core, int64_t message_id, uint8_t part); /* queued, or in the window */

/* Hands over what is due, as far as the window goes. After the commit only. */
int sender_pump(struct core *core);
int64_t sender_next_due(const struct core *core); /* INT64_MAX: nothing waits for a time */

/* Events. */
void sender_connected(struct core *core);
int sender_disconnected(struct core *core);
int sender_acknowledged(struct core *core, const struct bearer_event *event);
void sender_answered(struct core *core, int64_t message_id, uint8_t part);
void sender_forget(struct core *core, int64_t message_id); /* it is settled */

/* Takes the campaign's messages of which no part has left out of the queue. They are in the table. */
void sender_hold(struct core *core, int64_t campaign_id);

#endif
