#include "gateway-plugin/first_token.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gateway-plugin/store/token_store.h"

/* The file is opened before the token is made: a token that nobody can read is none. */
static int file_create(const char *path, struct refusal *refusal)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (file >= 0)
        return file;
    if (errno == EEXIST)
        return refuse(refusal, REFUSAL_CONFLICT,
                      "api-token-file '%s' exists, but the database knows no token; move the file away", path);
    return refuse(refusal, REFUSAL_INTERNAL, "api-token-file '%s' cannot be made: %s", path, strerror(errno));
}

static int text_write(int file, const char *text)
{
    char line[TOKEN_TEXT_SIZE + 1];
    int length = snprintf(line, sizeof line, "%s\n", text);

    return write(file, line, (size_t)length) == length && fsync(file) == 0 ? 0 : -1;
}

static int token_make(struct store *store, int file, int64_t now_ms, struct refusal *refusal)
{
    char text[TOKEN_TEXT_SIZE];
    int result = -1;

    if (store_begin(store) != STORE_OK)
        return store_refuse(store, "first token", refusal);
    if (token_create(store, "first", now_ms, text, refusal) != 0)
        goto out;
    if (text_write(file, text) != 0) {
        refuse(refusal, REFUSAL_INTERNAL, "api-token-file cannot be written: %s", strerror(errno));
        goto out;
    }
    if (store_commit(store) != STORE_OK) {
        store_refuse(store, "first token", refusal);
        goto out;
    }
    result = 0;
out:
    explicit_bzero(text, sizeof text);
    if (result != 0)
        store_rollback(store);
    return result;
}

int first_token_write(struct store *store, const char *path, int64_t now_ms, struct refusal *refusal)
{
    if (token_count(store) > 0)
        return 0;
    int file = file_create(path, refusal);
    if (file < 0)
        return -1;
    int result = token_make(store, file, now_ms, refusal);
    close(file);
    if (result != 0)
        unlink(path);
    return result == 0 ? 1 : -1;
}
