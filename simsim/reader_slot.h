/*
 * One slot: the card in it, if there is one, and the connection to the driver. Never blocks. A turn is
 * poll, reader_slot_read, commit, reader_slot_write: no answer leaves before what it stands on is saved.
 * Called by reader_front.c.
 */
#ifndef OTA_SIMSIM_READER_SLOT_H
#define OTA_SIMSIM_READER_SLOT_H

#include <poll.h>

#include "simsim/reader_card.h"
#include "simsim/reader_port.h"

struct reader_slot {
    const struct reader_port *port;
    unsigned number;
    bool inserted;
    struct reader_card card;
    int listener; /* Unix only; -1: none */
    int fd;       /* -1: not connected */
    bool pending; /* vpcd: the connection is being made */
    int64_t retry_at; /* vpcd: when to try again, ms */
    struct reader_frame frame;
    uint8_t body[T1_COMMAND_MAX];
    uint8_t reply[READER_REPLY_MAX];
    size_t reply_length, reply_sent;
    int64_t late_ms;  /* what the reply to the frame at hand waits */
    int64_t reply_at; /* a reply that waits: until when, ms; 0: none */
    bool is_pulled;   /* by the frame at hand */
};

/* Empty. Borrows the port. */
void reader_slot_init(struct reader_slot *slot, const struct reader_port *port, unsigned number);

/* Puts a card into an empty slot. False with one line in `error`: the socket cannot be made. */
bool reader_slot_insert(struct reader_slot *slot, const struct card_link *card, char *error, size_t error_size);

/* Pulls the card, which is without power then. */
void reader_slot_remove(struct reader_slot *slot);

/* For a card that is just executing a frame: its reply goes so much later, or there is none, as the driver is
 * hung up on. That driver takes the card for gone, and finds it again, without power meanwhile. */
void reader_slot_delay(struct reader_slot *slot, int64_t milliseconds);
void reader_slot_pull(struct reader_slot *slot);

/* What to wait for. */
struct pollfd reader_slot_poll(const struct reader_slot *slot);

/* How long to wait at most, ms; -1: for ever. */
int64_t reader_slot_wait(const struct reader_slot *slot, int64_t now_ms);

/* Connects or reads; at most one frame is executed, and its reply kept. */
void reader_slot_read(struct reader_slot *slot, short ready, int64_t now_ms);

/* Sends what there is to say, and due. */
void reader_slot_write(struct reader_slot *slot, int64_t now_ms);

#endif
