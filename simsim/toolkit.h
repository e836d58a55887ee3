/* Proactive commands that wait for the phone to fetch and answer them (TS 51.014 clause 4.1), in order. */
#ifndef OTA_SIMSIM_TOOLKIT_H
#define OTA_SIMSIM_TOOLKIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOOLKIT_QUEUE_MAX 8 /* one PoR of up to 4 SMS and a REFRESH, with as much again still unanswered */

struct toolkit_command;

/* All zero is an empty queue. */
struct toolkit_queue {
    struct toolkit_command *first;
    size_t count;
    bool fetched; /* the first has been fetched and waits for its TERMINAL RESPONSE */
};

/* Copies 1 to 255 bytes, D0 and on. false: the queue is full, or out of memory. */
bool toolkit_push(struct toolkit_queue *queue, const uint8_t *bytes, size_t length);

size_t toolkit_room(const struct toolkit_queue *queue);

/* The length of the command to be announced with 91 xx; 0: none, or one is under way. */
size_t toolkit_waiting(const struct toolkit_queue *queue);

/* FETCH: the first command, also once more; owned by the queue. NULL with its length in *length
 * when that is not `wanted`, or 0 when there is none. */
const uint8_t *toolkit_fetch(struct toolkit_queue *queue, size_t wanted, size_t *length);

/* TERMINAL RESPONSE: the fetched command is done. false: none was fetched. */
bool toolkit_answered(struct toolkit_queue *queue);

void toolkit_clear(struct toolkit_queue *queue);

#endif
