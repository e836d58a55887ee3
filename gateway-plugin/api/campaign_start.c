/* POST /api/campaigns/N/start: on a group, on a card, or on a card that is provisioned on the spot. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "gateway-plugin/api/json_read.h"
#include "gateway-plugin/api/json_views.h"
#include "gateway-plugin/api/resources.h"
#include "gateway-plugin/campaign/card_data.h"
#include "gateway-plugin/campaign/control.h"
#include "gateway-plugin/campaign/volume.h"
#include "gateway-plugin/import/data_file.h"
#include "protocol/hex.h"

#define KEY_INDEX_DEFAULT 1 /* SOP 10 */

struct start_request {
    int64_t id;
    struct campaign_target target;
    int64_t key_index; /* 0: not given */
    const char *kic, *kid;
    const char *data; /* the text of the data file, or NULL */
    size_t outside;   /* its lines for cards that are not in the target */
    struct card_key_set keys; /* of them */
    struct campaign campaign; /* as it is then */
    struct card card;         /* the target, when there were keys */
    bool is_new;              /* it was provisioned */
};

/* --- placeholders --- */

static int check_data_asked(const struct start_request *request, const struct placeholder_names *names,
                            struct refusal *refusal)
{
    char list[160] = "";
    if ((names->count > 0) == (request->data != NULL))
        return 0;
    if (names->count == 0)
        return refuse(refusal, REFUSAL_INVALID, "campaign %" PRId64 " has no placeholders, expected no data file",
                      request->id);
    for (size_t i = 0; i < names->count; i++) {
        size_t length = strlen(list);
        snprintf(list + length, sizeof list - length, "[%s]", names->names[i]);
    }
    return refuse(refusal, REFUSAL_INVALID, "campaign %" PRId64 " has placeholders %s, expected a data file",
                  request->id, list);
}

static int take_row(void *user, const struct data_row *row, struct refusal *refusal)
{
    return card_data_add(user, row, refusal);
}

/* Of a campaign with its target: read and checked, in `data`, which is the caller's to end. */
static int read_data(struct store *store, const struct campaign *campaign, struct start_request *request,
                     struct card_data *data, struct refusal *refusal)
{
    if (card_data_begin(store, campaign, data, refusal) != 0)
        return -1;
    int rc = check_data_asked(request, &data->plan.names, refusal);
    if (rc == 0 && request->data != NULL) {
        rc = data_file_parse(request->data, strlen(request->data), &data->plan.names, take_row, data, refusal);
        rc = rc == 0 ? card_data_check(data, refusal) : rc;
    }
    request->outside = data->outside;
    return rc == 0 ? 0 : refusal_set_field(refusal, "data");
}

/* In the savepoint of the start of one card: what is refused here undoes it. */
static int take_data(struct store *store, struct start_request *request, struct refusal *refusal)
{
    struct card_data data;
    size_t next = 0;
    int rc = read_data(store, &request->campaign, request, &data, refusal);
    while (rc == 0 && next < data.count)
        rc = card_data_store(store, &data, &next, refusal);
    card_data_end(&data);
    return rc;
}

/* --- the start --- */

static int start(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct start_request *request = argument;
    return campaign_start(store, request->id, &request->target, now, &request->campaign, refusal);
}

static int start_new(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct start_request *request = argument;
    int is_new = campaign_start_new(store, request->id, &request->target, &request->keys, now,
                                    &request->campaign, &request->card, refusal);
    request->is_new = is_new > 0;
    return is_new < 0 ? -1 : take_data(store, request, refusal);
}

/* --- the data of many cards, a slice a call --- */

struct data_slice {
    int64_t campaign_id;
    const struct card_data *data;
    size_t next;
    bool more;
};

static int drop_slice(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct data_slice *slice = argument;
    (void)now;
    return card_data_drop(store, slice->campaign_id, &slice->more, refusal);
}

static int store_slice(struct store *store, int64_t now, void *argument, struct refusal *refusal)
{
    struct data_slice *slice = argument;
    size_t next = slice->next;
    (void)now;
    int rc = card_data_store(store, slice->data, &next, refusal);
    slice->next = rc == 0 ? next : slice->next;
    return rc;
}

static int drop_data(struct engine *engine, struct data_slice *slice, struct refusal *refusal)
{
    int rc = 0;
    for (slice->more = true; rc == 0 && slice->more;)
        rc = engine_call(engine, drop_slice, slice, refusal);
    return rc;
}

/* The campaign stays WAITING until all of it is there. */
static int store_data(struct engine *engine, const struct card_data *data, struct start_request *request,
                      struct refusal *refusal)
{
    struct refusal unused = {0};
    struct data_slice slice = {.campaign_id = request->id, .data = data};
    int rc = drop_data(engine, &slice, refusal);
    while (rc == 0 && slice.next < data->count)
        rc = engine_call(engine, store_slice, &slice, refusal);
    if (rc == 0)
        rc = engine_call(engine, start, request, refusal);
    if (rc != 0)
        drop_data(engine, &slice, &unused);
    return rc;
}

static int start_in_slices(struct api_call *call, struct start_request *request, struct refusal *refusal)
{
    struct campaign campaign;
    struct card_data data = {0};
    int rc = campaign_prepare_start(call->store, request->id, &request->target, &campaign, refusal);
    if (rc == 0)
        rc = read_data(call->store, &campaign, request, &data, refusal);
    if (rc == 0)
        rc = store_data(call->options->engine, &data, request, refusal);
    card_data_end(&data);
    return rc;
}

/* --- what was asked --- */

static const char *const target_fields[] = {"cardGroup", "card", "msisdn", "iccid", "imsi"};
#define TARGET_FIELDS (sizeof target_fields / sizeof target_fields[0])

/* "card 2, msisdn 961…": of several targets one is the wrong one. */
static void list_targets(const json_t *body, char *given, size_t size)
{
    given[0] = '\0';
    for (size_t i = 0; i < TARGET_FIELDS; i++) {
        const json_t *value = json_object_get(body, target_fields[i]);
        size_t length = strlen(given);
        const char *comma = length > 0 ? ", " : "";
        if (json_is_string(value))
            snprintf(given + length, size - length, "%s%s %.20s", comma, target_fields[i],
                     json_string_value(value));
        else if (json_is_integer(value))
            snprintf(given + length, size - length, "%s%s %" JSON_INTEGER_FORMAT, comma, target_fields[i],
                     json_integer_value(value));
    }
}

static bool is_given(const json_t *body, const char *field)
{
    const json_t *value = json_object_get(body, field);
    return value != NULL && !json_is_null(value);
}

static int check_target(const json_t *body, const struct campaign_target *target, struct refusal *refusal)
{
    char given[160];
    const bool group = is_given(body, "cardGroup"), card = is_given(body, "card"),
               numbers = target->msisdn != NULL || target->iccid != NULL || target->imsi != NULL;
    const int count = group + card + numbers;
    list_targets(body, given, sizeof given);
    if (count != 1)
        return refuse(refusal, REFUSAL_INVALID,
                      "%s%s, expected exactly one: cardGroup, card, or msisdn, iccid and imsi of a card",
                      count == 0 ? "no target" : "several targets: ", given);
    if (!numbers && target->group_id <= 0 && target->card_id <= 0)
        return refuse_field(refusal, REFUSAL_INVALID, group ? "cardGroup" : "card",
                            "%lld: expected a number from 1",
                            (long long)(group ? target->group_id : target->card_id));
    return 0;
}

static int read_key(const char *field, const char *hex, uint8_t key[static KEY_SIZE_MAX], uint8_t *size,
                    struct refusal *refusal)
{
    size_t length = strlen(hex), bytes = 0;
    if (hex_span(hex, length) != length)
        return refuse_field(refusal, REFUSAL_INVALID, field, ": character %zu is no hex digit",
                            hex_span(hex, length) + 1);
    if ((length != 32 && length != 48 && length != 64) ||
        hex_decode(hex, length, key, KEY_SIZE_MAX, &bytes) != 0)
        return refuse_field(refusal, REFUSAL_INVALID, field, "has %zu hex digits, expected 32, 48 or 64",
                            length);
    *size = (uint8_t)bytes;
    return 0;
}

static bool has_keys(const struct start_request *request)
{
    return request->kic != NULL;
}

static int check_keys(const json_t *body, struct start_request *request, struct refusal *refusal)
{
    if (request->kic == NULL && request->kid == NULL && !is_given(body, "keyIndex"))
        return 0;
    if (request->kic == NULL || request->kid == NULL)
        return refuse_field(refusal, REFUSAL_INVALID, request->kic == NULL ? "kicKey" : "kidKey",
                            "is missing, expected both keys together");
    if (request->target.group_id != 0 || request->target.card_id != 0)
        return refuse_field(refusal, REFUSAL_INVALID, "kicKey",
                            ": keys are for a new card, expected its msisdn, iccid and imsi");
    if (is_given(body, "keyIndex") && (request->key_index < 1 || request->key_index > CARD_KEY_SETS_MAX))
        return refuse_field(refusal, REFUSAL_INVALID, "keyIndex", "%" PRId64 ": expected 1 to %d",
                            request->key_index, CARD_KEY_SETS_MAX);
    request->keys.index = (uint8_t)(request->key_index != 0 ? request->key_index : KEY_INDEX_DEFAULT);
    if (read_key("kicKey", request->kic, request->keys.kic, &request->keys.kic_size, refusal) != 0 ||
        read_key("kidKey", request->kid, request->keys.kid, &request->keys.kid_size, refusal) != 0)
        return -1;
    return 0;
}

static int read_request(const json_t *body, struct start_request *request, struct refusal *refusal)
{
    struct campaign_target *target = &request->target;
    const struct json_field fields[] = {{"cardGroup", FIELD_NUMBER, false, &target->group_id},
                                        {"card", FIELD_NUMBER, false, &target->card_id},
                                        {"msisdn", FIELD_TEXT, false, &target->msisdn},
                                        {"iccid", FIELD_TEXT, false, &target->iccid},
                                        {"imsi", FIELD_TEXT, false, &target->imsi},
                                        {"keyIndex", FIELD_NUMBER, false, &request->key_index},
                                        {"kicKey", FIELD_TEXT, false, &request->kic},
                                        {"kidKey", FIELD_TEXT, false, &request->kid},
                                        {"data", FIELD_TEXT, false, &request->data}};
    if (json_read_fields(body, fields, sizeof fields / sizeof fields[0], refusal) != 0 ||
        check_target(body, target, refusal) != 0)
        return -1;
    return check_keys(body, request, refusal);
}

/* --- the answer --- */

/* The campaign runs already: what cannot be counted is not warned of. */
static void warn_of_volume(struct store *store, const struct campaign *campaign, json_t *warnings)
{
    char warning[VOLUME_WARNING_SIZE];
    int64_t sms, cards;
    if (volume_of_campaign(store, campaign->id, &sms, NULL) != 0 ||
        volume_cards(store, campaign, &cards, NULL) != 0)
        return;
    volume_warning(sms, cards, "card group", campaign->group_id, warning);
    if (warning[0] != '\0')
        json_array_append_new(warnings, json_string(warning));
}

static void warn_of_keys(const struct card *card, json_t *warnings)
{
    char warning[160];
    snprintf(warning, sizeof warning,
             "card %" PRId64 " (MSISDN %s) is provisioned already: the keys given are discarded, its own are used",
             card->id, card->msisdn);
    json_array_append_new(warnings, json_string(warning));
}

static void warn_of_lines(size_t outside, json_t *warnings)
{
    char warning[100];
    snprintf(warning, sizeof warning, "data file: %zu lines are for cards that are not in the target, passed over", outside);
    if (outside > 0)
        json_array_append_new(warnings, json_string(warning));
}

static json_t *started_view(struct api_call *call, const struct start_request *request,
                            struct refusal *refusal)
{
    json_t *view = campaign_full_view(call, &request->campaign, refusal);
    json_t *warnings = json_array();
    if (has_keys(request) && !request->is_new)
        warn_of_keys(&request->card, warnings);
    warn_of_lines(request->outside, warnings);
    warn_of_volume(call->store, &request->campaign, warnings);
    if (view != NULL && request->is_new)
        json_object_set_new(view, "provisionedCard", card_view(&request->card, call->base));
    if (view != NULL)
        json_object_set(view, "warnings", warnings);
    json_decref(warnings);
    return view;
}

static int run(struct api_call *call, struct start_request *request, struct refusal *refusal)
{
    if (has_keys(request)) /* one card: nothing takes long */
        return engine_call(call->options->engine, start_new, request, refusal);
    if (campaign_check_start(call->store, request->id, &request->target, refusal) != 0)
        return -1;
    return start_in_slices(call, request, refusal);
}

/* Starts with data, one at a time: of two of one campaign the second finds it RUNNING, and leaves its data alone. */
static int run_in_turn(struct api_call *call, struct start_request *request, struct refusal *refusal)
{
    static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
    if (request->data == NULL)
        return run(call, request, refusal);
    pthread_mutex_lock(&turn);
    int rc = run(call, request, refusal);
    pthread_mutex_unlock(&turn);
    return rc;
}

void campaign_start_wipe(const json_t *body)
{
    static const char *const keys[] = {"kicKey", "kidKey"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *text = json_string_value(json_object_get(body, keys[i]));
        if (text != NULL)
            explicit_bzero((char *)(uintptr_t)text, strlen(text)); /* jansson's, about to be freed */
    }
}

json_t *campaign_start_by(struct api_call *call, int64_t id, const json_t *body, struct refusal *refusal)
{
    struct start_request request = {.id = id};
    json_t *view = NULL;
    if (read_request(body, &request, refusal) == 0 && run_in_turn(call, &request, refusal) == 0)
        view = started_view(call, &request, refusal);
    explicit_bzero(&request.keys, sizeof request.keys);
    return view;
}

json_t *campaigns_start(struct api_call *call, struct refusal *refusal)
{
    json_t *body = json_read_object(call->http->body, call->http->body_length, refusal);
    json_t *view = body != NULL ? campaign_start_by(call, call->ids[0], body, refusal) : NULL;
    campaign_start_wipe(body);
    json_decref(body);
    return view;
}
