/*
 * Is a frame from bearerbox's port a Kannel message at all? gwlib's msg_unpack()
 * asserts, and so ends the process, over a negative or too long string: what is not
 * sound may not reach it.
 */
#ifndef OTA_KANNEL_MESSAGE_FRAME_H
#define OTA_KANNEL_MESSAGE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MESSAGE_FRAME_MIN 4             /* the message type */
#define MESSAGE_FRAME_MAX (1024 * 1024) /* an SMS has 1 kB; what is longer is no bearerbox */

/* The bytes behind the frame's length: type, then each field inside the frame. Strings may
 * be absent (length -1); more bytes behind the last field are passed over, as gwlib does. */
bool message_frame_is_sound(const uint8_t *frame, size_t length);

#endif
