/* A set of ids, which are above 0; all zero is an empty one. */
#ifndef OTA_CAMPAIGN_ID_SET_H
#define OTA_CAMPAIGN_ID_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct id_set {
    int64_t *slots; /* a power of two of them, at least half of them 0 */
    size_t size, count;
};

/* 1; 0: it is there already; -1: no memory. */
int id_set_add(struct id_set *set, int64_t id);
bool id_set_has(const struct id_set *set, int64_t id);
void id_set_free(struct id_set *set);

#endif
