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

/* Is running these commands a second time harmless? Not with INCREASE, INSTALL, LOAD, PUT KEY,
 * CREATE FILE, an UPDATE RECORD that goes to the previous (a cyclic append), or an unknown instruction. */
bool script_is_idempotent(const struct script_command *commands, size_t count);

#endif
