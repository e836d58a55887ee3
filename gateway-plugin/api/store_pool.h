/* Read-only stores for the threads of the API: one a request, opened when none is free. */
#ifndef OTA_API_STORE_POOL_H
#define OTA_API_STORE_POOL_H

#include "gateway-plugin/store/store.h"

struct store_pool;

/* Keeps at most `size` stores open; copies the options. Opens the first one, so that what is wrong
 * shows at the start. NULL with `refusal`. */
struct store_pool *store_pool_new(const struct store_options *options, size_t size, struct refusal *refusal);
void store_pool_free(struct store_pool **pool); /* everything taken must have been given back */

/* From any thread; the store is the caller's alone until it gives it back. NULL with `refusal`. */
struct store *store_pool_take(struct store_pool *pool, struct refusal *refusal);
void store_pool_give(struct store_pool *pool, struct store *store); /* NULL is passed over */

#endif
