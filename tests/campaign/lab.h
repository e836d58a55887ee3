/* A store with cards in a scratch directory, an engine over a fake bearer, and the cards' side of the air. */
#ifndef OTA_TESTS_CAMPAIGN_LAB_H
#define OTA_TESTS_CAMPAIGN_LAB_H

#include "gateway-plugin/campaign/control.h"
#include "gateway-plugin/campaign/engine.h"
#include "gateway-plugin/store/message_store.h"
#include "protocol/command_packet.h"
#include "protocol/response_packet.h"
#include "tests/campaign/fake_bearer.h"

#define LAB_MINUTE INT64_C(60000)
#define LAB_START INT64_C(1795000000000)

struct lab {
    char directory[64], database[96], key_file[96];
    struct store *store; /* the engine's while it runs */
    struct engine *engine;
    struct engine_options options;
    struct fake_bearer bearer;
    struct fake_clock clock;
    struct packet_crypto *crypto;
    int64_t profile_id, group_id;
    int cards;
    unsigned int uuids;
};

/* Cards 1 to `cards`, MSISDN 961000000001 and up, each with key set 1 of its own, in one group; the engine is
 * started and connected. */
void lab_open(struct lab *lab, int cards);
void lab_close(struct lab *lab);
void lab_start_engine(struct lab *lab);
void lab_open_store(struct lab *lab); /* while the engine is stopped, whose it is when it starts */
void lab_stop_engine(struct lab *lab);
/* While the engine is stopped, or where it may meet the change at any moment. */
void lab_sql(struct lab *lab, const char *sql);
void lab_set_window(struct lab *lab, int window); /* restarts the engine */
void lab_set_counter_per(struct lab *lab, enum counter_per per); /* of the profile; restarts the engine */
const char *lab_msisdn(int card); /* a static buffer a card modulo 8 */
struct security_keys lab_keys(int card);

/* --- campaigns --- */
extern const char *const SOP_COMMANDS[6];
struct campaign lab_campaign(const char *name); /* the SOP's: SPI 1621, TAR B00010, KIc = KID = 15, conc */
/* Stores it with the SOP's commands, or with `count` of `commands`. */
int64_t lab_create(struct lab *lab, struct campaign campaign);
int64_t lab_create_with(struct lab *lab, struct campaign campaign, const char *const *commands, size_t count);
void lab_start(struct lab *lab, int64_t campaign_id); /* on the group; must succeed */
int lab_start_on(struct lab *lab, int64_t campaign_id, struct campaign_target target,
                 struct refusal *refusal);
int lab_retry(struct lab *lab, int64_t campaign_id, struct refusal *refusal);
/* Pause, resume, terminate. */
int lab_control(struct lab *lab, int64_t campaign_id, enum campaign_event event, struct refusal *refusal);
struct campaign lab_get(struct lab *lab, int64_t campaign_id);
struct message_counts lab_count(struct lab *lab, int64_t campaign_id);
struct message_view lab_message(struct lab *lab, int64_t campaign_id, int64_t iteration,
                                int card); /* 0: the latest */
void lab_tick(struct lab *lab); /* returns behind the commit of all posted before, and what leaves has left */

/* --- the air --- */
bool lab_take(struct lab *lab, struct fake_sms *sms);      /* after a tick */
struct fake_sms lab_expect_sms(struct lab *lab, int card); /* the next one must be for this card */
void lab_expect_silence(struct lab *lab);
void lab_ack(struct lab *lab, const struct fake_sms *sms, enum bearer_ack ack);
void lab_report(struct lab *lab, const struct fake_sms *sms, enum bearer_report report, const char *words);
/* A receipt with these bytes behind `text:`. */
void lab_report_with(struct lab *lab, const struct fake_sms *sms, enum bearer_report report,
                     const uint8_t *text, size_t length);
void lab_deliver(struct lab *lab, const struct fake_sms *sms); /* acknowledged, accepted, delivered */
void lab_link(struct lab *lab, bool up);

/* What a card finds in a command packet of one or more SMS, and how it answers. */
struct lab_command {
    int card;
    uint8_t packet[34304];
    size_t length;
    struct command_packet decoded; /* data points into `packet` */
    unsigned int parts;
};
void lab_receive(struct lab *lab, const struct fake_sms *parts, size_t count, struct lab_command *command);
struct lab_answer {
    uint8_t status;
    uint8_t executed; /* with status 00 */
    uint16_t sw;
    const uint8_t *data;
    size_t length;
    int spi2;        /* as if the command had asked for this; -1: as it did */
    int64_t counter; /* -1: as received */
    bool bare_error; /* the minimal clear form */
};
#define LAB_ANSWER(...) ((struct lab_answer){.spi2 = -1, .counter = -1, __VA_ARGS__})
/* The packet a card would answer, from RPL on. Returns its length. */
size_t lab_por(struct lab *lab, const struct lab_command *command, struct lab_answer answer, uint8_t *por,
               size_t size);
void lab_answer(struct lab *lab, const struct lab_command *command,
                struct lab_answer answer); /* one or more SMS */
void lab_post(struct lab *lab, const char *from, const uint8_t *user_data, size_t length);
void lab_post_again(struct lab *lab, const char *from, const uint8_t *user_data,
                    size_t length); /* with the UUID of the last */

/* After a tick. */
void lab_expect_state(struct lab *lab, int64_t campaign_id, int card, enum message_state expected);
void lab_expect_campaign(struct lab *lab, int64_t campaign_id, enum campaign_state expected);

/* A card that judges counters as TS 102 225 5.1.1.2 says, and counts what it executes. */
struct lab_card {
    uint64_t stored;
    int executions;
    bool keeps_unchecked;     /* stores the counter of modes 00 and 01, too, as some do */
    enum por_status on_equal; /* in modes 10 and 11: 02, or 06 as some cards say; 0: 02 */
};
/* Takes one packet in; what it answers, clear where it is an error: with the counter after 02 and 03, else
 * with zeros. */
struct lab_answer lab_card_take(struct lab_card *card, const struct lab_command *command, uint8_t executed);

/* Everything works: takes every single-part SMS, delivers it, answers `executed` 9000, until nothing leaves
 * any more. */
void lab_all_well(struct lab *lab, uint8_t executed);

#endif
