#include "gateway-plugin/api/listen_socket.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 256

static int open_one(const struct addrinfo *address)
{
    int fd =
        socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, address->ai_protocol);
    if (fd < 0)
        return -1;
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int listen_socket_open(const char *address, int port, struct refusal *refusal)
{
    const struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    char service[16];
    if (port < 0 || port > 65535)
        return refuse(refusal, REFUSAL_INVALID, "API port %d: expected 0 to 65535", port);
    snprintf(service, sizeof service, "%d", port);
    int error = getaddrinfo(address, service, &hints, &list);
    if (error != 0)
        return refuse(refusal, REFUSAL_INVALID, "API address '%s': %s", address, gai_strerror(error));
    int fd = -1;
    for (const struct addrinfo *one = list; one != NULL && fd < 0; one = one->ai_next)
        fd = open_one(one);
    if (fd < 0)
        refuse(refusal, REFUSAL_INTERNAL, "API cannot listen on %s port %d: %s", address, port,
               strerror(errno));
    freeaddrinfo(list);
    return fd;
}

int listen_socket_port(int socket)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(socket, (struct sockaddr *)&address, &length) != 0)
        return -1;
    if (address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)&address)->sin6_port);
    return ntohs(((const struct sockaddr_in *)(const void *)&address)->sin_port);
}
