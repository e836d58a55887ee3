/* A bare HTTP client, so that the server is not tested with the library that cliota uses. */
#ifndef OTA_TESTS_API_RAW_HTTP_H
#define OTA_TESTS_API_RAW_HTTP_H

#include <stdbool.h>
#include <stddef.h>

struct raw_reply {
    int status; /* 0: none came */
    char *text; /* the whole answer; free it */
    char *body; /* in it */
};

int raw_connect(int port);                          /* to 127.0.0.1; the descriptor, or -1 */
int raw_connect_from(const char *source, int port); /* "127.0.0.2": another client */

/* false: the server takes no more. */
bool raw_send(int fd, const char *bytes, size_t length);

/* Reads till the server closes. */
struct raw_reply raw_read(int fd);

/* Sends `head` (ended by an empty line) and `body` as they are, reads till the server closes. */
struct raw_reply raw_exchange(int port, const char *head, const char *body, size_t length);

/* With Host, Content-Length, Connection: close and, unless NULL, the token. */
struct raw_reply raw_request(int port, const char *method, const char *path, const char *token,
                             const char *body);

#endif
