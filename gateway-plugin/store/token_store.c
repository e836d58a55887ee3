#include "gateway-plugin/store/token_store.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "protocol/hex.h"

#define TOKEN_SIZE 32
#define DIGEST_SIZE 32 /* SHA-256 */

/* No salt and no stretching: a token is 256 random bits, not a password. */
static int digest_of(const char *text, uint8_t digest[static DIGEST_SIZE])
{
    return EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL) == 1 ? 0 : -1;
}

static int make_text(char text[static TOKEN_TEXT_SIZE])
{
    uint8_t bytes[TOKEN_SIZE];
    if (RAND_priv_bytes(bytes, sizeof bytes) != 1)
        return -1;
    hex_encode(bytes, sizeof bytes, text);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return 0;
}

static int insert_digest(struct store *store, const char *name, const uint8_t *digest, int64_t now,
                         struct refusal *refusal)
{
    struct db_statement *insert = db_prepare(
        store_db(store),
        "INSERT INTO api_token (name, digest, created) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");
    db_bind_text(insert, 1, name);
    db_bind_blob(insert, 2, digest, DIGEST_SIZE);
    db_bind_int(insert, 3, now);
    if (db_run(insert) != DB_DONE)
        return store_refuse(store, "API token", refusal);
    if (db_changes(store_db(store)) == 0)
        return refuse(refusal, REFUSAL_CONFLICT, "token name '%s' is taken", name);
    return 0;
}

int token_create(struct store *store, const char *name, int64_t now, char text[static TOKEN_TEXT_SIZE],
                 struct refusal *refusal)
{
    uint8_t digest[DIGEST_SIZE];
    if (name_check("token name", name, refusal) != 0)
        return -1;
    if (make_text(text) != 0 || digest_of(text, digest) != 0)
        return refuse(refusal, REFUSAL_INTERNAL, "no random token: OpenSSL refused");
    int rc = insert_digest(store, name, digest, now, refusal);
    if (rc != 0)
        OPENSSL_cleanse(text, TOKEN_TEXT_SIZE);
    return rc;
}

bool token_is_valid(struct store *store, const char *text)
{
    uint8_t digest[DIGEST_SIZE];
    if (strlen(text) != TOKEN_TEXT_SIZE - 1 || digest_of(text, digest) != 0)
        return false;
    struct db_statement *select = db_prepare(store_db(store), "SELECT 1 FROM api_token WHERE digest = ?1");
    db_bind_blob(select, 1, digest, sizeof digest);
    bool valid = db_step(select) == DB_ROW;
    db_reset(select);
    return valid;
}

int64_t token_count(struct store *store)
{
    struct db_statement *select = db_prepare(store_db(store), "SELECT COUNT(*) FROM api_token");
    int64_t count = db_step(select) == DB_ROW ? db_column_int(select, 0) : STORE_FAILED;
    db_reset(select);
    return count;
}
