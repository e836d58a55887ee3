/*
 * To which session a deliver_sm goes, and whether it was answered. A message
 * belongs to one port from the moment it is added: to the preferred one when
 * that receives, else to the one with the least to do. When no port is there it
 * waits; when a port goes, what it has not answered goes to another, in order.
 */
#ifndef OTA_SMSC_DELIVER_ROUTER_H
#define OTA_SMSC_DELIVER_ROUTER_H

#include "smsc/change_list.h"
#include "smsc/smpp_session.h"

struct routed_message {
    struct routed_message *next; /* the router's own, as the three below */
    uint64_t preferred;
    uint32_t sequence;
    int64_t sent_ms;
    struct kept kept; /* whose message it is keeps it */
    struct smpp_message message;
    uint8_t data[];
};

struct routed_list {
    struct routed_message *first, **end;
    size_t count;
};

struct deliver_port {
    uint64_t id;
    struct smpp_session *session;     /* not owned */
    struct routed_list waiting, sent; /* `sent` in the order of sending */
    struct deliver_port *next;
    bool attached;
};

struct deliver_router {
    struct deliver_port *ports; /* not owned */
    struct routed_list unrouted;
    unsigned window;
};

/* A message of its own memory; NULL: out of memory. `preferred` is a port's id, 0: any. */
struct routed_message *routed_message_new(const struct smpp_message *message, uint64_t preferred);
void routed_message_free(struct routed_message **message);

void deliver_router_init(struct deliver_router *router, unsigned window);
void deliver_router_free(struct deliver_router *router);

/* Takes the message. */
void deliver_router_add(struct deliver_router *router, struct routed_message *message);
void deliver_router_attach(struct deliver_router *router, struct deliver_port *port);
void deliver_router_detach(struct deliver_router *router, struct deliver_port *port);

/* Sends what windows and buffers allow. */
void deliver_router_pump(struct deliver_router *router, int64_t now_ms);

/* The message that `sequence` answers, taken out: the caller's. NULL: none. */
struct routed_message *deliver_router_answered(struct deliver_port *port, uint32_t sequence);

/* When the oldest unanswered was sent; -1: all are answered. */
int64_t deliver_port_oldest(const struct deliver_port *port);

#endif
