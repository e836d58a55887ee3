/* A thread that sees cards, readers and pcscd come and go, and says so. */
#ifndef OTA_PCSC_BRIDGE_READER_WATCH_H
#define OTA_PCSC_BRIDGE_READER_WATCH_H

#include <stdbool.h>

struct reader_watch;

/* `changed` is called in the watch's thread. NULL: no memory, or no thread. */
struct reader_watch *reader_watch_start(void (*changed)(void *user), void *user);
/* As card_worker_stop(). */
bool reader_watch_stop(struct reader_watch **watch);

#endif
