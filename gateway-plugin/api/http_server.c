/* Where libmicrohttpd ends: it becomes plain requests and answers. Called by rest_server.c. */
#include "gateway-plugin/api/http_server.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <microhttpd.h>

/* What is read and thrown away behind a limit so that the client can see the answer: a closed
 * socket with unread bytes is a reset. Behind that the connection is closed. */
#define DRAIN_MAX ((size_t)1 << 20)
#define BODY_FIRST_SIZE 4096
#define CONNECTION_MEMORY ((size_t)64 << 10) /* header and read buffer of one connection */

struct http_server {
    struct MHD_Daemon *daemon;
    struct http_handler handler;
    void (*log)(int level, const char *line);
    pthread_mutex_t lock;
    pthread_cond_t idle;
    size_t under_way;
};

/* One request from its first line to the end of its answer; each connection has one, for all its requests. */
struct exchange {
    struct http_server *server;
    bool under_way;
    struct http_request request;
    size_t limit;
    size_t received; /* bytes of body, also those thrown away */
    char *body;
    size_t size; /* of `body` */
};

static void count_request(struct http_server *server, bool begins)
{
    pthread_mutex_lock(&server->lock);
    server->under_way += begins ? 1 : (size_t)-1;
    if (server->under_way == 0)
        pthread_cond_broadcast(&server->idle);
    pthread_mutex_unlock(&server->lock);
}

/* Bodies hold keys: what is given back to malloc is wiped before. */
static void drop_body(struct exchange *exchange)
{
    if (exchange->body == NULL)
        return;
    explicit_bzero(exchange->body, exchange->size);
    free(exchange->body);
    exchange->body = NULL;
    exchange->size = 0;
}

static void end_exchange(struct exchange *exchange)
{
    if (!exchange->under_way)
        return;
    drop_body(exchange);
    count_request(exchange->server, false);
    *exchange = (struct exchange){.server = exchange->server};
}

static enum MHD_Result add_query(void *user, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct http_request *request = user;
    (void)kind;
    if (request->query_count < HTTP_QUERY_MAX)
        request->query[request->query_count] = (struct http_query){name, value != NULL ? value : ""};
    if (request->query_count <= HTTP_QUERY_MAX)
        request->query_count++;
    return MHD_YES;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* 0 when the header names no length (chunked) or none that is a number: then the bytes are counted. */
static size_t announced_length(struct MHD_Connection *connection)
{
    const char *text = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (text == NULL || *text < '0' || *text > '9')
        return 0;
    errno = 0;
    unsigned long long length = strtoull(text, NULL, 10);
    return errno != 0 || length > SIZE_MAX ? SIZE_MAX : (size_t)length;
}

/* Room for `needed` bytes and a NUL, without leaving an unwiped copy behind as realloc would. */
static bool grow_body(struct exchange *exchange, size_t needed)
{
    if (needed + 1 <= exchange->size)
        return true;
    size_t size = exchange->size < BODY_FIRST_SIZE ? BODY_FIRST_SIZE : 2 * exchange->size;
    if (size < needed + 1)
        size = needed + 1;
    char *body = calloc(1, size);
    if (body == NULL)
        return false;
    if (exchange->request.body_length > 0)
        memcpy(body, exchange->body, exchange->request.body_length);
    drop_body(exchange);
    exchange->body = body;
    exchange->size = size;
    return true;
}

static void fail_body(struct exchange *exchange, bool *why)
{
    *why = true;
    drop_body(exchange);
    exchange->request.body_length = 0;
}

static enum MHD_Result take_body(struct exchange *exchange, const char *bytes, size_t length)
{
    struct http_request *request = &exchange->request;
    exchange->received = length > SIZE_MAX - exchange->received ? SIZE_MAX : exchange->received + length;
    if (exchange->received > exchange->limit && !request->body_is_too_long)
        fail_body(exchange, &request->body_is_too_long);
    if (request->body_is_too_long || request->out_of_memory)
        return exchange->received > exchange->limit && exchange->received - exchange->limit > DRAIN_MAX
                   ? MHD_NO
                   : MHD_YES;
    if (!grow_body(exchange, request->body_length + length)) {
        fail_body(exchange, &request->out_of_memory);
        return MHD_YES;
    }
    memcpy(exchange->body + request->body_length, bytes, length);
    request->body_length += length;
    exchange->body[request->body_length] = '\0';
    return MHD_YES;
}

static void add_headers(struct MHD_Response *answer, const struct http_response *response)
{
    MHD_add_response_header(answer, MHD_HTTP_HEADER_CONTENT_TYPE, response->content_type);
    MHD_add_response_header(answer, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(answer, "X-Content-Type-Options", "nosniff");
    if (response->allow[0] != '\0')
        MHD_add_response_header(answer, MHD_HTTP_HEADER_ALLOW, response->allow);
    if (response->challenge)
        MHD_add_response_header(answer, MHD_HTTP_HEADER_WWW_AUTHENTICATE, "Bearer realm=\"otabox\"");
}

static enum MHD_Result answer_request(struct exchange *exchange, struct MHD_Connection *connection)
{
    struct http_server *server = exchange->server;
    struct http_response response = {0};
    exchange->request.body = exchange->body != NULL ? exchange->body : "";
    server->handler.answer(server->handler.user, &exchange->request, &response);
    drop_body(exchange);
    struct MHD_Response *answer =
        MHD_create_response_from_buffer(response.length, response.body, MHD_RESPMEM_MUST_FREE);
    if (answer == NULL) {
        free(response.body);
        return MHD_NO;
    }
    add_headers(answer, &response);
    enum MHD_Result queued = MHD_queue_response(connection, response.status, answer);
    MHD_destroy_response(answer);
    return queued;
}

/* The header is in. A body that is announced far too long is answered before it is sent. */
static enum MHD_Result begin_request(struct exchange *exchange, struct MHD_Connection *connection)
{
    struct http_server *server = exchange->server;
    struct http_request *request = &exchange->request;
    request->host = header(connection, MHD_HTTP_HEADER_HOST);
    request->authorization = header(connection, MHD_HTTP_HEADER_AUTHORIZATION);
    request->idempotency_key = header(connection, "Idempotency-Key");
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_query, request);
    exchange->limit = server->handler.body_limit(server->handler.user, request);
    size_t length = announced_length(connection);
    if (length > exchange->limit && length - exchange->limit > DRAIN_MAX) {
        request->body_is_too_long = true;
        return answer_request(exchange, connection);
    }
    if (length > 0 && length <= exchange->limit && !grow_body(exchange, length))
        fail_body(exchange, &request->out_of_memory);
    return MHD_YES;
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **slot)
{
    struct exchange *exchange = *slot;
    (void)user;
    (void)version;
    if (exchange == NULL)
        return MHD_NO;
    if (exchange->request.method == NULL) {
        exchange->request.method = method;
        exchange->request.path = url;
        return begin_request(exchange, connection);
    }
    if (*upload_size > 0) {
        enum MHD_Result result = take_body(exchange, upload, *upload_size);
        *upload_size = 0;
        return result;
    }
    return answer_request(exchange, connection);
}

/* A request line has come: what this returns is the request's slot. */
static void *on_request_line(void *user, const char *uri, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct exchange *exchange = info != NULL ? info->socket_context : NULL;
    (void)user;
    (void)uri;
    if (exchange == NULL)
        return NULL;
    end_exchange(exchange);
    exchange->under_way = true;
    count_request(exchange->server, true);
    return exchange;
}

static void on_completed(void *user, struct MHD_Connection *connection, void **slot,
                         enum MHD_RequestTerminationCode code)
{
    (void)user;
    (void)connection;
    (void)code;
    if (*slot != NULL)
        end_exchange(*slot);
    *slot = NULL;
}

/* A request that fails between its first line and the end of its header is never completed:
 * it ends with its connection. */
static void on_connection(void *user, struct MHD_Connection *connection, void **slot,
                          enum MHD_ConnectionNotificationCode code)
{
    struct exchange *exchange = *slot;
    (void)connection;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        exchange = calloc(1, sizeof *exchange); /* NULL: its requests are refused */
        if (exchange != NULL)
            exchange->server = user;
        *slot = exchange;
        return;
    }
    if (exchange != NULL)
        end_exchange(exchange);
    free(exchange);
    *slot = NULL;
}

static void log_library(void *user, const char *format, va_list arguments)
{
    const struct http_server *server = user;
    char line[256];
    if (server->log == NULL)
        return;
    int length = snprintf(line, sizeof line, "http: ");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* libmicrohttpd's own format */
    vsnprintf(line + length, sizeof line - (size_t)length, format, arguments);
#pragma GCC diagnostic pop
    line[strcspn(line, "\r\n")] = '\0';
    server->log(0, line);
}

static struct MHD_Daemon *start_daemon(struct http_server *server, int socket, const struct http_tls *tls)
{
    const struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
    const struct MHD_OptionItem encrypted[] = {{MHD_OPTION_HTTPS_MEM_CERT, 0, tls->certificate},
                                               {MHD_OPTION_HTTPS_MEM_KEY, 0, tls->key},
                                               {MHD_OPTION_END, 0, NULL}};
    unsigned int flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG;
    if (tls->key != NULL)
        flags |= MHD_USE_TLS;
    /* clang-format off */
    return MHD_start_daemon(flags, 0, NULL, NULL,
                            on_request, server,
                            MHD_OPTION_EXTERNAL_LOGGER, log_library, server, /* first: it logs the others */
                            MHD_OPTION_LISTEN_SOCKET, socket,
                            MHD_OPTION_THREAD_POOL_SIZE, (unsigned)HTTP_THREADS,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
                            MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_PER_ADDRESS,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_IDLE_SECONDS,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
                            MHD_OPTION_URI_LOG_CALLBACK, on_request_line, server,
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
                            MHD_OPTION_ARRAY, tls->key != NULL ? encrypted : plain,
                            MHD_OPTION_END);
    /* clang-format on */
}

struct http_server *http_server_start(int socket, const struct http_tls *tls,
                                      const struct http_handler *handler,
                                      void (*log)(int level, const char *line))
{
    struct http_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        close(socket);
        return NULL;
    }
    server->handler = *handler;
    server->log = log;
    pthread_mutex_init(&server->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&server->idle, &monotonic);
    pthread_condattr_destroy(&monotonic);
    server->daemon = start_daemon(server, socket, tls);
    if (server->daemon == NULL) {
        close(socket);
        http_server_stop(&server);
    }
    return server;
}

static void wait_for_requests(struct http_server *server)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += HTTP_STOP_SECONDS;
    pthread_mutex_lock(&server->lock);
    while (server->under_way > 0)
        if (pthread_cond_timedwait(&server->idle, &server->lock, &until) != 0)
            break;
    pthread_mutex_unlock(&server->lock);
}

void http_server_stop(struct http_server **pointer)
{
    struct http_server *server = *pointer;
    if (server == NULL)
        return;
    if (server->daemon != NULL) {
        int socket = MHD_quiesce_daemon(server->daemon);
        if (socket >= 0)
            shutdown(socket, SHUT_RDWR); /* who comes now is refused, instead of waiting in the backlog */
        wait_for_requests(server);
        MHD_stop_daemon(server->daemon);
        if (socket >= 0)
            close(socket);
    }
    pthread_cond_destroy(&server->idle);
    pthread_mutex_destroy(&server->lock);
    free(server);
    *pointer = NULL;
}
