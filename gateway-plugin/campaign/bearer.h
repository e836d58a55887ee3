/*
 * The port through which SMS leave and come back. kannel/ implements it over
 * bearerbox; tests bring a fake. Everything that comes in is an event that the
 * bearer posts to the engine (engine_post), from any thread.
 */
#ifndef OTA_CAMPAIGN_BEARER_H
#define OTA_CAMPAIGN_BEARER_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/user_data.h"

#define BEARER_UUID_SIZE 37
#define BEARER_ADDRESS_SIZE 24

/* Names one SMS of one message, both ways: it travels in Kannel's UUID (for
 * acknowledgements) and in dlr_url (for delivery reports), so nothing has to be remembered. */
struct bearer_reference {
    int64_t message_id;
    uint8_t part; /* from 1 */
};

/* What an SMS is on the air, and what `payload` then is. */
enum bearer_form {
    BEARER_PACKET,     /* to the card: 8 bit, class 2, SIM data download; the bytes */
    BEARER_GSM7,       /* to the phone: a text in the GSM alphabet; UTF-8 */
    BEARER_UCS2,       /* UTF-16BE */
    BEARER_FLASH_GSM7, /* class 0, shown at once and not stored; UTF-8 */
    BEARER_FLASH_UCS2, /* UTF-16BE */
    BEARER_FORM_COUNT
};

#define BEARER_PAYLOAD_MAX 320 /* bytes: 160 septets as UTF-8, two bytes a septet at most */

struct bearer_sms {
    struct bearer_reference reference;
    enum bearer_form form;
    const char *to;        /* MSISDN, digits */
    const uint8_t *header; /* user data header from UDHL on; a text may have none */
    size_t header_length;
    const uint8_t *payload;
    size_t length;       /* on the air header and payload have at most SMS_USER_DATA_MAX bytes */
    int64_t validity_ms; /* absolute, since the epoch; 0: the SMSC's own */
};

enum bearer_event_kind {
    BEARER_CONNECTED,
    BEARER_DISCONNECTED,
    BEARER_ACKNOWLEDGED, /* bearerbox answered an SMS of ours: `ack` */
    BEARER_REPORT,       /* a delivery report: `report` */
    BEARER_MESSAGE,      /* an SMS from a card */
};

enum bearer_ack { ACK_QUEUED, ACK_TRY_LATER, ACK_REFUSED };
enum bearer_report {
    REPORT_SMSC_ACCEPTED,
    REPORT_SMSC_REFUSED,
    REPORT_DELIVERED,
    REPORT_FAILED,
    REPORT_BUFFERED,
    REPORT_EXPIRED,
    REPORT_UNKNOWN /* nothing more is done for it, and it may have arrived */
};

struct bearer_event {
    enum bearer_event_kind kind;
    struct bearer_reference reference; /* ACKNOWLEDGED, REPORT; message_id 0: not ours */
    enum bearer_ack ack;
    enum bearer_report report;
    char detail[96];                /* the SMSC's words, e.g. "NACK/0x0000000b/Invalid Destination Address" */
    char uuid[BEARER_UUID_SIZE];    /* REPORT, MESSAGE: for acknowledge(), and to know a redelivery */
    char from[BEARER_ADDRESS_SIZE]; /* MESSAGE, and REPORT with user data: the card */
    char to[BEARER_ADDRESS_SIZE];   /* MESSAGE */
    uint8_t
        user_data[2 * SMS_USER_DATA_MAX]; /* MESSAGE: TP-UD from UDHL on; room for an oversized one, which
                                             is refused. REPORT: what the receipt holds behind `text:`, a PoR
                                             (TP-UD of the SMS-DELIVER-REPORT), text, or an echo of ours */
    size_t user_data_length;
    bool has_user_data_header;
};

struct bearer {
    void *self;
    /* Hands one SMS over. 0; -1: the link is down now, or the message breaks a rule of the
     * link (logged): the engine keeps the row and tries again later. Called by the engine's thread. */
    int (*send)(void *self, const struct bearer_sms *sms);
    /* What came in under this UUID is committed: bearerbox may forget it. */
    void (*acknowledge)(void *self, const char *uuid);
};

#endif
