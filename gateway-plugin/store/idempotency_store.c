#include "gateway-plugin/store/idempotency_store.h"

#include <string.h>

#include <openssl/evp.h>

#include "gateway-plugin/store/statement.h"

int idempotency_digest(const void *const *texts, const size_t *lengths, size_t count,
                       uint8_t digest[static IDEMPOTENCY_DIGEST_SIZE])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
    for (size_t i = 0; good && i < count; i++) {
        const uint64_t length = lengths[i];
        good = EVP_DigestUpdate(context, &length, sizeof length) == 1 &&
               EVP_DigestUpdate(context, texts[i], lengths[i]) == 1;
    }
    good = good && EVP_DigestFinal_ex(context, digest, NULL) == 1;
    EVP_MD_CTX_free(context);
    return good ? 0 : -1;
}

static int prune(struct store *store, int64_t now)
{
    struct db_statement *remove = db_prepare(store_db(store), "DELETE FROM idempotency WHERE created < ?1");
    db_bind_int(remove, 1, now - IDEMPOTENCY_KEPT_MS);
    return statement_run(remove);
}

static int insert(struct store *store, const char *key, const uint8_t *digest, int64_t now)
{
    struct db_statement *statement =
        db_prepare(store_db(store), "INSERT INTO idempotency (key, request, created) VALUES (?1, ?2, ?3)"
                                    " ON CONFLICT (key) DO NOTHING");
    db_bind_text(statement, 1, key);
    db_bind_blob(statement, 2, digest, IDEMPOTENCY_DIGEST_SIZE);
    db_bind_int(statement, 3, now);
    return statement_run_changing(store, statement);
}

static int read_answer(struct store *store, const char *key, const uint8_t *digest,
                       struct idempotency_answer *answer, struct refusal *refusal)
{
    size_t length;
    struct db_statement *select =
        db_prepare(store_db(store), "SELECT request, status, answer FROM idempotency WHERE key = ?1");
    db_bind_text(select, 1, key);
    if (statement_first_row(select) != STORE_OK)
        return store_refuse(store, "Idempotency-Key", refusal);
    const void *request = db_column_blob(select, 0, &length);
    bool same = length == IDEMPOTENCY_DIGEST_SIZE && memcmp(request, digest, length) == 0;
    *answer = (struct idempotency_answer){0};
    if (same && !db_column_is_null(select, 1)) {
        answer->status = (int)db_column_int(select, 1);
        answer->answer = strdup(db_column_text(select, 2));
    }
    db_reset(select);
    if (!same)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "Idempotency-Key '%s' was that of another request, expected a new one", key);
    return STORE_NOT_FOUND;
}

int idempotency_begin(struct store *store, const char *key,
                      const uint8_t digest[static IDEMPOTENCY_DIGEST_SIZE], int64_t now,
                      struct idempotency_answer *answer, struct refusal *refusal)
{
    *answer = (struct idempotency_answer){0};
    int rc = prune(store, now);
    if (rc == STORE_OK)
        rc = insert(store, key, digest, now);
    if (rc == STORE_NOT_FOUND)
        return read_answer(store, key, digest, answer, refusal);
    return rc == STORE_OK ? STORE_OK : store_refuse(store, "Idempotency-Key", refusal);
}

int idempotency_finish(struct store *store, const char *key, int status, const char *answer)
{
    struct db_statement *update =
        db_prepare(store_db(store), "UPDATE idempotency SET status = ?2, answer = ?3 WHERE key = ?1");
    db_bind_text(update, 1, key);
    db_bind_int(update, 2, status);
    db_bind_text(update, 3, answer);
    return statement_run(update);
}

int idempotency_forget(struct store *store, const char *key)
{
    struct db_statement *remove = db_prepare(store_db(store), "DELETE FROM idempotency WHERE key = ?1");
    db_bind_text(remove, 1, key);
    return statement_run(remove);
}
