/* Requests that a client may send twice, and what was answered the first time. Inside the engine's
 * transaction. */
#ifndef OTA_STORE_IDEMPOTENCY_STORE_H
#define OTA_STORE_IDEMPOTENCY_STORE_H

#include "gateway-plugin/store/store.h"

#define IDEMPOTENCY_KEY_MAX 128
#define IDEMPOTENCY_DIGEST_SIZE 32
#define IDEMPOTENCY_KEPT_MS INT64_C(86400000)

/* SHA-256 of some texts with their lengths, so that no two lists are alike. 0 or -1. */
int idempotency_digest(const void *const *texts, const size_t *lengths, size_t count,
                       uint8_t digest[static IDEMPOTENCY_DIGEST_SIZE]);

/* The answer there is: `answer` by malloc, the caller's; *status 0: begun without an answer. */
struct idempotency_answer {
    int status;
    char *answer;
};

/* Forgets what is older than a day. Then STORE_OK: the key is new and begun now. STORE_NOT_FOUND: it was
 * there, with this request; `answer` is filled. STORE_FAILED with `refusal`: the database, or a key of
 * another request. */
int idempotency_begin(struct store *store, const char *key,
                      const uint8_t digest[static IDEMPOTENCY_DIGEST_SIZE], int64_t now,
                      struct idempotency_answer *answer, struct refusal *refusal);
int idempotency_finish(struct store *store, const char *key, int status, const char *answer);
/* Nothing was done: the key may be used again. */
int idempotency_forget(struct store *store, const char *key);

#endif
