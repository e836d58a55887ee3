#include "gateway-plugin/campaign/id_set.h"

#include <stdlib.h>

#define FIRST_SIZE 64

/* Ids come one behind the other: the multiplication spreads them. */
static size_t slot_of(const struct id_set *set, int64_t id)
{
    size_t at = (size_t)((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (set->size - 1);
    while (set->slots[at] != 0 && set->slots[at] != id)
        at = (at + 1) & (set->size - 1);
    return at;
}

static bool grow(struct id_set *set)
{
    struct id_set larger = {.size = set->size == 0 ? FIRST_SIZE : 2 * set->size, .count = set->count};
    larger.slots = calloc(larger.size, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < set->size; i++)
        if (set->slots[i] != 0)
            larger.slots[slot_of(&larger, set->slots[i])] = set->slots[i];
    free(set->slots);
    *set = larger;
    return true;
}

int id_set_add(struct id_set *set, int64_t id)
{
    if (2 * (set->count + 1) > set->size && !grow(set))
        return -1;
    int64_t *slot = &set->slots[slot_of(set, id)];
    if (*slot == id)
        return 0;
    *slot = id;
    set->count++;
    return 1;
}

bool id_set_has(const struct id_set *set, int64_t id)
{
    return set->size > 0 && set->slots[slot_of(set, id)] == id;
}

void id_set_free(struct id_set *set)
{
    free(set->slots);
    *set = (struct id_set){0};
}
