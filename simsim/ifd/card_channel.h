/*
 * One slot of the driver: the connection to the card program that listens on a Unix socket. Every wait
 * has an end, so that a program that is gone, stopped or mad holds nobody up; after any breach of the
 * protocol the connection is given up, which is how a card is pulled.
 *
 * Not thread-safe: the driver has a lock for each slot. Called by ifd_handler.c.
 */
#ifndef OTA_SIMSIM_IFD_CARD_CHANNEL_H
#define OTA_SIMSIM_IFD_CARD_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

#include "simsim/ifd/reader_frame.h"

#define CARD_CHANNEL_ATR_MAX 33  /* ISO 7816-3 8.1 */
#define CARD_CHANNEL_APDU_MIN 4  /* shorter ones would be read as controls */
#define CARD_CHANNEL_ATR_WAIT_MS 2000
#define CARD_CHANNEL_APDU_WAIT_MS 10000 /* a card that asks for time: no phone waits longer */
/* pcscd asks each 400 ms whether a card is there, and in between for its own ends: a "no" which those alone
 * hear makes it take the reader for empty until the card goes once more. */
#define CARD_CHANNEL_ABSENT_MS 1000

enum card_channel_result {
    CARD_CHANNEL_OK = 0,
    CARD_CHANNEL_NO_CARD = -1,    /* nobody listens, or it went before the whole command was sent */
    CARD_CHANNEL_MUTE = -2,       /* no whole answer in time */
    CARD_CHANNEL_NONSENSE = -3,   /* an answer nobody may give: too short, too long */
    CARD_CHANNEL_BAD_LENGTH = -4, /* of the command; nothing was sent */
    CARD_CHANNEL_CUT_OFF = -5     /* it went after the command was sent: it may have executed it */
};

struct card_channel {
    struct sockaddr_un address;
    int fd;         /* -1: no card */
    int atr_wait_ms, apdu_wait_ms; /* how long an answer may take, as above */
    int absent_ms;                 /* how long there is none at least, when one was lost */
    int64_t absent_until;          /* in milliseconds of the monotonic clock */
};

/* Nothing is connected yet. False: `path` and the suffix ".SLOT" are too long for a socket's address. */
bool card_channel_init(struct card_channel *channel, const char *path, unsigned slot);
void card_channel_close(struct card_channel *channel);

/* Is a card there? Connects when it can; waits for nothing. */
bool card_channel_is_present(struct card_channel *channel);

/* READER_POWER_ON or READER_RESET, and the ATR. */
enum card_channel_result card_channel_start(struct card_channel *channel, enum reader_control control,
                                            uint8_t atr[static CARD_CHANNEL_ATR_MAX], size_t *atr_length);
void card_channel_power_off(struct card_channel *channel);

/* READER_USE_T0 or READER_USE_T1: how the card is spoken to from now on, until the next start. */
enum card_channel_result card_channel_use(struct card_channel *channel, enum reader_control protocol);

/* One command of 4 to 65535 bytes; *response_length is the room on the way in and at least 2 on the way out.
 * Only after CARD_CHANNEL_NO_CARD and _BAD_LENGTH is it certain that the card has not executed it. */
enum card_channel_result card_channel_transmit(struct card_channel *channel, const uint8_t *command,
                                               size_t length, uint8_t *response, size_t *response_length);

#endif
