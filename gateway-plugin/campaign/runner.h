/* Running campaigns: makes their rows, claims rows whose card is free, ends campaigns whose messages are all
 * settled. A paused one claims nothing, a terminated one cancels; in both, a message of which a part has left is
 * finished: half a packet is of no use to anybody. */
#ifndef OTA_CAMPAIGN_RUNNER_H
#define OTA_CAMPAIGN_RUNNER_H

#include "gateway-plugin/campaign/core.h"

/* Reads which campaigns there is work for, and in which state they are now. */
enum runner_load_reason {
    RUNNER_RESTARTED, /* what was SENDING is looked at again: it may have left */
    RUNNER_CHANGED,   /* something was written behind the runner's back */
    RUNNER_UNDONE,    /* what is in memory no longer agrees with the database */
};
int runner_load(struct core *core, enum runner_load_reason reason);

/* One pass of bounded work. *more: there is more that need not wait for an event. */
int runner_work(struct core *core, bool *more);

int runner_message_settled(struct core *core, const struct message_row *row); /* frees the card, counts */

/* Is this iteration of a campaign the one that runs, or will when it is resumed? Only then may packets be added
 * to it. */
bool runner_iteration_is_open(const struct core *core, int64_t campaign_id, int64_t iteration);
/* A message was made behind one that is settled; before those of other campaigns it has the card. */
void runner_message_added(struct core *core, int64_t campaign_id, int64_t id);
/* Does this message wait until its campaign is resumed, its packet made already? */
bool runner_holds(const struct core *core, const struct message_row *row);
void runner_look_again(
    struct core *core); /* parts may wait in the table that are not in the sender's queue */
void runner_free(struct core *core);

#endif
