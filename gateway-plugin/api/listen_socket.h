/* A TCP socket that listens. */
#ifndef OTA_API_LISTEN_SOCKET_H
#define OTA_API_LISTEN_SOCKET_H

#include "gateway-plugin/model/refusal.h"

/* `address`: a number or a name, IPv4 or IPv6; `port` 0: any free one. The descriptor, or -1 with `refusal`.
 */
int listen_socket_open(const char *address, int port, struct refusal *refusal);

/* The port it listens on, or -1. */
int listen_socket_port(int socket);

#endif
