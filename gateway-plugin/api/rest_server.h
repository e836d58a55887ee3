/* The REST API over libmicrohttpd: docs/rest.md. Its own threads, no gwlib. */
#ifndef OTA_API_REST_SERVER_H
#define OTA_API_REST_SERVER_H

#include "gateway-plugin/campaign/engine.h"

struct rest_server;

struct rest_options {
    const char *address;                     /* "127.0.0.1" */
    int port;                                /* 8085; 0: any free one */
    const char *certificate_file, *key_file; /* PEM; both: HTTPS; both NULL: HTTP */
    struct engine *engine;
    struct store_options store;              /* the server opens its own read-only stores */
    bool (*bearer_is_connected)(void *user); /* for /api/status */
    void *user;
    void (*log)(int level, const char *line); /* as in engine_options */
};

/* NULL with `refusal`. */
struct rest_server *rest_server_start(const struct rest_options *options, struct refusal *refusal);
int rest_server_port(const struct rest_server *server); /* the one it listens on */
void rest_server_stop(struct rest_server **server);     /* finishes the requests under way */

#endif
