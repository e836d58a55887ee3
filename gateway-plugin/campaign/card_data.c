#include "gateway-plugin/campaign/card_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/campaign/plan_limits.h"
#include "gateway-plugin/model/command.h"
#include "gateway-plugin/store/catalog_store.h"
#include "gateway-plugin/store/data_work.h"

#define MEMBERS_AT_ONCE 2000

struct card_values {
    int64_t card_id;
    size_t text; /* where its values begin in card_data.texts, parted by commas */
};

int card_data_begin(struct store *store, const struct campaign *campaign, struct card_data *data,
                    struct refusal *refusal)
{
    *data = (struct card_data){.store = store, .group_id = campaign->group_id, .card_id = campaign->card_id};
    int rc = plan_load(store, campaign->id, &data->plan, refusal);
    if (rc == STORE_FAILED && refusal->kind != REFUSAL_NONE)
        return -1;
    return rc == STORE_OK ? 0 : store_refuse(store, "data", refusal);
}

void card_data_end(struct card_data *data)
{
    plan_free(&data->plan);
    id_set_free(&data->cards);
    free(data->rows);
    free(data->texts);
}

/* --- one row --- */

static int find_card(struct card_data *data, const struct data_row *row, struct card *card, struct refusal *refusal)
{
    static int (*const finders[])(struct store *store, const char *number, struct card *card) = {
        [DATA_MSISDN] = card_find_by_msisdn, [DATA_ICCID] = card_find_by_iccid, [DATA_IMSI] = card_find_by_imsi};
    int rc = finders[row->key](data->store, row->card, card);
    if (rc == STORE_NOT_FOUND)
        return refuse(refusal, REFUSAL_NOT_FOUND, "line %lu, column %zu: no card has the %s %.20s", row->line,
                      row->card_column, data_key_name(row->key), row->card);
    return rc == STORE_OK ? 0 : store_refuse(data->store, "card", refusal);
}

/* 1, 0, or -1 with `refusal`. */
static int is_in_target(struct card_data *data, int64_t card_id, struct refusal *refusal)
{
    if (data->group_id == 0)
        return card_id == data->card_id;
    int rc = work_group_has_card(data->store, data->group_id, card_id);
    return rc == STORE_FAILED ? store_refuse(data->store, "card group", refusal) : rc == STORE_OK;
}

/* What is wrong with a command stands where its first value does. */
static int refuse_command(const struct card_data *data, const struct data_row *row, size_t number,
                          const struct refusal *why, struct refusal *refusal)
{
    size_t first = placeholder_first(data->plan.texts[number], &data->plan.names);
    size_t column = first < data->plan.names.count ? row->columns[first] : row->card_column;
    return refuse(refusal, why->kind, "line %lu, column %zu: %.200s", row->line, column, why->text);
}

static int check_commands(const struct card_data *data, const struct data_row *row, struct refusal *refusal)
{
    const struct plan *plan = &data->plan;
    for (size_t i = 0; i < plan->text_count; i++) {
        char hex[COMMAND_HEX_SIZE];
        struct refusal why = {0};
        const struct command_place place = {"command", i + 1, 1, plan->campaign.script_format};
        if (!command_has_placeholder(plan->texts[i]))
            continue;
        if (!placeholder_fill(plan->texts[i], &plan->names, row->values, hex))
            refuse(&why, REFUSAL_INVALID, "command %zu is longer than 260 bytes", i + 1);
        else if (command_check(&place, hex, strlen(hex), i + 1 == plan->text_count, &why) == 0)
            continue;
        return refuse_command(data, row, i, &why, refusal);
    }
    return 0;
}

static int check_script(const struct card_data *data, const struct data_row *row, struct refusal *refusal)
{
    struct plan own;
    struct refusal why = {0};
    int rc = plan_fill(&data->plan, row->values, &own, &why);
    if (rc == 0)
        rc = plan_check(&own, &why);
    plan_free(&own);
    return rc == 0 ? 0
                   : refuse(refusal, why.kind, "line %lu, column %zu: %.200s", row->line, row->card_column, why.text);
}

/* Doubles `*memory` until `wanted` of `size` bytes each fit. */
static bool make_room(void *memory, size_t *room, size_t wanted, size_t size)
{
    void **block = memory;
    size_t grown = *room == 0 ? 1024 : *room;
    while (grown < wanted)
        grown *= 2;
    if (grown == *room)
        return true;
    void *larger = realloc(*block, grown * size);
    if (larger == NULL)
        return false;
    *block = larger;
    *room = grown;
    return true;
}

static size_t length_of(const char *const *values, size_t count)
{
    size_t length = 1;
    for (size_t i = 0; i < count; i++)
        length += strlen(values[i]) + (i > 0);
    return length;
}

static bool keep_row(struct card_data *data, const struct data_row *row, int64_t card_id)
{
    const size_t count = data->plan.names.count, length = length_of(row->values, count);
    if (!make_room(&data->texts, &data->texts_room, data->texts_length + length, 1) ||
        !make_room(&data->rows, &data->room, data->count + 1, sizeof *data->rows))
        return false;
    char *at = data->texts + data->texts_length;
    *at = '\0';
    for (size_t i = 0; i < count; i++)
        at += sprintf(at, "%s%s", i > 0 ? "," : "", row->values[i]);
    data->rows[data->count++] = (struct card_values){card_id, data->texts_length};
    data->texts_length += length;
    return true;
}

static int keep(struct card_data *data, const struct data_row *row, int64_t card_id, struct refusal *refusal)
{
    int is_new = id_set_add(&data->cards, card_id);
    if (is_new == 0)
        return refuse(refusal, REFUSAL_INVALID, "line %lu, column %zu: the card with the %s %s had a line before",
                      row->line, row->card_column, data_key_name(row->key), row->card);
    return is_new > 0 && keep_row(data, row, card_id) ? 0
                                                      : refuse(refusal, REFUSAL_INTERNAL, "data file: out of memory");
}

int card_data_add(struct card_data *data, const struct data_row *row, struct refusal *refusal)
{
    struct card card;
    if (find_card(data, row, &card, refusal) != 0)
        return -1;
    int inside = is_in_target(data, card.id, refusal);
    data->outside += inside == 0;
    if (inside <= 0)
        return inside;
    if (check_commands(data, row, refusal) != 0 || check_script(data, row, refusal) != 0)
        return -1;
    return keep(data, row, card.id, refusal);
}

static int refuse_missing(struct card_data *data, int64_t card_id, struct refusal *refusal)
{
    struct card card;
    if (card_get(data->store, card_id, &card) != STORE_OK)
        return store_refuse(data->store, "card", refusal);
    return refuse(refusal, REFUSAL_CONFLICT,
                  "the card with MSISDN %s has no line in the data file, expected one for each card of the target",
                  card.msisdn);
}

int card_data_check(struct card_data *data, struct refusal *refusal)
{
    int64_t members[MEMBERS_AT_ONCE] = {data->card_id}, after = 0;
    size_t count = data->group_id == 0;
    do {
        if (data->group_id != 0) {
            count = MEMBERS_AT_ONCE;
            if (work_group_cards(data->store, data->group_id, after, members, &count) != STORE_OK)
                return store_refuse(data->store, "card group", refusal);
        }
        for (size_t i = 0; i < count; i++) {
            after = members[i];
            if (!id_set_has(&data->cards, after))
                return refuse_missing(data, after, refusal);
        }
    } while (count == MEMBERS_AT_ONCE);
    return 0;
}

/* --- in the store --- */

int card_data_drop(struct store *store, int64_t campaign_id, bool *more, struct refusal *refusal)
{
    int rc = work_data_drop(store, campaign_id, CARD_DATA_SLICE);
    *more = rc == STORE_OK;
    return rc == STORE_FAILED ? store_refuse(store, "data", refusal) : 0;
}

int card_data_store(struct store *store, const struct card_data *data, size_t *next, struct refusal *refusal)
{
    size_t end = data->count - *next > CARD_DATA_SLICE ? *next + CARD_DATA_SLICE : data->count;
    for (; *next < end; (*next)++) {
        const struct card_values *row = &data->rows[*next];
        if (work_data_add(store, data->plan.campaign.id, row->card_id, data->texts + row->text) == STORE_FAILED)
            return store_refuse(store, "data", refusal);
    }
    return 0;
}

/* --- a card's script --- */

/* In place; the number of values. */
static size_t split(char *text, const char *values[static PLACEHOLDERS_MAX])
{
    size_t count = 0;
    for (char *at = text; at != NULL && count < PLACEHOLDERS_MAX; count++) {
        values[count] = at;
        at = strchr(at, ',');
        if (at != NULL)
            *at++ = '\0';
    }
    return count;
}

int card_data_plan(struct store *store, const struct plan *plan, int64_t card_id, struct plan *own)
{
    char *text = NULL;
    const char *values[PLACEHOLDERS_MAX] = {NULL};
    *own = (struct plan){0};
    int rc = work_data_get(store, plan->campaign.id, card_id, &text);
    if (rc == STORE_OK &&
        (split(text, values) != plan->names.count || plan_fill(plan, values, own, NULL) != 0))
        rc = STORE_NOT_FOUND;
    free(text);
    return rc;
}
