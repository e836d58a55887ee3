/*
 * The SMSC on a TCP port: one thread, non-blocking, poll(2). A turn reads what
 * came, runs the SMSC, calls `commit`, and only then lets answers leave: what an
 * ESME was told outlives a crash, at one commit a turn.
 */
#ifndef OTA_SMSC_SMPP_SERVER_H
#define OTA_SMSC_SMPP_SERVER_H

#include <signal.h>

#include "smsc/smsc.h"

struct smpp_server;

struct smpp_server_hooks {
    void *user;
    int (*commit)(void *user); /* 0; or -1: no answer leaves, and the server ends */
    /* Called in the turn that finds wake_fd readable, before the SMSC runs; NULL: there is no such descriptor. */
    void (*woken)(void *user);
    int wake_fd;
};

/* "HOST:PORT", port 0 for a free one; NULL with one line in `error`. Borrows the SMSC. */
struct smpp_server *smpp_server_open(struct smsc *smsc, const char *address, char *error, size_t error_size);
const char *smpp_server_address(const struct smpp_server *server); /* "127.0.0.1:2775", the real port */

/* Until *stop: set by a handler of signals that are blocked in this thread; they get through
 * only while it waits. 0, or -1 with one line in `error`. */
int smpp_server_run(struct smpp_server *server, const struct smpp_server_hooks *hooks,
                    const volatile sig_atomic_t *stop, char *error, size_t error_size);

/* One turn that waits at most wait_ms. 0, or -1: errno, or a commit that failed. */
int smpp_server_turn(struct smpp_server *server, const struct smpp_server_hooks *hooks, int64_t wait_ms);

void smpp_server_close(struct smpp_server **server);

#endif
