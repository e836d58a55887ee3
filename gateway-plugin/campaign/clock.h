/* Where the engine learns the time; tests bring their own. */
#ifndef OTA_CAMPAIGN_CLOCK_H
#define OTA_CAMPAIGN_CLOCK_H

#include <stdint.h>

struct ota_clock {
    void *self;
    int64_t (*now_ms)(void *self); /* milliseconds since the epoch, UTC */
};

struct ota_clock ota_clock_system(void);

#endif
