/* Events that wait to be told to an operator's server. All return a store_result. */
#ifndef OTA_STORE_NOTIFICATION_STORE_H
#define OTA_STORE_NOTIFICATION_STORE_H

#include "gateway-plugin/model/campaign.h"
#include "gateway-plugin/store/store.h"

#define NOTIFICATION_BODY_SIZE 9216 /* 4096 bytes read back are 8192 hex digits */

struct notification {
    int64_t id; /* the event's: grows, never used twice */
    int64_t campaign_id;
    enum notification_kind kind;
    int attempts;
    int64_t created;
    char url[CAMPAIGN_URL_SIZE];
    char body[NOTIFICATION_BODY_SIZE]; /* a JSON object */
};

/* Inside the engine's transaction. */
int notification_add(struct store *store, int64_t campaign_id, enum notification_kind kind, const char *body,
                     int64_t now);

/* Those that are due, the oldest first. *count in: room; out: filled. */
int notification_due(struct store *store, int64_t now, struct notification *rows, size_t *count);
int notification_count(struct store *store, int64_t *count);

int notification_remove(struct store *store, int64_t id);
/* Its server took it not: counts an attempt. It is due at that time, and with `all` (the server takes nothing) nothing of
 * its campaign and kind before. */
int notification_put_off(struct store *store, const struct notification *notification, int64_t due, bool all);

#endif
