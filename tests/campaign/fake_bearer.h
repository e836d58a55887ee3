/* A bearer that keeps what it is given, and a clock that stands still until it is moved. */
#ifndef OTA_TESTS_CAMPAIGN_FAKE_BEARER_H
#define OTA_TESTS_CAMPAIGN_FAKE_BEARER_H

#include <pthread.h>

#include "gateway-plugin/campaign/bearer.h"
#include "gateway-plugin/campaign/clock.h"

struct fake_sms {
    struct bearer_reference reference;
    char to[BEARER_ADDRESS_SIZE];
    enum bearer_form form;
    uint8_t user_data[USER_DATA_HEADER_MAX + BEARER_PAYLOAD_MAX];
    size_t header_length, length; /* of both */
    int64_t validity_ms;
};

struct fake_bearer {
    pthread_mutex_t lock;
    struct fake_sms *sent; /* all of them, in order */
    size_t count, room, taken;
    size_t acknowledged;
    char last_uuid[BEARER_UUID_SIZE];
    bool down; /* send() refuses */
};

void fake_bearer_init(struct fake_bearer *fake);
void fake_bearer_done(struct fake_bearer *fake);
struct bearer fake_bearer_port(struct fake_bearer *fake);
bool fake_bearer_take(struct fake_bearer *fake, struct fake_sms *sms); /* the next one not taken yet */
size_t fake_bearer_waiting(struct fake_bearer *fake);                  /* how many were not taken */
void fake_bearer_set_down(struct fake_bearer *fake, bool down);
size_t fake_bearer_acknowledged(struct fake_bearer *fake);

struct fake_clock {
    pthread_mutex_t lock;
    int64_t now;
};
void fake_clock_init(struct fake_clock *fake, int64_t now);
void fake_clock_advance(struct fake_clock *fake, int64_t milliseconds);
struct ota_clock fake_clock_port(struct fake_clock *fake);

#endif
