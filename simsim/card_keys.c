/* Packs and finds key sets. Called by the population and the receiving entity. */
#include "simsim/card_keys.h"

#include <string.h>

#define HEADER_SIZE 8
#define COUNTER_OFFSET 3
#define COUNTER_SIZE 5

static size_t own_counters(const struct card_profile *profile)
{
    return profile->counter_per_tar ? profile->rfm_count : 0;
}

size_t card_keys_size(const struct card_record *record, const struct card_profile *profile)
{
    size_t size = own_counters(profile) * COUNTER_SIZE;
    for (size_t i = 0; i < record->key_set_count; i++)
        size += HEADER_SIZE + (size_t)record->key_sets[i].kic_size + record->key_sets[i].kid_size;
    return size;
}

void card_keys_pack(const struct card_record *record, const struct card_profile *profile, uint8_t *packed)
{
    memset(packed, 0, card_keys_size(record, profile));
    for (size_t i = 0; i < record->key_set_count; i++) {
        const struct card_key_set *set = &record->key_sets[i];
        packed[0] = set->index;
        packed[1] = set->kic_size;
        packed[2] = set->kid_size;
        memcpy(packed + HEADER_SIZE, set->kic, set->kic_size);
        memcpy(packed + HEADER_SIZE + set->kic_size, set->kid, set->kid_size);
        packed = card_keys_next(packed);
    }
}

uint8_t *card_keys_next(uint8_t *key_set)
{
    return key_set + HEADER_SIZE + key_set[1] + key_set[2];
}

uint8_t *card_keys_find(const struct sim_card *card, uint8_t index)
{
    uint8_t *key_set = card->key_sets;
    for (size_t i = 0; i < card->key_set_count; i++, key_set = card_keys_next(key_set))
        if (index == 0 || key_set[0] == index)
            return key_set;
    return NULL;
}

uint8_t card_keys_index(const uint8_t *key_set)
{
    return key_set[0];
}

static uint32_t owner_of_tar(const uint8_t tar[static TAR_SIZE])
{
    return COUNTER_OF_TAR + ((uint32_t)tar[0] << 16 | (uint32_t)tar[1] << 8 | tar[2]);
}

size_t card_counter_count(const struct sim_card *card)
{
    const struct card_profile *profile = card->environment->profile;
    return profile->counter_per_tar ? profile->rfm_count : card->key_set_count;
}

struct card_counter card_counter_number(const struct sim_card *card, size_t number)
{
    const struct card_profile *profile = card->environment->profile;
    size_t key_sets = profile->counter_per_tar ? card->key_set_count : number;
    uint8_t *at = card->key_sets;
    for (size_t i = 0; i < key_sets; i++)
        at = card_keys_next(at);
    if (profile->counter_per_tar)
        return (struct card_counter){owner_of_tar(profile->rfm[number].tar), at + number * COUNTER_SIZE};
    return (struct card_counter){card_keys_index(at), at + COUNTER_OFFSET};
}

struct card_counter card_counter_find(const struct sim_card *card, uint32_t owner)
{
    for (size_t i = 0; i < card_counter_count(card); i++) {
        struct card_counter counter = card_counter_number(card, i);
        if (counter.owner == owner)
            return counter;
    }
    return (struct card_counter){.at = NULL};
}

struct card_counter card_counter_for(const struct sim_card *card, const uint8_t *key_set,
                                     const struct rfm_application *application)
{
    return card_counter_find(card, card->environment->profile->counter_per_tar
                                       ? owner_of_tar(application->tar)
                                       : card_keys_index(key_set));
}

uint64_t card_counter_value(struct card_counter counter)
{
    uint64_t value = 0;
    struct byte_reader reader = byte_reader_on(counter.at, COUNTER_SIZE);
    read_big_endian(&reader, COUNTER_SIZE, &value);
    return value;
}

void card_counter_set(struct card_counter counter, uint64_t value)
{
    struct byte_writer writer = byte_writer_on(counter.at, COUNTER_SIZE);
    write_big_endian(&writer, COUNTER_SIZE, value);
}

void card_keys_copy(const uint8_t *key_set, struct security_keys *keys)
{
    *keys = (struct security_keys){.kic_size = key_set[1], .kid_size = key_set[2]};
    memcpy(keys->kic, key_set + HEADER_SIZE, keys->kic_size);
    memcpy(keys->kid, key_set + HEADER_SIZE + keys->kic_size, keys->kid_size);
}
