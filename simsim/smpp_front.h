/*
 * The air between an SMSC and the cards: submit_sm becomes SMS-DELIVER for the
 * subscriber's phone; what the card sends becomes deliver_sm. A card is reached
 * through its phone (handset.h) only, and that by APDUs only.
 */
#ifndef OTA_SIMSIM_SMPP_FRONT_H
#define OTA_SIMSIM_SMPP_FRONT_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

#include "handset/recorder.h"
#include "simsim/fault_plan.h"
#include "simsim/population.h"
#include "smsc/por_route.h"
#include "smsc/smsc.h"

struct smpp_front;

struct smpp_front_options {
    const char *address; /* HOST:PORT; port 0: a free one */
    const char *system_id, *password;
    struct fault_plan *faults; /* NULL: none; borrowed, as all of these */
    enum por_route por_route;
    FILE *log;  /* a line for each message; NULL: no log */
    struct recorder *recorder; /* every APDU, too; NULL: none */
};

/* Listens, and has what the state directory knows of an earlier run. NULL with one line in `error`.
 * Borrows the population. */
struct smpp_front *smpp_front_open(struct population *population, const struct smpp_front_options *options,
                                   char *error, size_t error_size);
const char *smpp_front_address(const struct smpp_front *front); /* with the real port */

/* Until *stop; see smpp_server_run(). 0, or -1 with one line in `error`. */
int smpp_front_run(struct smpp_front *front, const volatile sig_atomic_t *stop, char *error,
                   size_t error_size);
void smpp_front_close(struct smpp_front **front);

/* Owned by the front. */
struct smsc *smpp_front_smsc(struct smpp_front *front);

#endif
