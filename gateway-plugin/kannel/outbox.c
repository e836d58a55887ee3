#include "gateway-plugin/kannel/outbox.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct entry {
    struct outgoing outgoing; /* first: outbox_take hands out this address */
    struct entry *next;
};

struct outbox {
    pthread_mutex_t lock;
    struct entry *first, *last;
    size_t length, sms_count, sms_limit;
    bool is_open;
    int descriptor;
};

struct outbox *outbox_new(size_t sms_limit)
{
    struct outbox *outbox = calloc(1, sizeof *outbox);

    if (outbox == NULL)
        return NULL;
    outbox->descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (outbox->descriptor < 0) {
        free(outbox);
        return NULL;
    }
    pthread_mutex_init(&outbox->lock, NULL);
    outbox->sms_limit = sms_limit;
    return outbox;
}

void outbox_free(struct outbox **outbox)
{
    struct outgoing *outgoing;

    if (*outbox == NULL)
        return;
    while ((outgoing = outbox_take(*outbox)) != NULL)
        free(outgoing);
    close((*outbox)->descriptor);
    pthread_mutex_destroy(&(*outbox)->lock);
    free(*outbox);
    *outbox = NULL;
}

static void open_set(struct outbox *outbox, bool is_open)
{
    pthread_mutex_lock(&outbox->lock);
    outbox->is_open = is_open;
    pthread_mutex_unlock(&outbox->lock);
}

void outbox_open(struct outbox *outbox)
{
    open_set(outbox, true);
}

void outbox_close(struct outbox *outbox)
{
    open_set(outbox, false);
}

/* Takes the entry over in any case. */
static int entry_put(struct outbox *outbox, struct entry *entry)
{
    bool is_sms = entry->outgoing.is_sms;

    pthread_mutex_lock(&outbox->lock);
    bool accepted = !is_sms || (outbox->is_open && outbox->sms_count < outbox->sms_limit);
    if (accepted) {
        if (outbox->last == NULL)
            outbox->first = entry;
        else
            outbox->last->next = entry;
        outbox->last = entry;
        outbox->length++;
        outbox->sms_count += is_sms;
    }
    pthread_mutex_unlock(&outbox->lock);
    if (!accepted) {
        free(entry);
        return -1;
    }
    outbox_wake(outbox);
    return 0;
}

int outbox_put_sms(struct outbox *outbox, const struct bearer_sms *sms)
{
    struct entry *entry = calloc(1, sizeof *entry);

    if (entry == NULL)
        return -1;
    struct outgoing *outgoing = &entry->outgoing;
    outgoing->is_sms = true;
    outgoing->sms = *sms;
    snprintf(outgoing->to, sizeof outgoing->to, "%s", sms->to);
    if (sms->header_length > 0)
        memcpy(outgoing->user_data, sms->header, sms->header_length);
    memcpy(outgoing->user_data + sms->header_length, sms->payload, sms->length);
    outgoing->sms.to = outgoing->to;
    outgoing->sms.header = outgoing->user_data;
    outgoing->sms.payload = outgoing->user_data + sms->header_length;
    return entry_put(outbox, entry);
}

int outbox_put_acknowledgement(struct outbox *outbox, const char *uuid)
{
    struct entry *entry = calloc(1, sizeof *entry);

    if (entry == NULL)
        return -1;
    snprintf(entry->outgoing.uuid, sizeof entry->outgoing.uuid, "%s", uuid);
    return entry_put(outbox, entry);
}

struct outgoing *outbox_take(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    struct entry *entry = outbox->first;
    if (entry != NULL) {
        outbox->first = entry->next;
        if (outbox->first == NULL)
            outbox->last = NULL;
        outbox->length--;
        outbox->sms_count -= entry->outgoing.is_sms;
    }
    pthread_mutex_unlock(&outbox->lock);
    return entry == NULL ? NULL : &entry->outgoing;
}

size_t outbox_length(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    size_t length = outbox->length;
    pthread_mutex_unlock(&outbox->lock);
    return length;
}

int outbox_descriptor(const struct outbox *outbox)
{
    return outbox->descriptor;
}

void outbox_wake(struct outbox *outbox)
{
    uint64_t one = 1;
    ssize_t written = write(outbox->descriptor, &one, sizeof one); /* fails only when 2^64-2 wake-ups wait */

    (void)written;
}

void outbox_calm(struct outbox *outbox)
{
    uint64_t count;
    ssize_t got = read(outbox->descriptor, &count, sizeof count); /* fails when nothing woke us: calm already */

    (void)got;
}
