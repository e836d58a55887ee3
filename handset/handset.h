/*
 * A phone as far as SIM OTA needs one: it starts the card (reset, SELECT,
 * TERMINAL PROFILE), hands each SMS-DELIVER with PID 7F and class 2 to it as
 * ENVELOPE (SMS-PP DOWNLOAD), fetches and answers proactive commands, and says
 * what the network learns. It reaches the card by APDUs only.
 */
#ifndef OTA_HANDSET_HANDSET_H
#define OTA_HANDSET_HANDSET_H

#include "handset/card_link.h"
#include "protocol/sms_tpdu.h"

/* What outlives one message; zero = switched off. Small, because there may be a million. */
struct handset {
    bool started;      /* TERMINAL PROFILE is done */
    uint8_t class_byte; /* A0 or 80 */
};

/* TP-FCS, TS 23.040 9.2.3.22 */
enum failure_cause { FCS_SIM_BUSY = 0xD4, FCS_DATA_DOWNLOAD_ERROR = 0xD5, FCS_UNSPECIFIED = 0xFF };

enum delivery_outcome {
    DELIVERY_ACCEPTED, /* RP-ACK */
    DELIVERY_REFUSED,  /* RP-ERROR with `cause`, final */
    DELIVERY_BUSY,     /* RP-ERROR, toolkit busy (9300): to be tried again */
    DELIVERY_NO_CARD,  /* nothing was delivered */
    DELIVERY_UNKNOWN,  /* the card did not answer, and may have it: not to be sent again */
};

struct delivery {
    enum delivery_outcome outcome;
    uint8_t cause;
    uint16_t sw; /* of ENVELOPE, for the log */
    uint8_t report[SMS_USER_DATA_MAX]; /* TP-UD of the SMS-DELIVER-REPORT: often a PoR */
    size_t report_length;
};

struct terminal;

struct handset_network {
    void *user;
    /* The card sends an SMS; true: the network takes it. */
    bool (*submit)(void *user, const struct sms_submit *sms);
    bool prefers_uicc; /* a phone without a terminal takes class 00 and 80, and A0 where the card has no other */
    struct terminal *terminal; /* what the phone can beyond delivering, see terminal.h; NULL: nothing */
};

/* Is an SMS with this TP-PID and TP-DCS for the card (SIM data download, 8 bit, class 2)? Any other
 * stays with the phone. TS 23.040 9.2.3.9, TS 23.038 clause 4. */
bool handset_passes_to_card(uint8_t pid, uint8_t dcs);

/* One message to the card, to the end of every proactive command that it causes. */
void handset_deliver(struct handset *handset, const struct card_link *link, const uint8_t *tpdu, size_t tpdu_length,
                     const struct handset_network *network, struct delivery *delivery);

/* Power-on: resets the card and starts it, without a message. false: it cannot be used. */
bool handset_start(struct handset *handset, const struct card_link *link, const struct handset_network *network);

/* What a terminal does between messages: STATUS, timers, channels. Nothing when the card is not started. */
void handset_tend(struct handset *handset, const struct card_link *link, const struct handset_network *network);

#endif
