/* An operator's server: takes POSTs, one connection at a time, and answers as it is told. */
#ifndef OTA_TESTS_NOTIFY_HTTP_SINK_H
#define OTA_TESTS_NOTIFY_HTTP_SINK_H

#include <pthread.h>
#include <stddef.h>

#define SINK_POSTS_MAX 256
#define SINK_REQUEST_SIZE 16384

struct sink_post {
    char text[SINK_REQUEST_SIZE]; /* the whole request */
    const char *body;             /* in it */
};

struct http_sink {
    int listener, port;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int status; /* of each answer; 0: none, the connection is closed */
    const char *refused; /* words of a body that is answered 422; NULL: none */
    int stopping;
    size_t count;
    struct sink_post posts[SINK_POSTS_MAX];
};

void http_sink_start(struct http_sink *sink);
void http_sink_stop(struct http_sink *sink);
void http_sink_answer(struct http_sink *sink, int status);
/* Waits until so many posts have come in all; fails the test after 20 s. */
void http_sink_wait(struct http_sink *sink, size_t count);
/* The value of a header, into `value`; "" when it is not there. */
void http_sink_header(const struct sink_post *post, const char *name, char *value, size_t size);

#endif
