/* HTTP/1.1 on a listening socket, with limits on everything. The only user of libmicrohttpd. */
#ifndef OTA_API_HTTP_SERVER_H
#define OTA_API_HTTP_SERVER_H

#include "gateway-plugin/api/http.h"

#define HTTP_THREADS 4
#define HTTP_CONNECTIONS_MAX 512         /* half of the usual 1024 file descriptors */
#define HTTP_CONNECTIONS_PER_ADDRESS 384 /* one client cannot take them all */
#define HTTP_IDLE_SECONDS 30
#define HTTP_STOP_SECONDS 5 /* how long http_server_stop() waits for the requests under way */

struct http_server;

/* PEM texts, needed as long as the server runs; both NULL: plain HTTP. */
struct http_tls {
    char *certificate, *key;
};

/* Takes the socket over, also when it fails (NULL: with TLS perhaps over the PEM texts). `handler` is copied;
 * `log` as in engine_options. */
struct http_server *http_server_start(int socket, const struct http_tls *tls,
                                      const struct http_handler *handler,
                                      void (*log)(int level, const char *line));

/* No new connections, lets the requests under way finish, closes everything. */
void http_server_stop(struct http_server **server);

#endif
