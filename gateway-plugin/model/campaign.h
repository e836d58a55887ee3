/* A campaign: what is sent, how it is protected, and the states it passes. */
#ifndef OTA_MODEL_CAMPAIGN_H
#define OTA_MODEL_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "gateway-plugin/model/name.h"
#include "gateway-plugin/model/script_format.h"
#include "gateway-plugin/model/toolkit_parameters.h"
#include "protocol/security.h"

enum campaign_type {
    CAMPAIGN_RFM,
    CAMPAIGN_TLS_TRIGGER_RFM,
    CAMPAIGN_SMS,
    CAMPAIGN_FLASH,
    CAMPAIGN_RAM,
    CAMPAIGN_TLS_TRIGGER_RAM,
    CAMPAIGN_TYPE_COUNT
};

/* "RFM" … as the SOP writes it. */
const char *campaign_type_name(enum campaign_type type);
int campaign_type_parse(const char *name, enum campaign_type *type); /* any case; -1: no such type */
bool campaign_type_is_text(enum campaign_type type);  /* goes to the phone: no card sees it, no key protects it */
bool campaign_type_is_ram(enum campaign_type type);   /* takes an applet instead of commands */
bool campaign_type_is_tls(enum campaign_type type);   /* over HTTPS, which a SMS triggers */

/* The card's own application for the type: RFM B00010, RAM 000000. */
void campaign_default_tar(enum campaign_type type, uint8_t tar[static TAR_SIZE]);

enum campaign_state {
    CAMPAIGN_WAITING,
    CAMPAIGN_RUNNING,
    CAMPAIGN_COMPLETED,
    CAMPAIGN_TERMINATED,
    CAMPAIGN_PAUSED, /* nothing new leaves; what is on its way is finished */
    CAMPAIGN_STATE_COUNT
};
enum campaign_event {
    CAMPAIGN_START,
    CAMPAIGN_ALL_SETTLED,
    CAMPAIGN_RETRY,
    CAMPAIGN_TERMINATE,
    CAMPAIGN_PAUSE,
    CAMPAIGN_RESUME,
    CAMPAIGN_EVENT_COUNT
};

const char *campaign_state_name(enum campaign_state state); /* "WAITING" */

/* Pure, over a const table: true and *state changed, or false when the event is refused in that state. */
bool campaign_state_next(enum campaign_state *state, enum campaign_event event);

enum transmission_mode { TRANSMISSION_CONCURRENT, TRANSMISSION_SEQUENTIAL };

/* How the next iteration reaches a card that has not answered. */
enum retry_mode {
    RETRY_BY_SCRIPT, /* not decided yet: campaign_settle_retry() does it */
    RETRY_SAME,      /* the identical packet: executed now, or 02/06 tells that it ran before */
    RETRY_NEW,       /* a new packet with a new counter, which executes again */
};

const char *retry_mode_name(enum retry_mode mode);             /* "same", "new"; NULL for RETRY_BY_SCRIPT */
int retry_mode_parse(const char *name, enum retry_mode *mode); /* any case; -1: no such mode */

#define CAMPAIGN_RETRIES_MAX 10
#define CAMPAIGN_SMS_PARTS_MAX 255 /* TS 23.040 9.2.3.24.1: the total is one byte */

#define CAMPAIGN_PACKET_BYTES_MAX 65535 /* TS 102 225 5.1: CPL is two bytes */

#define CAMPAIGN_SW_PATTERN_SIZE 64

#define CAMPAIGN_MINUTES_MAX 635040 /* 63 weeks: the longest TP-VP (TS 23.040 9.2.3.12.1) */
#define CAMPAIGN_POR_TIMEOUT_MAX (CAMPAIGN_MINUTES_MAX * INT64_C(60))

#define CAMPAIGN_REFRESH_SIZE 521 /* a command of 5 + 255 bytes in hex, its end included */

/* What an operator's own server is told of (SOP 9: "the URLs to which you want DLRs, PoRs, and TLS campaign
 * responses sent"). */
enum notification_kind { NOTIFICATION_DLR, NOTIFICATION_POR, NOTIFICATION_TLS, NOTIFICATION_KIND_COUNT };

const char *notification_kind_name(enum notification_kind kind); /* "dlr" */
extern const char *const campaign_url_fields[NOTIFICATION_KIND_COUNT]; /* "dlrUrl" */

#define CAMPAIGN_URL_SIZE 513 /* its end included */

struct campaign {
    int64_t id;
    int64_t profile_id;
    char profile_name[NAME_MAX_LENGTH + 1];
    char name[NAME_MAX_LENGTH + 1];
    enum campaign_type type;
    enum campaign_state state;
    int64_t iteration; /* 0 until started; 1 is the first */
    struct security_parameters security; /* of a text: all 0 */
    const char *message; /* the text, UTF-8; borrowed. NULL: it is none, or it came out of the store without */
    enum transmission_mode transmission;
    int64_t validity_minutes;    /* 0: not given, inherited from elsewhere (SOP) */
    int64_t por_timeout_seconds; /* 0: the configuration's */
    enum retry_mode retry;
    int64_t retries;      /* iterations that the engine adds by itself behind each one an operator starts */
    int64_t retries_used; /* of them, since the operator's last word; > 0: this iteration is one of them */
    int64_t max_sms_parts; /* SMS of a packet; a longer script goes in several; 0: 255 */
    int64_t max_packet_bytes; /* of secured data in a packet, likewise; 0: what the SMS hold */
    int64_t part_size;     /* bytes of TP-UD in an SMS, header included; 0: 140 */
    enum script_format script_format;
    enum script_chaining script_chaining; /* of the first of several packets in expanded format */
    bool include_sim_refresh;
    char refresh_command[CAMPAIGN_REFRESH_SIZE]; /* what it appends, in hex; "": SCRIPT_REFRESH */
    char expected_last_sw[CAMPAIGN_SW_PATTERN_SIZE];       /* "": none; "9000", "91xx", "9000,91xx" */
    char urls[NOTIFICATION_KIND_COUNT][CAMPAIGN_URL_SIZE]; /* "": nobody is told */
    int64_t applet_id; /* RAM: its commands are made of this applet; 0: they are the campaign's own */
    bool is_load_included, is_install_included, is_delete_included; /* of applet_id */
    int64_t tkp_id; /* what its INSTALL says of the toolkit; 0: nothing */
    char install_parameters[INSTALL_PARAMETERS_SIZE]; /* what its INSTALL carries: those of tkp_id; "": there is none */
    int64_t group_id;                                      /* the target once started; 0: none */
    int64_t card_id;
    int64_t created, updated;
    bool made_to_start; /* by a start that makes its own: dropped when otabox starts, if it was cut off */
    int64_t started; /* the first time; 0: not yet */
    int64_t ended;   /* completed, or terminated; 0: not yet, or started again */
};

/* Defaults of the SOP: RFM, TAR B00010, KIc = KID = 15, conc. SPI has none. */
void campaign_defaults(struct campaign *campaign);

/* Everything that can be said of a campaign before anything is stored: name,
 * type, security header or text, SW pattern, ranges. 0, or -1 with `refusal`. */
int campaign_check(const struct campaign *campaign, struct refusal *refusal);

/* Bytes of TP-UD in an SMS, 0 for as many as there are. 0, or -1 with `refusal`. */
int campaign_check_part_size(int64_t size, struct refusal *refusal);

/* Decides `retry` where it is left to the script: `new` when running it twice is harmless, `same` when it is
 * not. Where the card checks no counter (SPI1 counter modes 00, 01) every copy is executed, so that only
 * `new` is left, and automatic retries of a script that must not run twice are refused. 0, or -1 with
 * `refusal`. */
int campaign_settle_retry(struct campaign *campaign, bool script_is_idempotent, struct refusal *refusal);

#endif
