#include "gateway-plugin/api/store_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct store_pool {
    pthread_mutex_t lock;
    char *database, *master_key_file;
    size_t size, count;
    struct store *stores[]; /* the free ones */
};

struct store_pool *store_pool_new(const struct store_options *options, size_t size, struct refusal *refusal)
{
    struct store_pool *pool = calloc(1, sizeof *pool + size * sizeof pool->stores[0]);
    if (pool == NULL) {
        refuse(refusal, REFUSAL_INTERNAL, "out of memory");
        return NULL;
    }
    pthread_mutex_init(&pool->lock, NULL);
    pool->size = size;
    pool->database = strdup(options->database);
    pool->master_key_file = options->master_key_file != NULL ? strdup(options->master_key_file) : NULL;
    struct store *first = NULL;
    if (pool->database == NULL || (options->master_key_file != NULL && pool->master_key_file == NULL))
        refuse(refusal, REFUSAL_INTERNAL, "out of memory");
    else
        first = store_pool_take(pool, refusal);
    if (first == NULL)
        store_pool_free(&pool);
    else
        store_pool_give(pool, first);
    return pool;
}

void store_pool_free(struct store_pool **pointer)
{
    struct store_pool *pool = *pointer;
    if (pool == NULL)
        return;
    while (pool->count > 0)
        store_close(&pool->stores[--pool->count]);
    pthread_mutex_destroy(&pool->lock);
    free(pool->database);
    free(pool->master_key_file);
    free(pool);
    *pointer = NULL;
}

struct store *store_pool_take(struct store_pool *pool, struct refusal *refusal)
{
    struct store *store = NULL;
    pthread_mutex_lock(&pool->lock);
    if (pool->count > 0)
        store = pool->stores[--pool->count];
    pthread_mutex_unlock(&pool->lock);
    if (store != NULL)
        return store;
    const struct store_options options = {
        .database = pool->database, .master_key_file = pool->master_key_file, .read_only = true};
    return store_open(&options, refusal);
}

void store_pool_give(struct store_pool *pool, struct store *store)
{
    if (store == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    if (pool->count < pool->size) {
        pool->stores[pool->count++] = store;
        store = NULL;
    }
    pthread_mutex_unlock(&pool->lock);
    if (store != NULL)
        store_close(&store);
}
