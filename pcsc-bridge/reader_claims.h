/* Which readers our own workers are at: one does not look into the reader of another. Of any thread. */
#ifndef OTA_PCSC_BRIDGE_READER_CLAIMS_H
#define OTA_PCSC_BRIDGE_READER_CLAIMS_H

#include <pthread.h>
#include <stdbool.h>

#include "pcsc-bridge/pcsc_card.h"

struct reader_claims {
    pthread_mutex_t lock;
    char names[PCSC_READERS_MAX][PCSC_READER_NAME_SIZE]; /* empty: free place */
};

void reader_claims_init(struct reader_claims *claims);
void reader_claims_free(struct reader_claims *claims);

/* false: another has it, or there is no place. */
bool reader_claims_take(struct reader_claims *claims, const char *reader);
void reader_claims_give_back(struct reader_claims *claims, const char *reader);

#endif
