/*
 * The data of a campaign whose commands have placeholders. They come with its start: all rows are read and checked,
 * for every card of the target, before one is written; then they are written in slices, so that others need not
 * wait for the engine, and the start follows. What is written for a campaign that never started is dropped. The
 * data stay for the retries.
 */
#ifndef OTA_CAMPAIGN_CARD_DATA_H
#define OTA_CAMPAIGN_CARD_DATA_H

#include "gateway-plugin/campaign/id_set.h"
#include "gateway-plugin/campaign/plan.h"

#define CARD_DATA_SLICE 1000 /* rows in a transaction */

struct card_data {
    struct store *store; /* that rows are looked up in */
    struct plan plan;
    int64_t group_id, card_id; /* the target */
    size_t outside;            /* rows of cards that are not in it, passed over */
    struct id_set cards;       /* that have a row */
    struct card_values *rows;  /* owned, as are their texts */
    size_t count, room;
    char *texts;
    size_t texts_length, texts_room;
};

/* Of a campaign that has its target. card_data_end() in any case. All return 0, or -1 with `refusal`. */
int card_data_begin(struct store *store, const struct campaign *campaign, struct card_data *data,
                    struct refusal *refusal);
/* Refused, with line and column: a card that is not there or stands there twice, values that do not make good
 * commands, or a script that cannot be cut into packets. */
int card_data_add(struct card_data *data, const struct data_row *row, struct refusal *refusal);
/* Refused: a card of the target that had no row. */
int card_data_check(struct card_data *data, struct refusal *refusal);

/* Drops up to a slice of what is stored of the campaign. *more: there is more. */
int card_data_drop(struct store *store, int64_t campaign_id, bool *more, struct refusal *refusal);
/* Stores up to a slice from row *next on, and moves it. */
int card_data_store(struct store *store, const struct card_data *data, size_t *next, struct refusal *refusal);
void card_data_end(struct card_data *data);

/* The plan with the card's values in it: plan_free() in any case. STORE_NOT_FOUND: the card has none, or not what
 * makes a script. */
int card_data_plan(struct store *store, const struct plan *plan, int64_t card_id, struct plan *own);

#endif
