/* API tokens: the store keeps only their SHA-256, so the database opens no door. */
#ifndef OTA_STORE_TOKEN_STORE_H
#define OTA_STORE_TOKEN_STORE_H

#include "gateway-plugin/store/store.h"

#define TOKEN_TEXT_SIZE 65 /* 64 hex digits and NUL */

/* Makes a random token named `name`, stores its digest, gives the text once. */
int token_create(struct store *store, const char *name, int64_t now, char text[static TOKEN_TEXT_SIZE],
                 struct refusal *refusal);
bool token_is_valid(struct store *store, const char *text);
int64_t token_count(struct store *store); /* STORE_FAILED when the database fails */

#endif
