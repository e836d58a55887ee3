/* The queue of proactive commands. Called by the toolkit commands and the receiving entity's. */
#include "simsim/toolkit.h"

#include <stdlib.h>
#include <string.h>

struct toolkit_command {
    struct toolkit_command *next;
    size_t length;
    uint8_t bytes[];
};

bool toolkit_push(struct toolkit_queue *queue, const uint8_t *bytes, size_t length)
{
    if (length == 0 || length > 255 || toolkit_room(queue) == 0)
        return false;
    struct toolkit_command *command = malloc(sizeof *command + length);
    if (command == NULL)
        return false;
    command->next = NULL;
    command->length = length;
    memcpy(command->bytes, bytes, length);
    struct toolkit_command **end = &queue->first;
    while (*end != NULL)
        end = &(*end)->next;
    *end = command;
    queue->count++;
    return true;
}

size_t toolkit_room(const struct toolkit_queue *queue)
{
    return TOOLKIT_QUEUE_MAX - queue->count;
}

size_t toolkit_waiting(const struct toolkit_queue *queue)
{
    return queue->first != NULL && !queue->fetched ? queue->first->length : 0;
}

const uint8_t *toolkit_fetch(struct toolkit_queue *queue, size_t wanted, size_t *length)
{
    *length = queue->first != NULL ? queue->first->length : 0;
    if (*length == 0 || *length != wanted)
        return NULL;
    queue->fetched = true;
    return queue->first->bytes;
}

static void drop_first(struct toolkit_queue *queue)
{
    struct toolkit_command *done = queue->first;
    queue->first = done->next;
    queue->count--;
    queue->fetched = false;
    free(done);
}

bool toolkit_answered(struct toolkit_queue *queue)
{
    if (queue->first == NULL || !queue->fetched)
        return false;
    drop_first(queue);
    return true;
}

void toolkit_clear(struct toolkit_queue *queue)
{
    while (queue->first != NULL)
        drop_first(queue);
}
