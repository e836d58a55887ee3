#include "gateway-plugin/campaign/plan.h"

#include <stdlib.h>
#include <string.h>

#include "gateway-plugin/campaign/plan_limits.h"
#include "gateway-plugin/store/campaign_store.h"
#include "gateway-plugin/store/catalog_store.h"
#include "protocol/apdu.h"
#include "protocol/errors.h"

/* --- scripts that must not run twice --- */

#define INS_UPDATE_RECORD 0xDC
#define APDU_HEADER_SIZE 4     /* CLA INS P1 P2 */
#define MODE_PREVIOUS 0x03 /* TS 51.011 9.2.6: in a cyclic file this appends */

static bool command_is_idempotent(const struct script_command *command)
{
    static const uint8_t once[] = {0x32, 0xD8, 0xE0, 0xE2,
                                   0xE6, 0xE8}; /* INCREASE, PUT KEY, CREATE, STORE DATA, INSTALL, LOAD */
    const uint8_t *header = command->bytes;
    uint8_t destination;
    if (compact_refresh_read(byte_reader_on(header, command->length), &destination))
        return true;
    if (command->length < APDU_HEADER_SIZE || memchr(once, header[1], sizeof once) != NULL ||
        (apdu_case(header[1]) == APDU_UNKNOWN && !apdu_is_get_status(header)))
        return false;
    return header[1] != INS_UPDATE_RECORD || (header[3] & 0x07) != MODE_PREVIOUS;
}

bool script_is_idempotent(const struct script_command *commands, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!command_is_idempotent(&commands[i]))
            return false;
    return true;
}

/* --- loading --- */

struct script_loading {
    struct plan *plan;
    bool last_is_refresh; /* a proactive one */
    bool has_refresh;     /* the last command is one, or what includeSimRefresh would append */
    bool unknown_command; /* what one does depends on the card */
};

static const char *refresh_of(const struct campaign *campaign)
{
    return campaign->refresh_command[0] != '\0' ? campaign->refresh_command : SCRIPT_REFRESH;
}

/* Room for one more command. */
static bool make_room(struct plan *plan)
{
    if (plan->script_length + APDU_COMMAND_MAX > plan->script_room) {
        size_t room = 2 * plan->script_room + 4 * APDU_COMMAND_MAX;
        uint8_t *script = realloc(plan->script, room);
        if (script == NULL)
            return false;
        plan->script = script;
        plan->script_room = room;
    }
    if (plan->command_count == plan->command_room) {
        size_t room = 2 * plan->command_room + 16;
        struct script_command *commands = realloc(plan->commands, room * sizeof *commands);
        if (commands == NULL)
            return false;
        plan->commands = commands;
        plan->command_room = room;
    }
    return true;
}

/* ISO 7816-3 12.1.2: without data and Le a command is its header alone, and T=0's P3 is no part of it. */
static size_t length_of_c_apdu(const struct byte_writer *command)
{
    bool has_p3_only = command->length == APDU_HEADER_SIZE + 1 && command->start[APDU_HEADER_SIZE] == 0 &&
                       apdu_case(command->start[1]) != APDU_OUTPUT;
    return has_p3_only ? APDU_HEADER_SIZE : command->length;
}

static int load_bytes(struct script_loading *loading, const char *hex)
{
    struct plan *plan = loading->plan;
    if (plan->script_length + APDU_COMMAND_MAX > SCRIPT_SIZE_MAX || !make_room(plan))
        return OTA_E_NO_SPACE;
    struct byte_writer writer = byte_writer_on(plan->script + plan->script_length, APDU_COMMAND_MAX);
    int rc = script_append(&writer, hex);
    if (rc != OTA_OK)
        return rc;
    size_t length = plan->campaign.script_format == SCRIPT_EXPANDED ? length_of_c_apdu(&writer) : writer.length;
    plan->commands[plan->command_count++].length = length;
    plan->script_length += length;
    loading->last_is_refresh = script_command_is_refresh(hex);
    loading->has_refresh = loading->last_is_refresh || strcmp(hex, refresh_of(&plan->campaign)) == 0;
    return OTA_OK;
}

static bool keep_text(struct plan *plan, const char *text)
{
    if ((plan->text_count & (plan->text_count - 1)) == 0) {
        char **grown = realloc(plan->texts, (plan->text_count == 0 ? 1 : 2 * plan->text_count) * sizeof *grown);
        if (grown == NULL)
            return false;
        plan->texts = grown;
    }
    plan->texts[plan->text_count] = strdup(text);
    return plan->texts[plan->text_count] != NULL && ++plan->text_count > 0;
}

static int load_command(void *user, const char *text)
{
    struct script_loading *loading = user;
    char shape[COMMAND_HEX_SIZE];
    if (!keep_text(loading->plan, text) || !placeholder_collect(text, &loading->plan->names))
        return OTA_E_NO_SPACE;
    if (!command_has_placeholder(text))
        return load_bytes(loading, text);
    if (placeholder_shape(text, shape))
        return load_bytes(loading, shape);
    loading->unknown_command = true;
    loading->last_is_refresh = loading->has_refresh = false;
    return OTA_OK;
}

/* The script has its place for good. */
static void place_commands(struct plan *plan)
{
    const uint8_t *at = plan->script;
    for (size_t i = 0; i < plan->command_count; i++) {
        plan->commands[i].bytes = at;
        at += plan->commands[i].length;
    }
}

static struct message_policy policy_of(const struct campaign *campaign, const struct script_loading *loading)
{
    struct message_policy policy = {
        .por = spi2_por(campaign->security.spi2),
        .expanded = campaign->script_format == SCRIPT_EXPANDED,
        .last_is_refresh = loading->last_is_refresh,
        .retry = campaign->retry,
    };
    memcpy(policy.expected_last_sw, campaign->expected_last_sw, sizeof policy.expected_last_sw);
    return policy;
}

/* A text: nothing is built for a card, every copy is shown, and receipts are all that comes back. */
static int finish_text(struct plan *plan, struct refusal *refusal)
{
    plan->campaign.message = plan->message;
    if (campaign_text_check(&plan->campaign, &plan->text, refusal) != 0)
        return -1;
    plan->campaign.retry = RETRY_NEW;
    plan->policy = (struct message_policy){.por = POR_NONE, .retry = RETRY_NEW};
    return 0;
}

/* `rc` is what the last load_command() returned. */
static int finish(struct plan *plan, struct script_loading *loading, int rc, struct refusal *refusal)
{
    if (campaign_type_is_text(plan->campaign.type))
        return rc == OTA_OK ? finish_text(plan, refusal)
                            : refuse(refusal, REFUSAL_INTERNAL, "the text cannot be read");
    if (rc == OTA_OK && plan->campaign.include_sim_refresh && !loading->has_refresh)
        rc = load_bytes(loading, refresh_of(&plan->campaign));
    if (rc != OTA_OK)
        return refuse(refusal, REFUSAL_INVALID, "command %zu: %s; a script has at most %u bytes",
                      plan->command_count + 1, ota_error_text(rc), SCRIPT_SIZE_MAX);
    place_commands(plan);
    rc = campaign_settle_retry(
        &plan->campaign, !loading->unknown_command && script_is_idempotent(plan->commands, plan->command_count), refusal);
    plan->policy = policy_of(&plan->campaign, loading);
    plan_set_limits(plan);
    return rc;
}

int plan_make(const struct campaign *campaign, const char *const *commands, size_t count, struct plan *plan,
              struct refusal *refusal)
{
    struct script_loading loading = {.plan = plan};
    int rc = OTA_OK;
    *plan = (struct plan){.campaign = *campaign};
    if (campaign->message != NULL && (plan->message = strdup(campaign->message)) == NULL)
        rc = OTA_E_NO_SPACE;
    for (size_t i = 0; rc == OTA_OK && i < count; i++)
        rc = load_command(&loading, commands[i]);
    return finish(plan, &loading, rc, refusal);
}

static int fill_texts(const struct plan *plan, const char *const *values, char **commands)
{
    for (size_t i = 0; i < plan->text_count; i++) {
        char hex[COMMAND_HEX_SIZE];
        if (!placeholder_fill(plan->texts[i], &plan->names, values, hex) || (commands[i] = strdup(hex)) == NULL)
            return -1;
    }
    return 0;
}

int plan_fill(const struct plan *plan, const char *const *values, struct plan *own, struct refusal *refusal)
{
    char **commands = calloc(plan->text_count + 1, sizeof *commands);
    *own = (struct plan){0};
    int rc = commands != NULL && fill_texts(plan, values, commands) == 0
                 ? plan_make(&plan->campaign, (const char *const *)commands, plan->text_count, own, refusal)
                 : refuse(refusal, REFUSAL_INTERNAL, "out of memory");
    own->counter_per = plan->counter_per;
    for (size_t i = 0; commands != NULL && i < plan->text_count; i++)
        free(commands[i]);
    free(commands);
    return rc;
}

static int load_content(struct script_loading *loading, struct store *store)
{
    struct plan *plan = loading->plan;
    if (!campaign_type_is_text(plan->campaign.type))
        return campaign_commands(store, plan->campaign.id, load_command, loading);
    return campaign_message(store, plan->campaign.id, &plan->message);
}

int plan_load(struct store *store, int64_t campaign_id, struct plan *plan, struct refusal *refusal)
{
    struct profile profile;
    struct script_loading loading = {.plan = plan};
    *plan = (struct plan){0};
    int rc = campaign_get(store, campaign_id, &plan->campaign);
    if (rc == STORE_OK)
        rc = profile_get(store, plan->campaign.profile_id, &profile);
    if (rc != STORE_OK)
        return rc;
    plan->counter_per = profile.counter_per;
    rc = load_content(&loading, store);
    return finish(plan, &loading, rc, refusal) == 0 ? STORE_OK : STORE_FAILED;
}

void plan_free(struct plan *plan)
{
    free(plan->message);
    free(plan->script);
    free(plan->commands);
    for (size_t i = 0; i < plan->text_count; i++)
        free(plan->texts[i]);
    free(plan->texts);
    *plan = (struct plan){0};
}
