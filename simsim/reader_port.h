/*
 * How a reader's driver and simsim find each other. Our own driver connects to a Unix socket a slot,
 * PATH.SLOT, which simsim opens when it puts a card in. vpcd listens on a TCP port a slot, PORT + SLOT,
 * and simsim connects. All sockets are non-blocking.
 */
#ifndef OTA_SIMSIM_READER_PORT_H
#define OTA_SIMSIM_READER_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#define READER_SLOTS 8

struct reader_port {
    const char *path;            /* of the Unix sockets, borrowed; NULL: vpcd */
    struct sockaddr_storage tcp; /* of vpcd's slot 0 */
    socklen_t tcp_length;
};

/* One of the two is given; both are borrowed. False with one line in `error`. */
bool reader_port_init(struct reader_port *port, const char *path, const char *vpcd, char *error,
                      size_t error_size);

/* Unix: the slot's listener; a socket that a killed simsim left behind is replaced, one in use is not.
 * -1 with one line in `error`. */
int reader_port_listen(const struct reader_port *port, unsigned slot, char *error, size_t error_size);
void reader_port_unlisten(const struct reader_port *port, unsigned slot, int listener);

/* The driver that waits at the listener, or -1: none any more. */
int reader_port_accept(int listener);

/* vpcd: a connection, *pending as long as it is not made. -1: refused. */
int reader_port_connect(const struct reader_port *port, unsigned slot, bool *pending);

/* Of a pending connection that has become writable: is it made? */
bool reader_port_is_connected(int fd);

/* vpcd 0.8 sends a frame in two pieces, and Nagle holds the second back until the first is acknowledged:
 * to be called around each recv, since the kernel forgets it. 21 APDUs a second without. */
void reader_port_acknowledge_at_once(const struct reader_port *port, int fd);

#endif
