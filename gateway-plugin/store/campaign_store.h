/* Campaigns and their commands in the database. Conventions as in catalog_store.h. */
#ifndef OTA_STORE_CAMPAIGN_STORE_H
#define OTA_STORE_CAMPAIGN_STORE_H

#include "gateway-plugin/model/campaign.h"
#include "gateway-plugin/store/store.h"

/* Fills id, created, updated, profile_name. `commands`: hex lines, upper case, in order; none with a text. */
int campaign_insert(struct store *store, struct campaign *campaign, const char *const *commands, size_t count,
                    int64_t now, struct refusal *refusal);
int campaign_get(struct store *store, int64_t id, struct campaign *campaign);
int campaign_list(struct store *store, int64_t profile_id, struct page page, struct campaign *rows, size_t *count);

/* State, iteration, retries_used, target, started, ended; sets updated = now. */
int campaign_update(struct store *store, const struct campaign *campaign, int64_t now);

/* The text of an SMS or FLASH campaign, the caller's to free. STORE_NOT_FOUND: it has none. */
int campaign_message(struct store *store, int64_t id, char **message);

/* Each command in order to `each`; stops when it returns non-zero, and returns that. */
int campaign_commands(struct store *store, int64_t id, int (*each)(void *user, const char *hex), void *user);

#endif
