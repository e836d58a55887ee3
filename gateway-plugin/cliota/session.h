/* Calls to the server with their errors said on stderr: what commands are written with. */
#ifndef OTA_CLIOTA_SESSION_H
#define OTA_CLIOTA_SESSION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "gateway-plugin/cliota/settings.h"

struct session;

/* `options`: in whose words the server's refusals are said. NULL with a line on stderr. Both are borrowed. */
struct options;
struct session *session_open(const struct settings *settings, const struct options *options);
void session_close(struct session **session);
const struct settings *session_settings(const struct session *session);

/* The JSON as the server wrote it, and parsed. */
struct session_answer {
    long status; /* HTTP; 0: none came */
    char *text;
    json_t *json;
    bool lost;       /* the request went out whole and no answer came: it may have been done */
    char error[400]; /* what to say when the call failed */
};
void session_answer_free(struct session_answer *answer);

/* 0, or -1 with `error` filled and nothing said, for who wants to look at `status` or `json` or to try again.
 * Free the answer in both cases. */
int session_try_get(struct session *session, const char *path, struct session_answer *answer);
int session_try_post(struct session *session, const char *path, const char *content_type, const char *body,
                     size_t length, struct session_answer *answer);

/* The same; -1 after the error was said on stderr, and nothing to free. `body` NULL sends {}. `file`: what
 * the server's "line 3: …" is about, or NULL. */
int session_get(struct session *session, const char *path, struct session_answer *answer);
int session_delete(struct session *session, const char *path, struct session_answer *answer);
int session_put(struct session *session, const char *path, const json_t *body, struct session_answer *answer);
int session_patch(struct session *session, const char *path, const json_t *body, struct session_answer *answer);
int session_post(struct session *session, const char *path, const json_t *body, const char *file,
                 struct session_answer *answer);

/* The path and query of a URL of the server's ("next"), whatever host it names; points into `url`. NULL: not
 * one. */
const char *session_path_of(const char *url);

#endif
