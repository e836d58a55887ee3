/* Packs and finds key sets. Called by the population and the receiving entity. */
#include "simsim/card_keys.h"

#include <string.h>

#define HEADER_SIZE 8
#define COUNTER_OFFSET 3
#define COUNTER_SIZE 5

size_t card_keys_size(const struct card_record *record)
{
    size_t size = 0;
    for (size_t i = 0; i < record->key_set_count; i++)
        size += HEADER_SIZE + (size_t)record->key_sets[i].kic_size + record->key_sets[i].kid_size;
    return size;
}

void card_keys_pack(const struct card_record *record, uint8_t *packed)
{
    for (size_t i = 0; i < record->key_set_count; i++) {
        const struct card_key_set *set = &record->key_sets[i];
        packed[0] = set->index;
        packed[1] = set->kic_size;
        packed[2] = set->kid_size;
        card_keys_set_counter(packed, 0);
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

uint64_t card_keys_counter(const uint8_t *key_set)
{
    uint64_t counter = 0;
    struct byte_reader reader = byte_reader_on(key_set + COUNTER_OFFSET, COUNTER_SIZE);
    read_big_endian(&reader, COUNTER_SIZE, &counter);
    return counter;
}

void card_keys_set_counter(uint8_t *key_set, uint64_t counter)
{
    struct byte_writer writer = byte_writer_on(key_set + COUNTER_OFFSET, COUNTER_SIZE);
    write_big_endian(&writer, COUNTER_SIZE, counter);
}

void card_keys_copy(const uint8_t *key_set, struct security_keys *keys)
{
    *keys = (struct security_keys){.kic_size = key_set[1], .kid_size = key_set[2]};
    memcpy(keys->kic, key_set + HEADER_SIZE, keys->kic_size);
    memcpy(keys->kid, key_set + HEADER_SIZE + keys->kic_size, keys->kid_size);
}
