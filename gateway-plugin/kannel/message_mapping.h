/*
 * bearer_sms -> Kannel's Msg, and Msg -> bearer_event: pure, no link, no clock.
 * Only files that have kannel_headers.h include this.
 */
#ifndef OTA_KANNEL_MESSAGE_MAPPING_H
#define OTA_KANNEL_MESSAGE_MAPPING_H

#include "gateway-plugin/kannel/kannel_headers.h"

#include "gateway-plugin/campaign/bearer.h"

/* What stands in every SMS of this box. Borrowed. */
struct message_origin {
    const char *sender;  /* the OTA address */
    const char *boxc_id; /* our smsbox-id */
    const char *smsc_id; /* NULL: bearerbox chooses */
};

/*
 * The Msg that leaves bearerbox as an SMS of the form wanted (TS 23.040 9.2.3.9, TS 23.038 4):
 *
 *   packet            8-bit, class 2, SIM data download: PID 7F, DCS F6
 *   GSM7, UCS2        text: PID 00, DCS 00 (with alt-dcs = true in the smsc group F1) and 08
 *   flash, as those   class 0: DCS F0 and 18
 *
 * Bearerbox makes septets of UTF-8; with DCS 00 the smsc group's alt-charset has it make something else.
 * Delivery reports are asked for (mask 27: delivered, failed, SMSC accepted, SMSC refused). `request` has
 * passed message_validate. `now`: seconds since the epoch. The caller destroys the Msg.
 */
Msg *message_from_sms(const struct bearer_sms *request, const struct message_origin *origin, long now);

/* The ack Msg for something inbound. NULL when `uuid` is no UUID. The caller destroys it. */
Msg *message_acknowledging(const char *uuid, long now);

/*
 * An acknowledgement, a delivery report or an SMS from a card. 0; or -1 with one line
 * in `error` for a Msg that no event can be made of (other type, no sender, too long):
 * an inbound sms is then still to be acknowledged, or it comes back for ever.
 */
int message_to_event(const Msg *message, struct bearer_event *event, char *error, size_t error_size);

#endif
