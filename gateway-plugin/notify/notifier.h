/*
 * A thread that tells operators' servers what the engine wrote down for them
 * (store/notification_store.h): a POST of a JSON object an event, with its id in
 * `Otabox-Event` and the HMAC-SHA256 of the body in `Otabox-Signature`. At least once, so
 * that a receiver passes over an id it knows; several at a time, so that they may
 * overtake each other. What is not taken (2xx) is tried again after 1 s, 2 s and
 * so on up to an hour, for a day. The engine never waits for any of it.
 */
#ifndef OTA_NOTIFY_NOTIFIER_H
#define OTA_NOTIFY_NOTIFIER_H

#include "gateway-plugin/campaign/engine.h"
#include "gateway-plugin/notify/signature.h"

#define NOTIFIER_GIVE_UP_MS INT64_C(86400000)

struct notifier;

struct notifier_options {
    struct engine *engine;      /* borrowed: what became of an event is written through it */
    struct store_options store; /* opened read-only */
    struct ota_clock clock;
    const uint8_t *key;  /* SIGNATURE_KEY_SIZE bytes, copied */
    const char *ca_file; /* authorities for https, NULL: the system's */
    int64_t poll_ms;     /* how often it looks for new events */
    void (*log)(int level, const char *line);
};

/* NULL with `refusal`. */
struct notifier *notifier_start(const struct notifier_options *options, struct refusal *refusal);
/* Before the engine stops. Ends within a second; what was not told yet is told after the next start. */
void notifier_stop(struct notifier **notifier);

#endif
