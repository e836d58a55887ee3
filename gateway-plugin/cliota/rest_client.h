/* One connection to otabox's REST API, kept alive between calls. The only user of libcurl. */
#ifndef OTA_CLIOTA_REST_CLIENT_H
#define OTA_CLIOTA_REST_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#define REST_ANSWER_MAX ((size_t)128 << 20) /* a page of 1000 messages with 4 KiB read back each has 9 MB */

struct rest_client;

struct rest_answer {
    long status; /* HTTP */
    char *text;  /* the body, NUL behind its end; owned by the caller, who frees it */
    size_t length;
    bool lost;       /* the request was sent whole, and there is no answer */
    char error[320]; /* why there is no answer */
};

/* `server`: "http://HOST:PORT" or "https://HOST:PORT"; `ca`: a file of authorities for the latter, NULL: the
 * system's. NULL: no memory. */
struct rest_client *rest_client_new(const char *server, const char *token, const char *ca);
void rest_client_free(struct rest_client **client); /* wipes the token */

/* `path` begins with "/api/". 0 with status and text, or -1 with `error`. */
int rest_client_get(struct rest_client *client, const char *path, struct rest_answer *answer);
int rest_client_delete(struct rest_client *client, const char *path, struct rest_answer *answer);
/* `method`: POST or PATCH. */
int rest_client_send(struct rest_client *client, const char *method, const char *path, const char *content_type,
                     const char *body, size_t length, struct rest_answer *answer);

#endif
