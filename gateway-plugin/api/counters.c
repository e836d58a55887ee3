/* PUT /api/cards/N/counters, POST …/counters/jump: what an operator says of cards' counters. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway-plugin/api/json_read.h"
#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/store/card_counter.h"

/* --- one counter --- */

struct setting {
    int64_t card_id;
    struct counter_owner owner;
    uint64_t counter;
};

static int set_counter(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    const struct setting *setting = argument;
    (void)now;
    return card_counter_set(store, setting->card_id, setting->owner, setting->counter, refusal);
}

/* Hex digits, 0x allowed before them; `exact`: so many of them, else at most. */
static int read_hex(const char *field, const char *text, size_t digits, bool exact, uint64_t *value,
                    struct refusal *refusal)
{
    const char *from = text + (strncasecmp(text, "0x", 2) == 0 ? 2 : 0);
    size_t length = strspn(from, "0123456789ABCDEFabcdef");
    if (from[length] != '\0' || length == 0 || length > digits || (exact && length != digits))
        return refuse_field(refusal, REFUSAL_INVALID, field, "'%.40s': expected %s%zu hex digits", text,
                            exact ? "" : "1 to ", digits);
    *value = strtoull(from, NULL, 16);
    return 0;
}

static int read_setting(const json_t *body, struct setting *setting, struct refusal *refusal)
{
    const char *counter = NULL, *tar = NULL;
    int64_t key_index = 0;
    uint64_t number = 0;
    const struct json_field fields[] = {{"counter", FIELD_TEXT, true, &counter},
                                        {"keyIndex", FIELD_NUMBER, false, &key_index},
                                        {"tar", FIELD_TEXT, false, &tar}};
    if (json_read_fields(body, fields, 3, refusal) != 0)
        return -1;
    bool has_index = json_is_integer(json_object_get(body, "keyIndex"));
    if (has_index == (tar != NULL))
        return refuse(refusal, REFUSAL_INVALID, "%s, expected exactly one: the counter is a key set's or a TAR's",
                      has_index ? "keyIndex and tar" : "neither keyIndex nor tar");
    if (has_index && (key_index < 1 || key_index > CARD_KEY_SETS_MAX))
        return refuse_field(refusal, REFUSAL_INVALID, "keyIndex",
                            "%" PRId64 " is out of range, expected 1 to %d", key_index, CARD_KEY_SETS_MAX);
    if (tar != NULL && read_hex("tar", tar, 2 * (size_t)TAR_SIZE, true, &number, refusal) != 0)
        return -1;
    setting->owner = (struct counter_owner){(uint8_t)key_index, tar != NULL ? (int32_t)number : -1};
    return read_hex("counter", counter, 10, false, &setting->counter, refusal);
}

json_t *counters_set(struct api_call *call, struct refusal *refusal)
{
    struct setting setting = {.card_id = call->ids[0]};
    json_t *view = NULL;
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    if (read_setting(body, &setting, refusal) == 0 &&
        engine_call(call->options->engine, set_counter, &setting, refusal) == 0)
        view = cards_show(call, refusal);
    json_decref(body);
    return view;
}

/* --- many --- */

struct jump {
    struct counter_target target;
    int64_t by, id;
    bool more;
    struct counter_jump_result result;
};

static int jump_one_card(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct jump *jump = argument;
    (void)now;
    return card_counter_jump(store, jump->target.card_id, (uint64_t)jump->by, &jump->result, refusal);
}

static int begin_jump(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct jump *jump = argument;
    (void)now;
    return card_counter_jump_begin(store, &jump->target, (uint64_t)jump->by, &jump->id, refusal);
}

static int jump_slice(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct jump *jump = argument;
    struct counter_jump_result result = jump->result;
    (void)now;
    int rc = card_counter_jump_slice(store, jump->id, &result, &jump->more, refusal);
    if (rc == 0)
        jump->result = result;
    return rc;
}

/* A slice a call: others need not wait for all of them. */
static int jump_all(struct api_call *call, struct jump *jump, struct refusal *refusal)
{
    struct engine *engine = call->options->engine;
    if (jump->target.card_id != 0)
        return engine_call(engine, jump_one_card, jump, refusal);
    if (card_counter_jump_check(call->store, &jump->target, (uint64_t)jump->by, refusal) != 0)
        return -1;
    int rc = engine_call(engine, begin_jump, jump, refusal);
    for (jump->more = true; rc == 0 && jump->more;)
        rc = engine_call(engine, jump_slice, jump, refusal);
    return rc;
}

static json_t *take_jump(struct api_call *call, struct counter_target target, struct refusal *refusal)
{
    struct jump jump = {.target = target};
    const struct json_field fields[] = {{"jump", FIELD_NUMBER, true, &jump.by}};
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    if (body == NULL)
        return NULL;
    int result = json_read_fields(body, fields, 1, refusal);
    json_decref(body);
    if (result == 0 && jump.by < 1)
        result =
            refuse_field(refusal, REFUSAL_INVALID, "jump", "%" PRId64 ": expected a number from 1", jump.by);
    if (result != 0 || jump_all(call, &jump, refusal) != 0)
        return NULL;
    return json_pack("{s:I, s:I}", "cards", (json_int_t)jump.result.cards, "counters",
                     (json_int_t)jump.result.counters);
}

json_t *counters_jump_card(struct api_call *call, struct refusal *refusal)
{
    return take_jump(call, (struct counter_target){.card_id = call->ids[0]}, refusal);
}

json_t *counters_jump_profile(struct api_call *call, struct refusal *refusal)
{
    return take_jump(call, (struct counter_target){.profile_id = call->ids[0]}, refusal);
}

json_t *counters_jump_group(struct api_call *call, struct refusal *refusal)
{
    return take_jump(call, (struct counter_target){.group_id = call->ids[0]}, refusal);
}
