#define _GNU_SOURCE
#include "tests/notify/http_sink.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* The request is whole: header and as much body as it announces. */
static const char *body_of(const char *text, size_t length)
{
    const char *end = strstr(text, "\r\n\r\n");
    const char *announced = strcasestr(text, "\r\nContent-Length:");
    if (end == NULL || announced == NULL)
        return NULL;
    size_t body = strtoul(announced + 17, NULL, 10);
    return length >= (size_t)(end + 4 - text) + body ? end + 4 : NULL;
}

static void serve(struct http_sink *sink, int connection)
{
    char answer[96], text[SINK_REQUEST_SIZE] = "";
    size_t length = 0;
    ssize_t got;
    const char *body = NULL;
    while (body == NULL && length < sizeof text - 1 &&
           (got = read(connection, text + length, sizeof text - 1 - length)) > 0) {
        length += (size_t)got;
        text[length] = '\0';
        body = body_of(text, length);
    }
    pthread_mutex_lock(&sink->lock);
    if (body != NULL && sink->count < SINK_POSTS_MAX) {
        struct sink_post *post = &sink->posts[sink->count++];
        memcpy(post->text, text, length + 1);
        post->body = post->text + (body - text);
    }
    bool refused = body != NULL && sink->refused != NULL && strstr(body, sink->refused) != NULL;
    int status = refused ? 422 : sink->status;
    pthread_cond_broadcast(&sink->changed);
    pthread_mutex_unlock(&sink->lock);
    int size = snprintf(answer, sizeof answer,
                        "HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
    if (status != 0 && write(connection, answer, (size_t)size) != size)
        perror("sink");
    close(connection);
}

static void *run(void *argument)
{
    struct http_sink *sink = argument;
    int connection;
    while ((connection = accept(sink->listener, NULL, NULL)) >= 0 && !sink->stopping)
        serve(sink, connection);
    return NULL;
}

void http_sink_start(struct http_sink *sink)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    memset(sink, 0, sizeof *sink);
    sink->status = 204;
    pthread_mutex_init(&sink->lock, NULL);
    pthread_cond_init(&sink->changed, NULL);
    sink->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(sink->listener, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(sink->listener, 64), 0);
    assert_int_equal(getsockname(sink->listener, (struct sockaddr *)&address, &size), 0);
    sink->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&sink->thread, NULL, run, sink), 0);
}

void http_sink_stop(struct http_sink *sink)
{
    sink->stopping = 1;
    shutdown(sink->listener, SHUT_RDWR);
    pthread_join(sink->thread, NULL);
    close(sink->listener);
    pthread_cond_destroy(&sink->changed);
    pthread_mutex_destroy(&sink->lock);
}

void http_sink_answer(struct http_sink *sink, int status)
{
    pthread_mutex_lock(&sink->lock);
    sink->status = status;
    pthread_mutex_unlock(&sink->lock);
}

void http_sink_wait(struct http_sink *sink, size_t count)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 20;
    pthread_mutex_lock(&sink->lock);
    while (sink->count < count)
        if (pthread_cond_timedwait(&sink->changed, &sink->lock, &until) != 0)
            break;
    size_t have = sink->count;
    pthread_mutex_unlock(&sink->lock);
    if (have < count)
        fail_msg("%zu posts came, expected %zu", have, count);
}

void http_sink_header(const struct sink_post *post, const char *name, char *value, size_t size)
{
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\r\n%s: ", name);
    const char *at = strcasestr(post->text, wanted);
    snprintf(value, size, "%.*s", at != NULL ? (int)strcspn(at + strlen(wanted), "\r") : 0,
             at != NULL ? at + strlen(wanted) : "");
}
