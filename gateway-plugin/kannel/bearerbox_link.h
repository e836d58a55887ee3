/*
 * The bearer over a bearerbox: one thread that connects, identifies, writes what
 * the engine hands over, posts what comes in, and connects again when the link breaks.
 * Users of this header need no gwlib.
 */
#ifndef OTA_KANNEL_BEARERBOX_LINK_H
#define OTA_KANNEL_BEARERBOX_LINK_H

#include "gateway-plugin/campaign/bearer.h"
#include "gateway-plugin/kannel/otabox_config.h"

struct bearerbox_link;

struct bearerbox_link_options {
    /* Called by the link's thread; may block (the link stops reading, bearerbox keeps what it has). */
    void (*post)(void *user, const struct bearer_event *event);
    void *user;
};

/* `config` is borrowed until bearerbox_link_stop. Not connected yet, so that the engine can be made with bearerbox_link_bearer before
 * the link has somebody to post to. NULL: out of memory. */
struct bearerbox_link *bearerbox_link_new(const struct otabox_config *config);

/* `send` returns -1 while the link is down. What was taken and could not be written
 * any more comes back as ACK_TRY_LATER; inbound that was posted and not acknowledged
 * comes again, under the same UUID, after the next connection. */
struct bearer bearerbox_link_bearer(struct bearerbox_link *link);

/* Main thread. 0; -1: no thread. Bearerbox need not be there: the link tries until it is. */
int bearerbox_link_start(struct bearerbox_link *link, const struct bearerbox_link_options *options);

bool bearerbox_link_is_connected(void *link); /* any thread */

/* No more events, no more SMS; acknowledgements still leave. Before engine_stop; main thread. */
void bearerbox_link_quiesce(struct bearerbox_link *link);
/* Writes what waits (2 seconds at most), disconnects, ends the thread. Main thread. */
void bearerbox_link_stop(struct bearerbox_link **link);

#endif
