/*
 * What makes a phone a whole terminal (TS 102 223): a card that is checked before it
 * is used, PIN, polling, timers, events, texts, channels. A phone without one
 * (handset.h) starts a SIM, delivers, and answers the five commands that OTA needs.
 *
 * No clock: the owner says what time it is before each call of handset.h, and with
 * tell_time() in the course of it. No thread: one owner at a time.
 */
#ifndef OTA_HANDSET_TERMINAL_H
#define OTA_HANDSET_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handset/bip_channel.h"

#define TERMINAL_ICCID_SIZE 21 /* digits and the NUL */
#define TERMINAL_PIN_SIZE 9    /* TS 102 221 9.5.1: 4 to 8 digits */
#define TERMINAL_REFUSALS 16
#define TERMINAL_TIMERS 8      /* TS 102 223 6.4.21 */
#define TERMINAL_POLL_MS 30000 /* TS 102 221 14.5.2: until POLL INTERVAL says otherwise */

enum terminal_cards { TERMINAL_ANY_CARD, TERMINAL_SIM_ONLY, TERMINAL_UICC_ONLY };

struct terminal_settings {
    enum terminal_cards cards;       /* which class is spoken; ANY: 00, and A0 when that is refused */
    char iccid[TERMINAL_ICCID_SIZE]; /* expected digits, without filler F; empty: any card */
    char pin[TERMINAL_PIN_SIZE];     /* empty: none */
    char imei[16];                   /* 15 digits */
    uint8_t location[7];             /* MCC, MNC (3 bytes, TS 24.008), LAC, cell (2 each) */
    uint8_t access_technology;       /* TS 102 223 8.62: 00 GSM, 03 UTRAN, 08 E-UTRAN */
    char language[3];                /* ISO 639 */
    bool refuses_texts;              /* menus, texts and tones are "beyond capabilities" */
};

enum terminal_state {
    TERMINAL_OFF = 0,
    TERMINAL_READY,
    TERMINAL_NO_CARD,    /* or mute */
    TERMINAL_OTHER_CARD, /* its ICCID is not the expected one */
    TERMINAL_NO_ANSWER,  /* it cannot be selected, or gives no ICCID: now */
    TERMINAL_PIN_WANTED, /* and none is configured */
    TERMINAL_PIN_WRONG,
    TERMINAL_PIN_LAST_TRY, /* one try is left, or none: not tried */
};

struct terminal_timer {
    bool runs;
    int64_t started_ms, due_ms;
};

struct terminal {
    struct terminal_settings settings;
    void *user;
    void (*log)(void *user, const char *line); /* NULL: nobody listens. Never holds a PIN or a key. */

    int64_t now_ms, unix_seconds;  /* the owner's; monotonic, and the date */
    void (*tell_time)(void *user); /* sets them, after each answer of the card; NULL: they stay */

    enum terminal_state state;
    char iccid[TERMINAL_ICCID_SIZE];          /* of the card */
    /* Cards that refused it, none of which is asked again; a full list: no card is asked any more. */
    char pin_refused_by[TERMINAL_REFUSALS][TERMINAL_ICCID_SIZE];
    int64_t poll_interval_ms;                 /* 0: POLLING OFF */
    int64_t next_poll_ms;
    struct terminal_timer timers[TERMINAL_TIMERS];
    uint32_t events; /* bit n: the card wants event n (TS 102 223 8.25) */
    struct bip bip;  /* `network` is the owner's */
};

/* English for the state, one phrase. */
const char *terminal_state_text(enum terminal_state state);

/* Is it of no use to try again with this very card? */
bool terminal_refuses(const struct terminal *terminal);

/* When handset_tend() has work, in the owner's milliseconds; INT64_MAX: never. */
int64_t terminal_next_due(const struct terminal *terminal);

#endif
