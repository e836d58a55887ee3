#include "config.h" /* POLLRDHUP */

#include "simsim/reader_slot.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RETRY_MS 200 /* half of pcscd's poll: vpcd takes a connection when it polls */
/* vpcd's card stays away for two of those polls: one whose absence pcscd did not see is none to it for good. */
#define PULLED_MS 1000

void reader_slot_init(struct reader_slot *slot, const struct reader_port *port, unsigned number)
{
    memset(slot, 0, sizeof *slot);
    slot->port = port;
    slot->number = number;
    slot->listener = slot->fd = -1;
    slot->frame = reader_frame_into(slot->body, sizeof slot->body);
}

bool reader_slot_insert(struct reader_slot *slot, const struct card_link *card, char *error, size_t error_size)
{
    if (slot->port->path != NULL) {
        slot->listener = reader_port_listen(slot->port, slot->number, error, error_size);
        if (slot->listener < 0)
            return false;
    }
    slot->inserted = true;
    slot->retry_at = 0;
    reader_card_start(&slot->card, card);
    return true;
}

/* The driver is gone, or the card: either way it has no power. */
static void hang_up(struct reader_slot *slot, int64_t now_ms)
{
    close(slot->fd);
    slot->fd = -1;
    slot->pending = false;
    slot->retry_at = now_ms + RETRY_MS;
    slot->reply_length = slot->reply_sent = 0;
    slot->late_ms = slot->reply_at = 0;
    slot->is_pulled = false;
    reader_frame_restart(&slot->frame);
    explicit_bzero(slot->body, sizeof slot->body); /* may hold a PIN */
    reader_card_start(&slot->card, &slot->card.link);
}

void reader_slot_remove(struct reader_slot *slot)
{
    if (slot->fd >= 0)
        hang_up(slot, 0);
    if (slot->listener >= 0)
        reader_port_unlisten(slot->port, slot->number, slot->listener);
    slot->listener = -1;
    slot->inserted = false;
}

void reader_slot_delay(struct reader_slot *slot, int64_t milliseconds)
{
    slot->late_ms = milliseconds;
}

void reader_slot_pull(struct reader_slot *slot)
{
    slot->is_pulled = true;
}

static bool has_to_say(const struct reader_slot *slot)
{
    return slot->reply_sent < slot->reply_length;
}

struct pollfd reader_slot_poll(const struct reader_slot *slot)
{
    if (slot->fd < 0)
        return (struct pollfd){.fd = slot->listener, .events = POLLIN};
    if (slot->reply_at != 0)
        return (struct pollfd){.fd = slot->fd, .events = POLLRDHUP};
    return (struct pollfd){.fd = slot->fd, .events = slot->pending || has_to_say(slot) ? POLLOUT : POLLIN};
}

static bool is_to_connect(const struct reader_slot *slot)
{
    return slot->inserted && slot->fd < 0 && slot->listener < 0;
}

int64_t reader_slot_wait(const struct reader_slot *slot, int64_t now_ms)
{
    if (slot->reply_at == 0 && !is_to_connect(slot))
        return -1;
    int64_t due = slot->reply_at != 0 ? slot->reply_at : slot->retry_at;
    return due > now_ms ? due - now_ms : 0;
}

/* Until the frame is complete: 1; nothing more for now: 0; the connection ended: -1. */
static int read_frame(struct reader_slot *slot)
{
    uint8_t bytes[T1_COMMAND_MAX];
    while (!reader_frame_is_complete(&slot->frame)) {
        size_t missing = reader_frame_missing(&slot->frame);
        ssize_t count = recv(slot->fd, bytes, missing < sizeof bytes ? missing : sizeof bytes, 0);
        reader_port_acknowledge_at_once(slot->port, slot->fd);
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return 0;
        if (count <= 0)
            return -1;
        reader_frame_feed(&slot->frame, bytes, (size_t)count);
    }
    return 1;
}

static void serve(struct reader_slot *slot, int64_t now_ms)
{
    int result = read_frame(slot);
    if (result < 0)
        hang_up(slot, now_ms);
    if (result <= 0)
        return;
    slot->reply_sent = 0;
    slot->reply_length =
        reader_card_answer(&slot->card, slot->body, reader_frame_length(&slot->frame), slot->reply);
    reader_frame_restart(&slot->frame);
    slot->reply_at = slot->late_ms != 0 && slot->reply_length != 0 ? now_ms + slot->late_ms : 0;
    slot->late_ms = 0;
    if (slot->is_pulled) {
        hang_up(slot, now_ms);
        slot->retry_at = now_ms + PULLED_MS;
    }
}

static void finish_connecting(struct reader_slot *slot, int64_t now_ms)
{
    slot->pending = false;
    if (reader_port_is_connected(slot->fd))
        reader_port_acknowledge_at_once(slot->port, slot->fd);
    else
        hang_up(slot, now_ms);
}

static void try_to_connect(struct reader_slot *slot, int64_t now_ms)
{
    if (slot->retry_at > now_ms)
        return;
    slot->fd = reader_port_connect(slot->port, slot->number, &slot->pending);
    slot->retry_at = now_ms + RETRY_MS;
}

void reader_slot_read(struct reader_slot *slot, short ready, int64_t now_ms)
{
    if (is_to_connect(slot))
        try_to_connect(slot, now_ms);
    else if (ready != 0 && slot->reply_at != 0)
        hang_up(slot, now_ms); /* the driver did not wait for it */
    else if (ready == 0 || has_to_say(slot))
        return;
    else if (slot->fd < 0)
        slot->fd = reader_port_accept(slot->listener);
    else if (slot->pending)
        finish_connecting(slot, now_ms);
    else
        serve(slot, now_ms);
}

void reader_slot_write(struct reader_slot *slot, int64_t now_ms)
{
    if (slot->fd < 0 || !has_to_say(slot) || slot->reply_at > now_ms)
        return;
    slot->reply_at = 0;
    ssize_t count = send(slot->fd, slot->reply + slot->reply_sent, slot->reply_length - slot->reply_sent, MSG_NOSIGNAL);
    reader_port_acknowledge_at_once(slot->port, slot->fd);
    if (count >= 0)
        slot->reply_sent += (size_t)count;
    else if (errno != EAGAIN && errno != EINTR)
        hang_up(slot, now_ms);
}
