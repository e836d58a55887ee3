/* Several HTTP POSTs at a time. The only user of libcurl in otabox. */
#ifndef OTA_NOTIFY_HTTP_POST_H
#define OTA_NOTIFY_HTTP_POST_H

#include <stdbool.h>
#include <stddef.h>

#define HTTP_POST_PARALLEL 16
#define HTTP_POST_ERROR_SIZE 160

struct http_post_client;

/* `ca_file` NULL: the system's authorities. NULL: no memory. */
struct http_post_client *http_post_client_new(const char *ca_file);
void http_post_client_free(struct http_post_client **client);

/* Makes http_post_all() return soon; from any thread, for good. */
void http_post_client_stop(struct http_post_client *client);

struct http_post {
    const char *url, *body, *event, *signature; /* borrowed; the last two go into headers of their own */
    size_t length;
    bool taken;                       /* out: the server answered 2xx */
    bool tried;                       /* out: false when the client was stopped before */
    char error[HTTP_POST_ERROR_SIZE]; /* out, when not taken: why */
};

/* Sends them all, at most HTTP_POST_PARALLEL, each within 10 seconds; no redirection is followed. */
void http_post_all(struct http_post_client *client, struct http_post *posts, size_t count);

#endif
