#include "smsc/deliver_router.h"

#include <stdlib.h>
#include <string.h>

static void list_init(struct routed_list *list)
{
    *list = (struct routed_list){.end = &list->first};
}

static void list_append(struct routed_list *list, struct routed_message *message)
{
    message->next = NULL;
    *list->end = message;
    list->end = &message->next;
    list->count++;
}

static struct routed_message *list_take(struct routed_list *list, struct routed_message **link)
{
    struct routed_message *message = *link;
    if (message == NULL)
        return NULL;
    *link = message->next;
    if (list->end == &message->next)
        list->end = link;
    list->count--;
    return message;
}

static void list_free(struct routed_list *list)
{
    struct routed_message *message;
    while ((message = list_take(list, &list->first)) != NULL)
        routed_message_free(&message);
}

struct routed_message *routed_message_new(const struct smpp_message *message, uint64_t preferred)
{
    struct routed_message *routed = calloc(1, sizeof *routed + message->length);
    if (routed == NULL)
        return NULL;
    routed->preferred = preferred;
    routed->message = *message;
    if (message->length > 0)
        memcpy(routed->data, message->data, message->length);
    routed->message.data = routed->data;
    return routed;
}

void routed_message_free(struct routed_message **message)
{
    free(*message);
    *message = NULL;
}

void deliver_router_init(struct deliver_router *router, unsigned window)
{
    *router = (struct deliver_router){.window = window};
    list_init(&router->unrouted);
}

void deliver_router_free(struct deliver_router *router)
{
    while (router->ports != NULL)
        deliver_router_detach(router, router->ports);
    list_free(&router->unrouted);
}

static size_t load(const struct deliver_port *port)
{
    return port->waiting.count + port->sent.count;
}

static struct deliver_port *choose_port(const struct deliver_router *router, uint64_t preferred)
{
    struct deliver_port *best = router->ports;
    for (struct deliver_port *port = router->ports; port != NULL; port = port->next) {
        if (port->id == preferred)
            return port;
        if (load(port) < load(best))
            best = port;
    }
    return best;
}

void deliver_router_add(struct deliver_router *router, struct routed_message *message)
{
    struct deliver_port *port = choose_port(router, message->preferred);
    list_append(port ? &port->waiting : &router->unrouted, message);
}

static void route_all(struct deliver_router *router, struct routed_list *list)
{
    struct routed_message *message;
    while ((message = list_take(list, &list->first)) != NULL)
        deliver_router_add(router, message);
}

void deliver_router_attach(struct deliver_router *router, struct deliver_port *port)
{
    list_init(&port->waiting);
    list_init(&port->sent);
    port->attached = true;
    port->next = router->ports;
    router->ports = port;
    struct routed_list waited;
    list_init(&waited);
    struct routed_message *message;
    while ((message = list_take(&router->unrouted, &router->unrouted.first)) != NULL)
        list_append(&waited, message);
    route_all(router, &waited);
}

void deliver_router_detach(struct deliver_router *router, struct deliver_port *port)
{
    if (!port->attached)
        return;
    struct deliver_port **link = &router->ports;
    while (*link != port)
        link = &(*link)->next;
    *link = port->next;
    port->attached = false;
    route_all(router, &port->sent);
    route_all(router, &port->waiting);
}

static void pump_port(const struct deliver_router *router, struct deliver_port *port, int64_t now_ms)
{
    while (port->waiting.count > 0 && port->sent.count < router->window) {
        struct routed_message *message = port->waiting.first;
        message->sequence = smpp_session_deliver(port->session, &message->message);
        if (message->sequence == 0)
            return;
        message->sent_ms = now_ms;
        list_append(&port->sent, list_take(&port->waiting, &port->waiting.first));
    }
}

void deliver_router_pump(struct deliver_router *router, int64_t now_ms)
{
    for (struct deliver_port *port = router->ports; port != NULL; port = port->next)
        if (port->session->state != SESSION_OVER)
            pump_port(router, port, now_ms);
}

struct routed_message *deliver_router_answered(struct deliver_port *port, uint32_t sequence)
{
    if (!port->attached)
        return NULL;
    struct routed_message **link = &port->sent.first;
    while (*link != NULL && (*link)->sequence != sequence)
        link = &(*link)->next;
    return list_take(&port->sent, link);
}

int64_t deliver_port_oldest(const struct deliver_port *port)
{
    return port->attached && port->sent.first ? port->sent.first->sent_ms : -1;
}
