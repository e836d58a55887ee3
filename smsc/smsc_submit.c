/* submit_sm: is it taken, until when, and with which answer. */
#include "smsc/smsc_inner.h"

#include <stdio.h>

#include "protocol/data_coding.h"
#include "protocol/errors.h"
#include "smsc/smpp_time.h"

/* When the answer goes to one connection and the receipt to another, the ESME must have read the
 * answer first: nothing but time can see to that. */
#define OTHER_SESSION_HOLD_MS 50

/* The end of its validity, in milliseconds of the monotonic clock. */
static uint32_t expiry_of(const struct smsc *smsc, const struct smpp_message *message, int64_t *expires_ms)
{
    int64_t until = smsc->unix_seconds + smsc->settings.default_validity;
    if (message->validity[0] != '\0' &&
        smpp_time_parse(message->validity, smsc->unix_seconds, &until) != OTA_OK)
        return ESME_RINVEXPIRY;
    if (until < smsc->unix_seconds)
        return ESME_RINVEXPIRY;
    *expires_ms = smsc->now_ms + (until - smsc->unix_seconds) * 1000;
    return ESME_ROK;
}

bool smsc_fits_an_sms(const struct smpp_message *message)
{
    const bool has_header = (message->esm_class & SMPP_ESM_UDHI) != 0 && message->length > 0;
    return data_coding_fits(message->data_coding, has_header ? (size_t)message->data[0] + 1 : 0,
                            message->length);
}

static uint32_t check_submit(const struct smsc *smsc, const struct smpp_message *message)
{
    if (!smsc->network.knows(smsc->network.user, message->destination.digits))
        return ESME_RINVDSTADR;
    if (!smsc_fits_an_sms(message))
        return ESME_RINVMSGLEN;
    if (message->schedule[0] != '\0')
        return ESME_RINVSCHED; /* deferred delivery is not offered */
    if (smsc_pending_messages(smsc) + smsc->delivery_count >= smsc->settings.message_limit)
        return ESME_RMSGQFUL;
    return ESME_ROK;
}

struct smsc_message smsc_submitted_message(const struct smpp_message *message, uint64_t id, int64_t submitted)
{
    return (struct smsc_message){.id = id,
                                 .source = message->source,
                                 .destination = message->destination,
                                 .esm_class = message->esm_class,
                                 .protocol_id = message->protocol_id,
                                 .data_coding = message->data_coding,
                                 .registered_delivery = message->registered_delivery,
                                 .data = message->data,
                                 .length = message->length,
                                 .submitted = submitted};
}

static enum smsc_admission admission_of(const struct smsc *smsc, const struct smpp_message *message)
{
    return smsc->network.admit ? smsc->network.admit(smsc->network.user, message->destination.digits)
                               : SMSC_ADMIT;
}

static uint32_t store_message(struct smsc *smsc, struct smpp_session *session,
                              const struct smpp_message *message, char id[static SMPP_MESSAGE_ID_SIZE])
{
    static const uint32_t refusals[] = {[SMSC_ADMIT] = ESME_ROK,
                                        [SMSC_THROTTLE] = ESME_RTHROTTLED,
                                        [SMSC_QUEUE_FULL] = ESME_RMSGQFUL,
                                        [SMSC_HANG_UP] = SESSION_HANG_UP,
                                        [SMSC_TAKE_AND_HANG_UP] = ESME_ROK};
    int64_t expires_ms;
    enum smsc_admission admission = SMSC_ADMIT;
    uint32_t status = check_submit(smsc, message);
    if (status == ESME_ROK)
        status = expiry_of(smsc, message, &expires_ms);
    if (status == ESME_ROK) {
        admission = admission_of(smsc, message);
        status = refusals[admission];
    }
    if (status != ESME_ROK)
        return status;
    struct smsc_message accepted = smsc_submitted_message(message, smsc->next_message_id, smsc->unix_seconds);
    int64_t hold_ms = smpp_session_receives(session) ? 0 : OTHER_SESSION_HOLD_MS;
    struct stored_message *stored = subscriber_queue_add(
        smsc->subscribers, &accepted, smsc_session_of(session)->port.id, expires_ms, hold_ms);
    if (stored == NULL)
        return ESME_RSYSERR;
    smsc_keep(smsc, &stored->kept, SMSC_ROW_MESSAGE, accepted.id);
    smsc_format_id(smsc->next_message_id++, id);
    return admission == SMSC_TAKE_AND_HANG_UP ? SESSION_HANG_UP : ESME_ROK;
}

uint32_t smsc_on_submit(void *user, struct smpp_session *session, const struct smpp_message *message,
                        char id[static SMPP_MESSAGE_ID_SIZE])
{
    uint32_t status = store_message(user, session, message, id);
    if (status != ESME_ROK) {
        char line[100];
        if (status == SESSION_HANG_UP)
            snprintf(line, sizeof line, "closed: at submit_sm to '%s', by the fault plan",
                     message->destination.digits);
        else
            snprintf(line, sizeof line, "submit_sm to '%s' refused with status %08X%s",
                     message->destination.digits, status,
                     status == ESME_RINVDSTADR ? " (no such subscriber)" : "");
        smsc_session_log(user, session, line);
    }
    return status;
}
