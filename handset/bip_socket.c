#include "config.h"

#include "handset/bip_socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static socklen_t fill_address(const struct bip_destination *destination, struct sockaddr_storage *storage)
{
    memset(storage, 0, sizeof *storage);
    if (destination->is_ipv6) {
        struct sockaddr_in6 *address = (struct sockaddr_in6 *)storage;
        address->sin6_family = AF_INET6;
        address->sin6_port = htons(destination->port);
        memcpy(&address->sin6_addr, destination->address, 16);
        return sizeof *address;
    }
    struct sockaddr_in *address = (struct sockaddr_in *)storage;
    address->sin_family = AF_INET;
    address->sin_port = htons(destination->port);
    memcpy(&address->sin_addr, destination->address, 4);
    return sizeof *address;
}

static bool wait_for(int fd, short events, int milliseconds)
{
    struct pollfd poller = {.fd = fd, .events = events};
    return poll(&poller, 1, milliseconds) == 1;
}

static bool connect_in_time(int fd, const struct sockaddr_storage *address, socklen_t length)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (connect(fd, (const struct sockaddr *)address, length) == 0)
        return true;
    return errno == EINPROGRESS && wait_for(fd, POLLOUT, BIP_CONNECT_MS) &&
           getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

static int on_open(void *user, const struct bip_destination *asked, int *link)
{
    struct bip_destination destination = *asked;
    struct sockaddr_storage address;
    if (!bip_rules_apply(user, &destination))
        return BIP_REFUSED;
    socklen_t length = fill_address(&destination, &address);
    int type = destination.transport == BIP_TCP ? SOCK_STREAM : SOCK_DGRAM;
    int fd = socket(address.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return BIP_UNREACHABLE;
    if (!connect_in_time(fd, &address, length)) {
        close(fd);
        return BIP_UNREACHABLE;
    }
    *link = fd;
    return BIP_OK;
}

static bool on_send(void *user, int fd, const uint8_t *bytes, size_t length)
{
    (void)user;
    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN && wait_for(fd, POLLOUT, BIP_SEND_MS))
            continue;
        if (sent < 0 && errno != EINTR)
            return false;
        bytes += sent > 0 ? sent : 0;
        length -= sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

/* An error on a UDP socket is that of an earlier datagram: the link stays. */
static int on_receive(void *user, int fd, uint8_t *bytes, size_t size)
{
    (void)user;
    int type = SOCK_STREAM;
    socklen_t length = sizeof type;
    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length);
    ssize_t received = recv(fd, bytes, size, 0);
    if (type == SOCK_DGRAM)
        return received > 0 ? (int)received : 0;
    if (received == 0 || (received < 0 && errno != EAGAIN && errno != EINTR))
        return -1;
    return received > 0 ? (int)received : 0;
}

static void on_close(void *user, int fd)
{
    (void)user;
    close(fd);
}

struct bip_network bip_socket_network(struct bip_rules *rules)
{
    return (struct bip_network){
        .user = rules, .open = on_open, .send = on_send, .receive = on_receive, .close = on_close};
}

size_t bip_socket_waiting(const struct bip *bip, int descriptors[static BIP_CHANNELS])
{
    size_t count = 0;
    for (size_t i = 0; i < BIP_CHANNELS; i++)
        if (bip->channels[i].open && !bip->channels[i].dropped && bip->channels[i].received_length == 0)
            descriptors[count++] = bip->channels[i].link;
    return count;
}
