/*
 * The SMSC in front of the cards in readers: a submit_sm is given to the card's worker, and what the
 * card says and sends goes back, as simsim's front does it for simulated cards. One thread; the
 * workers have their own.
 */
#ifndef OTA_PCSC_BRIDGE_BRIDGE_FRONT_H
#define OTA_PCSC_BRIDGE_BRIDGE_FRONT_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

#include "handset/card_link.h"
#include "pcsc-bridge/settings.h"

struct bridge_front;

struct bridge_options {
    const struct bridge_settings *settings; /* borrowed, as all of these */
    FILE *log;                              /* NULL: no log */
    /* The link in place of a card's own; see card_worker.h. NULL: that one. */
    struct card_link (*wrap)(void *user, const char *msisdn, const struct card_link *inner);
    void *wrap_user;
};

/* Listens, and starts the workers. NULL with one line in `error`. */
struct bridge_front *bridge_front_open(const struct bridge_options *options, char *error, size_t error_size);
const char *bridge_front_address(const struct bridge_front *front); /* with the real port */

/* Until *stop; see smpp_server_run(). 0, or -1 with one line in `error`. */
int bridge_front_run(struct bridge_front *front, const volatile sig_atomic_t *stop, char *error,
                     size_t error_size);

/* false: a worker hangs in its reader; the process must end without freeing what it uses. */
bool bridge_front_close(struct bridge_front **front);

#endif
