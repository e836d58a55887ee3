/*
 * What goes between phones and cards, written down: in hex and in words (explain/) as lines for a log, and as
 * packets into a pcap file. PINs and keys are not (secret_hiding.h), unless asked for.
 */
#ifndef OTA_HANDSET_RECORDER_H
#define OTA_HANDSET_RECORDER_H

#include <stdbool.h>
#include <stdio.h>

#include "handset/card_link.h"

struct recorder_options {
    void (*line)(void *user, const char *text); /* NULL: no lines */
    void *user;
    FILE *pcap; /* NULL: no packets. Borrowed */
    bool shows_secrets;
};

struct recorder;

/* Begins the pcap file. NULL: out of memory, or the file cannot be written. */
struct recorder *recorder_new(const struct recorder_options *options);
void recorder_free(struct recorder **recorder);

/* A seam that writes down what passes. Several threads may have one each on the same recorder: an exchange's
 * lines stand together. */
struct recorded_link {
    struct recorder *recorder;
    struct card_link inner;
    const char *name; /* of the card, in front of each line: its MSISDN. Borrowed */
    uint8_t source;   /* the packets come from 127.0.0.x */
};

/* The seam on `recorded`, which must outlive it. */
struct card_link recorded_link_to(struct recorded_link *recorded);

#endif
