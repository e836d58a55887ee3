#include "pcsc-bridge/reader_claims.h"

#include <string.h>

void reader_claims_init(struct reader_claims *claims)
{
    memset(claims->names, 0, sizeof claims->names);
    pthread_mutex_init(&claims->lock, NULL);
}

void reader_claims_free(struct reader_claims *claims)
{
    pthread_mutex_destroy(&claims->lock);
}

/* Where that name stands; an empty one is a free place. NULL: nowhere. */
static char *place_of(struct reader_claims *claims, const char *name)
{
    for (size_t i = 0; i < PCSC_READERS_MAX; i++)
        if (strcmp(claims->names[i], name) == 0)
            return claims->names[i];
    return NULL;
}

bool reader_claims_take(struct reader_claims *claims, const char *reader)
{
    pthread_mutex_lock(&claims->lock);
    char *place = place_of(claims, reader) == NULL ? place_of(claims, "") : NULL;
    if (place != NULL)
        strncpy(place, reader, PCSC_READER_NAME_SIZE - 1);
    pthread_mutex_unlock(&claims->lock);
    return place != NULL;
}

void reader_claims_give_back(struct reader_claims *claims, const char *reader)
{
    pthread_mutex_lock(&claims->lock);
    char *place = place_of(claims, reader);
    if (place != NULL)
        memset(place, 0, PCSC_READER_NAME_SIZE);
    pthread_mutex_unlock(&claims->lock);
}
