/*
 * What goes between a reader's driver and a card program, both ways: two bytes of length, high byte
 * first, and so many bytes. It is the protocol of vsmartcard's vpcd, and of our own driver.
 *
 *   to the card   one byte: enum reader_control; more: a command APDU
 *   to the driver the ATR after READER_ASK_ATR; data and SW1 SW2 after an APDU; nothing after the rest
 *
 * No I/O here. Used by the driver (ifd_handler.c) and by simsim's reader front.
 */
#ifndef OTA_SIMSIM_IFD_READER_FRAME_H
#define OTA_SIMSIM_IFD_READER_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define READER_FRAME_HEADER 2
#define READER_FRAME_MAX 0xFFFF /* bytes behind the header */

/* The last two are our driver's own: which protocol was agreed upon. Without them it is the ATR's first. */
enum reader_control {
    READER_POWER_OFF = 0,
    READER_POWER_ON = 1,
    READER_RESET = 2,
    READER_ASK_ATR = 4,
    READER_USE_T0 = 0x10,
    READER_USE_T1 = 0x11
};

/* One frame on its way in. */
struct reader_frame {
    uint8_t header[READER_FRAME_HEADER];
    uint8_t *body;      /* the caller's */
    size_t capacity;    /* what does not fit is counted, and dropped */
    size_t received;    /* bytes so far, with the header */
};

struct reader_frame reader_frame_into(uint8_t *body, size_t capacity);

/* The same buffer for the next frame. */
void reader_frame_restart(struct reader_frame *frame);

/* How many bytes are missing, as far as one can know: never 0 before the frame is complete. */
size_t reader_frame_missing(const struct reader_frame *frame);

/* Takes at most what is missing of this frame. Returns how much it took. */
size_t reader_frame_feed(struct reader_frame *frame, const uint8_t *bytes, size_t count);

bool reader_frame_is_complete(const struct reader_frame *frame);

/* What the header says; 0 before there is one. More than the capacity: the body is cut short. */
size_t reader_frame_length(const struct reader_frame *frame);

/* The header of a frame of `length` bytes, at most READER_FRAME_MAX. */
void reader_frame_write_header(uint8_t header[static READER_FRAME_HEADER], size_t length);

#endif
