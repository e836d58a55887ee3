/* GET /api/status */
#include "config.h"

#include <stddef.h>

#include "gateway-plugin/api/resources.h"

/* All of struct engine_statistics: a number that is not here is shown nowhere. */
static const struct {
    const char *name;
    size_t field;
} statistics[] = {
    {"transactions", offsetof(struct engine_statistics, transactions)},
    {"events", offsetof(struct engine_statistics, events)},
    {"messagesBuilt", offsetof(struct engine_statistics, messages_built)},
    {"smsSent", offsetof(struct engine_statistics, sms_sent)},
    {"replies", offsetof(struct engine_statistics, replies)},
    {"repliesMatched", offsetof(struct engine_statistics, replies_matched)},
    {"repliesUnmatched", offsetof(struct engine_statistics, replies_unmatched)},
    {"repliesUnasked", offsetof(struct engine_statistics, replies_unasked)},
    {"messagesSettled", offsetof(struct engine_statistics, messages_settled)},
    {"counterJumps", offsetof(struct engine_statistics, counter_jumps)},
};
#define STATISTIC_COUNT (sizeof statistics / sizeof statistics[0])
_Static_assert(STATISTIC_COUNT * sizeof(int64_t) == sizeof(struct engine_statistics), "one is missing");

/* NULL: out of memory. */
static json_t *statistics_of(struct engine *engine)
{
    struct engine_statistics now;
    json_t *object = json_object();
    engine_get_statistics(engine, &now);
    for (size_t i = 0; object != NULL && i < STATISTIC_COUNT; i++) {
        const int64_t *value = (const void *)((const char *)&now + statistics[i].field);
        if (json_object_set_new(object, statistics[i].name, json_integer(*value)) != 0) {
            json_decref(object);
            object = NULL;
        }
    }
    return object;
}

json_t *status_show(struct api_call *call, struct refusal *refusal)
{
    const struct rest_options *options = call->options;
    bool connected = options->bearer_is_connected != NULL && options->bearer_is_connected(options->user);
    (void)refusal;
    return json_pack("{s:s, s:s, s:o}", "version", PACKAGE_VERSION, "bearerbox",
                     connected ? "connected" : "disconnected", "statistics", statistics_of(options->engine));
}
