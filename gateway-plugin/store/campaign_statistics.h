/*
 * What came of a campaign, in numbers: counted in the database from indexes, so that a campaign of a
 * million messages costs a fraction of a second, and on a read-only store, so that it costs the
 * engine nothing.
 */
#ifndef OTA_STORE_CAMPAIGN_STATISTICS_H
#define OTA_STORE_CAMPAIGN_STATISTICS_H

#include "gateway-plugin/store/message_store.h"

#define STATISTICS_POR_COUNT 257   /* every status byte, and none at all */
#define STATISTICS_SW_COUNT 65537  /* every status word, and none at all */
#define STATISTICS_RECENT_MS 60000 /* how far the rate of what runs looks back */

/* Cards are counted once each, by their latest message. */
struct campaign_statistics {
    struct message_counts counts;
    int64_t settled; /* cards whose latest message is settled; the two below tell of these */
    int64_t by_por_status[STATISTICS_POR_COUNT]; /* [256]: no PoR */
    int64_t by_sw[STATISTICS_SW_COUNT];          /* [65536]: no status word */
    /* The span that the rate is of: the last minute of the iteration while it goes on, all of it behind its
     * end. */
    int64_t span_ms;
    int64_t settled_messages; /* in the span; every packet of a script is one */
    int64_t settled_cards;    /* in the span */
};

/* `now`: ms since the epoch. Half a MB: allocate it. A store_result. */
int campaign_statistics_get(struct store *store, const struct campaign *campaign, int64_t now,
                            struct campaign_statistics *statistics);

#endif
