/*
 * The values of placeholders in the database: a text of hex values parted by commas for each card of a campaign.
 * All return a store_result. Nothing here decides anything.
 */
#ifndef OTA_STORE_DATA_WORK_H
#define OTA_STORE_DATA_WORK_H

#include "gateway-plugin/store/campaign_work.h"
#include "gateway-plugin/store/store.h"

int work_data_clear(struct store *store, int64_t campaign_id);
/* STORE_NOT_FOUND: the card has some already, they stay. */
int work_data_add(struct store *store, int64_t campaign_id, int64_t card_id, const char *data);
/* *data by malloc, the caller's. */
int work_data_get(struct store *store, int64_t campaign_id, int64_t card_id, char **data);

/* STORE_NOT_FOUND: the card is not one of the group's. */
int work_group_has_card(struct store *store, int64_t group_id, int64_t card_id);
/* The MSISDN of a card of the target without data; STORE_NOT_FOUND: all have some. */
int work_card_without_data(struct store *store, const struct campaign_target_ids *target,
                           char msisdn[static MSISDN_DIGITS_MAX + 1]);

#endif
