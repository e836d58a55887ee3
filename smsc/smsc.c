/* What becomes of a message between its submit_sm and its receipt; beginning and end of an SMSC. */
#include "smsc/smsc_inner.h"

#include <stdio.h>
#include <stdlib.h>

#define WINDOW_DEFAULT 100
#define MESSAGE_LIMIT_DEFAULT 1000000
#define VALIDITY_DEFAULT 86400
#define TIMERS_PER_RUN 256

static bool is_final(enum smsc_outcome outcome)
{
    return outcome == SMSC_DELIVERED || outcome == SMSC_REFUSED || outcome == SMSC_UNKNOWN;
}

static struct smsc_result on_attempt(void *user, struct stored_message *message)
{
    struct smsc *smsc = user;
    smsc->delivering = message;
    smsc->report_length = 0;
    struct smsc_result result = smsc->network.deliver(smsc->network.user, &message->message);
    smsc->delivering = NULL;
    if (!is_final(result.outcome)) {
        smsc->report_length = 0;
        smsc_release_held(smsc);
    }
    if (result.outcome == SMSC_LOST && smsc->network.save != NULL)
        change_list_note(&smsc->changes, &message->kept);
    return result;
}

/* What the air lost was said before. */
static void note_expiry(const struct smsc *smsc, const struct stored_message *message)
{
    const struct smsc_message *sms = &message->message;
    const char *digits = sms->destination.digits;
    char line[100];
    if (message->lost)
        return;
    snprintf(line, sizeof line, "%s: %zu bytes, expired: not delivered", digits + (digits[0] == '+'),
             sms->length);
    smsc_note(smsc, line);
}

static void on_finished(void *user, struct stored_message *message, enum smpp_message_state state,
                        uint8_t cause)
{
    struct smsc *smsc = user;
    if (state == SMPP_STATE_EXPIRED)
        note_expiry(smsc, message);
    smsc_forget(smsc, &message->kept);
    smsc_send_receipt(smsc, message, state, cause);
    smsc->report_length = 0;
    smsc_release_held(smsc);
}

static void use_defaults(struct smsc_settings *settings)
{
    if (settings->window == 0)
        settings->window = WINDOW_DEFAULT;
    if (settings->message_limit == 0)
        settings->message_limit = MESSAGE_LIMIT_DEFAULT;
    if (settings->default_validity == 0)
        settings->default_validity = VALIDITY_DEFAULT;
}

struct smsc *smsc_new(const struct smsc_settings *settings, const struct smsc_network *network)
{
    struct smsc *smsc = calloc(1, sizeof *smsc);
    if (smsc == NULL)
        return NULL;
    smsc->settings = *settings;
    use_defaults(&smsc->settings);
    smsc->network = *network;
    smsc_sessions_init(smsc);
    smsc_rows_init(smsc);
    smsc->queue_handler =
        (struct subscriber_queue_handler){.user = smsc, .attempt = on_attempt, .finished = on_finished};
    smsc->subscribers = subscriber_queue_new(&smsc->timers, &smsc->queue_handler);
    if (smsc->subscribers == NULL) {
        free(smsc);
        return NULL;
    }
    deliver_router_init(&smsc->router, smsc->settings.window);
    smsc->held_end = &smsc->held;
    smsc->next_session_id = smsc->next_delivery_id = 1;
    return smsc;
}

void smsc_free(struct smsc **smsc)
{
    if (*smsc == NULL)
        return;
    while ((*smsc)->sessions != NULL) {
        struct smsc_session *session = (*smsc)->sessions;
        smsc_session_close(&session);
    }
    smsc_free_deliveries(*smsc);
    subscriber_queue_free(&(*smsc)->subscribers);
    timer_queue_free(&(*smsc)->timers);
    free(*smsc);
    *smsc = NULL;
}

void smsc_set_time(struct smsc *smsc, int64_t monotonic_ms, int64_t unix_seconds)
{
    smsc->now_ms = monotonic_ms;
    smsc->unix_seconds = unix_seconds;
    subscriber_queue_set_time(smsc->subscribers, monotonic_ms);
    /* Ids begin with the date, so that those of an earlier run do not come again. */
    if (smsc->next_message_id == 0)
        smsc->next_message_id = (uint64_t)unix_seconds * 1000000 + 1;
}

int64_t smsc_now(const struct smsc *smsc)
{
    return smsc->now_ms;
}

bool smsc_wake(struct smsc *smsc, const char *msisdn)
{
    return subscriber_queue_wake(smsc->subscribers, msisdn);
}

const struct smsc_message *smsc_look_ahead(struct smsc *smsc, const char *msisdn, size_t position)
{
    const struct stored_message *stored = subscriber_queue_look_ahead(smsc->subscribers, msisdn, position);
    return stored != NULL ? &stored->message : NULL;
}

void smsc_run(struct smsc *smsc)
{
    timer_queue_run(&smsc->timers, smsc->now_ms, TIMERS_PER_RUN, smsc);
    deliver_router_pump(&smsc->router, smsc->now_ms);
}

int64_t smsc_next_due(const struct smsc *smsc)
{
    int64_t due = timer_queue_next(&smsc->timers);
    if (due < 0)
        return -1;
    return due > smsc->now_ms ? due - smsc->now_ms : 0;
}

size_t smsc_pending_messages(const struct smsc *smsc)
{
    return subscriber_queue_count(smsc->subscribers);
}
