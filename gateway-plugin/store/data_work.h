/*
 * The values of placeholders in the database: a text of hex values parted by commas for each card of a campaign.
 * All return a store_result. Nothing here decides anything.
 */
#ifndef OTA_STORE_DATA_WORK_H
#define OTA_STORE_DATA_WORK_H

#include "gateway-plugin/store/campaign_work.h"
#include "gateway-plugin/store/store.h"

/* Up to `limit` rows. STORE_NOT_FOUND: there was none. */
int work_data_drop(struct store *store, int64_t campaign_id, int64_t limit);
/* What is there of campaigns that never started. */
int work_data_drop_unstarted(struct store *store);
/* STORE_NOT_FOUND: the card has some already, they stay; or it is gone, or the campaign. */
int work_data_add(struct store *store, int64_t campaign_id, int64_t card_id, const char *data);
/* *data by malloc, the caller's. */
int work_data_get(struct store *store, int64_t campaign_id, int64_t card_id, char **data);

/* STORE_NOT_FOUND: the card is not one of the group's. */
int work_group_has_card(struct store *store, int64_t group_id, int64_t card_id);
/* The group's cards with greater ids than `after`, in order. *count in: room; out: filled. */
int work_group_cards(struct store *store, int64_t group_id, int64_t after, int64_t *cards, size_t *count);

#endif
