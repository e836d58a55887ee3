/* What an SMSC has taken responsibility for, as rows that outlive the process: saved, forgotten, restored. */
#include "smsc/smsc_inner.h"

#include "protocol/errors.h"

/* So that the next smsc_save() is not later than this. */
static void wait_with_results(struct smsc *smsc)
{
    int64_t due = smsc->results_saved_ms + smsc->settings.save_lag_ms;
    if (due <= smsc->now_ms ||
        (smsc->results_due.position == 0 && !timer_queue_set(&smsc->timers, &smsc->results_due, due)))
        smsc->settles = true;
}

static void on_results_due(void *user, struct timer *timer)
{
    struct smsc *smsc = user;
    (void)timer;
    smsc->settles = true;
}

static struct change_list *list_of(struct smsc *smsc, enum smsc_row_kind kind)
{
    return kind == SMSC_ROW_MESSAGE ? &smsc->changes : &smsc->results;
}

void smsc_keep(struct smsc *smsc, struct kept *kept, enum smsc_row_kind kind, uint64_t id)
{
    kept->kind = kind;
    kept->id = id;
    if (smsc->network.save == NULL)
        return;
    change_list_note(list_of(smsc, kind), kept);
    if (kind == SMSC_ROW_DELIVERY)
        wait_with_results(smsc);
}

static void forget_row(struct smsc *smsc, enum smsc_row_kind kind, uint64_t id)
{
    if (smsc->network.forget(smsc->network.user, kind, id) != 0)
        smsc->storage_failed = true;
}

void smsc_forget(struct smsc *smsc, struct kept *kept)
{
    bool is_unsaved_message = kept->listed && !kept->saved && kept->kind == SMSC_ROW_MESSAGE;
    bool may_wait = smsc->settings.save_lag_ms > 0 && smsc->forgotten_count < FORGOTTEN_MAX;
    smsc->settles = smsc->settles || is_unsaved_message || !may_wait;
    change_list_remove(list_of(smsc, kept->kind), kept);
    if (kept->saved && may_wait) {
        smsc->forgotten[smsc->forgotten_count++] = (struct forgotten){kept->kind, kept->id};
        wait_with_results(smsc);
    } else if (kept->saved) {
        forget_row(smsc, kept->kind, kept->id);
    }
    kept->saved = false;
}

static int save_row(const struct smsc *smsc, struct smsc_row *row, const struct smpp_message *content)
{
    uint8_t body[SMSC_ROW_BODY_MAX];
    struct byte_writer writer = byte_writer_on(body, sizeof body);
    smpp_message_encode(&writer, content);
    if (byte_writer_status(&writer) != OTA_OK)
        return -1;
    row->body = body;
    row->length = writer.length;
    return smsc->network.save(smsc->network.user, row);
}

static int save_message(const struct smsc *smsc, struct kept *kept)
{
    const struct stored_message *stored =
        (struct stored_message *)(void *)((char *)kept - offsetof(struct stored_message, kept));
    const struct smsc_message *message = &stored->message;
    int64_t expires = smsc->unix_seconds + (stored->expires_ms - smsc->now_ms + 999) / 1000;
    struct smsc_row row = {.kind = SMSC_ROW_MESSAGE,
                           .id = kept->id,
                           .submitted = message->submitted,
                           .expires = expires,
                           .lost = stored->lost};
    struct smpp_message content = {.source = message->source,
                                   .destination = message->destination,
                                   .esm_class = message->esm_class,
                                   .protocol_id = message->protocol_id,
                                   .data_coding = message->data_coding,
                                   .registered_delivery = message->registered_delivery,
                                   .data = message->data,
                                   .length = message->length};
    return save_row(smsc, &row, &content);
}

static int save_delivery(const struct smsc *smsc, struct kept *kept)
{
    const struct routed_message *routed =
        (struct routed_message *)(void *)((char *)kept - offsetof(struct routed_message, kept));
    struct smsc_row row = {.kind = SMSC_ROW_DELIVERY, .id = kept->id};
    return save_row(smsc, &row, &routed->message);
}

static void save_all(struct smsc *smsc, struct change_list *list)
{
    while (list->first != NULL && !smsc->storage_failed) {
        struct kept *kept = list->first;
        int rc = kept->kind == SMSC_ROW_MESSAGE ? save_message(smsc, kept) : save_delivery(smsc, kept);
        smsc->storage_failed = rc != 0;
        kept->saved = true;
        change_list_remove(list, kept);
    }
}

static void save_results(struct smsc *smsc)
{
    save_all(smsc, &smsc->results);
    while (smsc->forgotten_count > 0 && !smsc->storage_failed) {
        const struct forgotten *forgotten = &smsc->forgotten[--smsc->forgotten_count];
        forget_row(smsc, forgotten->kind, forgotten->id);
    }
    timer_queue_cancel(&smsc->timers, &smsc->results_due);
    smsc->results_saved_ms = smsc->now_ms;
    smsc->settles = false;
}

void smsc_settle(struct smsc *smsc)
{
    smsc->settles = true;
}

int smsc_save(struct smsc *smsc)
{
    save_all(smsc, &smsc->changes);
    if (smsc->settles)
        save_results(smsc);
    int rc = smsc->storage_failed ? -1 : 0;
    smsc->storage_failed = false;
    return rc;
}

static bool restore_message(struct smsc *smsc, const struct smsc_row *row, const struct smpp_message *content)
{
    struct smsc_message message = smsc_submitted_message(content, row->id, row->submitted);
    int64_t left = row->expires > smsc->unix_seconds ? row->expires - smsc->unix_seconds : 0;
    int64_t expires_ms = smsc->now_ms + left * 1000;
    struct stored_message *stored = row->lost
                                        ? subscriber_queue_add_lost(smsc->subscribers, &message, expires_ms)
                                        : subscriber_queue_add(smsc->subscribers, &message, 0, expires_ms, 0);
    if (stored == NULL)
        return false;
    stored->kept = (struct kept){.kind = SMSC_ROW_MESSAGE, .id = row->id, .saved = true};
    if (row->id >= smsc->next_message_id)
        smsc->next_message_id = row->id + 1;
    return true;
}

static bool restore_delivery(struct smsc *smsc, const struct smsc_row *row,
                             const struct smpp_message *content)
{
    struct routed_message *routed = routed_message_new(content, 0);
    if (routed == NULL)
        return false;
    routed->kept = (struct kept){.kind = SMSC_ROW_DELIVERY, .id = row->id, .saved = true};
    if (row->id >= smsc->next_delivery_id)
        smsc->next_delivery_id = row->id + 1;
    smsc->delivery_count++;
    deliver_router_add(&smsc->router, routed);
    return true;
}

bool smsc_restore(struct smsc *smsc, const struct smsc_row *row)
{
    struct smpp_message content;
    if (smpp_message_decode(row->body, row->length, &content) != OTA_OK ||
        (row->kind == SMSC_ROW_MESSAGE && !smsc_fits_an_sms(&content)))
        return false;
    return row->kind == SMSC_ROW_MESSAGE ? restore_message(smsc, row, &content)
                                         : restore_delivery(smsc, row, &content);
}

void smsc_rows_init(struct smsc *smsc)
{
    smsc->results_due.fire = on_results_due;
    smsc->results_saved_ms = INT64_MIN / 2;
}
