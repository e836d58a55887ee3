#include "gateway-plugin/campaign/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t system_now(void *self)
{
    struct timespec now;
    (void)self;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct ota_clock ota_clock_system(void)
{
    return (struct ota_clock){.self = NULL, .now_ms = system_now};
}
