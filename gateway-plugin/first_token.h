/* The first API token: without one nobody could ask for one. */
#ifndef OTA_GATEWAY_PLUGIN_FIRST_TOKEN_H
#define OTA_GATEWAY_PLUGIN_FIRST_TOKEN_H

#include <stdint.h>

#include "gateway-plugin/store/store.h"

/*
 * When the store knows no token yet, makes one named "first" and writes it, one line,
 * to `path` (mode 0600; an existing file is not overwritten). 1: written; 0: there were
 * tokens already; -1 with `refusal`, and then no token was made.
 */
int first_token_write(struct store *store, const char *path, int64_t now_ms, struct refusal *refusal);

#endif
