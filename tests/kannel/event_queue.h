/* What a link tells the engine, kept for a test that takes it event by event. One link a program. */
#ifndef OTA_TESTS_KANNEL_EVENT_QUEUE_H
#define OTA_TESTS_KANNEL_EVENT_QUEUE_H

#include "gateway-plugin/campaign/bearer.h"

/* The link's `post`, from any thread. */
void event_keep(void *user, const struct bearer_event *event);

/* The next one, in order; the test fails after 120 seconds without. */
struct bearer_event event_next(void);
struct bearer_event event_expect(enum bearer_event_kind expected);

void events_forget(void);

#endif
