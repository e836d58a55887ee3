/* On the way to the ESMEs: receipts and what subscribers send, in their order, held back or delayed. */
#include "smsc/smsc_inner.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smsc/delivery_receipt.h"

#define RESEND_MS 1000 /* after a temporary refusal of a deliver_sm */

/* A deliver_sm that is to be added later. */
struct delayed {
    struct timer timer;
    struct delayed **list, *previous, *next;
    struct routed_message *message;
};

/* What a subscriber sends while a message is being delivered to it, until the receipt is on its way. */
struct held {
    struct held *next;
    struct routed_message *message;
    struct smsc_copies copies;
};

void smsc_drop_delivery(struct smsc *smsc, struct routed_message *message)
{
    smsc->delivery_count--;
    smsc_forget(smsc, &message->kept);
    routed_message_free(&message);
}

static const char *without_plus(const char *digits)
{
    return digits + (digits[0] == '+');
}

static void fire_delayed(void *user, struct timer *timer);

/* To the ESME; behind it what waited to be overtaken by it. */
static void pass_on(struct smsc *smsc, struct routed_message *message)
{
    char source[SMPP_ADDRESS_SIZE];
    snprintf(source, sizeof source, "%s", without_plus(message->message.source.digits));
    deliver_router_add(&smsc->router, message);
    for (struct delayed *waits = smsc->overtaken; waits != NULL; waits = waits->next)
        if (strcmp(without_plus(waits->message->message.source.digits), source) == 0) {
            timer_queue_cancel(&smsc->timers, &waits->timer);
            fire_delayed(smsc, &waits->timer); /* and so on, until none of them is left */
            return;
        }
}

static void fire_delayed(void *user, struct timer *timer)
{
    struct smsc *smsc = user;
    struct delayed *delayed = (struct delayed *)(void *)((char *)timer - offsetof(struct delayed, timer));
    struct routed_message *message = delayed->message;
    *(delayed->previous ? &delayed->previous->next : delayed->list) = delayed->next;
    if (delayed->next != NULL)
        delayed->next->previous = delayed->previous;
    free(delayed);
    pass_on(smsc, message);
}

/* Takes the message. */
static void add_later(struct smsc *smsc, struct delayed **list, struct routed_message *message,
                      int64_t delay_ms)
{
    struct delayed *delayed = calloc(1, sizeof *delayed);
    if (delayed == NULL) {
        smsc_drop_delivery(smsc, message);
        return;
    }
    delayed->message = message;
    delayed->timer.fire = fire_delayed;
    delayed->list = list;
    delayed->next = *list;
    if (*list != NULL)
        (*list)->previous = delayed;
    *list = delayed;
    if (!timer_queue_set(&smsc->timers, &delayed->timer, smsc->now_ms + delay_ms))
        fire_delayed(smsc, &delayed->timer);
}

/* Takes the message. Ids are given here, so that a restart keeps the order. */
static void send_on(struct smsc *smsc, struct routed_message *message, struct smsc_copies copies)
{
    smsc_keep(smsc, &message->kept, SMSC_ROW_DELIVERY, smsc->next_delivery_id++);
    if (copies.reorder)
        add_later(smsc, &smsc->overtaken, message, copies.delay_ms);
    else if (copies.delay_ms > 0)
        add_later(smsc, &smsc->delayed, message, copies.delay_ms);
    else
        pass_on(smsc, message);
}

static bool hold(struct smsc *smsc, struct routed_message *message, struct smsc_copies copies)
{
    struct held *held = calloc(1, sizeof *held);
    if (held == NULL)
        return false;
    held->message = message;
    held->copies = copies;
    *smsc->held_end = held;
    smsc->held_end = &held->next;
    return true;
}

void smsc_release_held(struct smsc *smsc)
{
    while (smsc->held != NULL) {
        struct held *held = smsc->held;
        smsc->held = held->next;
        send_on(smsc, held->message, held->copies);
        free(held);
    }
    smsc->held_end = &smsc->held;
}

static bool queue_delivery(struct smsc *smsc, const struct smpp_message *message, uint64_t preferred,
                           struct smsc_copies copies, bool hold_back)
{
    if (smsc->delivery_count >= 2 * smsc->settings.message_limit) {
        smsc_note(smsc, "the queue to the ESME is full: a deliver_sm is lost");
        return false;
    }
    struct routed_message *routed = routed_message_new(message, preferred);
    if (routed == NULL)
        return false;
    smsc->delivery_count++;
    if (!hold_back || !hold(smsc, routed, copies))
        send_on(smsc, routed, copies);
    return true;
}

bool smsc_originate(struct smsc *smsc, const struct smpp_message *message, struct smsc_copies copies)
{
    uint64_t preferred = smsc->delivering ? smsc->delivering->session_id : 0;
    bool taken = true;
    for (unsigned i = 0; i < copies.count && taken; i++)
        taken = queue_delivery(smsc, message, preferred, copies, smsc->delivering != NULL);
    return taken;
}

void smsc_report(struct smsc *smsc, const uint8_t *data, size_t length)
{
    if (smsc->delivering == NULL || smsc->report_length != 0 || length > sizeof smsc->report)
        return;
    memcpy(smsc->report, data, length);
    smsc->report_length = length;
}

/* 5.2.17: bits 1-0 of registered_delivery: 01 always, 10 on failure. */
static bool wants_receipt(const struct smsc_message *message, enum smpp_message_state state)
{
    unsigned wanted = message->registered_delivery & 3;
    return wanted == 1 || wanted == 3 || (wanted == 2 && state != SMPP_STATE_DELIVERED);
}

void smsc_format_id(uint64_t id, char text[static SMPP_MESSAGE_ID_SIZE])
{
    snprintf(text, SMPP_MESSAGE_ID_SIZE, "%" PRIu64, id);
}

void smsc_send_receipt(struct smsc *smsc, const struct stored_message *stored, enum smpp_message_state state,
                       uint8_t cause)
{
    const struct smsc_message *message = &stored->message;
    if (!wants_receipt(message, state))
        return;
    struct smpp_message receipt = {.source = message->destination,
                                   .destination = message->source,
                                   .esm_class = SMPP_ESM_RECEIPT,
                                   .message_state = (uint8_t)state};
    smsc_format_id(message->id, receipt.receipted_message_id);
    struct delivery_receipt fields = {.message_id = receipt.receipted_message_id,
                                      .state = state,
                                      .submitted = message->submitted,
                                      .done = smsc->unix_seconds,
                                      .error = cause};
    char text[DELIVERY_RECEIPT_SIZE + SHORT_MESSAGE_OCTETS_MAX];
    size_t length = delivery_receipt_format(&fields, text);
    memcpy(text + length, smsc->report, smsc->report_length);
    receipt.length = length + smsc->report_length;
    receipt.data = (const uint8_t *)text;
    struct smsc_copies copies = smsc->network.receipt(smsc->network.user, message);
    for (unsigned i = 0; i < copies.count; i++)
        queue_delivery(smsc, &receipt, stored->session_id, copies, false);
}

static void free_delayed(struct delayed **list)
{
    while (*list != NULL) {
        struct delayed *delayed = *list;
        *list = delayed->next;
        routed_message_free(&delayed->message);
        free(delayed);
    }
}

void smsc_send_again(struct smsc *smsc, struct routed_message *message)
{
    add_later(smsc, &smsc->delayed, message, RESEND_MS);
}

void smsc_free_deliveries(struct smsc *smsc)
{
    free_delayed(&smsc->delayed);
    free_delayed(&smsc->overtaken);
    deliver_router_free(&smsc->router);
}

size_t smsc_pending_deliveries(const struct smsc *smsc)
{
    return smsc->delivery_count;
}
