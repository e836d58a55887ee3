/* A campaign as the engine needs it: its settings, its script as bytes or its text, and what "updated" means in it. */
#ifndef OTA_CAMPAIGN_PLAN_H
#define OTA_CAMPAIGN_PLAN_H

#include "gateway-plugin/model/campaign_text.h"
#include "gateway-plugin/model/message_counter.h"
#include "gateway-plugin/model/message_facts.h"
#include "gateway-plugin/model/placeholders.h"
#include "gateway-plugin/script/pieces.h"
#include "gateway-plugin/script/script.h"
#include "gateway-plugin/store/store.h"
#include "protocol/user_data.h"

struct plan {
    struct campaign campaign;     /* `retry` is settled; its message is `message` */
    char *message;                /* owned; NULL: it has a script */
    struct campaign_text text;    /* of it */
    struct message_policy policy; /* without a packet's `piece`: plan_policy() */
    enum counter_per counter_per; /* of the profile */
    struct packet_shape shape;
    unsigned int sms;             /* what shape.bytes stands for; 0: maxPacketBytes */
    uint8_t *script;              /* owned */
    size_t script_length, script_room;
    struct script_command *commands; /* owned; of `script` */
    size_t command_count, command_room;
    /* With placeholders the script above is a shape: their values are zeros, and commands of which not even the
     * length is known are left out. Each card's own comes of plan_fill(). */
    struct placeholder_names names; /* count 0: one script for all cards */
    char **texts;                   /* owned; the commands without the refresh that is added */
    size_t text_count;
};

/* What plan_make() and plan_load() gave, also when they failed. */
void plan_free(struct plan *plan);

/* STORE_FAILED with `refusal`: also when the script cannot be a packet, which campaign_check_script() should
 * have told. */
int plan_load(struct store *store, int64_t campaign_id, struct plan *plan, struct refusal *refusal);

/* The script of a campaign that is not stored yet: 0, or -1 with `refusal`. */
int plan_make(const struct campaign *campaign, const char *const *commands, size_t count, struct plan *plan,
              struct refusal *refusal);

/* The plan of one card: values[i] for names[i]. 0, or -1 with `refusal`; plan_free() in both cases. */
int plan_fill(const struct plan *plan, const char *const *values, struct plan *own, struct refusal *refusal);

/* How a packet of this campaign is cut into SMS. */
struct sms_segmentation plan_segmentation(const struct plan *plan, uint8_t reference);

/* What "updated" means for a message of this campaign. */
struct message_policy plan_policy(const struct plan *plan, const struct message_piece *piece);

/* Packet `number` of the script for a card; beyond the last one: the last one. False: it cannot be cut, which
 * plan_check() should have told. */
bool plan_piece(const struct plan *plan, unsigned int number, struct script_piece *piece);

/* Can the script be cut into packets of at most the campaign's SMS, whose commands a PoR can count (one
 * byte)? With placeholders only a card's own plan can say. 0, or -1 with `refusal`. */
int plan_check(const struct plan *plan, struct refusal *refusal);

/* Milliseconds that the SMSC may try: the campaign's own, else the default. `plan` may be NULL. */
int64_t plan_validity_ms(const struct plan *plan, int64_t default_seconds);

/* Is running these commands a second time harmless? Not with INCREASE, INSTALL, LOAD, PUT KEY,
 * CREATE FILE, an UPDATE RECORD that goes to the previous (a cyclic append), or an unknown instruction. */
bool script_is_idempotent(const struct script_command *commands, size_t count);

#define PLAN_CACHE_SIZE 8

/* The plans used last. */
struct plan_cache {
    struct plan *slots[PLAN_CACHE_SIZE];
    uint64_t used[PLAN_CACHE_SIZE];
    uint64_t clock;
};

/* The plan, borrowed until plan_cache_clear() or PLAN_CACHE_SIZE others were asked for; NULL with *rc: a
 * store_result. */
const struct plan *plan_cache_get(struct plan_cache *cache, struct store *store, int64_t campaign_id,
                                  int *rc);
void plan_cache_clear(struct plan_cache *cache); /* a campaign changed */

#endif
