/* An HTTP request and its answer as plain data, for code that must not see libmicrohttpd. */
#ifndef OTA_API_HTTP_H
#define OTA_API_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#define HTTP_QUERY_MAX 8
#define HTTP_ALLOW_SIZE 40 /* "GET, POST, PATCH, DELETE" */

struct http_query {
    const char *name, *value; /* decoded; value "" when there is none */
};

/* Owned by the server, valid while the handler runs. */
struct http_request {
    const char *method;
    const char *path;          /* decoded, without the query */
    const char *host;          /* header Host, or NULL */
    const char *authorization;   /* header Authorization, or NULL */
    const char *idempotency_key; /* header Idempotency-Key, or NULL */
    struct http_query query[HTTP_QUERY_MAX];
    size_t query_count;    /* HTTP_QUERY_MAX + 1: there were more */
    const char *body;      /* NUL behind the end */
    size_t body_length;    /* bytes */
    bool body_is_too_long; /* longer than body_limit() allowed: `body` is empty */
    bool out_of_memory;    /* `body` is empty */
};

struct http_response {
    unsigned status;
    const char *content_type; /* a constant */
    char allow[HTTP_ALLOW_SIZE]; /* header Allow; "": none */
    bool challenge;           /* header WWW-Authenticate: Bearer */
    char *body;               /* by malloc; the server frees it */
    size_t length;
};

/* Called from several threads at once. */
struct http_handler {
    /* The header is in, the body is not: how many bytes of body are wanted, at most? */
    size_t (*body_limit)(void *user, const struct http_request *request);
    void (*answer)(void *user, const struct http_request *request, struct http_response *response);
    void *user;
};

#endif
