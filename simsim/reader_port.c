#include "config.h"

#include "simsim/reader_port.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smsc/tcp_address.h"

static bool unix_address(const struct reader_port *port, unsigned slot, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    int length = snprintf(address->sun_path, sizeof address->sun_path, "%s.%u", port->path, slot);
    return length > 0 && (size_t)length < sizeof address->sun_path;
}

static in_port_t *port_of(struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET6 ? &((struct sockaddr_in6 *)address)->sin6_port
                                          : &((struct sockaddr_in *)address)->sin_port;
}

static bool resolve_vpcd(struct reader_port *port, const char *vpcd, char *error, size_t error_size)
{
    struct addrinfo *info = tcp_address_resolve(vpcd, error, error_size);
    if (info == NULL)
        return false;
    memcpy(&port->tcp, info->ai_addr, info->ai_addrlen);
    port->tcp_length = info->ai_addrlen;
    freeaddrinfo(info);
    unsigned first = ntohs(*port_of(&port->tcp));
    if (first > 0 && first + READER_SLOTS - 1 <= 65535)
        return true;
    snprintf(error, error_size, "--vpcd %.80s: port %u, expected 1 to %d, as slot N is on port + N", vpcd, first,
             65535 - READER_SLOTS + 1);
    return false;
}

bool reader_port_init(struct reader_port *port, const char *path, const char *vpcd, char *error,
                      size_t error_size)
{
    struct sockaddr_un address;
    *port = (struct reader_port){.path = path};
    if (path == NULL)
        return resolve_vpcd(port, vpcd, error, error_size);
    if (unix_address(port, 0, &address))
        return true;
    snprintf(error, error_size, "--ifd %.80s…: %zu characters, expected at most %zu", path, strlen(path),
             sizeof address.sun_path - sizeof ".0");
    return false;
}

static int unix_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* Refused: nobody listens any more. */
static bool is_left_behind(const struct sockaddr_un *address)
{
    struct stat status;
    if (lstat(address->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode))
        return false;
    int fd = unix_socket();
    bool refused = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) != 0 &&
                   errno == ECONNREFUSED;
    if (fd >= 0)
        close(fd);
    return refused;
}

static bool bind_to(int fd, const struct sockaddr_un *address)
{
    if (bind(fd, (const struct sockaddr *)address, sizeof *address) == 0)
        return true;
    if (errno != EADDRINUSE)
        return false;
    if (!is_left_behind(address)) {
        errno = EADDRINUSE;
        return false;
    }
    unlink(address->sun_path);
    return bind(fd, (const struct sockaddr *)address, sizeof *address) == 0;
}

int reader_port_listen(const struct reader_port *port, unsigned slot, char *error, size_t error_size)
{
    struct sockaddr_un address;
    unix_address(port, slot, &address); /* fits, as slot 0 does */
    int fd = unix_socket();
    if (fd >= 0 && bind_to(fd, &address) && listen(fd, 1) == 0)
        return fd;
    snprintf(error, error_size, "cannot listen on %.110s: %s", address.sun_path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

void reader_port_unlisten(const struct reader_port *port, unsigned slot, int listener)
{
    struct sockaddr_un address;
    unix_address(port, slot, &address);
    unlink(address.sun_path);
    close(listener);
}

int reader_port_accept(int listener)
{
    return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int reader_port_connect(const struct reader_port *port, unsigned slot, bool *pending)
{
    struct sockaddr_storage address = port->tcp;
    in_port_t *number = port_of(&address);
    *number = htons((uint16_t)(ntohs(*number) + slot));
    int fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    *pending = false;
    if (connect(fd, (const struct sockaddr *)&address, port->tcp_length) == 0)
        return fd;
    *pending = errno == EINPROGRESS;
    if (*pending)
        return fd;
    close(fd);
    return -1;
}

bool reader_port_is_connected(int fd)
{
    int problem = 0;
    socklen_t size = sizeof problem;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 && problem == 0;
}

void reader_port_acknowledge_at_once(const struct reader_port *port, int fd)
{
    if (port->path == NULL)
        setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
}
