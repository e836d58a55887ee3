/* From an HTTP request to a handler and back: token, route, limits, log. */
#include "gateway-plugin/api/rest_server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "gateway-plugin/api/api.h"
#include "gateway-plugin/api/http_server.h"
#include "gateway-plugin/api/idempotency.h"
#include "gateway-plugin/api/listen_socket.h"
#include "gateway-plugin/api/problem.h"
#include "gateway-plugin/api/store_pool.h"
#include "gateway-plugin/store/token_store.h"

struct rest_server {
    struct rest_options options; /* address is NULL here: it was borrowed */
    struct store_pool *stores;
    struct http_server *http;
    struct http_tls tls;
    int port;
    char fallback_host[64]; /* for URLs when a request names no usable host */
};

/* "Bearer TOKEN"; NULL when the header says something else. */
static const char *bearer_token(const struct http_request *request)
{
    static const char scheme[] = "Bearer ";
    const char *text = request->authorization;
    if (text == NULL || strncasecmp(text, scheme, sizeof scheme - 1) != 0)
        return NULL;
    text += sizeof scheme - 1;
    return text + strspn(text, " ");
}

static bool is_authorized(struct store *store, const struct http_request *request)
{
    const char *token = bearer_token(request);
    return token != NULL && *token != '\0' && token_is_valid(store, token);
}

/* Only for who may come in and for a path that is there; the others' bodies are thrown away. */
static size_t body_limit(void *user, const struct http_request *request)
{
    struct rest_server *server = user;
    int64_t ids[2];
    char allow[HTTP_ALLOW_SIZE];
    const struct api_route *route = api_route_find(request->method, request->path, ids, allow);
    struct store *store = route != NULL ? store_pool_take(server->stores, NULL) : NULL;
    size_t limit = store != NULL && is_authorized(store, request) ? route->body_limit : 0;
    store_pool_give(server->stores, store);
    return limit;
}

/* A host name or address with its port: nothing that could end the JSON string or the URL. */
static bool is_plain_host(const char *host)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]";
    size_t length = strspn(host, allowed);
    return length > 0 && length <= 260 && host[length] == '\0';
}

static void set_base(struct rest_server *server, struct api_call *call)
{
    const char *host = call->http->host;
    snprintf(call->base, sizeof call->base, "%s://%s", server->tls.key != NULL ? "https" : "http",
             host != NULL && is_plain_host(host) ? host : server->fallback_host);
}

static void answer_json(json_t *value, unsigned status, struct http_response *response)
{
    response->body = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(12));
    json_decref(value);
    if (response->body == NULL) {
        problem_answer(500, "out of memory", response);
        return;
    }
    response->status = status;
    response->content_type = "application/json";
    response->length = strlen(response->body);
}

static int check_body(const struct api_call *call, struct http_response *response)
{
    char text[80];
    if (call->http->out_of_memory) {
        problem_answer(500, "out of memory", response);
        return -1;
    }
    if (!call->http->body_is_too_long)
        return 0;
    if (call->route->body_limit == 0)
        snprintf(text, sizeof text, "this request takes no body");
    else
        snprintf(text, sizeof text, "body is over the limit of %zu bytes", call->route->body_limit);
    problem_answer(413, text, response);
    return -1;
}

static void run_handler(struct api_call *call, struct http_response *response)
{
    struct refusal refusal = {0};
    json_t *value = NULL;
    if (check_body(call, response) != 0)
        return;
    if (!idempotency_may_run(call, response))
        return;
    if (api_check_query(call, &refusal) == 0)
        value = call->route->handle(call, &refusal);
    if (value != NULL)
        answer_json(value, call->route->success, response);
    else
        problem_answer_refusal(&refusal, call->rejected, response);
    idempotency_end(call, response);
    json_decref(call->rejected);
    if (refusal.kind == REFUSAL_INTERNAL && call->options->log != NULL)
        call->options->log(3, refusal.text);
}

static void answer_authorized(struct rest_server *server, struct store *store,
                              const struct http_request *request, struct http_response *response)
{
    struct api_call call = {.http = request, .store = store, .options = &server->options};
    char allow[HTTP_ALLOW_SIZE], text[160];
    call.route = api_route_find(request->method, request->path, call.ids, allow);
    if (call.route != NULL) {
        set_base(server, &call);
        run_handler(&call, response);
        return;
    }
    snprintf(text, sizeof text, allow[0] != '\0' ? "%.20s is not for %.100s" : "%.0sthere is no %.100s",
             request->method, request->path);
    problem_answer(allow[0] != '\0' ? 405 : 404, text, response);
    memcpy(response->allow, allow, sizeof allow);
}

/* The path without what could forge a log line; never the query, the token or a body. */
static void log_request(const struct rest_server *server, const struct http_request *request, unsigned status)
{
    char line[256];
    if (server->options.log == NULL)
        return;
    snprintf(line, sizeof line, "api: %.20s %.160s%s %u", request->method, request->path,
             request->query_count > 0 ? "?" : "", status);
    for (char *at = line; *at != '\0'; at++)
        if (*at < ' ' || *at > '~')
            *at = '?';
    server->options.log(0, line);
}

static void answer(void *user, const struct http_request *request, struct http_response *response)
{
    struct rest_server *server = user;
    struct refusal refusal = {0};
    struct store *store = store_pool_take(server->stores, &refusal);
    if (store == NULL) {
        problem_answer(500, "the database cannot be opened, see otabox's log", response);
        if (server->options.log != NULL)
            server->options.log(3, refusal.text);
    } else if (!is_authorized(store, request)) {
        problem_answer(401, "no or a wrong token, expected Authorization: Bearer TOKEN", response);
        response->challenge = true;
    } else {
        answer_authorized(server, store, request, response);
    }
    store_pool_give(server->stores, store);
    log_request(server, request, response->status);
}

static void set_fallback_host(struct rest_server *server, const char *address)
{
    const char *format = strchr(address, ':') != NULL ? "[%.46s]:%d" : "%.46s:%d";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(server->fallback_host, sizeof server->fallback_host, format, address, server->port);
#pragma GCC diagnostic pop
}

#define PEM_SIZE_MAX 65536

static void pem_free(char **text)
{
    if (*text != NULL)
        explicit_bzero(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

static char *pem_read(const char *what, const char *path, struct refusal *refusal)
{
    char *text = NULL;
    FILE *file = fopen(path, "re");
    if (file != NULL)
        setvbuf(file, NULL, _IONBF, 0); /* no second copy of a key */
    if (file != NULL && (text = calloc(1, PEM_SIZE_MAX + 1)) != NULL &&
        fread(text, 1, PEM_SIZE_MAX, file) > 0 && strstr(text, "-----BEGIN ") != NULL) {
        fclose(file);
        return text;
    }
    refuse(refusal, REFUSAL_INVALID, "%s '%s' %s", what, path,
           file != NULL ? "is no PEM file" : strerror(errno));
    if (file != NULL)
        fclose(file);
    pem_free(&text);
    return NULL;
}

static int tls_read(const struct rest_options *options, struct http_tls *tls, struct refusal *refusal)
{
    if (options->certificate_file == NULL && options->key_file == NULL)
        return 0;
    if (options->certificate_file == NULL || options->key_file == NULL)
        return refuse(refusal, REFUSAL_INVALID,
                      "api-ssl-cert-file and api-ssl-key-file: one without the other");
    tls->certificate = pem_read("api-ssl-cert-file", options->certificate_file, refusal);
    if (tls->certificate != NULL)
        tls->key = pem_read("api-ssl-key-file", options->key_file, refusal);
    return tls->key != NULL ? 0 : -1;
}

struct rest_server *rest_server_start(const struct rest_options *options, struct refusal *refusal)
{
    struct rest_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        refuse(refusal, REFUSAL_INTERNAL, "out of memory");
        return NULL;
    }
    const struct http_handler handler = {body_limit, answer, server};
    server->options = *options;
    server->options.address = NULL;
    server->options.certificate_file = server->options.key_file = NULL;
    server->stores = store_pool_new(&options->store, HTTP_THREADS, refusal);
    int socket = server->stores != NULL && tls_read(options, &server->tls, refusal) == 0
                     ? listen_socket_open(options->address, options->port, refusal)
                     : -1;
    if (socket >= 0) {
        server->port = listen_socket_port(socket);
        set_fallback_host(server, options->address);
        server->http = http_server_start(socket, &server->tls, &handler, options->log);
        if (server->http == NULL)
            refuse(refusal, REFUSAL_INTERNAL, "API server cannot be started on %s port %d%s",
                   options->address, server->port,
                   server->tls.key != NULL ? ", or certificate and key do not fit each other" : "");
    }
    if (server->http == NULL)
        rest_server_stop(&server);
    return server;
}

int rest_server_port(const struct rest_server *server)
{
    return server->port;
}

void rest_server_stop(struct rest_server **pointer)
{
    struct rest_server *server = *pointer;
    if (server == NULL)
        return;
    http_server_stop(&server->http);
    store_pool_free(&server->stores);
    pem_free(&server->tls.key);
    pem_free(&server->tls.certificate);
    free(server);
    *pointer = NULL;
}
