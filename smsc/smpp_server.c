#include "config.h"

#include "smsc/smpp_server.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "smsc/tcp_address.h"

#define CONNECTIONS_MAX 256
#define BACKLOG 512
#define ACCEPTS_PER_TURN 64
#define READ_SIZE 65536
#define WAIT_MAX_MS 60000

struct connection {
    int fd;
    uint64_t number; /* in the order of coming */
    struct smsc_session *session;
};

struct smpp_server {
    struct smsc *smsc;
    int listener;
    struct connection connections[CONNECTIONS_MAX];
    size_t count;
    uint64_t next_number;
    char address[NI_MAXHOST + NI_MAXSERV + 4];
    uint8_t buffer[READ_SIZE];
};

static void tell_time(struct smsc *smsc)
{
    struct timespec monotonic, date;
    clock_gettime(CLOCK_MONOTONIC, &monotonic);
    clock_gettime(CLOCK_REALTIME, &date);
    smsc_set_time(smsc, (int64_t)monotonic.tv_sec * 1000 + monotonic.tv_nsec / 1000000, date.tv_sec);
}

static void format_address(const struct sockaddr *address, socklen_t length, char *text, size_t size)
{
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (getnameinfo(address, length, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) !=
        0)
        snprintf(text, size, "?");
    else
        snprintf(text, size, address->sa_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

static int listen_on(const struct addrinfo *info)
{
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

static int open_listener(const char *address, char *error, size_t error_size)
{
    struct addrinfo *info = tcp_address_resolve(address, error, error_size);
    if (info == NULL)
        return -1;
    int fd = listen_on(info);
    if (fd < 0)
        snprintf(error, error_size, "cannot listen on %.80s: %s", address, strerror(errno));
    freeaddrinfo(info);
    return fd;
}

struct smpp_server *smpp_server_open(struct smsc *smsc, const char *address, char *error, size_t error_size)
{
    int listener = open_listener(address, error, error_size);
    if (listener < 0)
        return NULL;
    struct smpp_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        snprintf(error, error_size, "out of memory");
        close(listener);
        return NULL;
    }
    server->smsc = smsc;
    server->listener = listener;
    struct sockaddr_storage bound;
    socklen_t length = sizeof bound;
    getsockname(listener, (struct sockaddr *)&bound, &length);
    format_address((struct sockaddr *)&bound, length, server->address, sizeof server->address);
    tell_time(smsc);
    return server;
}

const char *smpp_server_address(const struct smpp_server *server)
{
    return server->address;
}

static void close_connection(struct smpp_server *server, size_t index)
{
    smsc_session_close(&server->connections[index].session);
    close(server->connections[index].fd);
    server->connections[index] = server->connections[--server->count];
}

/* The one that may give its place to another: bound it is not. `count` when all are. */
static size_t oldest_unbound(const struct smpp_server *server)
{
    size_t oldest = server->count;
    for (size_t i = 0; i < server->count; i++)
        if (!smsc_session_is_bound(server->connections[i].session) &&
            (oldest == server->count || server->connections[i].number < server->connections[oldest].number))
            oldest = i;
    return oldest;
}

static bool has_room(const struct smpp_server *server)
{
    return server->count < CONNECTIONS_MAX || oldest_unbound(server) < server->count;
}

/* false: nobody waits. */
static bool accept_one(struct smpp_server *server)
{
    struct sockaddr_storage peer;
    socklen_t length = sizeof peer;
    int fd = accept4(server->listener, (struct sockaddr *)&peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return false;
    if (server->count == CONNECTIONS_MAX)
        close_connection(server, oldest_unbound(server));
    char text[sizeof server->address];
    format_address((struct sockaddr *)&peer, length, text, sizeof text);
    struct smsc_session *session = smsc_session_open(server->smsc, text);
    if (session == NULL) {
        close(fd);
        return true;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    server->connections[server->count++] =
        (struct connection){.fd = fd, .number = server->next_number++, .session = session};
    return true;
}

static void accept_some(struct smpp_server *server)
{
    for (unsigned i = 0; i < ACCEPTS_PER_TURN && has_room(server) && accept_one(server); i++)
        ;
}

/* false: the connection is gone. */
static bool read_from(struct smpp_server *server, struct connection *connection)
{
    ssize_t length = recv(connection->fd, server->buffer, sizeof server->buffer, 0);
    if (length == 0)
        return false;
    if (length < 0)
        return errno == EAGAIN || errno == EINTR;
    /* Kannel leaves Nagle's algorithm on: an acknowledgement that is held back costs it 40 ms. The kernel
     * forgets this after each read. */
    setsockopt(connection->fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
    smsc_session_input(connection->session, server->buffer, (size_t)length);
    return true;
}

/* false: the connection is gone, or has come to its end. */
static bool write_to(struct connection *connection)
{
    size_t length;
    const uint8_t *bytes;
    while (bytes = smsc_session_output(connection->session, &length), length > 0) {
        ssize_t sent = send(connection->fd, bytes, length, MSG_NOSIGNAL);
        if (sent < 0)
            return errno == EAGAIN || errno == EINTR;
        smsc_session_sent(connection->session, (size_t)sent);
    }
    return !smsc_session_is_over(connection->session);
}

/* Behind the connections. */
enum { POLL_LISTENER, POLL_WAKE, POLLS_MORE };

static void fill_poll(const struct smpp_server *server, struct pollfd *polls)
{
    for (size_t i = 0; i < server->count; i++) {
        const struct connection *connection = &server->connections[i];
        size_t waiting;
        smsc_session_output(connection->session, &waiting);
        bool reads = smsc_session_wants_input(connection->session);
        polls[i] = (struct pollfd){.fd = connection->fd,
                                   .events = (short)((reads ? POLLIN : 0) | (waiting > 0 ? POLLOUT : 0))};
    }
    /* When all places are taken by peers that are bound, further ones wait in the kernel. */
    polls[server->count + POLL_LISTENER] = (struct pollfd){.fd = has_room(server) ? server->listener : -1, .events = POLLIN};
}

static int wait_for_work(struct smpp_server *server, const struct smpp_server_hooks *hooks,
                         struct pollfd *polls, int64_t wait_ms)
{
    int64_t due = smsc_next_due(server->smsc);
    if (due >= 0 && due < wait_ms)
        wait_ms = due;
    struct timespec timeout = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000};
    sigset_t none;
    sigemptyset(&none);
    fill_poll(server, polls);
    polls[server->count + POLL_WAKE] =
        (struct pollfd){.fd = hooks->woken != NULL ? hooks->wake_fd : -1, .events = POLLIN};
    return ppoll(polls, server->count + POLLS_MORE, &timeout, &none);
}

/* Backwards, because the last connection takes the place of one that is closed. */
static void read_all(struct smpp_server *server, const struct pollfd *polls, size_t count)
{
    for (size_t i = count; i-- > 0;)
        if ((polls[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0 &&
            !read_from(server, &server->connections[i]))
            close_connection(server, i);
}

static void write_all(struct smpp_server *server)
{
    for (size_t i = server->count; i-- > 0;)
        if (!write_to(&server->connections[i]))
            close_connection(server, i);
}

int smpp_server_turn(struct smpp_server *server, const struct smpp_server_hooks *hooks, int64_t wait_ms)
{
    struct pollfd polls[CONNECTIONS_MAX + POLLS_MORE];
    size_t count = server->count;
    int ready = wait_for_work(server, hooks, polls, wait_ms);
    if (ready < 0 && errno != EINTR)
        return -1;
    tell_time(server->smsc);
    if (ready > 0) {
        read_all(server, polls, count);
        if (polls[count + POLL_LISTENER].revents != 0)
            accept_some(server);
        if (polls[count + POLL_WAKE].revents != 0)
            hooks->woken(hooks->user);
    }
    smsc_run(server->smsc);
    if (hooks->commit(hooks->user) < 0)
        return -1;
    write_all(server);
    return 0;
}

int smpp_server_run(struct smpp_server *server, const struct smpp_server_hooks *hooks,
                    const volatile sig_atomic_t *stop, char *error, size_t error_size)
{
    while (!*stop) {
        errno = 0;
        if (smpp_server_turn(server, hooks, WAIT_MAX_MS) < 0) {
            snprintf(error, error_size, "smpp %s: stopped: %s", server->address,
                     errno ? strerror(errno) : "what changed could not be made durable");
            return -1;
        }
    }
    return 0;
}

void smpp_server_close(struct smpp_server **server)
{
    if (*server == NULL)
        return;
    while ((*server)->count > 0)
        close_connection(*server, (*server)->count - 1);
    close((*server)->listener);
    free(*server);
    *server = NULL;
}
