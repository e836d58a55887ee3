/* Hash index over the cards. Called by the population. */
#include "simsim/card_index.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_MIN 16

/* FNV-1a, 64 bit, folded: numbers in sequence must not end in neighbouring slots' chains. */
static size_t hash(const uint8_t *key, size_t length)
{
    uint64_t value = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < length; i++)
        value = (value ^ key[i]) * UINT64_C(0x100000001B3);
    return (size_t)(value ^ value >> 32);
}

static const uint8_t *key_of(const struct card_index *index, const struct sim_card *cards, uint32_t card)
{
    return (const uint8_t *)&cards[card] + index->offset;
}

void card_index_init(struct card_index *index, size_t offset, size_t length)
{
    *index = (struct card_index){.offset = offset, .length = length};
}

void card_index_free(struct card_index *index)
{
    free(index->slots);
    index->slots = NULL;
    index->slot_count = index->used = 0;
}

/* The slot that holds the key, or the empty one where it would stand. */
static size_t find_slot(const struct card_index *index, const struct sim_card *cards, const void *key)
{
    size_t slot = hash(key, index->length) & (index->slot_count - 1);
    while (index->slots[slot] != NO_CARD &&
           memcmp(key_of(index, cards, index->slots[slot]), key, index->length) != 0)
        slot = (slot + 1) & (index->slot_count - 1);
    return slot;
}

uint32_t card_index_find(const struct card_index *index, const struct sim_card *cards, const void *key)
{
    return index->slot_count == 0 ? NO_CARD : index->slots[find_slot(index, cards, key)];
}

static bool grow(struct card_index *index, const struct sim_card *cards)
{
    struct card_index bigger = *index;
    bigger.slot_count = index->slot_count == 0 ? SLOTS_MIN : 2 * index->slot_count;
    bigger.slots = malloc(bigger.slot_count * sizeof *bigger.slots);
    if (bigger.slots == NULL)
        return false;
    for (size_t i = 0; i < bigger.slot_count; i++)
        bigger.slots[i] = NO_CARD;
    for (size_t i = 0; i < index->slot_count; i++)
        if (index->slots[i] != NO_CARD)
            bigger.slots[find_slot(&bigger, cards, key_of(index, cards, index->slots[i]))] = index->slots[i];
    free(index->slots);
    *index = bigger;
    return true;
}

bool card_index_add(struct card_index *index, const struct sim_card *cards, uint32_t card)
{
    if (4 * (index->used + 1) > 3 * index->slot_count && !grow(index, cards))
        return false;
    index->slots[find_slot(index, cards, key_of(index, cards, card))] = card;
    index->used++;
    return true;
}
