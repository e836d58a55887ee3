/* What goes between phones and cards, written down: in words into the log, and as packets into a pcap file.
 */
#ifndef OTA_PCSC_BRIDGE_RECORDER_H
#define OTA_PCSC_BRIDGE_RECORDER_H

#include <stdbool.h>
#include <stdio.h>

#include "handset/card_link.h"
#include "pcsc-bridge/settings.h"

struct recorder_options {
    FILE *trace; /* NULL: no words. Borrowed, as the other */
    FILE *pcap;  /* NULL: no packets */
    bool shows_secrets;
};

struct recorder;

/* Begins the pcap file. NULL: out of memory, or the file cannot be written. */
struct recorder *recorder_new(const struct recorder_options *options);
void recorder_free(struct recorder **recorder);

/* A link that writes down what passes to `inner`, which it copies; at most one for each card of the settings.
 * The links of several threads share the files. */
struct card_link recorder_wrap(void *recorder, const char *msisdn, const struct card_link *inner);

#endif
