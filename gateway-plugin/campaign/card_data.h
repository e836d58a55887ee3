/*
 * The data of a campaign whose commands have placeholders: taken with its start, in the same savepoint, and checked
 * for every card of the target before anything is sent. It stays for the retries.
 */
#ifndef OTA_CAMPAIGN_CARD_DATA_H
#define OTA_CAMPAIGN_CARD_DATA_H

#include "gateway-plugin/campaign/plan.h"

struct card_data {
    struct store *store;
    struct plan plan;
    int64_t group_id, card_id; /* the target */
    size_t outside;            /* rows of cards that are not in it, passed over */
};

/* Of a campaign that has its target; what an earlier attempt left is dropped. card_data_end() in any case. All
 * return 0, or -1 with `refusal`. */
int card_data_begin(struct store *store, const struct campaign *campaign, struct card_data *data,
                    struct refusal *refusal);
/* Refused, with line and column: a card that is not there or stands there twice, values that do not make good
 * commands, or a script that cannot be cut into packets. */
int card_data_add(struct card_data *data, const struct data_row *row, struct refusal *refusal);
/* Refused: a card of the target that had no row. */
int card_data_check(struct card_data *data, struct refusal *refusal);
void card_data_end(struct card_data *data);

/* The plan with the card's values in it: plan_free() in any case. STORE_NOT_FOUND: the card has none, or not what
 * makes a script. */
int card_data_plan(struct store *store, const struct plan *plan, int64_t card_id, struct plan *own);

#endif
