#include "gateway-plugin/campaign/events.h"

#include "gateway-plugin/campaign/messages.h"
#include "gateway-plugin/campaign/reply_matcher.h"
#include "gateway-plugin/campaign/sender.h"

struct report_row {
    uint8_t bits;
    enum words_kind words_kind;
};

/* Each of them is an answer of the SMSC, so each frees the window's slot. */
static const struct report_row REPORTS[] = {
    [REPORT_SMSC_ACCEPTED] = {PART_ACCEPTED, WORDS_NONE},
    [REPORT_SMSC_REFUSED] = {PART_REFUSED, WORDS_REFUSED},
    [REPORT_DELIVERED] = {PART_DELIVERED, WORDS_NONE},
    [REPORT_FAILED] = {PART_FAILED, WORDS_FAILED},
    [REPORT_BUFFERED] = {PART_ACCEPTED, WORDS_NONE},
    [REPORT_EXPIRED] = {PART_FAILED, WORDS_FAILED},
    [REPORT_UNKNOWN] = {PART_UNKNOWN, WORDS_FAILED},
};

static int take_connected(struct core *core, const struct bearer_event *event)
{
    (void)event;
    core_log(core, LOG_INFO, "bearer connected");
    sender_connected(core);
    return STORE_OK;
}

static int take_disconnected(struct core *core, const struct bearer_event *event)
{
    (void)event;
    core_log(core, LOG_WARNING, "bearer disconnected");
    return sender_disconnected(core);
}

static int take_part_report(struct core *core, const struct bearer_event *event)
{
    if (event->reference.message_id == 0 || (size_t)event->report >= sizeof REPORTS / sizeof REPORTS[0])
        return STORE_OK;
    const struct report_row *row = &REPORTS[event->report];
    const char *otherwise =
        event->report == REPORT_EXPIRED ? "expired at the SMSC" : "the SMSC gave no reason";
    const struct message_fact fact = {.kind = FACT_PART,
                                      .part = event->reference.part,
                                      .bits = row->bits,
                                      .words_kind = row->words_kind,
                                      .words = event->detail[0] != '\0' ? event->detail : otherwise};
    sender_answered(core, event->reference.message_id, event->reference.part);
    return messages_add(core, event->reference.message_id, &fact);
}

static int take_report(struct core *core, const struct bearer_event *event)
{
    int rc = take_part_report(core, event);
    return rc == STORE_OK ? reply_matcher_take_report(core, event) : rc;
}

static int take_acknowledged(struct core *core, const struct bearer_event *event)
{
    return event->reference.message_id == 0 ? STORE_OK : sender_acknowledged(core, event);
}

static int (*const TAKERS[])(struct core *core, const struct bearer_event *event) = {
    [BEARER_CONNECTED] = take_connected,       [BEARER_DISCONNECTED] = take_disconnected,
    [BEARER_ACKNOWLEDGED] = take_acknowledged, [BEARER_REPORT] = take_report,
    [BEARER_MESSAGE] = reply_matcher_take,
};

int events_take(struct core *core, const struct bearer_event *event)
{
    core->statistics.events++;
    if ((size_t)event->kind >= sizeof TAKERS / sizeof TAKERS[0])
        return STORE_OK;
    return TAKERS[event->kind](core, event);
}

bool event_wants_acknowledgement(const struct bearer_event *event)
{
    return event->kind == BEARER_REPORT || event->kind == BEARER_MESSAGE;
}
