#include "tests/campaign/fake_bearer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fake_send(void *self, const struct bearer_sms *sms)
{
    struct fake_bearer *fake = self;
    int rc = -1;
    pthread_mutex_lock(&fake->lock);
    const size_t most = sms->form == BEARER_PACKET ? SMS_USER_DATA_MAX : sizeof fake->sent->user_data;
    if (!fake->down && sms->header_length + sms->length <= most) {
        if (fake->count == fake->room) {
            fake->room = fake->room == 0 ? 64 : 2 * fake->room;
            fake->sent = realloc(fake->sent, fake->room * sizeof *fake->sent);
        }
        struct fake_sms *kept = &fake->sent[fake->count++];
        *kept = (struct fake_sms){.reference = sms->reference,
                                  .form = sms->form,
                                  .header_length = sms->header_length,
                                  .validity_ms = sms->validity_ms};
        snprintf(kept->to, sizeof kept->to, "%s", sms->to);
        memcpy(kept->user_data, sms->header, sms->header_length);
        memcpy(kept->user_data + sms->header_length, sms->payload, sms->length);
        kept->length = sms->header_length + sms->length;
        rc = 0;
    }
    pthread_mutex_unlock(&fake->lock);
    return rc;
}

static void fake_acknowledge(void *self, const char *uuid)
{
    struct fake_bearer *fake = self;
    pthread_mutex_lock(&fake->lock);
    fake->acknowledged++;
    snprintf(fake->last_uuid, sizeof fake->last_uuid, "%s", uuid);
    pthread_mutex_unlock(&fake->lock);
}

void fake_bearer_init(struct fake_bearer *fake)
{
    memset(fake, 0, sizeof *fake);
    pthread_mutex_init(&fake->lock, NULL);
}

void fake_bearer_done(struct fake_bearer *fake)
{
    free(fake->sent);
    pthread_mutex_destroy(&fake->lock);
}

struct bearer fake_bearer_port(struct fake_bearer *fake)
{
    return (struct bearer){.self = fake, .send = fake_send, .acknowledge = fake_acknowledge};
}

bool fake_bearer_take(struct fake_bearer *fake, struct fake_sms *sms)
{
    pthread_mutex_lock(&fake->lock);
    bool there = fake->taken < fake->count;
    if (there)
        *sms = fake->sent[fake->taken++];
    pthread_mutex_unlock(&fake->lock);
    return there;
}

size_t fake_bearer_waiting(struct fake_bearer *fake)
{
    pthread_mutex_lock(&fake->lock);
    size_t waiting = fake->count - fake->taken;
    pthread_mutex_unlock(&fake->lock);
    return waiting;
}

void fake_bearer_set_down(struct fake_bearer *fake, bool down)
{
    pthread_mutex_lock(&fake->lock);
    fake->down = down;
    pthread_mutex_unlock(&fake->lock);
}

size_t fake_bearer_acknowledged(struct fake_bearer *fake)
{
    pthread_mutex_lock(&fake->lock);
    size_t count = fake->acknowledged;
    pthread_mutex_unlock(&fake->lock);
    return count;
}

static int64_t fake_now(void *self)
{
    struct fake_clock *fake = self;
    pthread_mutex_lock(&fake->lock);
    int64_t now = fake->now;
    pthread_mutex_unlock(&fake->lock);
    return now;
}

void fake_clock_init(struct fake_clock *fake, int64_t now)
{
    pthread_mutex_init(&fake->lock, NULL);
    fake->now = now;
}

void fake_clock_advance(struct fake_clock *fake, int64_t milliseconds)
{
    pthread_mutex_lock(&fake->lock);
    fake->now += milliseconds;
    pthread_mutex_unlock(&fake->lock);
}

struct ota_clock fake_clock_port(struct fake_clock *fake)
{
    return (struct ota_clock){.self = fake, .now_ms = fake_now};
}
